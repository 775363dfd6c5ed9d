"""What is wrong with a snapshot: where, as a JSON pointer (RFC 6901), and what it must be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from mock_knock.world.errors import WorldError

Path = tuple[str | int, ...]
"""The way to a value in the document: names of fields, positions in lists."""


@dataclass(frozen=True, slots=True)
class SnapshotFault:
    """One fault: the JSON pointer of the value (empty for the whole), and a sentence about it."""

    pointer: str
    message: str


class SnapshotError(ValueError):
    """Raised for a snapshot that is refused; nothing has changed then.

    Its text has a line for each fault: `/users/ellie/place must be a whole number`.
    """

    def __init__(self, faults: Sequence[SnapshotFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            "\n".join(f"{fault.pointer or 'the snapshot'} {fault.message}" for fault in self.faults)
        )


def pointer(path: Path) -> str:
    """The JSON pointer of a value."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def refused(path: Path, message: str) -> SnapshotError:
    """The refusal of one value; `message` goes on after its pointer."""
    return SnapshotError([SnapshotFault(pointer(path), message)])


@contextmanager
def reading(*path: str | int) -> Iterator[None]:
    """A block that reads the value at `path`; what the world refuses there becomes a fault."""
    try:
        yield
    except SnapshotError:
        raise
    except WorldError as error:
        raise refused(path, f"cannot be: {error.message}") from None
    except (ValueError, OverflowError) as error:
        raise refused(path, f"cannot be: {error}") from None
