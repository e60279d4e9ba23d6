"""What is kept over time: the check results of each build, and one record of each publication.

The results are published as ``quality.check_results``, the records as ``quality.publications``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.results import Checker, Disposition, Status
from ingestion.settings import Settings
from publication.build import Build
from publication.export import comment_on
from publication.fingerprint import published_manifest
from publication.manifest import count_checks, lock_sha256
from publication.report_tables import TABLES as REPORT_TABLES
from publication.report_tables import write_report_tables

if TYPE_CHECKING:
    import duckdb

RESULT_COLUMNS: dict[str, tuple[str, str]] = {
    "build_id": ("varchar", "Build that was checked."),
    "checked_at": ("timestamp", "When the build started, UTC."),
    "checker": ("varchar", "Who checked: gate, dbt_test, dbt_unit_test, expectation or acceptance."),
    "rule_id": ("varchar", "Stable id of the rule."),
    "statement": ("varchar", "The rule in plain words."),
    "reason": ("varchar", "Why the rule exists."),
    "rule_source": ("varchar", "Where the rule comes from."),
    "severity": ("varchar", "error blocks publication; warning is shown first."),
    "owner": ("varchar", "Who answers for the rule."),
    "dataset_id": ("varchar", "Dataset, where the rule is about one."),
    "table_name": ("varchar", "Table that was checked (schema.table), or the dataset id for a gate."),
    "column_name": ("varchar", "Column, where the rule is about one."),
    "status": ("varchar", "passed, failed, errored (the rule itself crashed) or no_rows (the rule saw nothing)."),
    "observed": ("varchar", "What was seen."),
    "expected": ("varchar", "What was wanted."),
    "failing_count": ("bigint", "Rows that broke the rule."),
    "sample": ("varchar", "Up to five offending keys, or the error message."),
    "seconds": ("double", "Time the check took, seconds."),
    "disposition": (
        "varchar",
        "What was decided about a finding: open, accepted (known error of the source), corrected or false_positive.",
    ),
    "disposition_reason": ("varchar", "Why."),
    "disposition_owner": ("varchar", "Who answers for that decision."),
    "disposition_expires": ("varchar", "Last day on which the decision holds (ISO 8601); after it builds are refused."),
    "carried_from": (
        "varchar",
        "Earlier build in which the check ran; nothing that it reads has changed since. Null when it ran in this one.",
    ),
}
"""Columns of ``quality.check_results``: type and description."""


HISTORY_TABLES = frozenset({"quality.build", "quality.check_results", *(table.relation for table in REPORT_TABLES)})
"""Tables that publishing adds and that hold build ids, times or results: no two builds have them alike."""

NOT_COMPARED = HISTORY_TABLES | {"quality.publication_changes", "quality.publication_table_changes"}
"""These, and the tables that say what differs from the build before: a rebuild need not give them again."""


def history_dir(settings: Settings) -> Path:
    """Folder of the kept check results."""
    return settings.workspace / "quality" / "check_results"


def keep_results(build: Build, settings: Settings) -> Path:
    """Write the check results of ``build`` as Parquet and return the file. Called once, after the audit.

    Builds that were refused are kept too: history that forgets failures is no history. The newest
    ``settings.keep_history`` builds stay, so that it does not grow without bound.
    """
    import pyarrow as pa  # noqa: PLC0415 - heavy, and not needed by a run with nothing to do
    import pyarrow.parquet as pq  # noqa: PLC0415

    target = history_dir(settings) / f"{build.id}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    started = build.state["started_at"]
    rows = [{"build_id": build.id, "checked_at": started, **result.as_row()} for result in build.results()]
    types = {"bigint": pa.int64(), "double": pa.float64()}
    schema = pa.schema([(name, types.get(kind, pa.string())) for name, (kind, _) in RESULT_COLUMNS.items()])
    temporary = target.with_suffix(".tmp")
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), temporary, compression="zstd")
    temporary.replace(target)
    for old in sorted(target.parent.glob("*.parquet"))[: -settings.keep_history]:
        old.unlink()
    return target


def kept_results(settings: Settings) -> list[Path]:
    """Return the files of the kept check results, oldest first."""
    return sorted(history_dir(settings).glob("*.parquet"))


def earlier_runs(settings: Settings) -> list[tuple[str, str, dict[str, str]]]:
    """Return build id, start and status by rule of Great Expectations of each kept build, oldest first."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

    runs = []
    wanted = [("checker", "=", str(Checker.EXPECTATION))]
    for path in kept_results(settings):
        rows = pq.read_table(path, columns=["checked_at", "rule_id", "status"], filters=wanted).to_pylist()
        if rows:  # a build that was refused before its audit has none
            runs.append((path.stem, str(rows[0]["checked_at"]), {row["rule_id"]: row["status"] for row in rows}))
    return runs


