"""The manifest of a publication: what it is made of, with hashes, and a summary for the console."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.contract import LINES_OF_EFFORT
from ingestion.results import Checker, CheckResult, Severity, Status
from ingestion.settings import PROJECT_ROOT, Settings
from publication.build import Build
from publication.export import Table
from publication.files import FileFacts, hash_files, sha256_of
from publication.fingerprint import fingerprint

if TYPE_CHECKING:
    import duckdb

_FINDING = (
    "rule_id",
    "table_name",
    "severity",
    "status",
    "statement",
    "sample",
    "disposition",
    "disposition_owner",
    "disposition_expires",
)

_RESULT = ("checker", "rule_id", "table_name", "severity", "status", "failing_count")
"""What the manifest says of every check; the rest of it stands in ``quality.check_results``."""


def write_manifest(
    folder: Path,
    build: Build,
    tables: list[Table],
    vintages: list[dict[str, Any]],
    files: Mapping[str, FileFacts],
    settings: Settings,
) -> dict[str, Any]:
    """Write ``manifest.json`` into ``folder`` and return it.

    Keys: ``build_id``, ``started_at``, ``source_mode``, ``code_version``, ``lock_sha256``, ``fingerprint``,
    ``vintages``, ``tables`` (rows and content hash), ``checks`` (counts), ``findings`` (what did not pass),
    ``check_results`` (every check),
    ``files`` (sha256 and bytes), ``lines`` (what the console prints of each line of effort), ``models`` (which were
    built, and which are unchanged since which build), ``stages`` (seconds).
    """
    state = build.state
    results = build.results()
    rows = [result.as_row() for result in results]
    manifest = {
        "build_id": build.id,
        "started_at": state["started_at"],
        "source_mode": settings.sources.value,
        "code_version": state["code_version"],
        "lock_sha256": lock_sha256(),
        "fingerprint": fingerprint(settings),
        "vintages": vintages,
        "tables": {
            f"{table.schema}.{table.name}": {"rows": table.rows, "content_hash": table.content_hash} for table in tables
        },
        "checks": count_checks(results),
        "findings": [{key: row[key] for key in _FINDING} for row in rows if row["status"] != Status.PASSED],
        "check_results": [{key: row[key] for key in _RESULT} for row in rows],
        "files": {name: facts.as_row() for name, facts in hash_files(folder, files).items()},
        "lines": lines_summary(build, tables, results),
        "models": state.get("models", {}),
        "stages": state["stages"],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True, default=str))
    return manifest


def lock_sha256() -> str:
    """Return the hash of the locked dependencies."""
    return sha256_of(PROJECT_ROOT / "requirements.lock")


def count_checks(results: list[CheckResult]) -> dict[str, int]:
    """Return how many checks passed, warned (a warning that did not pass), failed, errored or saw no rows."""
    counts = Counter[str]()
    for result in results:
        if result.status is Status.PASSED:
            counts["passed"] += 1
        elif result.severity is Severity.WARNING and result.status is Status.FAILED:
            counts["warned"] += 1
        else:
            counts[result.status.value] += 1
    return {name: counts[name] for name in ("passed", "warned", "failed", "errored", "no_rows")}


def read_vintages(build: Build) -> list[dict[str, Any]]:
    """Return every promoted vintage with its dataset's title, publisher and licence, its label, date, rows and hash."""
    with _opened(build) as connection:
        return _query(
            connection,
            "select v.dataset_id, d.title, v.vintage_id, v.vintage_label, v.retrieved_at, v.retrieved_at_basis, "
            "v.source_mode, cast(v.row_count as bigint) as row_count, v.content_sha256, "
            "d.licence, d.attribution, d.publisher_name, d.homepage "
            "from landing.ingestion__vintages as v inner join landing.ingestion__datasets as d using (dataset_id) "
            "where v.status = 'promoted' order by v.dataset_id, v.vintage_number",
        )


def lines_summary(build: Build, tables: list[Table], results: list[CheckResult]) -> list[dict[str, Any]]:
    """Return, per line of effort: datasets, tables, rows, indicators by status, checks by outcome, span of figures.

    ``datasets`` counts those with a promoted vintage that say they serve the line. ``oldest`` and ``newest`` name the
    periods of the oldest and of the newest observation with a value; null where the line has none.
    """
    with _opened(build) as connection:
        served = _query(
            connection,
            "select distinct d.dataset_id, d.lines from landing.ingestion__datasets as d "
            "inner join landing.ingestion__vintages as v using (dataset_id) where v.status = 'promoted'",
        )
        spans = _query(
            connection,
            "select line_of_effort, arg_min(time_period, (period_start, period_end)) as oldest, "
            "arg_max(time_period, (period_end, period_start)) as newest "
            "from core.fct_observations where observation_value is not null group by line_of_effort",
        )
        indicators = {
            number: _query(
                connection,
                f"select computation_status as status, count(*) as number "
                f"from {schema}.loe_{number}_indicators group by 1 order by 1",
            )
            for number, schema in LINES_OF_EFFORT.items()
        }
    span = {row["line_of_effort"]: row for row in spans}
    summary = []
    for number, schema in LINES_OF_EFFORT.items():
        of_line = [table for table in tables if table.schema == schema]
        checks = [result for result in results if result.table_name.startswith(f"{schema}.")]
        summary.append(
            {
                "line": number,
                "schema": schema,
                "datasets": sum(str(number) in row["lines"].split(",") for row in served),
                "tables": len(of_line),
                "rows": sum(table.rows for table in of_line),
                "indicators": {row["status"]: row["number"] for row in indicators[number]},
                "checks": count_checks([r for r in checks if r.checker is not Checker.DBT_UNIT_TEST]),
                "oldest": span.get(number, {}).get("oldest"),
                "newest": span.get(number, {}).get("newest"),
            }
        )
    return summary


@contextmanager
def _opened(build: Build) -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb  # noqa: PLC0415 - the gate in front must not pay for it

    with duckdb.connect() as connection:
        connection.execute(f"attach '{build.database}' as built (read_only); use built")
        yield connection


def _query(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
