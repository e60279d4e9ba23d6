"""Gates: the bounds of the contract against one landed release.

A gate that fails holds the vintage: its bytes are archived, its Parquet is set aside, the last good vintage stays. It
has acted by then, so its result is a warning for the publication: one publisher's bad day does not stop the others.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingestion.contract import ClosedPeriods, Dataset
from ingestion.landing import Landed
from ingestion.ledger import Vintage
from ingestion.results import Checker, CheckResult, Severity, Status

_REASON = "a release that breaks it is held; the last good vintage stays"
_SOURCE = "bounds in the dataset's contract"


def check_release(
    dataset: Dataset, vintage: Vintage, landed: Landed, last: Vintage | None, last_path: Path | None = None
) -> list[CheckResult]:
    """Return one result per gate that the contract switches on.

    Args:
        dataset: whose contract applies.
        vintage: the release.
        landed: its rows, as written.
        last: the last promoted vintage, or ``None``.
        last_path: its landed file.
    """
    gate = dataset.gate
    makers: list[Callable[[], CheckResult]] = [
        lambda: _bytes(dataset, vintage),
        lambda: _rows(dataset, landed),
    ]
    drop = dataset.file_drop
    is_part = vintage.source_mode == "file" and drop is not None and drop.part
    if gate.max_row_drop is not None and not is_part:
        makers.append(lambda: _row_drop(dataset, landed, last))
    if gate.unique:
        makers.append(lambda: _unique(dataset, landed))
    if gate.closed_periods is not None:
        # A recording is cut to what is used: its totals are not those of a file that is handed over.
        is_cut = last is not None and last.source_mode == "recorded" and vintage.source_mode != "recorded"
        makers.append(lambda: closed_periods(dataset, landed, None if is_cut else last, last_path))
    # One file of several may have the layout of a year that lacked an optional column; the parser knows the layouts.
    optional = {field.name for field in dataset.fields if not field.required} if is_part else set()
    filled = [column for column in gate.never_all_null if column not in optional]
    makers += [lambda column=column: _filled(dataset, landed, column) for column in filled]  # type: ignore[misc]
    return [_timed(make) for make in makers]


def note(dataset: Dataset, rule_id: str, statement: str, observed: str, expected: str = "") -> CheckResult:
    """Return a finding that holds nothing but must be seen: a moved address, an older edition served again."""
    return _result(dataset, rule_id, statement, passed=False, observed=observed, expected=expected, reason="")


def failures(results: Sequence[CheckResult]) -> list[CheckResult]:
    """Return the results that hold a release."""
    return [result for result in results if result.reason == _REASON and result.status is not Status.PASSED]


def as_stored(result: CheckResult) -> dict[str, Any]:
    """Return a result as the ledger keeps it."""
    return {
        "rule_id": result.rule_id,
        "statement": result.statement,
        "reason": result.reason,
        "column_name": result.column_name,
        "severity": result.severity.value,
        "status": result.status.value,
        "observed": result.observed,
        "expected": result.expected,
        "failing_count": result.failing_count,
        "message": result.sample,
    }


def from_stored(dataset_id: str, stored: Mapping[str, Any]) -> CheckResult:
    """Return the result that the ledger keeps."""
    return CheckResult(
        checker=Checker.GATE,
        rule_id=stored["rule_id"],
        statement=stored["statement"],
        reason=stored["reason"],
        rule_source=_SOURCE,
        severity=Severity(stored["severity"]),
        table_name=dataset_id,
        dataset_id=dataset_id,
        column_name=stored["column_name"],
        status=Status(stored["status"]),
        observed=stored["observed"],
        expected=stored["expected"],
        failing_count=stored["failing_count"],
        sample=stored["message"],
    )


def _bytes(dataset: Dataset, vintage: Vintage) -> CheckResult:
    gate = dataset.gate
    pages = {file.file for file in vintage.files if file.content_type.startswith("text/html")}
    wrong = [
        f"{file.file}: {file.size_bytes:,}"
        for file in vintage.files
        if file.size_bytes > gate.max_bytes or (file.size_bytes < gate.min_bytes and file.file not in pages)
    ]
    return _result(
        dataset,
        "bytes",
        "Every file has a believable size.",
        passed=not wrong,
        observed=f"{len(vintage.files)} files, {vintage.size_bytes:,} bytes",
        expected=f"{gate.min_bytes:,} to {gate.max_bytes:,} bytes each",
        sample="; ".join(wrong[:5]),
    )


def _rows(dataset: Dataset, landed: Landed) -> CheckResult:
    empty = [file for file, rows in landed.rows_by_file.items() if not rows]
    return _result(
        dataset,
        "rows",
        "The release has enough rows.",
        passed=landed.rows >= dataset.gate.min_rows,
        observed=f"{landed.rows:,} rows",
        expected=f"at least {dataset.gate.min_rows:,}",
        sample=f"files without rows: {', '.join(empty[:5])}" if empty else "",
    )


def _row_drop(dataset: Dataset, landed: Landed, last: Vintage | None) -> CheckResult:
    bound = dataset.gate.max_row_drop or 0.0
    before = (last.row_count or 0) if last else 0
    fall = (before - landed.rows) / before if before else 0.0
    return _result(
        dataset,
        "row_drop",
        "The number of rows does not fall sharply against the last promoted vintage.",
        passed=fall <= bound,
        observed=f"{landed.rows:,} rows after {before:,}: {-fall:+.1%}"
        if before
        else "first vintage: nothing before it",
        expected=f"a fall of at most {bound:.0%}",
        sample=f"last promoted vintage: {last.vintage_id}" if last else "",
    )


def _unique(dataset: Dataset, landed: Landed) -> CheckResult:
    """Count repeated keys in DuckDB: memory stays bounded, whatever the size."""
    import duckdb  # noqa: PLC0415 - not needed when nothing is new

    keys = ", ".join('"' + name.replace('"', '""') + '"' for name in dataset.gate.unique)
    query = f"select {keys}, count(*) from read_parquet(?) group by all having count(*) > 1"  # noqa: S608 - quoted names
    counted = f"select *, count(*) over () from ({query}) order by all limit 5"  # noqa: S608
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        found = connection.execute(counted, [str(landed.path)]).fetchall()
    repeated = found[0][-1] if found else 0
    return _result(
        dataset,
        "unique",
        f"{', '.join(dataset.gate.unique)} name one row each.",
        passed=repeated == 0,
        observed=f"{repeated:,} repeated keys",
        expected="none",
        failing_count=repeated,
        sample="; ".join(str(row[:-1]) for row in found),
    )


def closed_periods(dataset: Dataset, landed: Landed, last: Vintage | None, last_path: Path | None) -> CheckResult:
    """Compare the totals of closed years with those of the last promoted vintage."""
    bound = dataset.gate.closed_periods
    assert bound is not None  # noqa: S101 - only called where the contract sets it
    moves: list[tuple[float, str]] = []
    compared = 0
    if last is not None and last_path is not None and last_path.is_file():
        before, after = _totals(dataset, bound, last_path), _totals(dataset, bound, landed.path)
        still_there = {(series, year) for series, year, _ in after}
        for (series, year, column), old in before.items():
            closed = int(year) < last.retrieved_at.year - bound.open_years
            if old is None or not closed or (series, year) not in still_there:
                continue
            compared += 1
            new = after[series, year, column]
            gap = abs((new or 0.0) - old)
            share = gap / abs(old) if old else float(gap > 0)
            if share > bound.movement and gap >= bound.least:
                name = " ".join(filter(None, (series, year, column)))
                seen = "no value" if new is None else f"{new:,.10g}"
                moves.append((share, f"{name}: {old:,.10g} became {seen} ({share:.1%})"))
    moves.sort(key=lambda move: (-move[0], move[1]))
    return _result(
        dataset,
        "closed_periods",
        "Closed years do not move more than the contract allows.",
        passed=not moves,
        observed=f"{len(moves):,} of {compared:,} totals of closed years moved more" if last else "first vintage",
        expected=f"at most {bound.movement:.1%}: {bound.reason}",
        failing_count=len(moves) or None,
        sample="; ".join(text for _, text in moves[:5]),
    )


def _totals(dataset: Dataset, bound: ClosedPeriods, path: Path) -> dict[tuple[str, str, str], float | None]:
    """Return the sum of each value column by series and year; ``None`` where no row has a value."""
    import duckdb  # noqa: PLC0415 - not needed when nothing is new

    def quoted(name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    values = bound.values or tuple(field.name for field in dataset.fields if field.unit)
    series = f"concat_ws(' ', {', '.join(map(quoted, bound.series))})" if bound.series else "''"
    sums = ", ".join(f"sum(try_cast(replace(trim({quoted(name)}), ',', '') as double))" for name in values)
    year = f"regexp_extract({quoted(bound.period)}, '[0-9]{{4}}')"
    query = f"select {series}, {year}, {sums} from read_parquet(?) group by 1, 2"  # noqa: S608 - quoted names
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        rows = connection.execute(query, [str(path)]).fetchall()
    return {
        (row[0], row[1], name): total for row in rows if row[1] for name, total in zip(values, row[2:], strict=True)
    }


def _filled(dataset: Dataset, landed: Landed, column: str) -> CheckResult:
    filled = landed.filled.get(column, 0)
    return _result(
        dataset,
        f"never_all_null.{column}",
        f"{column} has a value somewhere.",
        passed=filled > 0,
        observed=f"{filled:,} of {landed.rows:,} rows filled",
        expected="at least one",
        column=column,
    )


def _result(
    dataset: Dataset,
    rule: str,
    statement: str,
    *,
    passed: bool,
    observed: str,
    expected: str = "",
    sample: str = "",
    failing_count: int | None = None,
    column: str | None = None,
    reason: str = _REASON,
) -> CheckResult:
    return CheckResult(
        checker=Checker.GATE,
        rule_id=f"gate.{rule}",
        statement=statement,
        reason=reason,
        rule_source=_SOURCE,
        severity=Severity.WARNING,
        table_name=dataset.id,
        dataset_id=dataset.id,
        column_name=column,
        status=Status.PASSED if passed else Status.FAILED,
        observed=observed,
        expected=expected,
        failing_count=failing_count,
        sample=sample,
    )


def _timed(make: Callable[[], CheckResult]) -> CheckResult:
    started = time.perf_counter()
    result = make()
    return replace(result, seconds=round(time.perf_counter() - started, 6))
