"""Check results kept over time: one Parquet file per build, all of them published as ``quality.check_results``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.settings import Settings
from publication.build import Build
from publication.export import comment_on

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
}
"""Columns of ``quality.check_results``: type and description."""


HISTORY_TABLES = frozenset({"quality.build", "quality.check_results"})
"""Tables that publishing adds and that hold build ids and times: no two builds have them alike."""


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


def write_history(connection: duckdb.DuckDBPyConnection, database: str, build: Build, settings: Settings) -> None:
    """Create ``quality.check_results`` and ``quality.build`` in the attached ``database``."""
    connection.execute(f"create schema if not exists {database}.quality")
    files = [str(path) for path in sorted(history_dir(settings).glob("*.parquet"))]
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
