"""What must stop a build stops it, and says why; what must not, does not."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.dbt.conftest import WITHOUT_EXAMPLES, Project

TABLES_ONLY = ("--resource-type", "seed", "--resource-type", "model")


def test_tests_of_the_marts_bite(copied: Project) -> None:
    """Each generic test sees what it is there to see, in a copy of a good build."""
    project = copied
    damage = {
        "delete from intermediate.int_encounters__southwest_monthly where month_start = date '2022-03-01'": (
            "int_encounters__southwest_monthly__months_are_continuous"
        ),
        "update core.fct_observations set counterpart_area = 'ZZZ' where counterpart_area = 'HND'": (
            "fct_observations__references_hold"
        ),
        "update core.fct_observations set unit_of_measure = 'apples' where unit_of_measure = 'cases'": (
            "fct_observations__values_are_known"
        ),
        "update core.fct_observations set observation_status = 'A' where observation_value is null": (
            "fct_observations__missing_has_no_value"
        ),
        "insert into core.dim_country select * from core.dim_country where area_code = 'MEX'": (
            "dim_country__one_row_per_key"
        ),
        "update intermediate.int_encounters__records set demographic_code = null where fiscal_year = 2020": (
            "int_encounters__records__keys_are_whole"
        ),
        "update intermediate.int_labor__h2a_by_state set workers_certified = 1 where worksite_state_code = 'TX'": (
            "int_labor__h2a_by_state__states_make_the_country"
        ),
        "update intermediate.int_pathways__refugee_arrivals set arrivals = 0 where arrivals is null": (
            "int_pathways__refugee_arrivals__future_months_are_empty"
        ),
    }
    with duckdb.connect(str(project.database)) as connection:
        for statement in damage:
            connection.execute(statement)
    done = project.call("test", "--select", *damage.values(), *WITHOUT_EXAMPLES)
    assert done.returncode == 1
    assert {name: project.results[name]["status"] for name in damage.values()} == dict.fromkeys(damage.values(), "fail")
    assert "ZZZ" in {row[1] for row in project.failing_rows("fct_observations__references_hold")}
    [gap] = {row[1:] for row in project.failing_rows("int_encounters__southwest_monthly__months_are_continuous")}
    assert [str(month) for month in gap] == ["2022-02-01", "2022-04-01"]


def test_builds_on_nothing(parsed: Path) -> None:
    empty = parsed / "nothing"
    empty.mkdir()
    project = Project(parsed, empty).build(*TABLES_ONLY)
    assert project.scalar("select count(*) from core.fct_observations") == 0
    assert project.scalar("select count(*) from core.dim_indicator") == 57
