"""The checks of the suite `errors`: what does not exist, and what is no good request."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import check
from contract_tests.checking.documents import Operation
from contract_tests.checking.scene import Scene
from contract_tests.protocol.bodies import BadBody, bad_bodies
from contract_tests.protocol.calls import Call, call_of, good_calls, send, spared
from contract_tests.protocol.ground import NOBODY, Ground, lay_ground
from contract_tests.rules import protocol as rules

SUITE = "errors"
_METHODS: Final = ("GET", "PUT", "POST", "DELETE", "PATCH")

_READ: Final = frozenset(
    {
        "getUser", "getObject", "getTenant", "getMessage", "getMessageContents",
        "listMessageEvents", "listMessageActivities", "listMessageDeliveryLogs",
        "getWorkflowRecipientRun", "getBulkOperation", "getUserChannelData",
        "getObjectChannelData", "listAudienceMembers",
    }
)  # fmt: skip
"""What is read by an id; Knock's reference and its browser client count on a 404."""
_UPSERTS: Final = frozenset(
    {
        "identifyUser", "setObject", "setTenant", "setUserChannelData", "setObjectChannelData",
        "updateUserPreferenceSet", "updateObjectPreferenceSet", "addAudienceMembers",
    }
)  # fmt: skip
"""They make what they are about."""
_ANYTHING: Final = re.compile(
    r"(trigger|cancel)Workflow|listObjects|listUserInAppFeedItems|getUserInAppFeedSettings"
    r"|bulk.*|.*Provider.*|(slack|msTeams)Provider.*|update(User|Object)Preference.*"
    r"|.*UserGuide.*"
)
"""They take ids that nothing has, ask somebody else, or are about what no call can make."""
_STRANGE: Final = (
    "é", "日本", "\U0001f600", "a b", "a+b", "a&b=c", "100%", "it's", 'a"b', "a\\b", "a?b", "a:b@c",
    "{id}", "null", "0", "-1",
)  # fmt: skip
_MALFORMED: Final = (
    b"{", b'{"name": "x"', b"name=x", b'{"name": }', b'{"name": "\xff\xfe"}', b"[1, 2",
    b'{"a": 1}}', b"{'name': 'x'}", b"<name>x</name>",
)  # fmt: skip


def _nobody(scene: Scene, ground: Ground, operation: Operation) -> Call:
    """The call about things that there are not, under names that no other call has."""
    name = scene.id(f"no-{operation.id}")
    nothing = Ground(
        user=name, other=ground.other, spare=ground.spare, collection=name, object=name,
        tenant=name, audience=name, workflow=ground.workflow, channel=ground.channel,
        message=name, run=NOBODY, schedule=NOBODY, operation=NOBODY, new=ground.new,
    )  # fmt: skip
    good = call_of(operation, ground)
    return Call(operation, nothing.filled(operation.path), good.params, good.body)


@check(SUITE, rules.UNKNOWN_THING, rules.UNKNOWN_CHANGED, rules.ENVELOPE, rules.REQUEST_ID)
def what_does_not_exist_is_a_404(scene: Scene) -> None:
    ground = lay_ground(scene)
    for call in good_calls(scene, ground):
        skipped = call.place in _UPSERTS or _ANYTHING.fullmatch(call.place)
        if skipped or "{" not in call.operation.path:
            continue
        rule = rules.UNKNOWN_THING if call.place in _READ else rules.UNKNOWN_CHANGED
        unknown = _nobody(scene, ground, call.operation)
        with scene.case():
            answer = send(scene, unknown)
            told = f"answered {answer.status} {answer.exchange.answer_body[:120]!r}"
            scene.require(rule, answer.status == 404, told, call.place)


@check(SUITE, rules.UNKNOWN_THING, rules.NO_SERVER_ERROR)
def ids_may_be_written_in_any_letters(scene: Scene) -> None:
    for id in _STRANGE:
        name = quote(scene.id(id), safe="")
        for path in (f"/v1/users/{name}", f"/v1/objects/{name}/{name}", f"/v1/tenants/{name}"):
            with scene.case():
                answer = scene.get(path)
                told = f"the id {id!r} of nobody answered {answer.status}"
                scene.require(rules.UNKNOWN_THING, answer.status == 404, told)


