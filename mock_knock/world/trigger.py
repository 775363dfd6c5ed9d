"""One trigger of a workflow: what set it off, and what all of its runs share."""

from __future__ import annotations

from dataclasses import dataclass

from mock_knock.world.references import RecipientKey


@dataclass(frozen=True, slots=True)
class TriggerSource:
    """What set a trigger off, as Knock's `trigger_source` names it: `api`, `schedule`, ..."""

    type: str = "api"
    schedule_id: str | None = None
    audience_key: str | None = None

    @property
    def fans_out(self) -> bool:
        """Whether objects stand for their subscribers too (Knock docs: not in schedules)."""
        return self.type != "schedule"


BY_API = TriggerSource()


@dataclass(frozen=True, slots=True)
class Trigger:
    """What all runs of one trigger share."""

    actor: RecipientKey | None
    tenant: str | None
    cancellation_key: str | None
    source: TriggerSource
    sandbox: bool = False
    skip_delay: bool = False
