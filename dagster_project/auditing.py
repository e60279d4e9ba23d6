"""The process that will audit a build, made ready while the build is still being made."""

from __future__ import annotations

from expectations.auditor import Auditor

_READY: list[Auditor] = []


def ready_auditor() -> None:
    """Start a process for the audit of this run, so that it has imported its library when it is needed."""
    if not _READY:
        _READY.append(Auditor())


def take_auditor() -> Auditor:
    """Return the process that is ready, or a new one."""
    return _READY.pop() if _READY else Auditor()
