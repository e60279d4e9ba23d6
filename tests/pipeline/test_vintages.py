"""What was known when: every state in the publication, what moved, and the warehouse as it stood on a day."""

from __future__ import annotations

import json
import re
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb

from dagster_project.older_vintages import write_older_states
from ingestion.settings import PROJECT_ROOT, Settings
from publication.build import Build
from tests.builds import FirstRun, Workplace

CBP = ("2023-11-01-3db05ac01580", "2025-05-31-aa2354c25dee")
FTS = ("2026-03-01-3758c19884bd", "2026-04-01-d6134c62df76")
PAGE = (PROJECT_ROOT / "docs" / "vintages.md").read_text(encoding="utf-8")


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def test_the_page_shows_what_its_queries_give(first_run: FirstRun) -> None:
    queries = re.findall(r"```sql\n(.*?)```\n\n(\|.*?)\n\n", PAGE, re.DOTALL)
    assert len(queries) == PAGE.count("```sql") == 5
    for query, table in queries:
        cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
        found = [[_shown(value) for value in row] for row in first_run.workplace.query(query)]
        assert found == cells[2:], query


def test_older_states_come_from_the_same_models(first_run: FirstRun) -> None:
    years = """
        select state_vintage_id, time_period, observation_value, vintage_id from core.fct_observation_vintages
        where state_dataset_id = 'cbp/nationwide_encounters_state' and measure = 'southwest_encounters'
            and counterpart_area is null and time_period in ('FY2020', 'FY2021', 'FY2022', 'FY2023', 'FY2024')
        order by 1, 2
    """
    published = {"FY2020": 458_088, "FY2021": 1_734_686, "FY2022": 2_378_944, "FY2023": 2_475_669}
    old, new = CBP
    assert first_run.workplace.query(years) == [
        *((old, year, Decimal(value), old) for year, value in published.items()),
        # The newer file starts with fiscal year 2022: the older one still gives the two years before.
        *((new, year, Decimal(value), old if year < "FY2022" else new) for year, value in published.items()),
        (new, "FY2024", Decimal(2_135_005), new),
    ]


def test_both_files_have_the_restated_figure_of_may_2022(first_run: FirstRun) -> None:
    """239,416 as released in June 2022; both files in hand are later and say 241,136."""
    may = """
        select state_vintage_id, observation_value from core.fct_observation_vintages
        where measure = 'southwest_encounters' and counterpart_area is null and time_period = '2022-05'
            and state_dataset_id = 'cbp/nationwide_encounters_state' order by 1
    """
    assert first_run.workplace.query(may) == [(vintage, Decimal(241_136)) for vintage in CBP]


def test_no_closed_figure_moved_between_the_two_files_of_cbp(first_run: FirstRun) -> None:
    kinds = "select distinct change_kind from scorecard.rpt_revisions where dataset_id like 'cbp/%'"
    assert first_run.workplace.query(kinds) == [("new_period",)]


def _moved_in_appeals(first_run: FirstRun, where: str) -> list[tuple[object, ...]]:
    """Return what moved between the two months of appeals, largest first: area, period, old, new, closed."""
    return first_run.workplace.query(f"""
        select reference_area, time_period, round(old_value, 2), round(new_value, 2), is_closed_period
        from scorecard.rpt_revisions
        where dataset_id = 'ocha_fts/requirements_funding' and old_vintage_id = '{FTS[0]}'
            and new_vintage_id = '{FTS[1]}' and change_kind = 'revised' and {where}
        order by size_rank
    """)


def test_coverage_that_moved_between_two_months_of_appeals(first_run: FirstRun) -> None:
    rows = _moved_in_appeals(first_run, "unit_of_measure = 'percent'")
    assert [(area, period, closed) for area, period, _, _, closed in rows] == [
        ("RMRP", "PLAN2026", False),
        ("RMRP", "PLAN2025", True),
        ("RMRP", "PLAN2024", True),
        ("HND", "PLAN2025", True),
    ]


