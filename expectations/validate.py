"""Runs the rule catalogue on a finished build and tells four outcomes apart.

Great Expectations reports a rule that crashed as a rule that failed, and a rule that saw nothing as one that
passed. Neither is true: a crash becomes ``errored``, an empty table ``no_rows``, and both block where the rule's
severity is ``error``.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from expectations.custom.sql import SAMPLE_SIZE, plain_query
from expectations.docs import Documented, write_docs
from expectations.docs_history import EarlierRun
from expectations.gx_session import Session, expectation_of, session
from expectations.rules import Rule, load_rules
from ingestion.results import Checker, CheckResult, Severity, Status

_MESSAGE_LENGTH = 600
_VALUE_LENGTH = 120


def validate(
    database: Path,
    *,
    rules: Sequence[Rule] | None = None,
    docs_dir: Path | None = None,
    earlier: Sequence[EarlierRun] = (),
) -> list[CheckResult]:
    """Check a finished build and return one result per rule, in the order of the catalogue.

    The file is opened read-only and closed again: a writer may open it afterwards, in the same process too.

    Args:
        database: the private DuckDB file, closed by its writer.
        rules: the rules to run; the whole catalogue by default.
        docs_dir: where to write the Data Docs; they are not written by default.
        earlier: what earlier runs found, for the Data Docs.

    Raises:
        FileNotFoundError: there is no such database.
        expectations.rules.RuleError: the catalogue cannot be used.
    """
    catalogue = load_rules() if rules is None else tuple(rules)
    with session(database) as opened:
        outcomes = run_rules(opened, catalogue)
        descriptions = opened.descriptions() if docs_dir is not None else {}
    results = [outcome.check for outcome in outcomes]
    if docs_dir is not None:
        write_docs(outcomes, docs_dir, descriptions=descriptions, earlier=earlier)
    return results


def run_rules(opened: Session, rules: Sequence[Rule]) -> list[Documented]:
    """Run rules on an open build and return each with its result, in the order given."""
    present = opened.tables()
    opened.measure(rule for rule in rules if rule.table in present)
    return [_run(opened, rule, present) for rule in rules]


def summary(results: Iterable[CheckResult]) -> dict[str, int]:
    """Return counts of checks: ``passed``, ``warned``, ``failed``, ``errored``, ``no_rows``, ``blocking``, ``total``.

    ``failed`` counts broken rules of severity ``error``, ``warned`` those of severity ``warning``; ``errored`` and
    ``no_rows`` count both severities; ``blocking`` is what keeps a build from being published.
    """
    listed = list(results)
    status = Counter(result.status for result in listed)
    failed = sum(1 for r in listed if r.status is Status.FAILED and r.severity is Severity.ERROR)
    return {
        "passed": status[Status.PASSED],
        "warned": status[Status.FAILED] - failed,
        "failed": failed,
        "errored": status[Status.ERRORED],
        "no_rows": status[Status.NO_ROWS],
        "blocking": sum(result.blocks for result in listed),
        "total": len(listed),
    }


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one run of a rule showed."""

    status: Status
    observed: str = ""
    failing_count: int | None = None
    sample: str = ""


def _run(opened: Session, rule: Rule, present: frozenset[str]) -> Documented:
    started = time.perf_counter()
    gx_result: Any = None
    try:
        if rule.table not in present:
            raise LookupError(f"the table {rule.table} does not exist in this build")  # noqa: TRY301
        size = opened.size(rule.batch_query)
        if size == 0:
            rows_of = rule.table if rule.where is None else f"{rule.table} where {rule.where}"
            seen = _Seen(Status.NO_ROWS, observed=f"no rows in {rows_of}")
        else:
            gx_result = opened.run(rule)
            seen = _read(gx_result, size)
            if seen.status is Status.ERRORED:
                opened.recover()
                seen = _Seen(seen.status, seen.observed, sample=_cause(opened, rule) or seen.sample)
            observed = _observe(opened, rule)
            if observed and seen.status is not Status.ERRORED:
                seen = _Seen(seen.status, f"{observed} ({seen.observed})", seen.failing_count, seen.sample)
    except Exception as error:  # noqa: BLE001 (one bad rule must not stop the others)
        seen = _Seen(Status.ERRORED, observed="the rule could not be evaluated", sample=_message(error))
    opened.recover()
    return Documented(rule, _check(rule, seen, time.perf_counter() - started), gx_result)


