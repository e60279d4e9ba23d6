"""The audit beside the run: made ready while dbt builds, begun when the build is done, waited for when it is needed.

Readers' files are written meanwhile, in a thread: DuckDB does that without Python.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
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
    files: Future[None]
    build_id: str
    at: float


_READY: list[Auditor] = []
_BEGUN: list[_Begun] = []


def ready_audit() -> None:
    """Start the process of the audit of this run, so that it has imported its library when it is needed."""
    if not _READY:
        _READY.append(Auditor())


def begin_audit(build: Build, settings: Settings) -> None:
    """Begin to run every suite on a finished build, and to write its readers' files; this process goes on."""
    auditor = _READY.pop() if _READY else Auditor()
    earlier = [EarlierRun(*run) for run in earlier_runs(settings) if run[0] != build.id]
    auditor.begin(build.database, rules=RULES, docs_dir=build.reports / "data_docs", earlier=earlier)
    writer = ThreadPoolExecutor(1)
    _BEGUN[:] = [_Begun(auditor, writer.submit(prepare, build), build.id, time.perf_counter())]
    writer.shutdown(wait=False)


def finish_audit(build: Build, settings: Settings) -> list[CheckResult]:
    """Return what the audit of a build found, one result per rule. Readers' files are written by then.

    Raises:
        expectations.auditor.AuditError: it broke off.
    """
    if not any(begun.build_id == build.id for begun in _BEGUN):
        begin_audit(build, settings)
    begun = _BEGUN.pop()
    with build.stage("audit", already=time.perf_counter() - begun.at):
        results = begun.auditor.results()
        begun.files.result()
        return results
