"""One schedule for each release cadence in use, from the contracts. All are stopped until someone starts them."""

from __future__ import annotations

import dagster as dg

from dagster_project.jobs import refresh_jobs

schedules = [
    dg.ScheduleDefinition(
        name=f"{cadence.value}_refresh",
        job=job,
        cron_schedule=str(cadence.cron),
        execution_timezone="UTC",
        description=f"When {cadence.value} publishers are expected to have released.",
    )
    for cadence, job in refresh_jobs.items()
]
