"""The dbt models and tests as assets and checks, built by dbt in this process."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets

from dagster_project.checks.results import as_check_result
from dagster_project.dbt_runner import NodeResult, dbt_build, dbt_build_history, ensure_manifest
from dagster_project.last_publication import write_last_publication
from dagster_project.older_vintages import OlderStates, write_older_states
from dagster_project.refusal import refuse
from dagster_project.resources import Workspace
from dagster_project.table_facts import table_facts
from ingestion.code_version import code_version
from ingestion.results import CheckResult
from publication.table_facts import write_table_facts

MANIFEST: dict[str, Any] = json.loads(ensure_manifest().read_text())


class Translator(DagsterDbtTranslator):
    """Gives each model the group of its database schema; keys of sources stay ``[publisher, dataset]``.

    Each model has one check, ``dbt_tests``, with its tests as a table: a check per test would cost Dagster more time
    to write down than dbt takes to run them.
    """

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Return the schema: staging, intermediate, core, scorecard, quality, reference or a line of effort."""
        return str(dbt_resource_props["schema"])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return dbt's description; the SQL is in the repository and would bloat the asset graph."""
        return str(dbt_resource_props["description"])

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        """Return the model's one check for a test that is attached to it."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        if spec is None:
            return None
        return dg.AssetCheckSpec(
            "dbt_tests", asset=asset_spec.key, blocking=True, description="Keys, codes, references, worked examples."
        )


TRANSLATOR = Translator()


def asset_key(unique_id: str) -> dg.AssetKey:
    """Return the asset key of a dbt node."""
    spec: dg.AssetSpec = TRANSLATOR.get_asset_spec(MANIFEST, unique_id, None)
    return spec.key


TABLES: dict[dg.AssetKey, str] = {
    asset_key(unique_id): f"{node['schema']}.{node['name']}"
    for unique_id, node in MANIFEST["nodes"].items()
    if node["resource_type"] in {"model", "seed"}
}
"""Asset key → ``schema.table`` of every model and seed."""

HISTORY_KEY = asset_key("model.lines_of_effort.fct_observation_vintages")


@dbt_assets(manifest=MANIFEST, dagster_dbt_translator=TRANSLATOR, name="warehouse")
def warehouse(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Any]:
    """Build seeds, models and tests into the private database of this run, then the tables of all vintages.

    The whole project is built whatever was selected: a private database has no tables of earlier runs.
    """
    build = workspace.build_of_run(context.run_id)
    build.note(code_version=code_version(), source_mode=workspace.settings.sources.value)
    write_table_facts(build, table_facts(MANIFEST))
    with build.stage("build"):
        outcomes = dbt_build(build, workspace.settings)
    states = OlderStates((), (), 0)
    if not any(outcome.broken for outcome in outcomes):
        with build.stage("vintages"):
            states = write_older_states(build, workspace.settings)
            write_last_publication(build, workspace.settings)
            outcomes += dbt_build_history(build, workspace.settings)
    build.write_results("dbt", [outcome.check for outcome in outcomes if outcome.check])
    broken = [outcome for outcome in outcomes if outcome.broken]
    build.note(state="failed" if broken else "built")
    yield from _check_results(context, outcomes)
    if broken:
        raise refuse(build, workspace.settings, _explain(broken))
    for outcome in outcomes:  # in the order in which dbt built them: Dagster wants parents first
        key = asset_key(outcome.unique_id) if outcome.unique_id.startswith(("model.", "seed.")) else None
        if key in context.selected_asset_keys:
            yield dg.MaterializeResult(asset_key=key, metadata=_states(states) if key == HISTORY_KEY else None)


def _states(states: OlderStates) -> dict[str, Any]:
    """Say which older states were computed, and which were kept from an earlier build."""
    return {
        "older states computed": dg.MetadataValue.json(list(states.made)),
        "older states reused": dg.MetadataValue.json(list(states.reused)),
        "observations in older states": states.rows,
    }


def _check_results(context: dg.AssetExecutionContext, outcomes: list[NodeResult]) -> Iterator[dg.AssetCheckResult]:
    """One Dagster result for each model: its dbt tests and unit tests as a table."""
    by_table: dict[str, list[CheckResult]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.check:
            by_table[outcome.check.table_name].append(outcome.check)
    for key in context.selected_asset_check_keys:
        if checks := by_table[TABLES[key.asset_key]]:
            yield as_check_result(key, checks)


def _explain(broken: list[NodeResult]) -> str:
    """Name what broke, the first reasons first; skipped nodes are consequences and are left out."""
    lines = [f"dbt stopped the build: {len(broken)} of its steps failed."]
    for outcome in broken[:5]:
        detail = outcome.check.sample if outcome.check and outcome.check.sample else outcome.message.strip()
        lines.append(f"  {outcome.unique_id}: {detail}")
    return "\n".join(lines)
