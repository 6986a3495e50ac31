"""What Prometheus may ask: counts and times, nothing of any upload."""

from typing import Protocol

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from twelvelead.web.refusal import Refused

__all__ = ["CONTENT_TYPE", "Metrics", "Queue"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
WINDOWS = (1, 2, 4, 8, 16, 32)


class Queue(Protocol):
    """What is shown of each queue."""

    @property
    def waiting(self) -> int:
        """Requests that wait."""

    @property
    def expected_s(self) -> float:
        """Seconds that the next one would wait."""


class Metrics:
    """Counters of one service, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "twelvelead_requests", "Answers, by path and status.", ["method", "path", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "twelvelead_request_seconds",
            "From the request's head to the answer's end.",
            ["path"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self._windows = Histogram(
            "twelvelead_batch_windows",
            "Windows that were computed together.",
            buckets=WINDOWS,
            registry=self._registry,
        )
        self._refused = Counter(
            "twelvelead_refused_uploads", "Uploads that gave no ECG, by kind.", ["kind"], registry=self._registry
        )
        self._lost = Counter(
            "twelvelead_parsers_lost", "Parser processes that were killed or crashed.", registry=self._registry
        )
        self._waiting = Gauge(
            "twelvelead_waiting", "Requests that wait, by what they wait for.", ["lane"], registry=self._registry
        )
        self._expected = Gauge(
            "twelvelead_expected_wait_seconds",
            "That the next request would wait, by what it waits for.",
            ["lane"],
            registry=self._registry,
        )
        self._turned_away = Counter(
            "twelvelead_turned_away",
            "Requests that were answered with 503, by where there was no room, and why.",
            ["lane", "reason"],
            registry=self._registry,
        )

    def answered(self, method: str, path: str, status: int, seconds: float) -> None:
        """An answer was given to a request of this path template."""
        self._requests.labels(method, path, str(status)).inc()
        self._seconds.labels(path).observe(seconds)

    def computed(self, windows: int) -> None:
        """A batch of so many windows is computed."""
        self._windows.observe(windows)

    def refused(self, kind: str) -> None:
        """An upload gave no ECG."""
        self._refused.labels(kind).inc()
        if kind in ("late", "crashed"):
            self._lost.inc()

    def turned_away(self, refused: Refused) -> None:
        """A request was refused; counted if it was for want of room."""
        if refused.turned_away:
            self._turned_away.labels(*refused.turned_away).inc()

    def watch(self, lane: str, queue: Queue) -> None:
        """Show how many wait there, and how long the next one would."""
        self._waiting.labels(lane).set_function(lambda: queue.waiting)
        self._expected.labels(lane).set_function(lambda: queue.expected_s)

    def text(self) -> bytes:
        """In Prometheus' text format."""
        return bytes(generate_latest(self._registry))