@check(SUITE, rules.UNKNOWN_CHANGED)
def what_was_deleted_does_not_exist(scene: Scene) -> None:
    ground = lay_ground(scene)
    for path in (
        f"/v1/users/{ground.spare}",
        f"/v1/objects/{ground.collection}/{ground.object}",
        f"/v1/tenants/{ground.tenant}",
    ):
        with scene.case():
            scene.ok(scene.delete(path))
            if scene.target.controlled:
                again = scene.delete(path)
                told = f"deleted twice, the second time answered {again.status}"
                scene.require(rules.UNKNOWN_CHANGED, again.status == 404, told)


@check(SUITE, rules.UNKNOWN_ROUTE, rules.WRONG_METHOD)
def unknown_paths_and_methods_are_refused(scene: Scene) -> None:
    find, operations = scene.examiner.documents.find, scene.examiner.documents.operations
    templates = sorted({operation.path for operation in operations})
    paths = {re.sub(r"\{[^}]+\}", NOBODY, template) for template in templates}
    wrong = {f"{path}/nothing" for path in paths} | {f"{path}/no/thing/at/all" for path in paths}
    wrong |= {"/v1/nothing", "/v2/users", "/v1", "/_stainless_unknown_path", "/v1/user", "/users"}
    known = {path for path in wrong if any(find(method, path) for method in _METHODS)}
    for path in sorted(wrong - known):
        with scene.case():
            answer = scene.get(path)
            told = f"{path}: {answer.status}"
            scene.require(rules.UNKNOWN_ROUTE, answer.status == 404, told)
    for path in sorted(paths):
        for method in _METHODS:
            if find(method, path) is None:
                with scene.case():
                    answer = scene.send(method, path)
                    told = f"{method} {path} answered {answer.status}"
                    scene.require(rules.WRONG_METHOD, answer.status in (404, 405), told)


@check(SUITE, rules.MALFORMED_JSON)
def bodies_that_are_no_json_are_refused(scene: Scene) -> None:
    ground = lay_ground(scene)
    for call in good_calls(scene, ground):
        if not call.operation.takes_body:
            continue
        for content in spared(scene, _MALFORMED):
            with scene.case():
                answer = scene.send(
                    call.operation.method, call.path, content=content, params=call.params
                )
                refused = 400 <= answer.status < 500
                told = f"{content!r} answered {answer.status}"
                scene.require(rules.MALFORMED_JSON, refused, told, call.place)


@check(SUITE, rules.BAD_FIELDS, rules.FIELD_NAMED, rules.ENVELOPE)
def bodies_that_break_the_documents_are_refused(scene: Scene) -> None:
    for call in good_calls(scene, lay_ground(scene)):
        bodies = bad_bodies(call.place, call.body) if call.body is not None else ()
        for bad in spared(scene, bodies):
            with scene.case():
                _is_refused(scene, call, bad)


def _is_refused(scene: Scene, call: Call, bad: BadBody) -> None:
    answer = send(scene, call, body=bad.body)
    told = f"{bad.wrong} answered {answer.status}"
    scene.require(rules.BAD_FIELDS, answer.status in (400, 422), told, call.place)
    if answer.status != 422:
        return
    errors = answer.json.get("errors")
    told = f"{bad.wrong} is wrong, the answer has the errors {errors!r}"
    named = isinstance(errors, list) and any(bad.member in str(e.get("field")) for e in errors)
    scene.require(rules.FIELD_NAMED, named and errors, told, call.place)


@check(SUITE, rules.BAD_FIELDS, needs=(Capability.STRAY_WRITES,))
def queries_without_what_they_need_are_refused(scene: Scene) -> None:
    for call in good_calls(scene, lay_ground(scene)):
        for name in call.operation.required:
            left = tuple(pair for pair in call.params if pair[0].removesuffix("[]") != name)
            with scene.case():
                answer = send(scene, call, params=left)
                told = f"without {name} it answered {answer.status}"
                scene.require(rules.BAD_FIELDS, answer.status in (400, 422), told, call.place)
