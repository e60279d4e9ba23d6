"""What the audit report says, as plain data: the page and the JSON file beside it are made from the same mapping.

Reads a finished build, read-only. A table that is not there is named in ``missing``; nothing is made up for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from expectations.report.catalogue import REPORT_TABLES
from expectations.report.changes import changes
from expectations.report.database import ReportDatabase, Row, plain
from expectations.report.figures import coverage, cross_source, flags, reconciliation
from expectations.validate import summary
from ingestion.contract import LINES_OF_EFFORT
from ingestion.results import Checker, CheckResult, Disposition, Severity, Status

PUBLISHED = "published"
PUBLISHED_WITH_WARNINGS = "published with warnings"
NOT_PUBLISHED = "not published"

_BUILD = ("build_id", "built_at", "source_mode", "code_version", "python", "stages", "previous_build_id", "refused")
"""What is told of the build. Paths are left out: they are the machine's, and the report is published."""

_STATUS_ORDER = (Status.FAILED, Status.ERRORED, Status.NO_ROWS, Status.PASSED)
_CHECKERS = {
    Checker.GATE: "Ingestion gates: shape, size, rows and movement of what the publishers sent",
    Checker.DBT_TEST: "dbt tests: keys, codes and references of the models",
    Checker.DBT_UNIT_TEST: "dbt unit tests: each formula against an example worked by hand",
    Checker.ACCEPTANCE: "Acceptances: none past its last day, each still needed",
}


def report_content(database: Path, results: Sequence[CheckResult], build: Mapping[str, object]) -> Row:
    """Return everything that the report shows.

    Args:
        database: the private file of the build; it may be missing when the build was refused early.
        results: the results of every checker.
        build: what is known of the build (``build_id``, ``built_at``, ``source_mode``, ...), and the rows of the
            report's tables under the keys of ``REPORT_TABLES``.
    """
    missing: list[str] = []
    with ReportDatabase(database, missing) as opened:
        sources = _sources(opened, _moment(build.get("built_at")))
        lines = _lines(opened)
        figures = {
            "changes": changes(opened, build.get("previous_build_id")),
            "reconciliation": reconciliation(opened),
            "cross_source": cross_source(opened),
            "flags": flags(opened),
            "coverage": coverage(opened),
        }
    records = _records(build)
    return {
        "verdict": _verdict(results, build),
        "build": {key: plain(build.get(key)) for key in _BUILD},
        "findings": [_check(result) for result in _ordered(results) if result.status is not Status.PASSED],
        "rules": [
            {**_check(result), "record": records.get((result.rule_id, result.table_name))}
            for result in results
            if result.checker is Checker.EXPECTATION
        ],
        "other_checks": [_other(results, checker, title) for checker, title in _CHECKERS.items()],
        "sources": sources,
        "lines_of_effort": lines,
        **figures,
        **{key: plain(build.get(key) or []) for key in REPORT_TABLES},
        "missing": missing,
    }


def _records(build: Mapping[str, object]) -> dict[tuple[object, object], Row]:
    """Return how often each expectation ran and passed in the kept history, by rule and table."""
    catalogue = build.get("rule_catalogue")
    rows: list[Row] = catalogue if isinstance(catalogue, list) else []
    return {
        (row["rule_id"], row["table_name"]): {
            "runs": row["runs"],
            "runs_passed": row["runs_passed"],
            "last_not_passed": plain(row["last_not_passed"]),
        }
        for row in rows
        if row["checker"] == str(Checker.EXPECTATION)
    }


