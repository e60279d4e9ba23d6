"""Corrections of published values: applied, seen, and taken out when the source has fixed itself."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import partial

import duckdb

from expectations.tracing import trace
from expectations.tracing_text import trace_text
from ingestion.archive import Archive
from ingestion.reread import reread
from tests.dbt.conftest import DBT, WITHOUT_EXAMPLES, Project

COLUMNS = "year|coo|coa|procedure_type|app_type|dec_level|app_pc"
KEY = f"concat_ws('|', {COLUMNS.replace('|', ', ')})"
MODELS = [
    "int_protection__asylum_applications",
    "int_protection__new_claims",
    "int_protection__observations",
    "int_protection__lineage",
    "fct_observations",
    "lineage",
]
GUARD = "stg_unhcr__asylum_applications__corrections_are_needed"


def without_effect(datasets: Iterable[str]) -> list[str]:
    """Datasets whose staging view does not read corrections, or has no guard: a correction would do nothing."""
    models = {path.stem: path.read_text() for path in DBT.glob("models/staging/**/*.sql")}
    tests = "\n".join(path.read_text() for path in DBT.glob("models/staging/**/*.yml"))
    return [
        dataset
        for dataset in datasets
        if "corrected_source(" not in models[f"stg_{dataset.replace('/', '__')}"]
        or f"dataset_id: {dataset}\n" not in tests
    ]


def test_every_correction_has_an_effect_and_a_guard() -> None:
    with (DBT / "seeds" / "corrections.csv").open(newline="") as lines:
        assert without_effect({row["dataset_id"] for row in csv.DictReader(lines)}) == []
    assert without_effect(["unhcr/asylum_applications", "world_bank/wdi"]) == ["world_bank/wdi"]


def test_correction_reaches_the_figure_and_ends_with_its_cause(warehouse: Project, copied: Project) -> None:
    """An invented correction of a real record, in a copy of the build."""
    project = copied
    landed = warehouse.manifest["sources"]["source.lines_of_effort.unhcr.asylum_applications"]["relation_name"]
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(f"""
            insert into reference.corrections
            select 'invented', 'unhcr/asylum_applications', '{COLUMNS}', {KEY}, 'applied', applied,
                cast(cast(applied as bigint) + 1000 as varchar), 'invented', 'invented', 'invented'
            from {landed} where year = '2023' and coo = 'HON' and coa = 'MEX' and app_type = 'N' limit 1
        """)
        assert connection.execute("select count(*) from reference.corrections").fetchone() == (1,)
    done = project.call("build", "--select", *MODELS, GUARD, "--indirect-selection", "empty", *WITHOUT_EXAMPLES)
    assert done.returncode == 0, done.stdout[-2000:]
    assert {project.results[name]["status"] for name in MODELS} == {"success"}
    assert project.results[GUARD]["status"] == "pass"
    table = "intermediate.int_protection__new_claims"
    claims = f"from {table} where year = 2023 and asylum_area = 'MEX' and origin_area = 'HND'"
    before = warehouse.scalar(f"select new_claims {claims}")
    assert project.query(f"select new_claims, flags {claims}") == [(before + 1000, "corrected,comar_restates")]
    assert project.scalar(f"select count(*) from {table} where flags like '%corrected%'") == 1
    _assert_traced(project, warehouse)
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("update reference.corrections set published_value = 'what the source printed before'")
    assert project.call("test", "--select", GUARD).returncode == 1
    [(correction, *_, what_to_do)] = project.failing_rows(GUARD)
    assert (correction, what_to_do) == ("invented", "remove the correction")


def test_a_request_is_open_or_answered(copied: Project) -> None:
    """Invented requests, in a copy of the build."""
    project = copied
    told = "date '2001-01-02', 'core.fct_observations', 'a=1', 'It is 7, not 8.', null"
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(f"""
            insert into quality.correction_requests
            select 'open', {told}, 'open', null, null, null
            union all select 'answered', {told}, 'refused', 'It was printed so.', date '2001-01-03', 'somebody'
            union all select 'silent', {told}, 'refused', null, null, null
            union all select 'early', {told}, 'corrected', 'Mended.', date '2001-01-01', 'somebody'
            union all select 'both', {told}, 'open', 'Mended.', null, null
            union all select 'strange', {told}, 'perhaps', 'Perhaps.', date '2001-01-03', 'somebody'
        """)
    assert project.call("test", "--select", "correction_requests").returncode == 1
    broken = project.failing_rows("correction_requests__decided_ones_are_answered")
    assert {request for request, _ in broken} == {"silent", "early", "both"}
    assert project.failing_rows("correction_requests__values_are_known") == [("disposition", "perhaps", 1)]


def _assert_traced(project: Project, warehouse: Project) -> None:
    """A trace from the archived bytes shows the correction and gives the corrected figure."""
    read = partial(reread, Archive(project.landing.parent / "archive"))
    figure = (
        "select observation_key, observation_value from core.fct_observations where time_period = '2023' "
        "and measure = 'new_asylum_applications' and reference_area = 'MEX' and counterpart_area = 'HND'"
    )
    [(key, value)] = project.query(figure)
    assert warehouse.query(figure) == [(key, value - 1000)]
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("""
            create table quality.build as select 'none' as build_id;
            create table quality.check_results as select 'none' as build_id, '' as checker, '' as rule_id,
                '' as table_name, '' as severity, '' as status, '' as statement, '' as observed, '' as dataset_id
        """)
        found = trace(connection, read, key)
    assert (found.problems, found.recomputed) == ([], value)
    [correction] = found.corrections
    assert correction["correction_id"] == "invented"
    text = trace_text(found)
    printed, used = correction["published_value"], correction["corrected_value"]
    assert f"{correction['record']} = {printed}, corrected to {used}" in text
    assert f"applied: {printed} was published, {used} is used" in text
