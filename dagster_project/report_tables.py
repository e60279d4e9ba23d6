"""Brings together what the audit report shows as tables: from the kept history, the build and the files of people."""

from __future__ import annotations

from typing import Any

from expectations.report.catalogue import rule_catalogue
from expectations.rules import load_rules
from ingestion.settings import Settings
from publication.build import Build
from publication.history import kept_publications, kept_results, publication_row

Row = dict[str, Any]


def report_tables(build: Build, settings: Settings) -> dict[str, list[Row]]:
    """Return the rows of each table of the report, by its key in ``audit.json``.

    Args:
        build: with its results kept (``publication.history.keep_results``).
        settings: names the workspace.
    """
    own = [] if build.refused else [publication_row(build, settings)]
    return {
        "rule_catalogue": rule_catalogue(kept_results(settings), load_rules()),
        "publications": [*kept_publications(settings), *own],
    }
