"""Names, ids, bodies and addresses that want to be more than text."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_knock.console.shown import as_json, cut, duration, in_query, short, visible

from .visits import EVERY_LIST, Page, Visit

NAMES = [
    "<script>pwned=1</script>",
    '"><img src=x onerror=pwned=1>',
    "{{ 7 * 7 }}{% raw %}",
    "javascript:pwned=1",
    "' onmouseover='pwned=1",
    "\u202egnp.exe",
    "a\x00b\x1b[31m\u200b\ufeff",
    "é" * 250,
    "..",
    "&lt;b&gt;",
    "</title><base href=//evil.test>",
]
OURS = {"/_mock_knock/console/static/theme.js", "/_mock_knock/console/static/console.js"}


def innocent(page: Page) -> None:
    """A page in which nothing is but what the templates put there."""
    assert {script.get("src") for script in page.all("script")} == OURS
    assert not page.all("img")
    assert not page.all("base")
    assert not page.all("b")
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("href", "src", "action"):
            value = attributes.get(name)
            assert value is None or value.startswith(("/_mock_knock/", "#", "?")), value
    assert not [c for c in page.html if ord(c) < 32 and c not in "\n\t"]
    assert not [c for c in page.html if c in "\u202e\u200b\ufeff\x00\x7f"]


@pytest.fixture
def everywhere(visit: Visit) -> Callable[[str], list[Page]]:
    """Puts a text wherever a client may put one; every page that has to do with it."""

    def put(text: str) -> list[Page]:
        id = text.replace("/", "|").replace("#", "|")[:250]
        trigger = {
            "recipients": [{"id": id, "name": text, "email": text}],
            "data": {text: text},
            "tenant": id,
        }
        visit.call("PUT", f"/v1/users/{quote('u' + id, safe='')}", {"name": text, text: text})
        visit.call("PUT", f"/v1/objects/{quote('c' + id[:240], safe='')}/o", {"name": text})
        visit.call("POST", "/v1/workflows/welcome/trigger", trigger)
        rows = {"users": [{"id": id, "name": text}, {"id": f"mock_row_fails_{id}"[:250]}]}
        operation = visit.call("POST", "/v1/users/bulk/identify", rows)
        visit.call("PUT", "/_mock_knock/plans/rules/users.delete", {"failing_ids": [text]})
        visit.call("POST", "/_mock_knock/faults", {"status": {"status": 400, "message": text}})
        visit.call("DELETE", "/_mock_knock/faults")
        visit.call("POST", "/_mock_knock/clock/advance", {"seconds": 10})
        visit.client.get(f"/v1/{quote(text, safe='')}", params={text: text},
                         headers={"authorization": f"Bearer {visit.key}"})  # fmt: skip
        runs = visit.call("GET", "/v1/workflow_recipient_runs")["items"]
        messages = visit.call("GET", "/v1/messages")["items"]
        journal = visit.call("GET", "/_mock_knock/requests")["entries"]
        things = [
            ("/user", {"id": id}),
            ("/user", {"id": "u" + id}),
            ("/object", {"collection": "c" + id[:240], "id": "o"}),
            ("/object", {"collection": "$tenants", "id": id}),
            *((path, {"q": text}) for path in ("/users", "/messages", "/requests", "/runs")),
            *((f"/messages/{message['id']}", {}) for message in messages),
            *((f"/requests/{entry['request_id']}", {}) for entry in journal),
            *((path, {}) for path in EVERY_LIST),
            (f"/operations/{operation['id']}", {}),
            (f"/runs/{runs[0]['id']}", {}),
        ]
        return [visit.page(path, **query) for path, query in things]

    return put


@pytest.mark.parametrize("text", NAMES, ids=range(len(NAMES)))
def test_a_hostile_text_is_shown_and_does_nothing(
    everywhere: Callable[[str], list[Page]], text: str
) -> None:
    pages = everywhere(text)
    for page in pages:
        innocent(page)
    # It is shown all the same: nobody has to guess what is there.
    assert any(str(visible(text))[:40] in page.text for page in pages)


@pytest.mark.parametrize("text", NAMES, ids=range(len(NAMES)))
def test_addresses_and_queries_say_nothing_but_themselves(visit: Visit, text: str) -> None:
    for path in ("/users", "/messages", "/requests", "/runs", "/objects", "/operations"):
        for name in ("q", "status", "channel", "collection", "trigger", "after", "before", "from",
                     "span"):  # fmt: skip
            innocent(visit.page(path, **{name: text}))
    for path in (f"/{quote(text)}", f"/messages/{quote(text)}", f"/user?id={quote(text)}"):
        answer = visit.get(path)
        assert answer.status_code in (404, 200, 308), path
        if answer.status_code == 404:
            innocent(Page(answer.text))


def test_the_key_of_an_environment_is_no_markup_and_a_long_one_is_not_told(visit: Visit) -> None:
    secret = "sk_<i>very-long-and-secret-" + "x" * 40
    other = Visit(visit.client, secret)
    page = Page(visit.client.get("/_mock_knock/").text)
    innocent(page)
    assert "<i>ver…" in page.text
    assert "secret" not in other.page().text


def test_the_html_of_a_message_is_shut_in(visit: Visit) -> None:
    path = visit.fill()["mail"]
    [frame] = visit.page(path).all("iframe")
    assert frame["sandbox"] == ""
    answer = visit.client.get(str(frame["src"]))
    assert "<script>parent.pwned = 1</script>" in answer.text
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script-src" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (
        visit.client.get(str(frame["src"]), headers={"sec-fetch-dest": "script"}).status_code == 403
    )


def test_bodies_that_are_no_text_are_shown_as_what_they_are(visit: Visit) -> None:
    headers = {"authorization": f"Bearer {visit.key}", "content-type": "application/json"}
    for body in (b"\xff\xfe\x00binary", b"[" * 5000, b"plain <b>text</b>", b"x" * 300_000):
        visit.client.post("/v1/workflows/welcome/trigger", content=body, headers=headers)
    entries = visit.call("GET", "/_mock_knock/requests")["entries"]
    assert len(entries) == 4
    texts = []
    for entry in entries:
        page = visit.page(f"/requests/{entry['request_id']}")
        innocent(page)
        texts.append(page.text)
    assert "more characters" in texts[0]
    assert "plain <b>text</b>" in texts[1]
    assert "in base64" in texts[3]


@given(st.text())
def test_visible_text_hides_nothing_and_is_said_once(text: str) -> None:
    shown = visible(text)
    shown.encode()
    assert visible(shown) == shown
    assert visible(text + "\ud800") == shown + "\\ud800"
    assert all(c.isprintable() or c in "\n\t\r" or ord(c) > 0x7F for c in shown)


@given(st.text(st.characters()), st.integers(0, 100))
def test_texts_are_shortened_and_carried_in_links(text: str, most: int) -> None:
    assert len(short(text, most)) <= most + 1
    assert in_query(text).isascii()
    assert json.loads(as_json({text: [text]})) == {text: [text]}
    assert cut(text) == text


@given(st.integers(0, 10**15))
def test_lengths_of_time_are_said_in_at_most_two_units(length: int) -> None:
    words = duration(length).split()
    assert len(words) in (2, 4)
    assert float(words[0]) >= 0
