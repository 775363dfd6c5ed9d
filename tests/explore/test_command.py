"""`knock-contract flow explore`: tables, JSON, single histories, exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from contract_tests.cli import main
from contract_tests.explore.rules import RULES
from contract_tests.mutants.flows.mutant import Flow, hardened_document, write

from .flows import HARDENED, PUBLISHED


def explore(*args: object, **options: Any) -> Result:
    result = CliRunner().invoke(main, ["flow", "explore", *map(str, args)], **options)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def told(*args: object) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(explore(*args, "--format", "json").stdout)
    return value


def test_the_published_flow_breaks_rules_and_each_can_be_repeated() -> None:
    (exploration,) = told(PUBLISHED)["explorations"]
    findings = {finding["rule"]: finding for finding in exploration["findings"]}
    assert findings.keys() == {
        "notify-failed-rows", "unbounded", "polls-without-wait", "does-not-complete",
        "policy-refuses", "notify-after-failed", "notify-before-completed", "breaks-off",
        "failure-as-success",
    }  # fmt: skip
    assert len(exploration["readings"]) == 48
    for finding in findings.values():
        assert finding["title"] == RULES[finding["rule"]].title
        if finding["history"] is None:
            continue
        options = [f"--policy={name}={value}" for name, value in finding["policies"].items()]
        again = explore(PUBLISHED, "--history", finding["history"], *options)
        assert f"[{finding['rule']}]" in again.stdout
        assert again.exit_code == (finding["level"] == "error" or "error [" in again.stdout)


def test_after_failed_it_notifies_only_where_the_specification_is_read_so() -> None:
    (stop,) = told(PUBLISHED, "--policy", "default")["explorations"]
    (following,) = told(PUBLISHED, "--policy", "none_matched=next")["explorations"]
    rules = [{finding["rule"] for finding in each["findings"]} for each in (stop, following)]
    assert "notify-after-failed" in rules[1] - rules[0]
    assert rules[0] == {"notify-failed-rows", "unbounded"}


def test_one_policy_may_be_fixed_and_the_others_vary() -> None:
    (exploration,) = told(PUBLISHED, "--policy", "all", "--policy", "jsonpath=lenient")[
        "explorations"
    ]
    assert len(exploration["readings"]) == 24
    assert {reading["policies"]["jsonpath"] for reading in exploration["readings"]} == {"lenient"}


def test_the_hardened_flow_is_sound_under_every_reading() -> None:
    result = explore(HARDENED, "--max-histories", "500")
    assert result.exit_code == 0
    assert "no rule is broken" in result.stdout
    assert "500 histories" in result.stdout
    assert "more were known and not run" in result.stdout
    assert "make no difference here: none_matched, jsonpath" in result.stdout


def test_the_table_shows_each_simple_history() -> None:
    lines = explore(PUBLISHED, "--policy", "default").stdout.splitlines()
    cells = {
        line.split("│")[1].strip(): [cell.strip() for cell in line.split("│")[2:-1]]
        for line in lines
        if line.startswith("│")
    }
    assert cells["usual"] == ["completed", "5", "2 s", "2 s", "sound"]
    assert cells["ok.partial"] == ["completed", "3", "0 s", "0 s", "notify-failed-rows"]
    assert cells["ok.failed-early"] == ["failed", "2", "0 s", "no", "sound"]
    assert cells["ok.stuck"][0] == "stuck"
    assert cells["ok.stuck"][-1] == "unbounded"
    assert any(line.startswith("    repeat: --history ok.partial") for line in lines)
    assert any("arazzo.yml:73:5" in line for line in lines)


def test_full_lists_every_history() -> None:
    few = explore(PUBLISHED, "--policy", "default", "--depth", "3")
    full = explore(PUBLISHED, "--policy", "default", "--depth", "3", "--full")
    assert "ok.queued.failed-late " in full.stdout
    assert len(full.stdout.splitlines()) > len(few.stdout.splitlines())
    assert "with more surprises" not in full.stdout


def test_a_single_history_is_told_with_its_requests() -> None:
    result = explore(PUBLISHED, "--history", "ok.failed-early", "--policy", "none_matched=next")
    assert result.exit_code == 1
    assert 'sent     {"recipients": ["user-1", "user-2", "user-3"]}' in result.stdout
    assert "answered 200 [failed-early]" in result.stdout
    assert "error [notify-after-failed] triggered after the operation had failed" in result.stdout
    assert "sk_explore" not in result.stdout
    sound = explore(HARDENED, "--history", "ok.failed-early")
    assert sound.exit_code == 0
    assert "sound: no rule is broken" in sound.stdout


def test_warnings_count_when_strict(tmp_path: Path) -> None:
    flow = Flow(hardened_document())
    del flow.poll["onFailure"][1]
    file = write(flow.document, tmp_path / "polls-on.arazzo.yml")
    few = ("--max-histories", "100")
    assert explore(file, *few).exit_code == 0
    assert explore(file, *few, "--strict").exit_code == 1


def test_inputs_may_be_given(tmp_path: Path) -> None:
    file = tmp_path / "inputs.json"
    given = {"apiKey": "sk_explore", "users": [{"id": "x"}], "recipientIds": ["x"],
             "workflowKey": "w"}  # fmt: skip
    file.write_text(json.dumps(given), encoding="utf-8")
    assert (
        '{"users": [{"id": "x"}]}'
        in explore(PUBLISHED, "--history", "usual", "--inputs", file).stdout
    )
    assert (
        "/v1/workflows/other/trigger"
        in explore(PUBLISHED, "--history", "usual", "--input", "workflowKey=other").stdout
    )


def test_the_report_is_written_beside_the_table(tmp_path: Path) -> None:
    output = tmp_path / "report.json"
    result = explore(HARDENED, "--max-histories", "50", "--output", output)
    assert "no rule is broken" in result.stdout
    written = json.loads(output.read_text(encoding="utf-8"))
    assert written["explorations"][0]["histories"] == 50
    assert "sk_explore" not in output.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["none.arazzo.yml"], "there is no such file"),
        ([PUBLISHED, "--workflow", "other"], "has no workflow 'other', only bulk-identify"),
        ([PUBLISHED, "--policy", "x=y"], "NAME is one of none_matched, jsonpath"),
        ([PUBLISHED, "--policy", "jsonpath=loose"], "jsonpath is lenient or strict"),
        ([PUBLISHED, "--policy", "all", "--policy", "default"], "exclude each other"),
        ([PUBLISHED, "--history", "ok.x"], "answer 2 of the history cannot be 'x'"),
        ([PUBLISHED, "--history", "ok.401.ok"], "the flow asks 2 times only"),
        ([PUBLISHED, "--input", "users"], "--input takes NAME=VALUE"),
        ([PUBLISHED, "--output", "/none/report.json", "--depth", "1"], "cannot be written"),
    ],
)
def test_what_cannot_be_run_is_2_in_one_line(args: list[object], why: str) -> None:
    result = explore(*args)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert why in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("key", ["sk_test_1", "sk_live_1", "anything"])
def test_any_key_will_do(key: str) -> None:
    result = explore(HARDENED, "--history", "usual", "--input", f"apiKey={key}")
    assert result.exit_code == 0, result.output
    assert "no rule is broken" in result.output or "completed" in result.output


def test_waits_that_are_fractions_add_up(tmp_path: Path) -> None:
    flow = Flow(hardened_document())
    for action in flow.poll["onFailure"]:
        if action.get("name") == "bulkStillRunning":
            action["retryAfter"] = 0.01
    file = write(flow.document, tmp_path / "hasty.arazzo.yml")
    assert "retry-after-ignored" not in explore(file, "--max-histories", "300").output


def test_the_table_explains_its_words() -> None:
    lines = explore(HARDENED, "--depth", "2").output.splitlines()
    assert "  unknown: the operation has a status that no document has, 'paused'" in lines
    assert "  cut-before: the request never arrived" in lines
    assert not any(line.startswith("  partial:") for line in explore(
        HARDENED, "--depth", "1").output.splitlines())  # fmt: skip


def test_a_secret_is_told_in_no_format(tmp_path: Path) -> None:
    flow = Flow(hardened_document())
    flow.trigger["parameters"][1]["value"] = "{$inputs.apiKey}-1"
    file = write(flow.document, tmp_path / "leaks.arazzo.yml")
    given = ("--input", "apiKey=sk_test_verysecret", "--max-histories", "30")
    for more in ((), ("--full",), ("--format", "json"), ("--history", "usual")):
        result = explore(file, *given, *more)
        assert result.exit_code == 1
        assert "secret-leaked" in result.output
        assert "verysecret" not in result.output


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "is empty"), ("openapi: 3.0.3\n", "is an OpenAPI document, and no Arazzo document")],
)
def test_another_kind_of_file_is_2(text: str, why: str, tmp_path: Path) -> None:
    file = tmp_path / "x.arazzo.yml"
    file.write_text(text, encoding="utf-8")
    result = explore(file)
    assert result.exit_code == 2
    assert why in result.stderr
