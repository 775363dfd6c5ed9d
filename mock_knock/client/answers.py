"""The answers of the control plane, as its document describes them. Times are ISO 8601 texts."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

ClockMode = Literal["real", "scaled", "manual"]
OperationStatus = Literal["queued", "processing", "completed", "failed"]
Order = Literal["oldest", "newest"]


class Clock(TypedDict):
    """A clock; `scale` is how many seconds pass in one second of the host."""

    now: str
    mode: ClockMode
    scale: float


class PlanAnswer(TypedDict):
    """Every field of a plan; see `mock_knock.Plan`."""

    progress: str
    queue_for: float
    rows_per_second: float
    duration: float | None
    reads: int
    failing_ids: list[str]
    failing_positions: list[int]
    failing_fraction: float
    outcome: str
    stop_in: str
    after_rows: int | None
    after_fraction: float | None


class NamedPlan(TypedDict):
    """A plan, and the name or pattern of the operations that it is for."""

    name: str
    plan: PlanAnswer


class AllPlans(TypedDict):
    """Every plan of an environment, in the order in which they are consulted."""

    next: list[NamedPlan]
    rules: list[NamedPlan]
    magic_ids: bool
    default: PlanAnswer


BulkOperation = dict[str, Any]
"""A bulk operation in Knock's own form."""


class BulkOperationPage(TypedDict):
    """A page of bulk operations; `after` asks for the next one, None on the last."""

    items: list[BulkOperation]
    total: int
    after: str | None


class Row(TypedDict):
    """One row of a bulk operation; `id` is None where it is not known any more."""

    position: int
    id: str | None
    state: Literal["pending", "done", "failed"]
    will_fail: bool


class BulkOperationDetails(TypedDict):
    """A bulk operation with its plan, why it has that, and its rows."""

    operation: BulkOperation
    plan: PlanAnswer
    plan_reason: Literal["request", "next", "rule", "magic_ids", "default", "control"]
    reads: int
    expected_start_at: str | None
    expected_end_at: str | None
    rows: list[Row]


class Status(TypedDict):
    """What an environment holds."""

    version: str
    clock: Clock
    users: int
    bulk_operations: int
    next_event_at: str | None


class LastRequest(TypedDict):
    """The latest request of a client."""

    at: str
    method: str
    path: str
    status: int


class EnvironmentAnswer(TypedDict):
    """An environment of the server, seen from outside."""

    id: str
    label: str
    clock: Clock
    counts: dict[str, int]
    next_event_at: str | None
    last_request: LastRequest | None


class EnvironmentClock(TypedDict):
    """The clock of one environment."""

    id: str
    label: str
    clock: Clock


class ClockToCome(TypedDict):
    """How the clocks of environments to come start."""

    mode: ClockMode
    scale: float
    start: str | None


class ServerClocks(TypedDict):
    """The clocks of all environments."""

    environments: list[EnvironmentClock]
    to_come: ClockToCome


class FaultAnswer(TypedDict):
    """A fault rule, and how many requests it has matched and struck."""

    id: str
    match: dict[str, Any]
    enabled: bool
    skip: int
    times: int | None
    probability: float
    seed: str
    latency: dict[str, Any] | None
    status: dict[str, Any] | None
    connection: dict[str, Any] | None
    body: dict[str, Any] | None
    carried_out: bool | None
    matched: int
    struck: int


class PageInfo(TypedDict):
    """Where a page ends: `after` asks for the next one, None on the last."""

    after: str | None
    page_size: int


class RequestPage(TypedDict):
    """A page of requests; `kept` is how many the journal has in all."""

    entries: list[dict[str, Any]]
    page_info: PageInfo
    kept: int


class MatchedRequests(TypedDict):
    """How many requests met the criteria, and the latest of them."""

    count: int
    entries: list[dict[str, Any]]


class EventPage(TypedDict):
    """Events; `oldest` and `last` are the numbers of what is kept, `more` whether some follow."""

    entries: list[dict[str, Any]]
    oldest: int
    last: int
    more: bool


class WebhookAnswer(TypedDict):
    """An endpoint of outbound webhooks; `secret` is masked."""

    id: str
    url: str
    secret: str
    events: list[str]
    enabled: bool
    description: str
    signature_clock: Literal["host", "environment"]


class WebhookDeliveryPage(TypedDict):
    """A page of deliveries; `given_up` counts those that the log had no room for."""

    items: list[dict[str, Any]]
    page_info: dict[str, Any]
    given_up: int
