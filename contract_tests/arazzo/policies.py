"""The choices that Arazzo 1.0.1 leaves open. Every result names the ones it was made under."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

NoneMatched = Literal["stop", "next"]
JsonPathMode = Literal["strict", "lenient"]
BareEmbedding = Literal["on", "off"]
AbsentInput = Literal["omit", "null", "error"]
# Each level takes a handful of Python's own stack frames, of which there are about 1000.
_DEEPEST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """How a run reads what the specification does not settle.

    none_matched: `onSuccess` is there and none of its criteria hold. `stop` ends the run as
        failed; `next` goes on with the next step, as all other runners do.
    jsonpath: `strict` takes RFC 9535 queries only; `lenient` reads other text as the inside of a
        filter, `$[?<text>]`, with `$` and `@` the context itself.
    bare_embedding: `on` substitutes `Bearer $inputs.apiKey`; `off` leaves it as text, as the
        specification has it (only `{$inputs.apiKey}` is an embedded expression).
    absent_input: a member whose expression leads to nothing is omitted, null, or an error.
    revisit_delay: seconds of clock time before a `goto` enters a step that was visited before;
        also the wait before a retry that gives no `retryAfter`.
    max_visits: how often one step may be visited in a run before the run is `stuck`.
    max_seconds: clock seconds after which a run is `stuck`.
    max_depth: how deep workflows may call workflows before the run is `stuck`.
    """

    none_matched: NoneMatched = "stop"
    jsonpath: JsonPathMode = "lenient"
    bare_embedding: BareEmbedding = "on"
    absent_input: AbsentInput = "omit"
    revisit_delay: float = 1.0
    max_visits: int = 1000
    max_seconds: float = 120.0
    max_depth: int = 16

    def __post_init__(self) -> None:
        for name, kind in (
            ("none_matched", NoneMatched),
            ("jsonpath", JsonPathMode),
            ("bare_embedding", BareEmbedding),
            ("absent_input", AbsentInput),
        ):
            if getattr(self, name) not in get_args(kind):
                choices = " or ".join(get_args(kind))
                raise ValueError(f"{name} must be {choices}, not {getattr(self, name)!r}")
        if not (math.isfinite(self.revisit_delay) and self.revisit_delay >= 0):
            raise ValueError("revisit_delay must be 0 or more seconds")
        if not self.max_seconds > 0:
            raise ValueError("max_seconds must be more than 0")
        if self.max_visits < 1:
            raise ValueError("max_visits must be 1 or more")
        if not 1 <= self.max_depth <= _DEEPEST:
            raise ValueError(f"max_depth must be from 1 to {_DEEPEST}")

    @property
    def bare(self) -> bool:
        """Whether expressions without braces are substituted inside text."""
        return self.bare_embedding == "on"

    def to_json(self) -> dict[str, Any]:
        """Name -> value of every policy."""
        return asdict(self)
