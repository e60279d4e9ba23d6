"""Great Expectations as asset checks: per table one blocking check of errors and one check of warnings."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import dagster as dg

from dagster_project.assets.warehouse import TABLES
from dagster_project.auditing import RULES, finish_audit
from dagster_project.checks.not_landed import soften, upstream_and_landed
from dagster_project.checks.results import as_check_result, look_up_materializations
from dagster_project.refusal import write_report
from dagster_project.resources import Workspace
from expectations.acceptances import check_acceptances, dispose, load_acceptances
from ingestion.results import CheckResult, Severity
from publication.build import Build

CHECK_NAMES = {Severity.ERROR: "gx_error", Severity.WARNING: "gx_warning"}

ACCEPTANCES = load_acceptances()


def _keys_by_table() -> dict[str, dg.AssetKey]:
    """``schema.table`` → asset key, for every model that some rule is about."""
    wanted = {rule.table for rule in RULES}
    unknown = sorted(wanted - set(TABLES.values()))
    if unknown:
        raise dg.DagsterInvalidDefinitionError(f"Rules name tables that no dbt model builds: {', '.join(unknown)}")
    return {table: key for key, table in TABLES.items() if table in wanted}


KEYS = _keys_by_table()


def _specs() -> list[dg.AssetCheckSpec]:
    kinds = sorted({(rule.table, Severity(rule.severity)) for rule in RULES})
    return [
        dg.AssetCheckSpec(
            CHECK_NAMES[severity],
            asset=KEYS[table],
            blocking=severity is Severity.ERROR,
            description=f"Great Expectations rules of severity {severity.value}.",
        )
        for table, severity in kinds
    ]


@dg.multi_asset_check(name="audit", specs=_specs(), can_subset=True)
def audit(context: dg.AssetCheckExecutionContext, workspace: Workspace) -> Iterator[dg.AssetCheckResult]:
    """Run every suite on the finished build, keep the results, write the report.

    The whole audit runs whatever was selected: a build is audited or it is not.
    """
    build = workspace.last_build()
    if build.state["state"] not in {"built", "audited"}:
        raise dg.Failure(f"Build {build.id} is {build.state['state']}: materialize the warehouse first.")
    results = soften(finish_audit(build, workspace.settings), *upstream_and_landed(build))
    build.write_results("expectations", results)
    _settle(build)
    results = build.results_by_stage()["expectations"]  # with their dispositions
    build.note(state="audited")
    with build.stage("report"):
        write_report(build, workspace.settings)
    grouped: dict[tuple[str, Severity], list[CheckResult]] = defaultdict(list)
    declared = {rule.id: Severity(rule.severity) for rule in RULES}
    for result in results:  # by the severity that the rule declares: a softened result still answers for its check
        grouped[result.table_name, declared[result.rule_id]].append(result)
    look_up_materializations(context, context.selected_asset_check_keys)
    for (table, severity), of_check in grouped.items():
        key = dg.AssetCheckKey(KEYS[table], CHECK_NAMES[severity])
        if key in context.selected_asset_check_keys:
            yield as_check_result(key, of_check)


def _settle(build: Build) -> None:
    """Give every finding of every stage its disposition, and check the acceptances themselves."""
    today = date.fromisoformat(build.state["started_at"][:10])  # not the clock: a report must say what was judged when
    staged = build.results_by_stage()
    for name, results in staged.items():
        build.write_results(name, [dispose(result, ACCEPTANCES, today) for result in results])
    everything = [result for results in staged.values() for result in results]
    build.write_results("acceptances", check_acceptances(everything, ACCEPTANCES, today))
