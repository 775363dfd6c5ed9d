"""The recipient runs of one environment, and every index by which they are found."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mock_knock.world.errors import MissingError
from mock_knock.world.instants import Instant
from mock_knock.world.listing import Listing, Listings, Page, PageRequest
from mock_knock.world.recipient_run import RecipientRun
from mock_knock.world.references import RecipientKey


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs a list is to have; None (or an empty tuple) lets all through."""

    workflow: str | None = None
    statuses: tuple[str, ...] = ()
    tenant: str | None = None
    has_errors: bool | None = None
    recipient: RecipientKey | None = None
    starting_at: Instant | None = None
    ending_at: Instant | None = None

    def __call__(self, run: RecipientRun) -> bool:
        return (
            (self.workflow is None or run.workflow.key == self.workflow)
            and (not self.statuses or run.status in self.statuses)
            and (self.tenant is None or run.tenant == self.tenant)
            and not self.has_errors
            and (self.recipient is None or run.recipient == self.recipient)
            and (self.starting_at is None or run.inserted_at >= self.starting_at)
            and (self.ending_at is None or run.inserted_at <= self.ending_at)
        )


class RecipientRuns:
    """Every run. A list costs what its narrowest index holds.

    `retention`: how long runs are kept, if they have ended (Knock docs: data retention).
    """

    __slots__ = (
        "_ageing",
        "_by_id",
        "_by_recipient",
        "_by_status",
        "_by_tenant",
        "_by_workflow",
        "_newest",
        "_overdue",
        "_retention",
        "_started_at",
        "_waiting",
    )

    def __init__(self, retention: Instant) -> None:
        self._retention = retention
        self._by_id: dict[str, RecipientRun] = {}
        # The ids of all, oldest first, but for those that wait although their time is over.
        self._ageing: deque[str] = deque()
        self._overdue: set[str] = set()
        # When each run there ever was began: its place is its number, counted from 1.
        self._started_at = array("q")
        self._newest: Listing[RecipientRun] = Listing()
        self._by_workflow: Listings[str, RecipientRun] = Listings()
        self._by_recipient: Listings[RecipientKey, RecipientRun] = Listings()
        self._by_tenant: Listings[str, RecipientRun] = Listings()
        # By the status in which a run rests: it is `processing` only while it is carried out.
        self._by_status: Listings[str, RecipientRun] = Listings()
        # Those that have not ended, by workflow and cancellation key.
        self._waiting: dict[tuple[str, str], dict[str, RecipientRun]] = {}

    @property
    def started(self) -> int:
        """How many runs there ever were: the last place that was given away."""
        return len(self._started_at)

    def rows(self) -> Iterator[RecipientRun]:
        """Every run, in the order of their start."""
        return self._newest.rows()

    def find(self, id: str) -> RecipientRun | None:
        """One run, None when there is none (any more)."""
        return self._by_id.get(id)

    def put_back(self, runs: Iterable[RecipientRun], started: int) -> None:
        """Take over what a snapshot had, by place and instant; events come with the timeline."""
        for run in runs:
            gap = run.place - len(self._started_at)
            # Those that are gone in between began by then: no span of time shows more.
            self._started_at.extend(array("q", (run.inserted_at,)) * gap)
            self._add(run)
        last = self._started_at[-1] if self._started_at else 0
        self._started_at.extend(array("q", (last,)) * (started - len(self._started_at)))

    @property
    def next_place(self) -> int:
        """The place of the next run to be added."""
        return len(self._started_at) + 1

    def add(self, run: RecipientRun) -> None:
        """Let there be a run, `queued`."""
        self._started_at.append(run.inserted_at)
        self._add(run)

    def came_to_rest(self, run: RecipientRun, before: str) -> None:
        """List a run, which was `before`, under its status; let go of one that has ended."""
        if run.status != before:
            self._by_status.remove(before, run)
            self._by_status.add(run.status, run)
        if run.id in self._overdue and not run.waits:
            self._overdue.discard(run.id)
            self._ageing.appendleft(run.id)
        if run.cancellation_key is not None and not run.waits:
            place = run.workflow.key, run.cancellation_key
            waiting = self._waiting[place]
            del waiting[run.id]
            if not waiting:
                del self._waiting[place]

    def expire(self, now: Instant) -> None:
        """Remove what has ended and is no longer kept."""
        while self._ageing:
            run = self._by_id.get(self._ageing[0])
            if run is not None:
                if run.inserted_at >= now - self._retention:
                    return
                if run.waits:
                    self._overdue.add(run.id)
                else:
                    self.remove(run)
            self._ageing.popleft()

    def remove(self, run: RecipientRun) -> None:
        """Let a run that has ended be gone."""
        del self._by_id[run.id]
        self._newest.remove(run.place)
        self._by_workflow.remove(run.workflow.key, run)
        self._by_recipient.remove(run.recipient, run)
        self._by_status.remove(run.status, run)
        if run.tenant is not None:
            self._by_tenant.remove(run.tenant, run)

    def waiting(self, workflow_key: str, cancellation_key: str) -> list[RecipientRun]:
        """The runs that can be cancelled under that key."""
        found = self._waiting.get((workflow_key, cancellation_key), {})
        return [run for run in found.values() if run.waits]

    def of(self, recipient: RecipientKey) -> list[RecipientRun]:
        """The runs of a recipient, oldest first."""
        return list(self._by_recipient.get(recipient).rows())

    def get(self, id: str) -> RecipientRun:
        """One run. Raises MissingError."""
        run = self._by_id.get(id)
        if run is None:
            raise MissingError(
                f"There is no workflow recipient run {id!r} in this environment: list the runs "
                "to see their ids (the id that a trigger answers is the workflow_run_id)"
            )
        return run

    def page(self, wanted: PageRequest, keep: RunFilter) -> Page[RecipientRun]:
        """One page of the runs that `keep` lets through, newest first."""
        if keep.has_errors:  # no run here ever has any
            return Page([], None, None, wanted.size)
        listings = [self._newest]
        if keep.recipient is not None:
            listings.append(self._by_recipient.get(keep.recipient))
        if keep.workflow is not None:
            listings.append(self._by_workflow.get(keep.workflow))
        if keep.tenant is not None:
            listings.append(self._by_tenant.get(keep.tenant))
        if len(keep.statuses) == 1:
            listings.append(self._by_status.get(keep.statuses[0]))
        first, last = keep.starting_at, keep.ending_at
        return min(listings, key=len).page(
            wanted,
            newest_first=True,
            keep=keep,
            low=0 if first is None else bisect_left(self._started_at, first) + 1,
            high=None if last is None else bisect_right(self._started_at, last),
        )

    def _add(self, run: RecipientRun) -> None:
        self._by_id[run.id] = run
        self._ageing.append(run.id)
        self._newest.add(run.place, run)
        self._by_workflow.add(run.workflow.key, run)
        self._by_recipient.add(run.recipient, run)
        self._by_status.add(run.status, run)
        if run.tenant is not None:
            self._by_tenant.add(run.tenant, run)
        if run.cancellation_key is not None and run.waits:
            place = run.workflow.key, run.cancellation_key
            self._waiting.setdefault(place, {})[run.id] = run
