"""A ratio is never made across year bases: what stands above and below the line is of the same months.

What is compared are the periods that the publishers printed on the landed records, not the labels that our models gave
them. Rule 1 of the framework of indicators.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.dbt.conftest import Project

MONTH = "nullif((position(upper(left({0}, 3)) in 'JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC') + 2) // 3, 0)"
"""Number of a month by its English name or its first three letters; NULL for another word."""


def fiscal_year(year: str) -> tuple[str, str]:
    """First and last day of a U.S. fiscal year."""
    return f"make_date({year} - 1, 10, 1)", f"make_date({year}, 9, 30)"


def month(year: str, number: str) -> tuple[str, str]:
    """First and last day of a calendar month."""
    first = f"make_date({year}, {number}, 1)"
    return first, f"last_day({first})"


def fiscal_month(year: str, name: str) -> tuple[str, str]:
    """First and last day of a month under its U.S. fiscal year: October to December lie in the year before.

    Where no month is printed, but the word for a total, the days are those of the fiscal year.
    """
    number = MONTH.format(name)
    days = zip(month(f"({year} - cast({number} >= 10 as integer))", number), fiscal_year(year), strict=True)
    first, last = (f"coalesce({of_month}, {of_year})" for of_month, of_year in days)
    return first, last


def until_title(days: tuple[str, str]) -> tuple[str, str]:
    """Not later than the month in the title of the sheet, `... to 2024 YTD (July 2024)`, ends."""
    first, last = days
    return first, f"least({last}, last_day(strptime(regexp_extract(landed.title, '[(](.*)[)]', 1), '%B %Y')))"


def calendar_year(year: str) -> tuple[str, str]:
    return f"make_date({year}, 1, 1)", f"make_date({year}, 12, 31)"


def year_end(year: str) -> tuple[str, str]:
    return f"make_date({year}, 12, 31)", f"make_date({year}, 12, 31)"


PRINTED = {
    "cbp/nationwide_encounters_state": fiscal_month('left(landed."Fiscal Year", 4)::integer', 'landed."Month (abbv)"'),
    "cbp/southwest_land_border_encounters": fiscal_month(
        'left(landed."Fiscal Year", 4)::integer', 'landed."Month (abbv)"'
    ),
    "dhs_ohss/monthly_tables": until_title(fiscal_month('left(landed."Fiscal Year", 4)::integer', 'landed."Month"')),
    "iom/missing_migrants": month("left(landed.reported_date, 4)::integer", "landed.reported_date[6:7]::integer"),
    "ocha_fts/requirements_funding": calendar_year("landed.year::integer"),
    "state_ca/niv_annual": fiscal_year("right(landed.fiscal_year_title, 4)::integer"),
    "state_ca/niv_monthly": month("right(landed.report_month, 4)::integer", MONTH.format("landed.report_month")),
    "state_prm/refugee_admissions": fiscal_year("right(landed.fiscal_year_title, 4)::integer"),
    "unhcr/asylum_applications": calendar_year("landed.year::integer"),
    "unhcr/asylum_decisions": calendar_year("landed.year::integer"),
    "unhcr/population": year_end("landed.year::integer"),
    "world_bank/wdi": calendar_year('landed."date"::integer'),
}
"""First and last day that the publisher prints on a record, in SQL: UNHCR's stocks are those of 31 December, a plan has
the year of its title."""

STOCK_OVER_YEAR = {
    "refugees_per_100k": "SDG 10.7.4 sets the refugees of 31 December against the population of that year",
    "years_of_work": "the stock of 31 December is worked off at the rate of decisions of that year",
}
"""Ratios whose definition sets a stock against a year: they must be of the same last day."""


@pytest.fixture(scope="module")
def opened(warehouse: Project, landing: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse with a table of the printed days of each component of each ratio."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse.database}' as built (read_only); use built")
        selects = [
            "select named.observation_key, named.measure, named.component, "
            f"min({first}) as first_day, max({last}) as last_day from named "
            f"inner join read_parquet('{landing / dataset}/*.parquet', union_by_name = true) as landed "
            "on landed._vintage_id = named.vintage_id and landed._file = named.file_name "
            f"and landed._record_number = named.record where named.dataset_id = '{dataset}' group by all"
            for dataset, (first, last) in PRINTED.items()
        ]
        connection.execute(
            "create table memory.main.printed as with named as (select observation_key, lineage.measure, component, "
            "dataset_id, vintage_id, file_name, unnest(string_split(records, '|')) as record from quality.lineage "
            "inner join core.measures using (measure) where formula like '% / %') "
            "select observation_key, measure, component, min(first_day) as first_day, max(last_day) as last_day from ("
            + " union all ".join(selects)
            + ") group by all"
        )
        yield connection


def test_every_component_of_every_ratio_is_compared(opened: duckdb.DuckDBPyConnection) -> None:
    missed = opened.execute(
        "select distinct measure, component, dataset_id from quality.lineage inner join core.measures using (measure) "
        "where formula like '% / %' and (observation_key, component) not in "
        "(select (observation_key, component) from memory.main.printed)"
    ).fetchall()
    assert missed == []


def across_periods(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Ratios with a figure whose components are not of the same days; a declared stock has to end with the year."""
    declared = ", ".join(f"'{measure}'" for measure in STOCK_OVER_YEAR)
    found = connection.execute(
        "select measure from memory.main.printed group by measure, observation_key "
        f"having count(distinct last_day) > 1 or (measure not in ({declared}) and count(distinct first_day) > 1)"
    ).fetchall()
    return {measure for (measure,) in found}


def test_the_components_of_a_ratio_are_of_the_same_months(opened: duckdb.DuckDBPyConnection) -> None:
    assert across_periods(opened) == set()


@pytest.mark.parametrize(
    ("measure", "component"),
    [("returns_per_100_encounters", "encounters"), ("deaths_per_100k_encounters", "encounters")],
)
def test_a_component_of_another_year_basis_is_found(
    opened: duckdb.DuckDBPyConnection, measure: str, component: str
) -> None:
    opened.execute("begin")
    opened.execute(
        "update memory.main.printed "
        "set first_day = first_day + interval 3 month, last_day = last_day + interval 3 month "
        "where measure = ? and component = ?",
        [measure, component],
    )
    assert across_periods(opened) == {measure}
    opened.execute("rollback")


def test_a_ratio_is_labelled_with_the_months_of_its_components(opened: duckdb.DuckDBPyConnection) -> None:
    """A year not yet over says so; the year of a plan is the one of its title, the plan itself may run longer."""
    differing = opened.execute("""
        select observed.measure, observed.time_period, printed.component, printed.first_day, printed.last_day
        from memory.main.printed
        inner join core.fct_observations as observed using (observation_key)
        where case
            when year_basis = 'plan' then right(time_period, 4)::integer <> year(last_day)
            when list_contains(string_split(flags, ','), 'partial_year')
                then first_day <> period_start or last_day > period_end
            else last_day <> period_end or first_day not in (period_start, period_end)
        end
    """).fetchall()
    assert differing == []


def test_only_a_declared_ratio_sets_a_stock_against_a_year(opened: duckdb.DuckDBPyConnection) -> None:
    mixed = opened.execute(
        "select measure from memory.main.printed group by measure, observation_key having count(distinct first_day) > 1"
    ).fetchall()
    assert {measure for (measure,) in mixed} == set(STOCK_OVER_YEAR)
