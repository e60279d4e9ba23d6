"""One audit in a process of its own: Great Expectations is imported there while dbt still builds here.

Importing it takes as long as a third of the audit, and both are work for one core. A second process has the other core
of a small machine, and lets the first one write files meanwhile.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from expectations.docs_history import EarlierRun
from expectations.rules import Rule
from ingestion.errors import LinesOfEffortError
from ingestion.results import CheckResult

_SPAWN = get_context("spawn")  # a fork would take the open handles of DuckDB with it


class AuditError(LinesOfEffortError):
    """The rules could not be run at all. Exit code 1."""


class Auditor:
    """A process that is ready for one audit. It ends by itself when the process that started it does."""

    def __init__(self) -> None:
        self._questions, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_answer, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def begin(self, database: Path, *, rules: Sequence[Rule], docs_dir: Path, earlier: Sequence[EarlierRun]) -> None:
        """Start the audit of a finished build; see :func:`expectations.validate.validate` for the arguments."""
        with suppress(BrokenPipeError):  # it died: results() says how
            self._questions.send((database, rules, docs_dir, earlier))

    def results(self) -> list[CheckResult]:
        """Wait for the audit to end and return one result per rule, in the order of the rules.

        Raises:
            AuditError: the audit broke off; the message holds its traceback, or its exit code.
        """
        try:
            found, trouble = self._questions.recv()
        except (EOFError, ConnectionResetError):
            self._process.join()
            found, trouble = [], f"its process ended with exit code {self._process.exitcode}"
        self._process.join()
        if trouble:
            raise AuditError(f"The audit broke off: {trouble}")
        results: list[CheckResult] = found
        return results


def _answer(questions: Connection) -> None:
    """Import what is heavy, then wait for the one question and answer it."""
    from expectations.gx_session import import_library  # noqa: PLC0415
    from expectations.validate import validate  # noqa: PLC0415

    import_library()
    with suppress(EOFError):  # the run ended before its audit
        database, rules, docs_dir, earlier = questions.recv()
        try:
            questions.send((validate(database, rules=rules, docs_dir=docs_dir, earlier=earlier), ""))
        except Exception:  # noqa: BLE001 (whatever it is, the run must hear of it)
            questions.send(([], traceback.format_exc()))
