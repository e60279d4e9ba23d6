"""The dbt models and tests as assets and checks, built by dbt in this process."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets

from dagster_project.dbt_runner import NodeResult, dbt_build, ensure_manifest
from dagster_project.refusal import refuse
from dagster_project.resources import Workspace
from ingestion.code_version import code_version
from ingestion.results import Severity, Status

MANIFEST: dict[str, Any] = json.loads(ensure_manifest().read_text())


class Translator(DagsterDbtTranslator):
    """Gives each model the group of its database schema; keys of sources stay ``[publisher, dataset]``."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Return the schema: staging, intermediate, core, scorecard, quality, reference or a line of effort."""
        return str(dbt_resource_props["schema"])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return dbt's description; the SQL is in the repository and would bloat the asset graph."""
        return str(dbt_resource_props["description"])


TRANSLATOR = Translator()


def asset_key(unique_id: str) -> dg.AssetKey:
    """Return the asset key of a dbt node."""
    spec: dg.AssetSpec = TRANSLATOR.get_asset_spec(MANIFEST, unique_id, None)
    return spec.key


@dbt_assets(manifest=MANIFEST, dagster_dbt_translator=TRANSLATOR, name="warehouse")
def warehouse(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Any]:
    """Build seeds, models and tests into the private database of this run.

    The whole project is built whatever was selected: a private database has no tables of earlier runs.
    """
    build = workspace.build_of_run(context.run_id)
    build.note(code_version=code_version(), source_mode=workspace.settings.sources.value)
    with build.stage("build"):
        outcomes = dbt_build(build, workspace.settings)
    build.write_results("dbt", [outcome.check for outcome in outcomes if outcome.check])
    broken = [outcome for outcome in outcomes if outcome.broken]
    build.note(state="failed" if broken else "built")
    by_id = {outcome.unique_id: outcome for outcome in outcomes}
    yield from _check_results(context, by_id)
    if broken:
        raise refuse(build, workspace.settings, _explain(broken))
    for unique_id in by_id:
        if unique_id.split(".")[0] in {"model", "seed"} and asset_key(unique_id) in context.selected_asset_keys:
            yield dg.MaterializeResult(asset_key=asset_key(unique_id))


def _check_results(
    context: dg.AssetExecutionContext, outcomes: Mapping[str, NodeResult]
) -> Iterator[dg.AssetCheckEvaluation | dg.AssetCheckResult]:
    """One Dagster check result for each dbt test that Dagster knows and that was selected."""
    for spec in context.assets_def.check_specs:
        outcome = outcomes.get(str(spec.metadata["dagster_dbt/unique_id"]))
        if outcome is None or outcome.check is None or spec.key not in context.selected_asset_check_keys:
            continue
        warn = outcome.check.severity is Severity.WARNING
        yield dg.AssetCheckResult(
            asset_key=spec.asset_key,
            check_name=spec.name,
            passed=outcome.check.status is Status.PASSED,
            severity=dg.AssetCheckSeverity.WARN if warn else dg.AssetCheckSeverity.ERROR,
            metadata={"failing rows": outcome.check.failing_count or 0, "sample": outcome.check.sample},
        )


def _explain(broken: list[NodeResult]) -> str:
    """Name what broke, the first reasons first; skipped nodes are consequences and are left out."""
    lines = [f"dbt stopped the build: {len(broken)} of its steps failed."]
    for outcome in broken[:5]:
        detail = outcome.check.sample if outcome.check and outcome.check.sample else outcome.message.strip()
        lines.append(f"  {outcome.unique_id}: {detail}")
    return "\n".join(lines)
