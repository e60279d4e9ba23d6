"""What the audit report says, as tables: the rows of the report are kept with the build and published as they are.

The rows are made in the audit stage, so that the page, the JSON beside it and the tables cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from publication.build import Build
from publication.export import comment_on

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A published table that holds a part of the report.

    Args:
        key: of the part in ``audit.json``.
        name: table in the schema ``quality``.
        description: comment of the table.
        columns: name → type and comment.
    """

    key: str
    name: str
    description: str
    columns: dict[str, tuple[str, str]]

    @property
    def relation(self) -> str:
        """``schema.table``."""
        return f"quality.{self.name}"


_RULE_CATALOGUE = ReportTable(
    "rule_catalogue",
    "rule_catalogue",
    "Every check of every checker in the kept history, and how often it passed. One row per checker, rule and table.",
    {
        "rule_id": ("varchar", "Stable id of the rule."),
        "checker": ("varchar", "Who checks: gate, dbt_test, dbt_unit_test, expectation or acceptance."),
        "suite": ("varchar", "File of expectations/suites that holds the rule; null for other checkers."),
        "table_name": ("varchar", "Table that is checked (schema.table), or the dataset id for a gate."),
        "dataset_id": ("varchar", "Dataset, where the rule is about one."),
        "statement": ("varchar", "The rule in plain words, as of its newest run."),
        "reason": ("varchar", "Why the rule exists."),
        "rule_source": ("varchar", "Where the rule comes from."),
        "owner": ("varchar", "Who answers for the rule."),
        "severity": ("varchar", "error blocks publication; warning is shown first."),
        "tolerance": ("varchar", "How far a figure may lie from what the rule states, and why; null for exactly."),
        "runs": (
            "bigint",
            "Builds of the kept history with a result of it, carried ones (check_results.carried_from) too.",
        ),
        "runs_passed": ("bigint", "Those of them in which it passed."),
        "pass_rate": ("double", "runs_passed / runs, 0 to 1."),
        "first_run": ("timestamp", "Start of the first kept build with a result of it, UTC."),
        "last_run": ("timestamp", "Start of the last one, UTC; older than the build itself: the rule is gone."),
        "last_not_passed": ("timestamp", "Start of the last kept build in which it did not pass, UTC; null: never."),
        "last_status": ("varchar", "What came out last: passed, failed, errored or no_rows."),
    },
)

_PUBLICATIONS = ReportTable(
    "publications",
    "publications",
    "Every publication of the kept history, this one included, with its verdict. One row per publication.",
    {
        "build_id": ("varchar", "Build id: UTC start time and a random part."),
        "started_at": ("timestamp", "When the build started, UTC."),
        "verdict": ("varchar", "published, or published with warnings."),
        "checks_passed": ("bigint", "Checks that passed."),
        "checks_warned": ("bigint", "Warnings that did not pass, accepted ones included."),
        "checks_failed": ("bigint", "Blocking checks that failed; 0 in a publication."),
        "checks_errored": ("bigint", "Checks that crashed."),
        "checks_no_rows": ("bigint", "Checks that saw no row."),
        "findings_open": ("bigint", "Findings that nobody had accepted, corrected or dismissed."),
        "code_version": ("varchar", "Hash of the code, models, rules and locked dependencies."),
        "lock_sha256": ("varchar", "sha256 of requirements.lock."),
        "source_mode": ("varchar", "recorded (bundled figures) or live."),
        "previous_build_id": ("varchar", "Publication that was up before; null for the first."),
    },
)

_DETERMINATIONS = ReportTable(
    "determinations",
    "reliability_determinations",
    "How far the figures of a dataset may be relied on for a use, in GAO's words: decided by a person, lowered by what "
    "this build shows. One row per dataset and use.",
    {
        "dataset_id": ("varchar", "Dataset, publisher/dataset."),
        "use": ("varchar", "What the figures would be used for."),
        "determination": (
            "varchar",
            "What counts: sufficiently_reliable, not_sufficiently_reliable or undetermined (GAO-09-680G, GAO-03-273G).",
        ),
        "decided": (
            "varchar",
            "What the person decided, in the same words; null where nobody has assessed the dataset.",
        ),
        "lowered_because": ("varchar", "Why this build lowers it to undetermined; null where it does not."),
        "grounds": ("varchar", "Why it was decided so."),
        "decided_by": ("varchar", "Who answers for it; null where nobody has assessed the dataset."),
        "decided_on": ("date", "Day of the decision; null where there is none."),
        "expires": ("date", "Last day on which it holds; null where there is none."),
        "checks_passed": ("bigint", "Checks about the dataset or a table built from it that passed in this build."),
        "checks_not_passed": ("bigint", "The same that did not pass, whatever was decided about them."),
        "blocking_not_passed": ("bigint", "Blocking rules among them; 0 in a publication."),
        "findings_open": ("bigint", "Warnings among them that nobody has accepted, corrected or dismissed."),
        "findings_disposed": ("bigint", "Warnings among them that somebody has."),
        "vintages": ("bigint", "Vintages of the dataset in this build."),
        "newest_vintage_id": ("varchar", "The newest of them; null where there is none."),
        "age_days": ("bigint", "Whole days between its retrieval and the start of the build."),
        "max_age_days": ("bigint", "Days after which the publisher's cadence makes it late; null for closed sources."),
        "is_late": ("boolean", "Whether it is older than that; null where it cannot be said."),
        "headlines_met": ("bigint", "Published headlines that its figures give exactly or within rounding."),
        "headlines_explained": ("bigint", "Those that differ for a reason that somebody reviewed."),
        "headlines_unexplained": ("bigint", "Those that differ, and nobody has explained why."),
    },
)

TABLES = (_RULE_CATALOGUE, _PUBLICATIONS, _DETERMINATIONS)


def write_report_tables(connection: duckdb.DuckDBPyConnection, database: str, build: Build) -> None:
    """Create the tables of the report of ``build`` in the attached ``database``; without rows they are empty."""
    import pyarrow as pa  # noqa: PLC0415 - heavy, and not needed by a run with nothing to do

    connection.execute(f"create schema if not exists {database}.quality")
    kept = build.report_tables()
    types = {"bigint": pa.int64(), "double": pa.float64(), "boolean": pa.bool_()}
    for table in TABLES:
        relation = f"{database}.{table.relation}"
        schema = pa.schema([(name, types.get(kind, pa.string())) for name, (kind, _) in table.columns.items()])
        connection.register("report_rows", pa.Table.from_pylist(kept.get(table.key, []), schema=schema))
        selected = ", ".join(f"cast({name} as {kind}) as {name}" for name, (kind, _) in table.columns.items())
        connection.execute(f"create table {relation} as select {selected} from report_rows")
        connection.unregister("report_rows")
        comment_on(connection, "table", relation, table.description)
        for name, (_, description) in table.columns.items():
            comment_on(connection, "column", f"{relation}.{name}", description)