def test_money_that_moved_between_two_months_of_appeals(first_run: FirstRun) -> None:
    """Dollars as the two editions print them: money outside plans of Guatemala and El Salvador rose by a multiple."""
    countries = "reference_area in ('GTM', 'HND', 'SLV')"
    assert _moved_in_appeals(first_run, f"unit_of_measure = 'usd' and {countries}") == [
        ("GTM", "2026", 5_671_120, 69_778_431, False),
        ("SLV", "2026", 1_579_790, 29_751_331, False),
        ("HND", "2026", 69_643_136, 73_678_907, False),
        ("HND", "2025", 12_395_895, 13_622_614, True),
        ("HND", "PLAN2025", 15_576_631, 14_692_873, True),
    ]
    everywhere = _moved_in_appeals(first_run, "unit_of_measure = 'usd'")
    assert len(everywhere) == 71
    assert _moved_in_appeals(first_run, "measure like 'appeal_requirements_%'") == []
    gone = """
        select reference_area, time_period, old_value from scorecard.rpt_revisions
        where change_kind = 'vanished' and dataset_id = 'ocha_fts/requirements_funding'
    """
    assert first_run.workplace.query(gone) == [("GUY", "PLAN2026", 150_110)]


def test_a_year_in_progress_moved_between_two_editions_of_unhcr(first_run: FirstRun) -> None:
    """Figures of mid-year stand under the year until June: asylum-seekers from Guatemala fell by 27 per cent."""
    moved = """
        select measure, reference_area, time_period, old_value, new_value, is_closed_period,
            left(old_vintage_id, 10), left(new_vintage_id, 10)
        from scorecard.rpt_revisions
        where dataset_id = 'unhcr/population_by_origin' and change_kind = 'revised'
    """
    rows = first_run.workplace.query(moved)
    assert {row[6:] for row in rows} == {("2024-10-18", "2025-06-12"), ("2025-11-10", "2026-06-12")}
    assert not any(closed for *_, closed, _, _ in rows), "none of a year that was closed"
    found = {row[:3]: row[3:5] for row in rows}
    assert len(found) == 12
    assert found["asylum_seekers_by_origin", "GTM", "2025-12-31"] == (190_486, 138_420)
    assert found["refugees_by_origin", "GTM", "2025-12-31"] == (36_901, 34_994)
    assert found["asylum_seekers_by_origin", "HND", "2025-12-31"] == (195_931, 168_464)
    assert found["asylum_seekers_by_origin", "SLV", "2024-12-31"] == (138_182, 136_774)


def test_older_states_are_kept_between_builds_and_a_lost_one_alone_is_computed_again(workplace: Workplace) -> None:
    settings = Settings(_env_file=None, data_dir=workplace.data_dir)
    build = workplace.newest_build
    before = {path: path.stat().st_mtime_ns for path in settings.history_dir.iterdir()}
    states = write_older_states(build, settings)
    assert states.made == ()
    assert set(states.reused) >= {
        f"cbp/nationwide_encounters_state {CBP[0]}",
        f"ocha_fts/requirements_funding {FTS[0]}",
    }
    assert {path: path.stat().st_mtime_ns for path in settings.history_dir.iterdir()} == before
    (lost,) = settings.history_dir.glob("ocha_fts.*")
    wanted = _rows(lost)
    lost.unlink()
    (settings.history_dir / "left-over.parquet").write_bytes(b"")
    states = write_older_states(build, settings)
    assert states.made == (f"ocha_fts/requirements_funding {FTS[0]}",)
    assert _rows(lost) == wanted
    assert not (settings.history_dir / "left-over.parquet").exists()


EDITION = "2026-03-30-of-unhcr"
NEW_EDITION = "unhcr/population"


