"""One audit in a process of its own: Great Expectations is imported there while dbt still builds here.

Importing it takes as long as a third of the audit, and both are work for one core. A second process has the other core
of a small machine, and lets the first one write files meanwhile.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path

from expectations.docs_history import EarlierRun
from expectations.gx_session import import_library
from expectations.rules import Rule
from expectations.validate import validate
from ingestion.errors import LinesOfEffortError
from ingestion.results import CheckResult
from ingestion.side_processes import SideProcesses


class AuditError(LinesOfEffortError):
    """The rules could not be run at all. Exit code 1."""


class Auditor:
    """A process that is ready for one audit. It ends with the process that started it, or with its answer."""

    def __init__(self) -> None:
        self._pool = SideProcesses(1)
        self._pool.submit(import_library)
        self._found: Future[list[CheckResult]] | None = None

    def begin(self, database: Path, *, rules: Sequence[Rule], docs_dir: Path, earlier: Sequence[EarlierRun]) -> None:
        """Start the audit of a finished build; see :func:`expectations.validate.validate` for the arguments.

        Raises:
            AuditError: its process died before.
        """
        try:
            self._found = self._pool.submit(validate, database, rules=rules, docs_dir=docs_dir, earlier=earlier)
        except BrokenExecutor as trouble:
            raise AuditError(f"The process of the audit died before it began: {trouble}") from trouble

    def results(self) -> list[CheckResult]:
        """Wait for the audit to end and return one result per rule, in the order of the rules.

        Raises:
            AuditError: the audit was not begun or broke off; the message holds its traceback.
        """
        if self._found is None:
            raise AuditError("The audit was not begun.")
        try:
            return self._found.result()
        except Exception as trouble:
            told = "".join(traceback.format_exception(trouble))
            raise AuditError(f"The audit broke off: {told}") from trouble
        finally:
            self._pool.shutdown(wait=False)  # leaving takes it a second or two, for which nobody needs to wait
