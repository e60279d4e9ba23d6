"""What earlier runs found, for the Data Docs: each rule with its status in the newest runs, and a line for each run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ingestion.results import CheckResult, Status

RUNS_SHOWN = 10
"""Runs that stand beside each other on the page of a table; the index lists every run that is kept."""


class EarlierRun(NamedTuple):
    """One earlier run of the rules.

    Attributes:
        build_id: the build that was checked.
        checked_at: when it started, ISO 8601.
        statuses: rule id → status.
    """

    build_id: str
    checked_at: str
    statuses: Mapping[str, str]


def run_lines(earlier: Sequence[EarlierRun], checks: Iterable[CheckResult]) -> list[dict[str, object]]:
    """Return one line for each run with its counts by status, this run first, then the newest."""
    this = EarlierRun("this run", "", {check.rule_id: str(check.status) for check in checks})
    lines = []
    for run in (this, *_newest_first(earlier)):
        listed = list(run.statuses.values())
        counts = {str(status): listed.count(str(status)) for status in Status}
        lines.append({"build_id": run.build_id, "day": _day(run), "total": len(listed), **counts})
    return lines


def rule_lines(earlier: Sequence[EarlierRun], checks: Iterable[CheckResult]) -> dict[str, list[object]]:
    """Return the newest runs (``runs``) and, for each check, its status in each of them (``rules``)."""
    shown = _newest_first(earlier)[:RUNS_SHOWN]
    rules: list[object] = [
        {
            "statement": check.statement,
            "rule_id": check.rule_id,
            "statuses": [str(check.status), *(run.statuses.get(check.rule_id, "not run") for run in shown)],
        }
        for check in checks
    ]
    return {"runs": [{"build_id": run.build_id, "day": _day(run)} for run in shown], "rules": rules}


def _newest_first(earlier: Sequence[EarlierRun]) -> list[EarlierRun]:
    return sorted(earlier, key=lambda run: (run.checked_at, run.build_id), reverse=True)


def _day(run: EarlierRun) -> str:
    return run.checked_at[:16].replace("T", " ")
