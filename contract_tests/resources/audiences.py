"""Members of audiences: once for each tenant, until they are removed from just that."""

from __future__ import annotations

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import check
from contract_tests.checking.scene import Scene
from contract_tests.rules import resources as rules

SUITE = "resources"
_NEEDS = (Capability.STRAY_WRITES,)
Member = tuple[str, str | None]


def _body(scene: Scene, members: list[Member]) -> dict[str, object]:
    return {
        "members": [
            {"user": {"id": scene.id(user)}, **({"tenant": scene.id(tenant)} if tenant else {})}
            for user, tenant in members
        ]
    }


def _listed(scene: Scene, path: str) -> list[Member]:
    entries = scene.ok(scene.get(path))["entries"]
    return sorted(
        (
            (
                entry["user_id"].removeprefix(scene.prefix),
                entry["tenant"].removeprefix(scene.prefix) if entry["tenant"] else None,
            )
            for entry in entries
        ),
        key=str,
    )


def _same(scene: Scene, path: str, expected: list[Member], place: str) -> None:
    found = _listed(scene, path)
    told = f"members, by user and tenant: {found}, and should be {sorted(expected, key=str)}"
    scene.require(rules.AUDIENCE_KEPT, found == sorted(expected, key=str), told, place)


@check(SUITE, rules.AUDIENCE_KEPT, needs=_NEEDS)
def members_of_an_audience_are_kept(scene: Scene) -> None:
    path = f"/v1/audiences/{scene.id('early')}/members"
    other = f"/v1/audiences/{scene.id('late')}/members"
    known: list[Member] = [("a", None), ("a", "acme"), ("a", "ingen"), ("b", "acme"), ("c", None)]
    for one in (path, other):
        for some, so_far in ((known[:2], known[:2]), (known[2:], known), (known, known)):
            body = _body(scene, some)
            scene.ok(scene.post(one, body, params={"create_audience": "true"}))
            _same(scene, one, so_far, "addAudienceMembers")
    joined = {str(e["user_id"]): e["added_at"] for e in scene.ok(scene.get(path))["entries"]}
    left = list(known)
    going: list[list[Member]] = [[("a", "acme")], [("a", None)], [("b", "acme"), ("c", None)]]
    for gone in going:
        scene.ok(scene.delete(path, _body(scene, gone)))
        left = [member for member in left if member not in gone]
        _same(scene, path, left, "removeAudienceMembers")
    scene.ok(scene.delete(path, _body(scene, [("a", "acme"), ("b", None)])))
    _same(scene, path, left, "removeAudienceMembers")
    _same(scene, other, known, "removeAudienceMembers")
    again = {str(e["user_id"]): e["added_at"] for e in scene.ok(scene.get(other))["entries"]}
    told = f"the ids of those who joined were {sorted(joined)}, and are {sorted(again)}"
    scene.require(rules.AUDIENCE_KEPT, joined.keys() == again.keys(), told)


@check(SUITE, rules.AUDIENCE_KEPT, needs=_NEEDS)
def members_show_their_users(scene: Scene) -> None:
    path = f"/v1/audiences/{scene.id('early')}/members"
    for name in ("a", "b"):
        scene.ok(scene.put(f"/v1/users/{scene.id(name)}", {"name": f"The {name}", "plan": name}))
    scene.ok(
        scene.post(
            path, _body(scene, [("a", None), ("b", None)]), params={"create_audience": "true"}
        )
    )
    for entry in scene.ok(scene.get(path))["entries"]:
        user = scene.ok(scene.get(f"/v1/users/{entry['user_id']}"))
        told = f"the member {entry['user_id']} shows {entry['user']}, and the user is {user}"
        scene.require(rules.AUDIENCE_KEPT, entry["user"] == user, told)
