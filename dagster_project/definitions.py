"""Everything that Dagster loads. Importing it needs no network, no secret, and not Great Expectations."""

from __future__ import annotations

from typing import Any

import dagster as dg

from dagster_project.assets.landing import landing
from dagster_project.assets.publication import publication
from dagster_project.assets.warehouse import warehouse
from dagster_project.checks.expectations import audit
from dagster_project.jobs import publish_warehouse, refresh_jobs
from dagster_project.resources import Workspace
from dagster_project.schedules import schedules


def build_defs(**overrides: Any) -> dg.Definitions:
    """Assemble the definitions.

    Args:
        overrides: any argument of :class:`dagster.Definitions` to replace, e.g. ``resources`` in a test.
    """
    parts: dict[str, Any] = {
        "assets": [landing, warehouse, publication],
        "asset_checks": [audit],
        "jobs": [publish_warehouse, *refresh_jobs.values()],
        "schedules": schedules,
        "resources": {"workspace": Workspace()},
        "executor": dg.in_process_executor,
    }
    return dg.Definitions(**(parts | overrides))


defs = build_defs()
