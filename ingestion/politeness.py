"""One request at a time to one host, with a pause between two, however many datasets run side by side."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


class Deadline:
    """The time that one download may still take. Time spent waiting for a turn at the host does not count."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._started = time.monotonic()
        self._end = self._started + seconds

    @property
    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - time.monotonic())

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    @property
    def passed(self) -> bool:
        """Whether no time is left."""
        return self.remaining <= 0

    def extend(self, seconds: float) -> None:
        """Give back time that was not ours to spend."""
        self._end += seconds


@dataclass(slots=True)
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    finished: float = float("-inf")


_hosts: dict[str, _Host] = {}
_hosts_lock = threading.Lock()


@contextmanager
def turn(host: str, interval: float, deadline: Deadline) -> Iterator[None]:
    """Hold the only place at this host, at least ``interval`` seconds after the request before."""
    with _hosts_lock:
        state = _hosts.setdefault(host, _Host())
    asked = time.monotonic()
    with state.lock:
        pause = state.finished + interval - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        deadline.extend(time.monotonic() - asked)
        try:
            yield
        finally:
            state.finished = time.monotonic()
