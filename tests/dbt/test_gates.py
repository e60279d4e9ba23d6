"""What must stop a build stops it, and says why; what must not, does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from tests.dbt.conftest import WITHOUT_EXAMPLES, Project

TABLES_ONLY = ("--resource-type", "seed", "--resource-type", "model")


SPOILED = {
    "cbp/nationwide_encounters_state": """
        select * exclude n replace (case n when 1 then 'ATLANTIS' else "Citizenship" end as "Citizenship") from landed
    """,
    "state_prm/refugee_admissions": """
        select * exclude n replace (
            case when country = 'Total Latin America/Caribbean' and fiscal_year_title = 'Fiscal Year 2022' then '2486'
                else "FY Total Admitted to the U.S." end as "FY Total Admitted to the U.S.",
            case when country = 'Burma' then 'Burma (Myanmar)' else country end as country
        ) from landed
    """,
    "unhcr/asylum_applications": """
        select * exclude n replace (case n when 1 then 'QQ' else app_type end as app_type) from landed
        union all select * exclude n from landed where n = 5
    """,
    "world_bank/wdi": """
        select * exclude n replace (case n when 1 then 'n/a' else value end as value) from landed
    """,
}
"""Dataset to the statement that spoils its newest landed file."""


def test_spoiled_files_stop_the_build_and_the_cause_is_named(parsed: Path, landing: Path) -> None:
    copy = parsed / "landing"
    shutil.copytree(landing, copy)
    for dataset, select in SPOILED.items():
        newest = max((copy / dataset).glob("*.parquet"))
        with duckdb.connect() as connection:
            connection.execute(f"create table landed as select row_number() over () as n, * from '{newest}'")
            connection.execute(f"copy ({select}) to '{newest}' (format parquet)")
    project = Project(parsed, copy)
    staging = [f"stg_{dataset.replace('/', '__')}" for dataset in SPOILED]
    selected = ["resource_type:seed", *staging, "int_encounters__records"]
    done = project.call("build", "--select", *selected, *WITHOUT_EXAMPLES)
    assert done.returncode == 1
    assert project.failing_rows(f"{staging[0]}__labels_are_mapped") == [("ATLANTIS", "citizenship", "cbp", 1)]
    assert project.results["int_encounters__records"]["status"] == "skipped"
    [total] = project.failing_rows(f"{staging[1]}__countries_make_the_region")
    assert total[1:] == (2022, "Latin America/Caribbean", 2485, 2486)
    assert [row[0] for row in project.failing_rows(f"{staging[1]}__country_is_mapped")] == ["Burma (Myanmar)"]
    assert project.failing_rows(f"{staging[2]}__codes_are_known") == [("QQ", "application_type", 1)]
    assert len(project.failing_rows(f"{staging[2]}__keys_are_whole")) == 1
    assert len(project.failing_rows(f"{staging[3]}__nothing_unparsed")) == 1


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
