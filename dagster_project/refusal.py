"""What happens to a build that is not published: its report is written, its results are kept, the run fails."""

from __future__ import annotations

import platform
from typing import Any

import dagster as dg

from dagster_project.report_tables import report_tables
from expectations.report.audit import write_audit_report
from ingestion.settings import Settings
from publication.build import Build
from publication.fingerprint import published_manifest
from publication.history import keep_results


def write_report(build: Build, settings: Settings) -> None:
    """Keep the check results of ``build``, write its audit report and keep what of it is published as tables."""
    keep_results(build, settings)
    tables = report_tables(build, settings)
    build.write_report_tables(tables)
    previous = published_manifest(settings)
    facts: dict[str, Any] = build.state | {
        "built_at": build.state["started_at"],
        "source_mode": settings.sources.value,
        "python": platform.python_version(),
        "published_path": str(settings.published_dir / "current"),
        "previous_build_id": previous["build_id"] if previous else None,
        **tables,
    }
    write_audit_report(build.database, build.results(), facts, build.reports / "audit.html")


def refuse(build: Build, settings: Settings, reason: str) -> dg.Failure:
    """Return the failure to raise for a build that is refused, after keeping what is known of it."""
    build.note(refused=reason)
    write_report(build, settings)
    return dg.Failure(
        description=f"{reason}\n  next: read {build.reports / 'audit.html'}; the last publication stays up",
        allow_retries=False,
    )
