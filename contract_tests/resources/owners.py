"""Lists that belong to somebody have nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from contract_tests.checking.check import Check, add_check
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene
from contract_tests.resources.deletions import concerns, everything, is_followed
from contract_tests.resources.estate import Holder, Piece, stock_up
from contract_tests.resources.narrowing import narrow
from contract_tests.resources.portrait import portray, rows_of
from contract_tests.rules import resources as rules

_OF_SOMEBODY = ("recipient", "user_id", "object")


def _attempt(scene: Scene, pieces: Sequence[Piece]) -> None:
    """Make the pieces, whose ids and collections are alike, and look through all lists."""
    stock = stock_up(scene, pieces, "listed-here")
    holders = list(dict.fromkeys(piece.holder for piece in pieces))
    for path, shown in portray(scene, stock.watched).items():
        strangers = list(_strangers(scene, holders, path, shown))
        told = f"GET {path} shows what is somebody else's: {str(strangers[:1])[:200]}"
        place = scene.examiner.documents.find("GET", path.partition("?")[0])
        scene.require(rules.LIST_OWN_ROWS, not strangers, told, place.id if place else path)


def _strangers(
    scene: Scene, holders: Sequence[Holder], path: str, shown: Any
) -> Iterator[dict[str, Any]]:
    """The rows of a list that are not of the collection, or the holder, whose list it is."""
    collection = path.split("/")[3] if path.startswith("/v1/objects/") else ""
    owner = next((one for one in holders if path.startswith(f"{one.path(scene)}/")), None)
    for row in rows_of(shown):
        if owner is None:
            if collection and row.get("collection", collection) != collection:
                yield row
        elif any(row.get(name) is not None for name in _OF_SOMEBODY) and not (
            concerns(scene, owner, row) or is_followed(scene, owner, row)
        ):
            yield row


def _run(examiner: Examiner) -> None:
    narrow(examiner, everything(), _attempt)


add_check(
    Check(
        "resources", "lists of somebody have nothing of anybody else's",
        (rules.LIST_OWN_ROWS,), (), _run,
    )
)  # fmt: skip
