"""Turns check rows into one Dagster check result with the rules as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import dagster as dg

from ingestion.results import CheckResult, Severity, Status


def look_up_materializations(
    context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext, keys: Iterable[dg.AssetCheckKey]
) -> None:
    """Look up at once which materializations check results are about. Dagster would ask for one asset at a time."""
    known = context.get_step_execution_context()._data_version_cache  # noqa: SLF001
    known._fetch_input_asset_version_info(sorted({key.asset_key for key in keys}))  # noqa: SLF001


def as_check_result(key: dg.AssetCheckKey, results: Sequence[CheckResult]) -> dg.AssetCheckResult:
    """Return one Dagster result of several rules.

    It is an ERROR when a rule of severity ``error`` did not pass, else a WARN. A crashed rule is counted apart from a
    failed one: a crash says nothing about the data.
    """
    bad = [result for result in results if result.status is not Status.PASSED]
    crashed = sum(result.status is Status.ERRORED for result in bad)
    error = any(result.severity is Severity.ERROR for result in bad or results)
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=not bad,
        severity=dg.AssetCheckSeverity.ERROR if error else dg.AssetCheckSeverity.WARN,
        description=f"{len(results)} rules, {len(bad) - crashed} not passed, {crashed} crashed",
        metadata={"rules": dg.MetadataValue.table([_record(result) for result in results])},
    )


def _record(result: CheckResult) -> dg.TableRecord:
    return dg.TableRecord(
        {
            "rule": result.rule_id,
            "severity": result.severity.value,
            "status": result.status.value,
            "disposition": result.disposition.value if result.disposition else "",
            "statement": result.statement,
            "observed": result.observed,
            "failing": result.failing_count or 0,
            "sample": result.sample,
        }
    )
