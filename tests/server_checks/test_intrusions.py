"""Every operation of the documents is asked for another environment's things."""

from __future__ import annotations

from contract_tests.checking.documents import the_documents
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.profile import QUICK
from contract_tests.checking.target import MockTarget
from contract_tests.resources.estate import TENANTS, Holder, pieces_of, stock_up
from contract_tests.resources.intrusion import NOT_TRIED, THING, VICTIM, intrusions, request


def test_every_operation_is_tried_with_ids_of_the_other_environment(
    mock_target: MockTarget,
) -> None:
    operations = the_documents().operations
    tried = {intrusion.operation.id for intrusion in intrusions(operations)}
    assert tried | set(NOT_TRIED) == {operation.id for operation in operations}
    with Examiner(mock_target, QUICK, 1).scene() as scene:
        pieces = pieces_of([VICTIM, THING, Holder("ann", TENANTS)])
        stock = stock_up(scene, pieces, "kept")
        stock.note("operations", "an-operation")
        for intrusion in intrusions(operations):
            made = request(scene, stock, intrusion)
            assert made is not None, intrusion.name
            path, body, _ = made
            assert the_documents().find(intrusion.operation.method, path) is intrusion.operation
            declared = intrusion.operation.schema.definition.raw.get("requestBody", {})
            assert body is not None or not declared.get("required"), intrusion.name
