"""Jobs: the whole path, and one for each release cadence."""

from __future__ import annotations

import dagster as dg

from dagster_project.assets.landing import LEDGER_TABLES, dataset_key
from ingestion.contract import Cadence
from ingestion.registry import datasets

MAIN_JOB = "publish_warehouse"

publish_warehouse = dg.define_asset_job(
    MAIN_JOB,
    selection=dg.AssetSelection.all(),
    description="Ask the publishers, archive, land, build, audit, publish. `lines-of-effort run` is this job.",
    executor_def=dg.in_process_executor,
)


def _refresh(cadence: Cadence) -> dg.UnresolvedAssetJobDefinition:
    keys = [dataset_key(dataset) for dataset in datasets().values() if dataset.cadence is cadence]
    ledger = [dg.AssetKey(["ingestion", name]) for name in LEDGER_TABLES]
    others = dg.AssetSelection.all() - dg.AssetSelection.groups("landing")
    return dg.define_asset_job(
        f"refresh_{cadence.value}",
        selection=dg.AssetSelection.assets(*keys, *ledger) | others,
        description=f"Ask the publishers whose practice is {cadence.value}, then build, audit, publish.",
        executor_def=dg.in_process_executor,
    )


CADENCES = sorted({dataset.cadence for dataset in datasets().values() if dataset.cadence.cron})
refresh_jobs = {cadence: _refresh(cadence) for cadence in CADENCES}