def test_what_moved_between_two_editions_of_unhcr(first_run: FirstRun, tmp_path: Path) -> None:
    """Displaced people of Honduras in 2025: 247,090 in the editions of November 2025 and March 2026, 423,845 in June.

    Earlier editions are not at hand row by row, only these sums of some of them (by origin; a country's displaced are
    one row). So the older state here is the newest one with that one figure as the edition of 2026-03-30 had it.
    """
    build = Build(shutil.copytree(first_run.workplace.newest_build.folder, tmp_path / "build"))
    settings = Settings(_env_file=None, data_dir=tmp_path)
    shutil.copytree(first_run.workplace.data_dir / "recorded" / "history", settings.workspace / "history")
    models = first_run.workplace.data_dir / "dbt" / "duckdb" / "compiled" / "lines_of_effort" / "models"
    older = f"'{EDITION}' as _vintage_id, '0000' as _vintage_number"
    figure = "case when coo_iso = 'HND' and coa_iso = 'HND' and year = '2025' then '247090' else idps end as idps"
    row = f"'{EDITION}' as vintage_id, '0000' as vintage_number"
    with duckdb.connect(str(build.database)) as connection:
        for table, changed, of in (
            ("landing.unhcr__population", f"{older}, {figure}", "true"),
            ("landing.ingestion__vintages", f"{row}, '2026-03-30T00:00:00+00:00' as retrieved_at", "dataset_id"),
            ("core.dim_vintage", f"{row}, timestamp '2026-03-30' as retrieved_at", "dataset_id"),
        ):
            where = of if of == "true" else f"{of} = '{NEW_EDITION}'"
            connection.execute(f"create temp table both_of as select * from {table}")
            connection.execute(f"insert into both_of select * replace ({changed}) from {table} where {where}")
            connection.execute(f"drop {'view' if table.startswith('landing.') else 'table'} {table}")
            connection.execute(f"create table {table} as select * from both_of")
            connection.execute("drop table both_of")
    assert f"{NEW_EDITION} {EDITION}" in write_older_states(build, settings).made
    with duckdb.connect(str(build.database)) as connection:
        states = f"select * from read_parquet('{settings.history_dir}/*.parquet')"
        connection.execute(f"create or replace view landing.history__observations as {states}")
        for relation, path in (
            ("view staging.stg_history__observations", "staging/history/stg_history__observations.sql"),
            ("table core.fct_observation_vintages", "marts/core/fct_observation_vintages.sql"),
            ("table scorecard.rpt_revisions", "marts/scorecard/rpt_revisions.sql"),
        ):
            connection.execute(f"create or replace {relation} as {(models / path).read_text()}")
        moved = connection.execute(f"""
            select measure, reference_area, time_period, old_value, new_value, round(percent, 1), is_closed_period,
                size_rank
            from scorecard.rpt_revisions
            where dataset_id = '{NEW_EDITION}' and old_vintage_id = '{EDITION}'
        """).fetchall()
    assert moved == [("internally_displaced", "HND", "2025-12-31", 247_090, 423_845, Decimal("71.5"), True, 1)]


def _rows(path: Path) -> list[tuple[object, ...]]:
    return duckdb.execute("select * from read_parquet(?) order by all", [str(path)]).fetchall()


def test_the_warehouse_as_it_stood_on_a_day(workplace: Workplace) -> None:
    place = workplace
    database = place.published / "lines_of_effort.duckdb"
    before = (database.read_bytes(), (place.published / "current").resolve())
    result = place.call("build", "--as-of", "2024-01-01", "--json")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    used = {row["dataset"]: row["vintage used"] for row in told["datasets"]}
    assert used["cbp/nationwide_encounters_state"] == CBP[0]
    assert used["unhcr/population"].startswith("none yet")
    page = dict(re.findall(r"^(\w+/\w+) +(\d{4}-\d{2}-\d{2}-[0-9a-f]{12}|none yet)", PAGE, re.MULTILINE))
    assert len(page) == 4
    assert {name: used[name].partition(":")[0] for name in page} == page
    early = told["may_precede_release"]
    shown = dict(re.findall(r"^  (\w+/\w+): (.*)$", PAGE, re.MULTILINE))
    assert shown.items() <= early.items()
    assert shown
    assert set(early) == {
        *("cbp/nationwide_encounters_state", "dol_oflc/h2a_disclosure", "dol_oflc/h2b_disclosure"),
        *("state_ca/iv_monthly", "state_ca/niv_annual", "state_ca/niv_monthly"),
    }
    assert early["state_ca/niv_annual"].startswith("the last day of the newest fiscal year")
    with duckdb.connect(told["database"], read_only=True) as connection:
        table = "loe_6_border_management.southwest_encounters"
        years = connection.execute(f"select fiscal_year, sum(encounters) from {table} group by 1 order by 1").fetchall()
        assert years == [(2020, 458_088), (2021, 1_734_686), (2022, 2_378_944), (2023, 2_475_669)]
        used_here = connection.execute(f"select count(distinct vintage_id) from {table}")
        assert used_here.fetchall() == [(1,)]
        known = connection.execute("select count(*) from core.dim_vintage where retrieved_at > date '2024-01-02'")
        assert known.fetchall() == [(0,)]
    assert (database.read_bytes(), (place.published / "current").resolve()) == before
    status = json.loads(place.call("status", "--json").stdout)
    assert status["up_to_date"] is True


def test_a_day_before_the_first_vintage_is_refused(workplace: Workplace) -> None:
    result = workplace.call("build", "--as-of", "2001-01-01")
    assert result.returncode == 2
    assert "Nothing was known on 2001-01-01: the first vintage is 2015-09-30" in result.stderr
    assert "next: ask for 2015-09-30" in result.stderr
