"""What was known when: every state in the publication, what moved, and the warehouse as it stood on a day."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import duckdb

from dagster_project.older_vintages import write_older_states
from ingestion.settings import Settings
from tests.builds import FirstRun, Workplace

CBP = ("2023-11-01-3db05ac01580", "2025-05-31-aa2354c25dee")
FTS = ("2026-03-01-3758c19884bd", "2026-04-01-d6134c62df76")


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


def test_what_moved_between_two_months_of_appeals(first_run: FirstRun) -> None:
    moved = """
        select reference_area, time_period, round(old_value, 2), round(new_value, 2), size_rank, is_closed_period
        from scorecard.rpt_revisions
        where dataset_id = 'ocha_fts/requirements_funding' and old_vintage_id = $old and new_vintage_id = $new
            and change_kind = 'revised'
        order by size_rank
    """
    for name, vintage in (("$old", FTS[0]), ("$new", FTS[1])):
        moved = moved.replace(name, f"'{vintage}'")
    rows = first_run.workplace.query(moved)
    assert [(area, period, rank, closed) for area, period, _, _, rank, closed in rows] == [
        ("RMRP", "PLAN2026", 1, False),
        ("RMRP", "PLAN2025", 2, True),
        ("RMRP", "PLAN2024", 3, True),
        ("HND", "PLAN2025", 4, True),
    ]


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
