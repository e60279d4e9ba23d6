"""Brings together what the audit report shows as tables: from the kept history, the build and the files of people."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dagster_project.checks.not_landed import upstream_datasets
from expectations.determinations import Evidence, determinations, load_determinations
from expectations.report.catalogue import rule_catalogue
from expectations.rules import load_rules
from ingestion.settings import Settings
from publication.build import Build
from publication.history import kept_publications, kept_results, publication_row

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]

_TABLES = ("core.dim_source", "core.dim_vintage", "scorecard.rpt_reconciliation", "quality.correction_requests")


def report_tables(build: Build, settings: Settings) -> dict[str, list[Row]]:
    """Return the rows of each table of the report, by its key in ``audit.json``.

    Args:
        build: with its results kept (``publication.history.keep_results``). Where it was refused before a table was
            built, that table counts as empty.
        settings: names the workspace.
    """
    built = _built(build)
    manifest = build.folder / "dbt_manifest.json"
    evidence = Evidence(
        results=build.results(),
        upstream=upstream_datasets(json.loads(manifest.read_text())) if manifest.exists() else {},
        sources=built["core.dim_source"],
        vintages=built["core.dim_vintage"],
        reconciliation=built["scorecard.rpt_reconciliation"],
        started_at=datetime.fromisoformat(build.state["started_at"]),
    )
    own = [] if build.refused else [publication_row(build, settings)]
    return {
        "rule_catalogue": rule_catalogue(kept_results(settings), load_rules()),
        "publications": [*kept_publications(settings), *own],
        "determinations": determinations(load_determinations(), evidence),
        "correction_requests": built["quality.correction_requests"],
    }


def _built(build: Build) -> dict[str, list[Row]]:
    """Return all rows of the small tables that the report rests on."""
    if not build.database.exists():
        return {name: [] for name in _TABLES}
    import duckdb  # noqa: PLC0415 - only a build that exists needs it

    with duckdb.connect(str(build.database), read_only=True) as connection:
        return {name: _rows(connection, name) for name in _TABLES}


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[Row]:
    known = connection.execute(
        "select 1 from information_schema.tables where table_schema || '.' || table_name = ?", [table]
    ).fetchall()
    if not known:
        return []
    cursor = connection.execute(f"select * from {table} order by all")  # noqa: S608 - our own names
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
