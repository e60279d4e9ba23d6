"""Brings together what the audit report shows as tables: from the kept history, the build and the files of people."""

from __future__ import annotations

import json
from datetime import datetime

from dagster_project.checks.not_landed import upstream_datasets
from expectations.determinations import Evidence, determinations, load_determinations
from expectations.report.catalogue import rule_catalogue
from expectations.report.database import ReportDatabase, Row
from expectations.rules import load_rules
from ingestion.settings import Settings
from publication.build import Build
from publication.history import kept_publications, kept_results, publication_row


def report_tables(build: Build, settings: Settings) -> dict[str, list[Row]]:
    """Return the rows of each table of the report, by its key in ``audit.json``.

    Args:
        build: with its results kept (``publication.history.keep_results``). Where it was refused before a table was
            built, that table counts as empty.
        settings: names the workspace.
    """
    manifest = build.folder / "dbt_manifest.json"
    with ReportDatabase(build.database, []) as opened:
        requests = opened.rows("quality.correction_requests")
        evidence = Evidence(
            results=build.results(),
            upstream=upstream_datasets(json.loads(manifest.read_text())) if manifest.exists() else {},
            sources=opened.rows("core.dim_source"),
            vintages=opened.rows("core.dim_vintage"),
            reconciliation=opened.rows("scorecard.rpt_reconciliation"),
            started_at=datetime.fromisoformat(build.state["started_at"]),
        )
    own = [] if build.refused else [publication_row(build, settings)]
    return {
        "rule_catalogue": rule_catalogue(kept_results(settings), load_rules()),
        "publications": [*kept_publications(settings), *own],
        "determinations": determinations(load_determinations(), evidence),
        "correction_requests": requests,
    }
