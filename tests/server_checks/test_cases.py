"""Many cases on one ground: each is told of with its own requests, and none hides another."""

from __future__ import annotations

import pytest

from contract_tests.checking.breach import breaches_in
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.profile import QUICK
from contract_tests.checking.target import MockTarget
from contract_tests.protocol.bodies import bad_bodies, limits
from contract_tests.protocol.calls import good_calls
from contract_tests.protocol.ground import lay_ground
from contract_tests.rules import protocol as rules


def two_broken_cases(target: MockTarget) -> None:
    with Examiner(target, QUICK, 1).scene() as scene:
        for name in ("a", "b", "c"):
            with scene.step(name):
                scene.ok(scene.put(f"/v1/users/{name}", {"name": name}))
        for name in ("a", "b"):
            with scene.case():
                scene.get(f"/v1/users/{name}")
                scene.broken(rules.UNKNOWN_THING, name)


def test_every_case_is_told_of_with_the_steps_that_it_mentions(mock_target: MockTarget) -> None:
    with pytest.raises(ExceptionGroup) as raised:
        two_broken_cases(mock_target)
    found = breaches_in(raised.value)
    assert [broken.breaches[0].detail for broken in found] == ["a", "b"]
    shown = [[exchange.target for exchange in broken.exchanges] for broken in found]
    assert shown == [["/v1/users/a"] * 2, ["/v1/users/b"] * 2]


def test_there_is_a_good_call_of_every_operation(mock_target: MockTarget) -> None:
    with Examiner(mock_target, QUICK, 1).scene() as scene:
        calls = good_calls(scene, lay_ground(scene))
    assert len({call.place for call in calls}) == len(scene.examiner.documents.operations) == 118
    bodiless = [c.place for c in calls if c.operation.takes_body and c.body is None]
    assert bodiless == []


def test_limits_and_bad_bodies_come_from_the_documents() -> None:
    most = {(limit.operation, limit.path[-1]): limit.most for limit in limits()}
    assert most["triggerWorkflow", "recipients"] == 1000
    assert most["deleteSchedules", "schedule_ids"] == 100
    assert most["bulkDeleteTenants", "?tenant_ids"] == 1000
    wrong = {bad.wrong for bad in bad_bodies("setTenant", {"name": "x"})}
    assert {"name: 7", "name: True", "the body []"} <= wrong