def _verdict(results: Sequence[CheckResult], build: Mapping[str, object]) -> Row:
    """Return the verdict in one word, one sentence and counts over all checkers."""
    counts = summary(results)
    refused = str(build.get("refused") or "")
    if refused or counts["blocking"] or not results:
        word = NOT_PUBLISHED
        if counts["blocking"]:
            why = f"{_number(counts['blocking'], 'blocking check')} did not pass. The last publication stays up."
        else:
            why = refused or "No check was run on it. The last publication stays up."
    elif counts["total"] > counts["passed"]:
        word = PUBLISHED_WITH_WARNINGS
        idle = sum(result.never_landed for result in results)
        warnings = counts["total"] - counts["passed"] - idle
        why = f"Every blocking check passed; {_number(warnings, 'warning')} must be read with the figures."
        if idle:
            why += f" {_number(idle, 'rule')} had nothing to check: the dataset was never landed."
    else:
        word = PUBLISHED
        why = f"All {counts['total']:,} checks passed." if counts["total"] > 1 else "The only check passed."
    return {"word": word, "sentence": why, "refused": refused, "counts": counts}


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _ordered(results: Iterable[CheckResult]) -> list[CheckResult]:
    """Blocking findings first, then open ones; within each, failures before crashes and empty tables."""
    return sorted(
        results,
        key=lambda r: (
            not r.blocks,
            r.disposition not in {None, Disposition.OPEN},
            r.severity is not Severity.ERROR,
            _STATUS_ORDER.index(r.status),
            r.rule_id,
        ),
    )


def _check(result: CheckResult) -> Row:
    return {**result.as_row(), "blocks": result.blocks, "never_landed": result.never_landed}


def _other(results: Sequence[CheckResult], checker: Checker, title: str) -> Row:
    listed = [result for result in results if result.checker is checker]
    return {
        "checker": str(checker),
        "title": title,
        "counts": summary(listed),
        "checks": [_check(result) for result in _ordered(listed)],
    }


def _sources(opened: ReportDatabase, built_at: datetime | None) -> list[Row]:
    """Return each dataset with its vintages, newest first, and the files of each vintage."""
    vintages = opened.rows("core.dim_vintage")
    files = opened.rows("quality.ledger_files")
    found = []
    for source in sorted(opened.rows("core.dim_source"), key=lambda row: str(row.get("dataset_id"))):
        own = [dict(v) for v in vintages if v.get("dataset_id") == source.get("dataset_id")]
        own.sort(key=lambda row: str(row.get("vintage_number") or row.get("vintage_id")), reverse=True)
        for vintage in own:
            vintage["files"] = [
                f
                for f in files
                if (f.get("dataset_id"), f.get("vintage_id")) == (source.get("dataset_id"), vintage.get("vintage_id"))
            ]
            vintage["age_days"] = _age(vintage.get("retrieved_at"), built_at)
        age = own[0]["age_days"] if own else None
        limit = source.get("max_age_days")
        late = age is not None and limit is not None and age > int(limit)
        found.append({**source, "vintages": own, "age_days": age, "is_late": late})
    return found


def _lines(opened: ReportDatabase) -> list[Row]:
    """Return each line of effort with its tables and its indicators."""
    described = {str(row.get("line_of_effort")): row for row in opened.rows("core.dim_line_of_effort")}
    relations = opened.relations()
    lines = []
    for number, schema in LINES_OF_EFFORT.items():
        register = f"{schema}.loe_{number}_indicators"
        indicators = opened.rows(register)
        statuses = [str(row.get("computation_status")) for row in indicators]
        line = described.get(str(number), {})
        lines.append(
            {
                "number": number,
                "schema": schema,
                "name": line.get("name") or schema,
                "gap": line.get("gap") or "",
                "tables": [r for r in relations if r["schema"] == schema and f"{schema}.{r['table']}" != register],
                "indicators": indicators,
                "counts": {status: statuses.count(status) for status in sorted(set(statuses))},
            }
        )
    return lines


def _moment(value: object) -> datetime | None:
    """Return an ISO 8601 time as UTC, or ``None`` when there is none to read."""
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _age(retrieved_at: object, built_at: datetime | None) -> int | None:
    """Return the whole days between retrieval and build."""
    retrieved = _moment(retrieved_at)
    return None if retrieved is None or built_at is None else (built_at - retrieved).days