def _publications_dir(settings: Settings) -> Path:
    return settings.workspace / "quality" / "publications"


def publication_row(build: Build, settings: Settings) -> dict[str, Any]:
    """Return the row of ``quality.publications`` of an audited build, as it will be when it is published."""
    state, results = build.state, build.results()
    counts = count_checks(results)
    previous = published_manifest(settings)
    found = [result for result in results if result.status is not Status.PASSED]
    return {
        "build_id": build.id,
        "started_at": state["started_at"],
        "verdict": "published with warnings" if found else "published",
        **{f"checks_{name}": number for name, number in counts.items()},
        "findings_open": sum(result.disposition in {None, Disposition.OPEN} for result in found),
        "code_version": state.get("code_version"),
        "lock_sha256": lock_sha256(),
        "source_mode": settings.sources.value,
        "previous_build_id": previous["build_id"] if previous else None,
    }


def kept_publications(settings: Settings) -> list[dict[str, Any]]:
    """Return the records of the publications so far, oldest first, pruned ones included."""
    files = sorted(_publications_dir(settings).glob("*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in files]


def keep_publication(build: Build, settings: Settings) -> None:
    """Record a build that has just been put in place; the newest ``settings.keep_history`` records stay."""
    folder = _publications_dir(settings)
    folder.mkdir(parents=True, exist_ok=True)
    for row in build.report_tables().get("publications", []):
        if row["build_id"] == build.id:
            temporary = folder / f".{build.id}.tmp"
            temporary.write_text(json.dumps(row, indent=1, sort_keys=True), encoding="utf-8")
            temporary.replace(folder / f"{build.id}.json")
    for old in sorted(folder.glob("*.json"))[: -settings.keep_history]:
        old.unlink()


def write_history(connection: duckdb.DuckDBPyConnection, database: str, build: Build, settings: Settings) -> None:
    """Create ``quality.check_results``, ``quality.build`` and the report's tables in the attached ``database``."""
    write_report_tables(connection, database, build)
    files = [str(path) for path in kept_results(settings)]
    selected = ", ".join(f"cast({name} as {kind}) as {name}" for name, (kind, _) in RESULT_COLUMNS.items())
    relation = f"{database}.quality.check_results"
    connection.execute(
        f"create table {relation} as select {selected} from read_parquet(?, union_by_name = true) "
        "order by build_id, checker, rule_id, table_name",
        [files],
    )
    comment_on(connection, "table", relation, "Every check of every build, whoever made it. One row per check.")
    for name, (_, description) in RESULT_COLUMNS.items():
        comment_on(connection, "column", f"{relation}.{name}", description)
    state = build.state
    relation = f"{database}.quality.build"
    connection.execute(
        f"create table {relation} as select cast(? as varchar) as build_id, cast(? as timestamp) as started_at, "
        "cast(? as varchar) as source_mode, cast(? as varchar) as code_version",
        [build.id, state["started_at"], settings.sources.value, state["code_version"]],
    )
    comment_on(connection, "table", relation, "The build that this database is. One row.")
    for name, description in {
        "build_id": "Build id: UTC start time and a random part.",
        "started_at": "When the build started, UTC.",
        "source_mode": "recorded (bundled figures) or live.",
        "code_version": "Hash of the code, models, rules and locked dependencies.",
    }.items():
        comment_on(connection, "column", f"{relation}.{name}", description)
