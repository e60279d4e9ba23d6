"""Indicators, their coverage, their flags and the long table. What publishers printed comes out to the unit."""

from __future__ import annotations

from ingestion import registry
from tests.dbt.conftest import Project


def test_computed_indicators_are_those_with_values(warehouse: Project) -> None:
    declared = {
        row[0]
        for row in warehouse.query(
            "select indicator_id from core.dim_indicator where computation_status in ('computed', 'partial')"
        )
    }
    found = {
        row[0]
        for table in ("fct_indicator_values", "rpt_warehouse_indicators")
        for row in warehouse.query(f"select distinct indicator_id from scorecard.{table} where value is not null")
    }
    assert declared == found
    assert warehouse.scalar("select count(*) from core.dim_indicator") == 57


def test_a_contract_names_every_line_that_its_figures_serve(warehouse: Project) -> None:
    served = warehouse.query("""
        select distinct dataset_id, line_of_effort from (
            select dataset_id, line_of_effort from core.fct_observations
            union all
            select second_dataset_id, line_of_effort from core.fct_observations where second_dataset_id is not null
        ) as used
    """)
    assert ("cbp/nationwide_encounters_state", 5) in served, "returns are set against encounters"
    assert [(name, line) for name, line in served if line not in registry.dataset(name).lines] == []


def test_every_indicator_of_a_line_is_covered_or_says_why_not(warehouse: Project) -> None:
    register = "select indicator_id, computation_status from core.dim_indicator where line_of_effort is not null"
    bare = {i: status for i, status in warehouse.query(register) if status not in {"computed", "partial"}}
    without = "select distinct indicator_id, status from scorecard.rpt_coverage where status in {}"
    assert dict(warehouse.query(without.format("('live_only', 'no_public_data')"))) == bare
    assert warehouse.scalar("select min(length(reason)) from scorecard.rpt_coverage where status <> 'value'") > 40
    assert warehouse.scalar("select count(distinct indicator_id) from scorecard.rpt_coverage") == 52
    # DHS puts the returns of most countries into "Other": no ratio, and a row that says so.
    returns = "select distinct status from scorecard.rpt_coverage where indicator_id = 'L5.5' and area_code = '{}' "
    returns += "and year between 2020 and 2024"
    assert [warehouse.query(returns.format(area)) for area in ("GTM", "HND", "SLV")] == [[("suppressed",)]] * 3
    cells = "select status from scorecard.rpt_coverage where indicator_id = 'L8.3' and area_code = 'GTM' and year = "
    assert [warehouse.scalar(cells + year) for year in ("2013", "2014", "2015")] == ["missing", "value", "value"]


def test_coverage_says_of_a_year_what_the_files_say(warehouse: Project) -> None:
    of = "select year, status, reason from scorecard.rpt_coverage where indicator_id = '{}' and area_code = '{}' and {}"
    no_file = "None of the files that are loaded is about this year."
    no_figure = "The files that are loaded hold the year, without a figure of this indicator for this country."
    no_appeal = "The file holds the year, and no appeal of this area alone: there is nothing to cover."
    assert warehouse.query(of.format("L1.1", "HND", "year in (2008, 2009) order by 1")) == [
        (2008, "value", None), (2009, "not_published", no_appeal),
    ], "a plan of 2008 that ended in 2009 is of 2008"  # fmt: skip
    assert warehouse.query(of.format("L1.1", "GTM", "year = 2007")) == [(2007, "not_published", no_appeal)]
    assert warehouse.query(of.format("L2.7", "USA", "year in (2004, 2006, 2026) order by 1")) == [
        (2004, "not_published", no_figure), (2006, "not_published", no_figure), (2026, "missing", no_file),
    ]  # fmt: skip
    stopped = "select count(*), min(year), max(year) from scorecard.rpt_coverage where status = 'missing' and "
    stopped += "indicator_id = '{}' and area_code = '{}' and year > 2018"
    assert warehouse.query(stopped.format("L8.3", "GTM")) == [(8, 2019, 2026)]
    assert warehouse.query(stopped.format("L4.6", "NCA")) == [(8, 2019, 2026)]


def test_coverage_counts_a_part_as_a_part(warehouse: Project) -> None:
    parts = """
        select year_basis, year, status, count(*), min(months_held), max(months_held) from scorecard.rpt_coverage
        where indicator_id = 'L8.5' and figures > 0 group by all order by 2
    """
    assert warehouse.query(parts) == [
        ("us_fiscal", 2018, "partial", 15, 1, 1),
        ("us_fiscal", 2020, "partial", 15, 1, 1),
    ]
    for indicator in ("L2.3", "L2.4"):
        by_origin = (
            "select status, sum(figures_of_all) from scorecard.rpt_coverage where figures > 0 and indicator_id = "
        )
        assert warehouse.query(f"{by_origin}'{indicator}' group by 1") == [("partial", 0)]
    of_all = """
        select area_code, min(year), max(year) from scorecard.rpt_coverage
        where indicator_id = 'L2.1' and figures_of_all > 0 group by 1 order by 1
    """
    assert warehouse.query(of_all) == [("CRI", 2022, 2025), ("MEX", 2021, 2025), ("USA", 2015, 2025)]


