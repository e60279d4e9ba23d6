"""The audit beside the run: made ready while dbt builds, begun when the build is done, waited for when it is needed."""

from __future__ import annotations

import time
from dataclasses import dataclass

from expectations.auditor import Auditor
from expectations.docs_history import EarlierRun
from expectations.rules import load_rules
from ingestion.results import CheckResult
from ingestion.settings import Settings
from publication.build import Build
from publication.history import earlier_runs
from publication.prepared import prepare

RULES = load_rules()


@dataclass(frozen=True, slots=True)
class _Begun:
    auditor: Auditor
    build_id: str
    at: float


_READY: list[Auditor] = []
_BEGUN: list[_Begun] = []


def ready_audit() -> None:
    """Start the process of the audit of this run, so that it has imported its library when it is needed."""
    if not _READY:
        _READY.append(Auditor())


def begin_audit(build: Build, settings: Settings) -> None:
    """Begin to run every suite on a finished build; this process goes on."""
    auditor = _READY.pop() if _READY else Auditor()
    earlier = [EarlierRun(*run) for run in earlier_runs(settings) if run[0] != build.id]
    auditor.begin(build.database, rules=RULES, docs_dir=build.reports / "data_docs", earlier=earlier)
    _BEGUN[:] = [_Begun(auditor, build.id, time.perf_counter())]


def finish_audit(build: Build, settings: Settings) -> list[CheckResult]:
    """Return what the audit of a build found, one result per rule; readers' files are written while it lasts.

    Raises:
        expectations.auditor.AuditError: it broke off.
    """
    if not any(begun.build_id == build.id for begun in _BEGUN):
        begin_audit(build, settings)
    begun = _BEGUN.pop()
    with build.stage("audit", already=time.perf_counter() - begun.at):
        prepare(build)
        return begun.auditor.results()
