"""Landing assets: one per dataset of the registry, and the ledger as tables."""

from collections.abc import Iterator
from dataclasses import dataclass

import dagster as dg

from dagster_project.resources import Workspace
from ingestion.contract import LINES_OF_EFFORT, Dataset
from ingestion.ingest import Ingested, ingest_all
from ingestion.registry import datasets
from ingestion.results import CheckResult, Status


@dataclass(slots=True)
class JustNow:
    """What this process took in before the job began; each outcome is used once.

    Args:
        outcomes: by dataset id.
        seconds: that it took, wall clock.
    """

    outcomes: dict[str, Ingested]
    seconds: float = 0.0


JUST_NOW = JustNow({})

LEDGER_TABLES = {
    "datasets": "The contracts of all datasets.",
    "vintages": "Every archived state of every dataset.",
    "files": "Every archived file: address, time, sha256, size.",
    "gate_results": "Results of the ingestion gates.",
}


def dataset_key(dataset: Dataset) -> dg.AssetKey:
    """``[publisher, dataset]``: equal to the name of the dbt source, or lineage would silently fork."""
    return dg.AssetKey([dataset.publisher.id, dataset.name])


def _spec(dataset: Dataset) -> dg.AssetSpec:
    max_age = dataset.cadence.max_age
    return dg.AssetSpec(
        dataset_key(dataset),
        group_name="landing",
        description=f"{dataset.title}\n\n{dataset.description}",
        kinds={"python", "parquet"},
        tags={"cadence": dataset.cadence.value},
        metadata={
            "publisher": dataset.publisher.name,
            "licence": dataset.licence.name,
            "attribution": dataset.licence.attribution,
            "lines of effort": ", ".join(LINES_OF_EFFORT[number] for number in dataset.lines),
        },
        freshness_policy=None if max_age is None else dg.FreshnessPolicy.time_window(fail_window=max_age),
    )


def _result(outcome: Ingested) -> dg.MaterializeResult[None]:
    current = outcome.current
    return dg.MaterializeResult(
        asset_key=dg.AssetKey(outcome.dataset_id.split("/")),
        metadata={
            "status": outcome.status,
            "dagster/row_count": outcome.rows,
            "vintage": current.vintage_id if current else "none",
            "vintages": len(outcome.vintages),
            **({"error": outcome.error} if outcome.error else {}),
        },
        data_version=dg.DataVersion(current.content_sha256) if current else None,
        check_results=[_gates(outcome)],
    )


def _gates(outcome: Ingested) -> dg.AssetCheckResult:
    failed = [result for result in outcome.checks if result.status is not Status.PASSED]
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey(outcome.dataset_id.split("/")),
        check_name="gates",
        passed=not failed and outcome.error is None,
        description=outcome.error or f"{len(outcome.checks)} gates",
        metadata={result.rule_id: f"{result.status}: {result.observed}" for result in failed},
    )


@dg.multi_asset(
    name="landing",
    specs=[
        *(_spec(dataset) for dataset in datasets().values()),
        *(
            dg.AssetSpec(["ingestion", name], group_name="landing", description=description, kinds={"parquet"})
            for name, description in LEDGER_TABLES.items()
        ),
    ],
    check_specs=[
        dg.AssetCheckSpec("gates", asset=dataset_key(dataset), description="The contract's gates kept the release.")
        for dataset in datasets().values()
    ],
    can_subset=True,
)
def landing(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[dg.MaterializeResult[None]]:
    """Ask the publishers, archive what is new, land what passes its gates.

    A dataset that fails does not stop the others: its last good vintage is used and its check is red.
    """
    build = workspace.build_of_run(context.run_id)
    wanted = [key for key in context.selected_asset_keys if key.path[0] != "ingestion"]
    ids = sorted("/".join(key.path) for key in wanted)
    with build.stage("ingest", already=JUST_NOW.seconds):
        known = [JUST_NOW.outcomes.pop(dataset_id) for dataset_id in ids if dataset_id in JUST_NOW.outcomes]
        asked = {outcome.dataset_id for outcome in known}
        outcomes = known + ingest_all([dataset_id for dataset_id in ids if dataset_id not in asked], workspace.settings)
    checks: list[CheckResult] = [result for outcome in outcomes for result in outcome.checks]
    build.write_results("gates", checks)
    build.note(sources={o.dataset_id: {"status": o.status, "error": o.error} for o in outcomes})
    yield from (_result(outcome) for outcome in outcomes)
    for key in context.selected_asset_keys - set(wanted):
        yield dg.MaterializeResult(asset_key=key)
