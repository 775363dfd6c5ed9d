"""The server in Prometheus' form. Made when it is asked for, from what is counted anyway.

Only how long answers took is listened for, from the first time somebody asks; the client library
is not even loaded before.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from mock_knock.api.environments import ApiEnvironment
from mock_knock.api.journal import JournalEntry
from mock_knock.api.service import Service
from mock_knock.api.tally import Call, kind_of
from mock_knock.version import __version__
from mock_knock.world.events import Event

BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 10.0)
"""Upper bounds of the durations that are told apart, in seconds."""


class Metrics(Collector):
    """The metrics of one server, those of all its environments together."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._buckets = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        service.environments.watch(self._heard)

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """The text, in the form that the Accept header wants, and its content type."""
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type

    def collect(self) -> Iterator[Metric]:
        """Every metric as it stands."""
        info = GaugeMetricFamily("mock_knock_info", "The server's version.", labels=["version"])
        info.add_metric([__version__], 1)
        yield info
        yield from self._counted()
        yield from self._bulk_operations()
        yield self._durations()
        yield from self._sizes()

    def _counted(self) -> Iterator[Metric]:
        environments = self._service.environments
        calls: Counter[Call] = Counter(environments.departed.requests)
        events = Counter(environments.departed.events)
        for environment in environments:
            calls.update(environment.tally.requests)
            events.update(environment.world.events.counts)
        requests = CounterMetricFamily(
            "mock_knock_requests", "Requests that were answered.", labels=["operation", "status"]
        )
        for (operation_id, status), count in calls.items():
            requests.add_metric([operation_id or "", str(status)], count)
        yield requests
        every = CounterMetricFamily("mock_knock_events", "Events by kind.", labels=["kind"])
        messages = CounterMetricFamily(
            "mock_knock_messages", "Messages that came to a status.", labels=["status"]
        )
        faults = CounterMetricFamily("mock_knock_faults", "Faults that came up.", labels=["kind"])
        for kind, count in events.items():
            every.add_metric([kind], count)
            family, _, rest = kind.partition(".")
            if family == "message":
                messages.add_metric([rest], count)
            elif family == "fault":
                faults.add_metric([rest], count)
        yield from (every, messages, faults)

    def _bulk_operations(self) -> Iterator[Metric]:
        states: Counter[tuple[str, str]] = Counter()
        rows: Counter[tuple[str, str]] = Counter()
        for environment in self._service.environments:
            for operation in environment.world.bulk_operations:
                name, failed = kind_of(operation), len(operation.error_items)
                states[name, operation.status] += 1
                rows[name, "failed"] += failed
                rows[name, "succeeded"] += operation.processed - failed
                rows[name, "waiting"] += operation.total - operation.processed
        for metric, text, label, counts in (
            ("mock_knock_bulk_operations", "Bulk operations there are.", "state", states),
            ("mock_knock_bulk_operation_rows", "Rows of the operations there are.", "state", rows),
        ):
            family = GaugeMetricFamily(metric, text, labels=["name", label])
            for labels, count in counts.items():
                family.add_metric(labels, count)
            yield family

    def _durations(self) -> Metric:
        bounds = [*map(str, BUCKETS), "+Inf"]
        family = HistogramMetricFamily(
            "mock_knock_request_duration_seconds",
            "From a request's head to its answer, since metrics were first asked for.",
        )
        counts = list(zip(bounds, accumulate(self._buckets), strict=True))
        family.add_metric([], counts, self._seconds)
        return family

    def _sizes(self) -> Iterator[Metric]:
        environments = list(self._service.environments)
        for name, text, value in (
            ("environments", "Environments there are.", len(environments)),
            (
                *("journal_entries", "Requests that journals keep."),
                sum(len(environment.journal) for environment in environments),
            ),
            (
                *("journal_bytes", "Bytes of the bodies that journals keep."),
                sum(environment.journal.weight for environment in environments),
            ),
            (
                *("events_kept", "Events that are kept."),
                sum(len(environment.world.events) for environment in environments),
            ),
            ("followers", "Who follows events or waits for some.", len(self._service.following)),
        ):
            yield GaugeMetricFamily(f"mock_knock_{name}", text, value=value)

    def _heard(self, environment: ApiEnvironment, event: Event) -> None:
        entry = event.data
        if event.kind == "answer" and isinstance(entry, JournalEntry):
            self._buckets[bisect_left(BUCKETS, entry.seconds)] += 1
            self._seconds += entry.seconds
