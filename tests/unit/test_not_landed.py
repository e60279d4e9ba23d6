"""What a dataset that was never landed may hold back. The manifest here is invented."""

from __future__ import annotations

from dagster_project.checks.not_landed import soften, upstream_datasets
from ingestion.results import Checker, CheckResult, Severity, Status

MANIFEST = {
    "sources": {
        "source.a": {"source_name": "cbp", "name": "encounters"},
        "source.b": {"source_name": "unhcr", "name": "population"},
        "source.c": {"source_name": "ingestion", "name": "vintages"},
    },
    "nodes": {
        "model.stg": {"resource_type": "model", "schema": "staging", "name": "stg_cbp"},
        "model.both": {"resource_type": "model", "schema": "core", "name": "both"},
        "test.t": {"resource_type": "test", "schema": "x", "name": "t"},
    },
    "parent_map": {"model.stg": ["source.a", "source.c"], "model.both": ["model.stg", "source.b"]},
}
UPSTREAM = upstream_datasets(MANIFEST)


def _rule(table: str, status: Status) -> CheckResult:
    return CheckResult(Checker.EXPECTATION, "rule", "says", Severity.ERROR, table, status)


def test_lineage_reaches_through_models_and_leaves_the_ledger_out() -> None:
    assert {
        "staging.stg_cbp": frozenset({"cbp/encounters"}),
        "core.both": frozenset({"cbp/encounters", "unhcr/population"}),
    } == UPSTREAM


def test_no_rows_of_a_dataset_that_never_landed_is_a_warning_that_names_it() -> None:
    (result,) = soften([_rule("core.both", Status.NO_ROWS)], UPSTREAM, frozenset({"unhcr/population"}))
    assert not result.blocks
    assert result.status is Status.NO_ROWS
    assert result.sample == "no vintage was ever landed of cbp/encounters"


def test_no_rows_of_landed_datasets_still_blocks() -> None:
    (result,) = soften([_rule("staging.stg_cbp", Status.NO_ROWS)], UPSTREAM, frozenset({"cbp/encounters"}))
    assert result.blocks


def test_a_failed_rule_is_never_softened() -> None:
    (result,) = soften([_rule("core.both", Status.FAILED)], UPSTREAM, frozenset())
    assert result.blocks
