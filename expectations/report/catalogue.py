"""The rule catalogue with its record: every check of every checker in the kept history, and how often it passed.

The rows go to the audit report (key ``rule_catalogue``) and are published as ``quality.rule_catalogue``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from expectations.rules import Rule

Row = dict[str, Any]

REPORT_TABLES = ("rule_catalogue", "publications", "determinations", "correction_requests")
"""Keys of the report that are tables of the warehouse too; ``docs/report-tables.md`` says which."""

_CATALOGUE = """
    with checked as (
        select
            checker, rule_id, table_name, build_id,
            any_value(checked_at) as checked_at,
            bool_and(status = 'passed') as passed,
            first(status order by status = 'passed') as status,
            any_value(dataset_id) as dataset_id,
            any_value(statement) as statement,
            any_value(reason) as reason,
            any_value(rule_source) as rule_source,
            any_value(owner) as owner,
            any_value(severity) as severity
        from read_parquet(?, union_by_name = true)
        group by checker, rule_id, table_name, build_id
    )

    select
        rule_id, checker, table_name,
        arg_max(dataset_id, build_id) as dataset_id,
        arg_max(statement, build_id) as statement,
        arg_max(reason, build_id) as reason,
        arg_max(rule_source, build_id) as rule_source,
        arg_max(owner, build_id) as owner,
        arg_max(severity, build_id) as severity,
        count(*) as runs,
        count(*) filter (passed) as runs_passed,
        runs_passed / runs as pass_rate,
        min(checked_at) as first_run,
        max(checked_at) as last_run,
        max(checked_at) filter (not passed) as last_not_passed,
        arg_max(status, build_id) as last_status
    from checked
    group by rule_id, checker, table_name
    order by checker, rule_id, table_name
"""


def rule_catalogue(files: Sequence[Path], rules: Iterable[Rule]) -> list[Row]:
    """Return one row per check: what it asks and why, how often it ran and passed, and when it last did not.

    A check is known by checker, rule and table. Its words are those of its newest run. ``suite`` and ``tolerance``
    are known of rules that are in the catalogue now; of gates, dbt tests and removed rules they are ``None``.

    Args:
        files: the kept results, one Parquet file per build; see ``publication/history.py``.
        rules: the rule catalogue as it is now.

    Returns:
        Rows in order of checker, rule and table. ``runs`` and ``runs_passed`` count builds; ``pass_rate`` is their
        quotient, 0 to 1; times are the starts of builds, ISO 8601, UTC.
    """
    if not files:
        return []
    import duckdb  # noqa: PLC0415 (only a report needs it)

    known = {rule.id: rule for rule in rules}
    with duckdb.connect() as connection:
        cursor = connection.execute(_CATALOGUE, [[str(path) for path in files]])
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        rule = known.get(row["rule_id"]) if row["checker"] == "expectation" else None
        row["suite"] = rule.suite if rule else None
        row["tolerance"] = f"{rule.tolerance.value}: {rule.tolerance.reason}" if rule and rule.tolerance else None
    return rows
