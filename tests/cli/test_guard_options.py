"""`--token`, `--allowed-host`, and what is printed where others can reach the server."""

from __future__ import annotations

import re

import httpx
import pytest

from .serving import Serving, run

CLOCK = "/_mock_knock/clock"


def second_line(serving: Serving) -> str:
    """What it prints after its URL."""
    return serving.console_line


def test_a_loopback_server_wants_no_token_and_prints_none() -> None:
    with Serving() as serving, serving.client() as client:
        assert client.get(CLOCK).status_code == 200
        assert second_line(serving) == f"Its console is at {serving.url}/_mock_knock/\n"
        assert serving.stop() == (0, "", "")


@pytest.mark.parametrize("by_variable", [False, True], ids=["option", "variable"])
def test_a_token_is_wanted_when_one_is_given(by_variable: bool) -> None:
    given = ((), {"MOCK_KNOCK_TOKEN": "secret"}) if by_variable else (("--token", "secret"), {})
    with Serving(*given[0], variables=given[1]) as serving, serving.client() as client:
        assert client.get(CLOCK).status_code == 401
        assert client.get(CLOCK, headers={"x-mock-knock-token": "secret"}).status_code == 200
        assert f"{serving.url}/_mock_knock/?token=secret" in second_line(serving)


def test_a_server_for_others_makes_a_token_up_and_prints_a_link_once() -> None:
    with Serving("--host", "0.0.0.0") as serving:
        line = second_line(serving)
        [link] = re.findall(r"http://127\.0\.0\.1:\d+/_mock_knock/\?token=[\w.~-]{32,}", line)
        assert httpx.get(link.partition("?")[0], verify=False).status_code == 401
        opened = httpx.get(link, verify=False)
        assert opened.status_code == 303
        _, out, err = serving.stop()
    assert (out, err) == ("", "")


def test_a_log_of_every_request_has_neither_token_nor_key() -> None:
    with Serving("--token", "hush-hush", "--log-level", "debug") as serving:
        assert "hush-hush" in second_line(serving)
        with serving.client("sk_very_secret") as client:
            client.get(f"{CLOCK}?token=hush-hush")
            client.get(f"{CLOCK}?token=hush-hush-not", headers={"x-mock-knock-token": "guess-me"})
            client.post("/_mock_knock/server/environments", json={"key": "sk_very_secret"})
            client.get("/v1/users?api_key=sk_very_secret")
        _, out, err = serving.stop()
    assert CLOCK in err
    assert not [secret for secret in ("hush-hush", "guess-me", "sk_very") if secret in err]
    assert out == ""


def test_more_names_can_be_allowed() -> None:
    names = {"MOCK_KNOCK_ALLOWED_HOST": "mock-knock knock.test"}
    for options, variables in ((("--allowed-host", "mock-knock"), {}), ((), names)):
        with Serving(*options, variables=variables) as serving, serving.client() as client:
            assert client.get(CLOCK, headers={"host": "mock-knock:1"}).status_code == 200
            assert client.get(CLOCK, headers={"host": "evil.example"}).status_code == 403


@pytest.mark.parametrize(
    ("options", "named"),
    [(("--token", "a b"), "token"), (("--allowed-host", "http://x"), "http://x")],
)
def test_what_makes_no_sense_is_refused_at_the_start(options: tuple[str, ...], named: str) -> None:
    result = run("serve", "--port", "0", *options)
    assert (result.returncode, result.stdout) == (2, "")
    assert named in result.stderr
