"""Idempotency keys: whether another run, of other users, would send the same one again."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.explore.engine import Engine
from contract_tests.explore.knock import Event
from contract_tests.explore.record import Record, Verdict
from contract_tests.surface import Role

RULE = "idempotency-key-reused"


def key_of(event: Event) -> str:
    """The key of a trigger; empty where it has none."""
    return event.request.header("Idempotency-Key") or ""


def reused_within(record: Record) -> Iterator[Verdict]:
    """Triggers of one run that have the key of an earlier one and say something else."""
    triggers = [(n, e) for n, e in enumerate(record.events) if e.role is Role.TRIGGER]
    for at, (n, event) in enumerate(triggers):
        for _, earlier in triggers[:at]:
            same_key = key_of(event) and key_of(event) == key_of(earlier)
            url, content = event.request.url, event.request.content
            if same_key and url == earlier.request.url and content != earlier.request.content:
                yield Verdict(
                    RULE,
                    "error",
                    f"triggered with the Idempotency-Key {key_of(event)!r} of an earlier trigger "
                    "that said something else: Knock refuses that, or notifies nobody",
                    record.places[n],
                )


def reused_by_another_run(engine: Engine) -> list[Verdict]:
    """Keys that the usual run shares with a run of other users and other figures."""
    if engine.other is None:
        return []
    one, _ = engine.run()
    two, _ = engine.other.run()
    if [e.request.content for e in one.events] == [e.request.content for e in two.events]:
        return []  # nothing that is sent hangs on the inputs
    keys = {(e.request.url, key_of(e)) for e in two.events if e.role is Role.TRIGGER}
    return [
        Verdict(
            RULE,
            "error",
            f"a run of other users sends the same Idempotency-Key {key_of(event)!r}: Knock refuses "
            "it within 24 hours, or notifies nobody",
            one.places[n],
        )
        for n, event in enumerate(one.events)
        if event.role is Role.TRIGGER
        and key_of(event)
        and (event.request.url, key_of(event)) in keys
    ]
