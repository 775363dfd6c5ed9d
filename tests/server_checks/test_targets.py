"""What the kit takes a server for, and how it behaves at one that it does not own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import httpx
import pytest

from contract_tests.checking.breach import ServerGoneError
from contract_tests.checking.capability import Capability
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.profile import QUICK
from contract_tests.checking.suites import all_checks
from contract_tests.checking.target import Keys, MockTarget, ServerTarget, find_target
from contract_tests.mutants.servers.planted import Call, changed, shown
from contract_tests.mutants.servers.score import accusations
from mock_knock import (
    ClockSpec,
    InProcessTransport,
    KnockServer,
    Plan,
    Settings,
    WorldSettings,
)

KEYS = Keys("sk_plain", "pk_plain", "sk_other")


@pytest.fixture
def server() -> Iterator[KnockServer]:
    """A mock whose hour is over in a second or so, since a plain server's time cannot be moved."""
    server = KnockServer(Settings(world=WorldSettings(clock=ClockSpec.parse("x5000"))))
    yield server
    server.stop()


@pytest.fixture
def plain(server: KnockServer) -> ServerTarget:
    """That mock without its control plane, as a server that others use too."""
    transport = InProcessTransport(server)
    return ServerTarget("http://plain", KEYS, "run", workflow="welcome", transport=transport)


def test_a_mock_is_known_by_its_control_plane(server: KnockServer) -> None:
    transport = InProcessTransport(server)
    target = find_target("http://x", KEYS, run="r", transport=transport)
    assert isinstance(target, MockTarget)
    first, second = target.open("1"), target.open("2")
    assert len({first.secret, first.other, second.secret, KEYS.secret}) == 4
    without = find_target("http://x", KEYS, run="r", transport=transport, control=False)
    assert isinstance(without, ServerTarget)
    assert find_target("http://x", KEYS, run="r", transport=transport, real=True).real
    assert find_target("https://api.knock.app", KEYS, run="r", transport=transport).real


def test_a_proxy_that_knows_one_key_makes_a_plain_server(server: KnockServer) -> None:
    class OneKey(InProcessTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.headers["authorization"] != f"Bearer {KEYS.secret}":
                return httpx.Response(401)
            return super().handle_request(request)

    target = find_target("http://x", KEYS, run="r", transport=OneKey(server))
    assert isinstance(target, ServerTarget)


def test_nobody_there_is_said(plain: ServerTarget) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(ServerGoneError, match="does not answer"):
        find_target("http://x", KEYS, run="r", transport=httpx.MockTransport(refuse))
    plain.transport = httpx.MockTransport(refuse)
    with pytest.raises(ServerGoneError), Examiner(plain, QUICK, 1).scene() as scene:
        scene.get("/v1/users")


def test_a_plain_server_is_judged_by_what_it_can_be_asked(plain: ServerTarget) -> None:
    examiner = Examiner(plain, QUICK, 1)
    left_out = {}
    for check in all_checks():
        reason = examiner.lacking(check)
        if reason is not None:
            left_out[check.id] = reason
        elif not check.beside and check.suite in ("lifecycle", "errors", "idempotency"):
            examiner.run(check)
    assert [f"{f.rule.id}: {f.detail}" for f in examiner.findings] == []
    assert "idempotency/a key counts for a day" in left_out
    assert all("not so here" in reason for reason in left_out.values())
    assert "lifecycle.plan-kept" in examiner.not_judged


def test_everything_made_has_the_prefix_and_is_removed(
    plain: ServerTarget, server: KnockServer
) -> None:
    def ids(client: httpx.Client, path: str) -> list[str]:
        return [entry["id"] for entry in client.get(path).json()["entries"]]

    headers = {"authorization": f"Bearer {KEYS.secret}"}
    with httpx.Client(
        transport=InProcessTransport(server), base_url="http://x", headers=headers
    ) as client:
        client.put("/v1/users/mine", json={"name": "mine"})
        examiner = Examiner(plain, QUICK, 1)
        for check in all_checks():
            if check.suite in ("resources", "errors") and examiner.lacking(check) is None:
                examiner.run(check)
        made = ids(client, "/v1/users")
        assert len(made) > 10
        assert [id for id in made if not id.startswith("kc-run-")] == ["mine"]
        assert all(id.startswith("kc-run-") for id in ids(client, "/v1/tenants"))
        examiner.close()
        wait_until(lambda: ids(client, "/v1/users") == ["mine"])
        wait_until(lambda: ids(client, "/v1/tenants") == [])
    assert any("deleted again" in note for note in examiner.told)


def wait_until(condition: Callable[[], bool]) -> None:
    """Ask again and again; the server's time runs by itself."""
    for _ in range(20_000):
        if condition():
            return
    raise AssertionError("it did not come to pass")


def test_a_real_environment_is_asked_for_less(server: KnockServer) -> None:
    target = ServerTarget(
        "http://real", KEYS, "run", real=True, transport=InProcessTransport(server)
    )
    for capability in (Capability.STRAY_WRITES, Capability.BULK_SPEED, Capability.WHOLE_LISTS):
        assert target.lacks(capability)
    examiner = Examiner(target, QUICK, 1)
    design = [check for check in all_checks() if check.name.startswith("unknown paths")]
    assert design
    assert not examiner.findings.accusing


def test_a_server_that_fails_now_and_then_is_no_fault_of_the_kit(mock_target: MockTarget) -> None:
    requests = count()

    def now_and_then(call: Call) -> httpx.Response:
        response = call.forward()
        body = shown(response)
        if next(requests) % 23 == 0 and isinstance(body, dict) and "id" in body:
            return changed(response, {**body, "id": [body["id"]]})
        return response

    found = accusations(now_and_then, mock_target)
    assert {"conformance.schema"} <= {finding.rule.id for finding in found}
    assert all(finding.curl for finding in found)


def test_a_mock_with_a_fixtures_file_is_not_accused_of_it() -> None:
    fixtures = {
        "workflows": [{"key": "welcome"}],
        "channels": [{"key": "inbox", "type": "in_app_feed"}],
        "users": [{"id": "declared", "name": "Declared"}],
        "tenants": [{"id": "acme", "name": "Acme"}],
    }
    settings = Settings(
        world=WorldSettings(plan=Plan(progress="manual", outcome="stuck")), fixtures=fixtures
    )
    server = KnockServer(settings)
    transport = InProcessTransport(server)
    for workflow in ("", "welcome"):
        run = f"r{workflow}"
        target = find_target("http://x", KEYS, run=run, workflow=workflow, transport=transport)
        examiner = Examiner(target, QUICK, 1)
        for check in all_checks():
            if examiner.lacking(check) is None and not check.beside:
                examiner.run(check)
        assert [f"{f.rule.id}: {f.detail} {f.check}" for f in examiner.findings] == []
        assert "begin with data" in examiner.not_judged["resources.list-whole"]
        named = "name one by --workflow" in examiner.not_judged.get("idempotency.replayed", "")
        assert named == (not workflow)
