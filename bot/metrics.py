"""What the program counts, for Prometheus; a registry of its own, so that a test can have two."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_TURN_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The program's metrics."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.up = self._gauge("bot_up", "1 while the program serves.")
        self.turns = self._counter("bot_turns", "Activities answered.", "type", "result")
        self.turn_seconds = Histogram(
            "bot_turn_seconds",
            "Time of a turn, from the checked request to the answer.",
            buckets=_TURN_BUCKETS,
            registry=self.registry,
        )
        self.refusals = self._counter(
            "bot_requests_refused", "Requests to the endpoint that were not let in.", "code"
        )
        self.outbox_rows = self._gauge("bot_outbox_rows", "Outbox rows, by state.", "state")
        self.outbox_oldest_due_seconds = self._gauge(
            "bot_outbox_oldest_due_seconds", "How long the oldest due row has waited."
        )
        self.outbox_denied_rows = self._gauge(
            "bot_outbox_denied_rows",
            "Pending rows that Graph last answered with 401 or 403: a permission is missing.",
        )
        self.next_reminder = self._gauge(
            "bot_outbox_next_reminder_timestamp_seconds",
            "When the next reminder is due (Unix time); 0 where there is none.",
        )
        self.upkeep_at = self._gauge(
            "bot_upkeep_timestamp_seconds",
            "Up to when this worker has seen to what ran out (Unix time); 0 before the first time.",
        )
        self.invariants_broken = self._gauge(
            "bot_invariants_broken",
            "Records that break what always holds, at the last hourly look (20 at most).",
            "invariant",
        )
        self.graph_calls = self._counter(
            "bot_graph_calls", "Calls of Microsoft Graph.", "operation", "result"
        )
        self.subscription_expires_at = self._gauge(
            "bot_graph_subscription_expires_timestamp_seconds",
            "Until when Graph tells of changes in the mailbox (Unix time); 0 where it does not.",
        )
        self.reconciled_at = self._gauge(
            "bot_graph_reconciled_timestamp_seconds",
            "When the mailbox was last compared with the records (Unix time); 0 before that.",
        )
        self.connector_calls = self._counter(
            "bot_connector_calls", "Calls of Teams' Connector.", "operation", "result"
        )
        self.up.set(1)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(name, meaning, labels, registry=self.registry)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(name, meaning, labels, registry=self.registry)

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)