def test_indicators_on_the_warehouse_recompute(warehouse: Project) -> None:
    table = "scorecard.rpt_warehouse_indicators where indicator_id = "
    shares = f"select numerator, denominator from {table}'C.4' and publisher is null and verdict is null"
    verdicts = dict(warehouse.query("select verdict, count(*) from scorecard.rpt_reconciliation group by verdict"))
    typed = warehouse.scalar("select count(*) from scorecard.rpt_reconciliation where checked_against <> 'dataset'")
    reproduced = verdicts["exact"] + verdicts["within_rounding"] - typed
    assert typed == 4, "our own list held to its documents reproduces nothing"
    assert warehouse.query(shares) == [(reproduced, sum(verdicts.values()) - verdicts["cannot_be_tested"] - typed)]
    assert set(verdicts) == {"exact", "within_rounding", "restated", "definition_differs", "cannot_be_tested"}
    served = f"select line_of_effort, numerator, denominator from {table}'C.2' and measure like '%_with_indicator'"
    assert {line: (n, of) for line, n, of in warehouse.query(served)} == {
        1: (3, 4), 2: (2, 4), 3: (3, 4), 4: (4, 4), 5: (1, 2), 6: (0, 3), 7: (0, 4), 8: (4, 5),
    }  # fmt: skip
    repeated = f"select numerator > 3, value from {table}'C.5' and about_indicator_id = 'L3.1' and area_code = "
    assert warehouse.query(repeated + "'HND'")[0][0], "the stock of Honduras is carried forward"
    idp = """
        select max(cast(value as integer)) from scorecard.fct_indicator_values
        where indicator_id = 'L3.1' and reference_area = 'HND' and status = 'carried_forward'
    """
    assert warehouse.scalar(idp) == 247_090


def test_changes_stand_between_whole_adjacent_periods_only(warehouse: Project) -> None:
    found = """
        select value, previous_value, change, direction_of_change, not_compared_because
        from scorecard.fct_indicator_values where measure = '{}' and time_period = '{}' and counterpart_area is {}
    """
    deaths = "dead_and_missing_us_mexico_route"
    assert warehouse.query(found.format(deaths, 2023, "null")) == [(628, 689, -61, "down", None)]
    assert warehouse.query(found.format(deaths, 2024, "null")) == [(200, 628, None, None, "partial_period")]
    assert warehouse.query(found.format(deaths, 2025, "null")) == [(72, 200, None, None, "partial_period")]
    crossings = "southwest_encounters"
    assert warehouse.query(found.format(crossings, "FY2024", "null")) == [
        (2_135_005, 2_475_669, -340_664, "context", None)
    ]
    assert warehouse.query(found.format(crossings, "FY2025", "null")) == [
        (405_203, 2_135_005, None, "context", "partial_period")
    ]
    counted = "select count(*), count(change) from scorecard.fct_indicator_values where "
    assert warehouse.query(counted + "status = 'partial'")[0][1] == 0
    for indicator, gaps in (("L4.6", 9), ("L8.3", 320), ("L8.5", 35)):
        rows = warehouse.query(f"{counted} indicator_id = '{indicator}' and not_compared_because = 'gap'")
        assert rows == [(gaps, 0)]
    plans = "select reference_area from scorecard.fct_indicator_values where not_compared_because = 'other_length'"
    assert sorted(warehouse.query(plans)) == [("GTM",), ("HND",), ("SLV",)]


def test_fiscal_years_of_the_calendar(warehouse: Project) -> None:
    periods = "select time_period, us_fiscal_year from core.dim_period where time_period in ('2022-09', '2022-10')"
    assert dict(warehouse.query(periods)) == {"2022-09": 2022, "2022-10": 2023}
    year = "select period_start, period_end from core.dim_period where time_period = 'FY2023'"
    assert [tuple(map(str, row)) for row in warehouse.query(year)] == [("2022-10-01", "2023-09-30")]


def test_record_of_an_observation_can_be_listed(warehouse: Project) -> None:
    traced = """
        select observation.observation_value, sum(record.encounters), count(*) > 1, min(record.source_file) is not null
        from core.fct_observations as observation
        inner join intermediate.int_encounters__records as record using (observation_key)
        where observation.counterpart_area = 'HND' and observation.time_period = '2022-03'
        group by observation.observation_value
    """
    [(value, records, several, has_file)] = warehouse.query(traced)
    assert value == records > 0
    assert several
    assert has_file


def test_weak_indicators_say_so_in_every_row(warehouse: Project) -> None:
    silent = """
        select observation_key from core.fct_observations inner join core.dim_indicator using (indicator_id)
        where tier = 'W' and coalesce(warning not like '%Weak %', true)
        union all
        select area_code from loe_3_in_country_protection.internally_displaced
        where coalesce(warning not like '%Weak indicator: %', true)
        union all
        select area_code from loe_3_in_country_protection.conflict_displacement
        where coalesce(idmc_warning not like '%Weak indicator: %', true)
            or (internally_displaced_unhcr is not null and coalesce(unhcr_warning not like '%Weak indicator: %', true))
    """
    assert warehouse.query(silent) == []


def test_a_figure_is_not_younger_than_what_its_file_holds(warehouse: Project) -> None:
    ages = """
        select distinct data_age_months from scorecard.fct_indicator_values
        where indicator_id = '{}' and measure = '{}' and time_period = '{}' and frequency = 'A'
    """
    assert warehouse.query(ages.format("L8.2", "refugee_arrivals", "FY2025")) == [(19,)], "as of 31 December 2024"
    assert warehouse.query(ages.format("L1.2", "us_humanitarian_funding", "2026")) == [(3,)], "as of April 2026"
    assert warehouse.query(ages.format("L5.2", "removals", "FY2024")) == [(24,)], "figures to July 2024"
    assert warehouse.query(ages.format("L5.2", "removals", "FY2023")) == [(34,)], "to the end of a whole year"
