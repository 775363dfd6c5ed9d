"""The curl lines of a finding can be run by a stranger, and show the same again."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator

import pytest

from contract_tests.checking.curl import curl_lines, worth_showing
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.exchange import Exchange
from contract_tests.checking.profile import QUICK
from contract_tests.checking.target import MockTarget
from contract_tests.lifecycle.kinds import IdentifyUsers
from contract_tests.lifecycle.operation import Operation
from contract_tests.mutants.servers.bulk_answers import wrong_name
from contract_tests.mutants.servers.catalogue import broken_servers
from contract_tests.mutants.servers.score import behind, catch
from contract_tests.mutants.servers.serving import BrokenHttpServer


@pytest.fixture
def broken_url() -> Iterator[str]:
    """A broken server that listens: every operation has a wrong name."""
    server = BrokenHttpServer(wrong_name)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.url
    server.close()
    thread.join()


def bash(lines: list[str], **environment: str) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(lines)],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_lines_of_a_finding_show_it_again(broken_url: str, mock_target: MockTarget) -> None:
    caught = catch(broken_servers()["wrong_name"], mock_target)
    assert caught.finding is not None
    lines = [f"base={broken_url}", *caught.finding.curl[1:]]
    assert '"name":"bulk_operation"' in bash(lines, KNOCK_API_KEY="sk_stranger").replace(" ", "")


def test_made_up_ids_are_taken_from_the_answers(broken_url: str, mock_target: MockTarget) -> None:
    with Examiner(mock_target, QUICK, 1).scene() as scene:
        operation = Operation(scene, IdentifyUsers(), ["it's", 'a "b" $c `d`'], "mark")
        operation.follow_progress_path()
        operation.read()
    lines = curl_lines(scene.exchanges, broken_url)
    assert operation.id not in "\n".join(lines[-2:])
    told = bash(lines, KNOCK_API_KEY="sk_of_a_stranger")
    ids = re.findall(r'"id": ?"([0-9a-f-]{36})"', told)
    assert len(ids) == 3
    assert set(ids) != {operation.id}


def test_no_key_is_in_the_lines(mock_target: MockTarget) -> None:
    examiner = Examiner(mock_target, QUICK, 1)
    with examiner.scene() as scene:
        scene.get("/v1/users")
        scene.get("/v1/users", headers={"authorization": f"Token {scene.keys.secret}"}, key=None)
        scene.get("/v1/users", key="KNOCK_OTHER_API_KEY")
    text = "\n".join(curl_lines(scene.exchanges, "http://x"))
    assert scene.keys.secret not in text
    assert "Token $KNOCK_API_KEY" in text
    assert "$KNOCK_OTHER_API_KEY" in text


def test_a_query_and_a_body_survive_the_shell(broken_url: str) -> None:
    body = json.dumps({"name": 'it\'s "x" $HOME `id` \\ ü'}, ensure_ascii=False).encode()
    headers = {"content-type": "application/json"}
    put = Exchange("PUT", "/v1/users/a%20b", headers, body, "KNOCK_API_KEY", 200, {}, b"{}")
    told = bash(curl_lines([put], broken_url), KNOCK_API_KEY="sk_a")
    assert json.loads(told)["name"] == 'it\'s "x" $HOME `id` \\ ü'


def test_a_broken_server_leaves_the_control_plane_alone(mock_target: MockTarget) -> None:
    target = behind(mock_target, wrong_name)
    with Examiner(target, QUICK, 1).scene() as scene:
        assert scene.control("GET", "/status").status == 200


REPEATED = (
    "bad_json_is_nothing", "unknown_audiences_are_empty", "basic_will_do", "the_good_half_is_done",
    "too_many_recipients_are_cut_off", "public_keys_may_delete", "any_key_is_the_same",
    "all_keys_are_one", "one_limit_for_all", "keys_in_the_query_count", "basic_credentials_count",
)  # fmt: skip


@pytest.mark.parametrize("name", REPEATED)
def test_findings_are_repeated_by_pasting_their_lines(name: str, mock_target: MockTarget) -> None:
    caught = catch(broken_servers()[name], mock_target)
    assert caught.finding is not None
    server = BrokenHttpServer(broken_servers()[name].handle)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    lines = [*caught.finding.exports, *caught.finding.curl]
    lines = [line.replace("=sk_...", "=sk_a_stranger_s") for line in lines]
    lines = [re.sub(r"^base=.*", f"base={server.url}", line) for line in lines]
    last = lines[-1].replace("curl -sS", "curl -w '\\n%{http_code}' -sS", 1)
    try:
        told = bash([*lines[:-1], last])
    finally:
        server.close()
        thread.join()
    assert told.splitlines()[-1] == str(caught.finding.exchanges[-1].status)


def test_bytes_that_are_no_text_are_sent_again(broken_url: str) -> None:
    body = b'{"name": "\xff\xfe it\'s 100% \\ \x00"}'
    headers = {"content-type": "application/json"}
    put = Exchange("PUT", "/v1/users/a", headers, body, "KNOCK_API_KEY", 400, {}, b"{}")
    line = curl_lines([put], broken_url)[-1]
    sent = bash([f"{line.partition('| curl')[0]} | od -An -v -tx1"])
    assert bytes.fromhex(sent) == body
    told = json.loads(bash(curl_lines([put], broken_url), KNOCK_API_KEY="sk_a"))
    assert told["status"] == 400


def test_what_makes_a_mock_ready_is_shown_where_it_matters(mock_target: MockTarget) -> None:
    control = Exchange("PUT", "/_mock_knock/clock", {}, b"{}", "KNOCK_API_KEY", 200, {}, b"{}")
    read = Exchange("GET", "/v1/users/a", {}, b"", "KNOCK_API_KEY", 200, {}, b"{}")
    bulk = Exchange("POST", "/v1/users/bulk/delete", {}, b"{}", "KNOCK_API_KEY", 200, {}, b"{}")
    assert worth_showing([control], [read]) == [read]
    assert worth_showing([control], [bulk]) == [control, bulk]


def test_keys_are_named_before_they_are_used(mock_target: MockTarget) -> None:
    caught = catch(broken_servers()["public_keys_may_delete"], mock_target)
    assert caught.finding is not None
    named = [line.partition("=")[0] for line in caught.finding.exports]
    assert named == ["export KNOCK_API_KEY", "export KNOCK_PUBLIC_KEY"]
