"""Great Expectations as asset checks: per table one blocking check of errors and one check of warnings."""

from collections import defaultdict
from collections.abc import Iterator

import dagster as dg

from dagster_project.assets.warehouse import MANIFEST, asset_key
from dagster_project.refusal import write_report
from dagster_project.resources import Workspace
from expectations.rules import load_rules
from ingestion.results import CheckResult, Severity, Status

CHECK_NAMES = {Severity.ERROR: "gx_error", Severity.WARNING: "gx_warning"}


def _keys_by_table() -> dict[str, dg.AssetKey]:
    """``schema.table`` → asset key, for every model that some rule is about."""
    wanted = {rule.table for rule in load_rules()}
    keys = {
        f"{node['schema']}.{node['name']}": asset_key(unique_id)
        for unique_id, node in MANIFEST["nodes"].items()
        if node["resource_type"] in {"model", "seed"}
    }
    unknown = sorted(wanted - set(keys))
    if unknown:
        raise dg.DagsterInvalidDefinitionError(f"Rules name tables that no dbt model builds: {', '.join(unknown)}")
    return {table: key for table, key in keys.items() if table in wanted}


KEYS = _keys_by_table()


def _specs() -> list[dg.AssetCheckSpec]:
    kinds = sorted({(rule.table, Severity(rule.severity)) for rule in load_rules()})
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
    from expectations.validate import validate  # noqa: PLC0415 - Great Expectations costs seconds to import

    build = workspace.last_build()
    if build.state["state"] not in {"built", "audited"}:
        raise dg.Failure(f"Build {build.id} is {build.state['state']}: materialize the warehouse first.")
    with build.stage("audit"):
        results = validate(build.database, docs_dir=build.reports / "data_docs")
    build.write_results("expectations", results)
    build.note(state="audited")
    with build.stage("report"):
        write_report(build, workspace.settings)
    grouped: dict[tuple[str, Severity], list[CheckResult]] = defaultdict(list)
    for result in results:
        grouped[result.table_name, result.severity].append(result)
    for (table, severity), of_check in grouped.items():
        if dg.AssetCheckKey(KEYS[table], CHECK_NAMES[severity]) in context.selected_asset_check_keys:
            yield _check_result(KEYS[table], severity, of_check)


def _check_result(key: dg.AssetKey, severity: Severity, results: list[CheckResult]) -> dg.AssetCheckResult:
    """One Dagster result of several rules; a crashed rule is named apart from a failed one."""
    bad = [result for result in results if result.status is not Status.PASSED]
    crashed = sum(result.status is Status.ERRORED for result in bad)
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=CHECK_NAMES[severity],
        passed=not bad,
        severity=dg.AssetCheckSeverity.ERROR if severity is Severity.ERROR else dg.AssetCheckSeverity.WARN,
        description=f"{len(results)} rules, {len(bad) - crashed} not passed, {crashed} crashed",
        metadata={
            "rules": dg.MetadataValue.table(
                [
                    dg.TableRecord(
                        {
                            "rule": result.rule_id,
                            "status": result.status.value,
                            "statement": result.statement,
                            "observed": result.observed,
                            "failing": result.failing_count or 0,
                            "sample": result.sample,
                        }
                    )
                    for result in results
                ]
            )
        },
    )
