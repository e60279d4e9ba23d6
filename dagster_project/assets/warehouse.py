"""The dbt models and tests as assets and checks, built by dbt in this process."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets

from dagster_project.auditing import begin_audit, ready_audit
from dagster_project.checks.results import as_check_result, look_up_materializations
from dagster_project.dbt_runner import NodeResult, dbt_build, dbt_build_history, ensure_manifest
from dagster_project.last_publication import write_last_publication
from dagster_project.older_vintages import OlderStates, write_older_states
from dagster_project.refusal import refuse
from dagster_project.resources import Workspace
from dagster_project.table_facts import table_facts
from dagster_project.unchanged import Start, database_sha256, find_start
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


EVERYTHING_TAG = "lines_of_effort/everything"
"""Tag of a run that builds every model, whatever changed."""

PARENTS_FIRST = tuple(
    unique_id
    for unique_id in TopologicalSorter(MANIFEST["parent_map"]).static_order()
    if unique_id.startswith(("model.", "seed."))
)


@dbt_assets(manifest=MANIFEST, dagster_dbt_translator=TRANSLATOR, name="warehouse")
def warehouse(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Any]:
    """Build what depends on something new, with its tests, then the tables of all vintages.

    What is built follows from what changed, not from what was selected: the whole private database is published.
    """
    build = workspace.build_of_run(context.run_id)
    build.note(code_version=code_version(), source_mode=workspace.settings.sources.value)
    write_table_facts(build, table_facts(MANIFEST))
    ready_audit()
    with build.stage("build"):
        start = find_start(build, workspace.settings, asked=EVERYTHING_TAG in context.run.tags)
        outcomes = dbt_build(build, workspace.settings, start)
    states = OlderStates((), (), 0)
    if not any(outcome.broken for outcome in outcomes):
        with build.stage("vintages"):
            states = write_older_states(build, workspace.settings)
            write_last_publication(build, workspace.settings)
            outcomes += dbt_build_history(build, workspace.settings)
    checks = [outcome.check for outcome in outcomes if outcome.check]
    broken = [outcome for outcome in outcomes if outcome.broken]
    if not broken:  # else some tests that should have run did not, and an earlier result would hide that
        checks += start.carried({check.rule_id for check in checks})
    build.write_results("dbt", checks)
    build.note(state="failed" if broken else "built", models=_models(start, outcomes))
    if not broken:
        build.note(database_sha256=database_sha256(build))
        begin_audit(build, workspace.settings)  # it reads while what was built is told to Dagster
    yield from _check_results(context, checks)
    if broken:
        raise refuse(build, workspace.settings, _explain(broken))
    built = {outcome.unique_id for outcome in outcomes}
    for unique_id in PARENTS_FIRST:
        key = asset_key(unique_id)
        if key in context.selected_asset_keys:
            metadata = _states(states) if key == HISTORY_KEY else {}
            if unique_id not in built and start.before:
                metadata["unchanged since build"] = start.before.id
            yield dg.MaterializeResult(asset_key=key, metadata=metadata)


def _models(start: Start, outcomes: list[NodeResult]) -> dict[str, Any]:
    """Say which models were built, and which are those of the build before."""
    built = {outcome.unique_id for outcome in outcomes}
    names = [(MANIFEST["nodes"][name]["name"], name in built) for name in PARENTS_FIRST if name.startswith("model.")]
    return {
        "built": sorted(name for name, new in names if new),
        "unchanged": sorted(name for name, new in names if not new),
        "unchanged_since": start.before.id if start.before else None,
        "everything_because": start.why or None,
    }


def _states(states: OlderStates) -> dict[str, Any]:
    """Say which older states were computed, and which were kept from an earlier build."""
    return {
        "older states computed": dg.MetadataValue.json(list(states.made)),
        "older states reused": dg.MetadataValue.json(list(states.reused)),
        "observations in older states": states.rows,
    }


def _check_results(context: dg.AssetExecutionContext, checks: list[CheckResult]) -> Iterator[dg.AssetCheckResult]:
    """One Dagster result for each model: its dbt tests and unit tests as a table."""
    by_table: dict[str, list[CheckResult]] = defaultdict(list)
    for check in checks:
        by_table[check.table_name].append(check)
    look_up_materializations(context, context.selected_asset_check_keys)
    for key in context.selected_asset_check_keys:
        if of_table := by_table[TABLES[key.asset_key]]:
            yield as_check_result(key, of_table)


def _explain(broken: list[NodeResult]) -> str:
    """Name what broke, the first reasons first; skipped nodes are consequences and are left out."""
    lines = [f"dbt stopped the build: {len(broken)} of its steps failed."]
    for outcome in broken[:5]:
        detail = outcome.check.sample if outcome.check and outcome.check.sample else outcome.message.strip()
        lines.append(f"  {outcome.unique_id}: {detail}")
    return "\n".join(lines)
