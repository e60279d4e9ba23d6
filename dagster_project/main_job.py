"""Runs the main job in this process, for the command line. The Dagster UI runs the same job."""

from __future__ import annotations

import importlib
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from dagster_project.dbt_runner import collect_less, read_project
from dagster_project.home import prepare_home
from ingestion.ingest import ingest_all
from ingestion.outcome import Ingested
from ingestion.pending import needs_ingest
from ingestion.registry import datasets
from ingestion.settings import RECORDINGS, Settings

if TYPE_CHECKING:
    import dagster as dg

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run_main_job(
    settings: Settings, taken_in: Sequence[Ingested] = (), seconds: float = 0.0, *, everything: bool = False
) -> str | None:
    """Run ``publish_warehouse`` and return why it failed, or ``None`` when it succeeded.

    Events are kept in the Dagster home, so the run shows in the UI.

    Args:
        settings: mode and folders.
        taken_in: what this process took in just now; those datasets are not asked for again.
        seconds: that it took.
        everything: build every model, whatever changed.
    """
    prepare_home(settings)
    collect_less()
    if not taken_in:
        taken_in, seconds = _take_in_while_importing(settings)
    import dagster as dg  # noqa: PLC0415 - while recordings are taken in

    from dagster_project.assets.landing import JUST_NOW  # noqa: PLC0415
    from dagster_project.assets.warehouse import EVERYTHING_TAG  # noqa: PLC0415
    from dagster_project.definitions import defs  # noqa: PLC0415 - needs the manifest
    from dagster_project.jobs import MAIN_JOB  # noqa: PLC0415

    JUST_NOW.outcomes.update({outcome.dataset_id: outcome for outcome in taken_in})
    JUST_NOW.seconds = seconds
    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def(MAIN_JOB).execute_in_process(
            instance=instance,
            run_config=_QUIET,
            raise_on_error=False,
            tags={EVERYTHING_TAG: "true"} if everything else None,
        )
    return None if result.success else _why(result)


def _take_in_while_importing(settings: Settings) -> tuple[list[Ingested], float]:
    """Take in recordings in other processes while this one imports and reads the dbt project: about as much work.

    Returns the outcomes and the seconds that both took.
    """
    started = time.perf_counter()
    processes = settings.threads if needs_ingest(settings) else 0
    with ThreadPoolExecutor(1) as beside:
        outcomes = beside.submit(
            ingest_all, list(datasets()), settings, recordings_root=RECORDINGS, processes=processes
        )
        importlib.import_module("dagster_project.definitions")
        read_project()
        return outcomes.result(), time.perf_counter() - started


def _why(result: dg.ExecuteInProcessResult) -> str:
    """Return the message of the first step that failed."""
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            if data.user_failure_data and data.user_failure_data.description:
                return str(data.user_failure_data.description)
            error = data.error
            while error and error.cause:
                error = error.cause
            return _without_class(error.message) if error else "a step failed without a message"
    return "the run failed before its first step"


def _without_class(message: str) -> str:
    """Drop the exception's class name that Dagster puts in front of the message."""
    name, separator, rest = message.strip().partition(": ")
    return rest if separator and " " not in name else message.strip()