def _check(rule: Rule, seen: _Seen, seconds: float) -> CheckResult:
    expected = rule.expected or "no row breaks the rule"
    if rule.tolerance is not None:
        expected = f"{expected}; tolerance {rule.tolerance.value}: {rule.tolerance.reason}"
    return CheckResult(
        checker=Checker.EXPECTATION,
        rule_id=rule.id,
        statement=rule.statement,
        severity=rule.severity,
        table_name=rule.table,
        status=seen.status,
        reason=rule.reason,
        rule_source=rule.source,
        owner=rule.owner,
        dataset_id=rule.dataset,
        column_name=rule.column,
        observed=seen.observed,
        expected=expected,
        failing_count=seen.failing_count,
        sample=seen.sample,
        seconds=round(seconds, 4),
    )


def _read(gx_result: Any, size: int) -> _Seen:
    """Translate a result of Great Expectations, which calls a crash a failure."""
    crash = _crash(gx_result.exception_info)
    if crash is not None:
        return _Seen(Status.ERRORED, observed="the rule could not be evaluated", sample=crash)
    details = gx_result.result
    count: int | None
    rows = (details.get("details") or {}).get("unexpected_rows")
    if rows is not None:  # a rule with a query, and the expectations of this project
        count = int(details["observed_value"])
        broken = rows
    else:
        count = details.get("unexpected_count")
        broken = details.get("partial_unexpected_index_list") or details.get("partial_unexpected_list") or []
    status = Status.PASSED if gx_result.success else Status.FAILED
    if count is None:  # an expectation about the table as a whole
        return _Seen(status, observed=_text(details.get("observed_value", "")))
    if rows is None:
        observed = f"{count:,} of {size:,} rows break the rule"
    else:
        observed = f"{count:,} offending, {size:,} rows read"
    sample = "; ".join(_key(row) for row in list(broken)[:SAMPLE_SIZE])
    return _Seen(status, observed=observed, failing_count=int(count), sample=sample)


def _crash(info: Mapping[str, Any]) -> str | None:
    """Return the message of the first exception, or ``None``. The structure is flat or one level deep, by metric."""
    parts: list[Mapping[str, Any]] = [info, *(part for part in info.values() if isinstance(part, Mapping))]
    for part in parts:
        if part.get("raised_exception"):
            message = str(part.get("exception_message") or part.get("exception_traceback") or "unknown")
            return _shorten(message.split("[SQL:", maxsplit=1)[0])
    return None


def _cause(opened: Session, rule: Rule) -> str:
    """Return what the database says to a crashed query, which Great Expectations hides behind its own retries."""
    try:
        expectation = expectation_of(rule)
        if not hasattr(expectation, "broken"):
            return ""
        opened.rows(plain_query(expectation.broken(), rule.batch_query))
    except Exception as error:  # noqa: BLE001 (the message is what is wanted)
        return _message(error)
    return ""


def _observe(opened: Session, rule: Rule) -> str:
    if rule.observe is None:
        return ""
    rows = opened.rows(plain_query(rule.observe, rule.batch_query))
    return ", ".join(_text(value) for row in rows for value in row.values())


def _key(row: Any) -> str:
    if isinstance(row, Mapping):
        return ", ".join(f"{name}={_text(value)}" for name, value in row.items())
    return _text(row)


def _text(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, Decimal | float):
        return f"{float(value):.15g}"
    return _shorten(str(value), _VALUE_LENGTH)


def _message(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error  # SQLAlchemy wraps what the database said
    return _shorten(f"{type(cause).__name__}: {str(cause).split('LINE 1:', maxsplit=1)[0]}")


def _shorten(text: str, length: int = _MESSAGE_LENGTH) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"
