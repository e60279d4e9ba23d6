"""Figures that publishers printed must come out of the models to the unit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ingestion import registry
from tests.dbt.conftest import Project


@pytest.mark.parametrize(
    ("fiscal_year", "encounters"),
    [(2020, 458_088), (2021, 1_734_686), (2022, 2_378_944), (2023, 2_475_669), (2024, 2_135_005)],
)
def test_southwest_encounters_of_closed_years(warehouse: Project, fiscal_year: int, encounters: int) -> None:
    for table in ("southwest_encounters", "encounters"):
        total = f"select sum(encounters) from loe_6_border_management.{table} where fiscal_year = {fiscal_year}"
        assert warehouse.scalar(total) == encounters


def test_fiscal_year_comes_from_the_newest_file_that_carries_it(warehouse: Project) -> None:
    vintages = dict(
        warehouse.query("select distinct fiscal_year, vintage_id from loe_6_border_management.southwest_encounters")
    )
    assert vintages[2020] == vintages[2021] != vintages[2022] == vintages[2023] == vintages[2025]


def test_year_in_progress_has_only_published_months(warehouse: Project) -> None:
    months = "select count(distinct month_start), bool_and(is_partial_year), max(month_start)"
    found = warehouse.query(f"{months} from loe_6_border_management.southwest_encounters where fiscal_year = 2025")
    assert [(count, partial, str(last)) for count, partial, last in found] == [(8, True, "2025-05-01")]


@pytest.mark.parametrize(
    ("period", "both", "border_patrol"),
    [
        ("FY2022", 2_378_944, 2_206_436),
        ("FY2023", 2_475_669, 2_045_838),
        ("FY2024", 2_135_005, 1_530_523),
        ("2023-09", 269_735, 218_763),
        ("2022-05", 241_136, 224_370),
    ],
)
def test_southwest_encounters_by_component(warehouse: Project, period: str, both: int, border_patrol: int) -> None:
    row = f"""
        select encounters, border_patrol_encounters, field_office_encounters
        from loe_6_border_management.between_ports_encounters
        where time_period = '{period}' and citizenship_area is null
    """
    assert warehouse.query(row) == [(both, border_patrol, both - border_patrol)]


def test_shares_by_component_reach_the_long_table(warehouse: Project) -> None:
    shares = """
        select indicator_id, round(observation_value, 3) from core.fct_observations
        where measure in ('between_ports_share', 'unaccompanied_children_share') and time_period = 'FY2023'
            and counterpart_area is null order by 1
    """
    assert warehouse.query(shares) == [("L6.2", Decimal("82.638")), ("L6.3", Decimal("6.429"))]
    kinds = """
        select frequency, count(*) from core.fct_observations where measure = 'between_ports_share'
        group by 1 order by 1
    """
    assert warehouse.query(kinds) == [("A", 4 * 6), ("M", 44 * 6)], "five groups and all together, to May 2025"


def test_both_files_of_cbp_give_the_same_months(warehouse: Project) -> None:
    apart = """
        select count(*), sum(abs(ports.encounters - by_state.total))
        from loe_6_border_management.between_ports_encounters as ports
        inner join (
            select month_start, sum(encounters) as total from loe_6_border_management.southwest_encounters group by 1
        ) as by_state using (month_start)
        where ports.citizenship_area is null
    """
    assert warehouse.query(apart) == [(44, 0)]


def test_dhs_is_compared_with_cbp_over_the_same_months(warehouse: Project) -> None:
    years = """
        select time_period, months, encounters, encounters_dhs, difference
        from loe_6_border_management.southwest_encounters_by_source
        where period_kind = 'fiscal_year' and component = 'Total CBP' and citizenship_area is null order by 1
    """
    assert warehouse.query(years) == [
        *(
            (f"FY{year}", 12, None, total, None)
            for year, total in enumerate([570_050, 444_860, 558_990, 415_200, 519_940, 977_230], start=2014)
        ),
        ("FY2020", 12, 458_088, 458_080, -8),
        ("FY2021", 12, 1_734_686, 1_734_680, -6),
        ("FY2022", 12, 2_378_944, 2_378_940, -4),
        ("FY2023", 12, 2_475_669, 2_475_670, 1),
        ("FY2024", 10, 1_925_742, 1_925_760, 18),
    ]
    largest = """
        select component, count(encounters), max(abs(difference)), count(*)
        from loe_6_border_management.southwest_encounters_by_source
        where period_kind = 'month' and citizenship_area is null group by component order by component
    """
    assert warehouse.query(largest) == [("OFO", 34, 5, 130), ("Total CBP", 58, 21, 130), ("USBP", 34, 8, 130)]


def test_encounters_of_dhs_are_a_series_of_their_own_since_2014(warehouse: Project) -> None:
    """As the workbook of July 2024 prints them: Honduras 2019, then both components of all and their share."""
    honduras = """
        select component, encounters, encounters_dhs, round(between_ports_share_dhs, 3)
        from loe_6_border_management.southwest_encounters_by_source
        where time_period = 'FY2019' and citizenship_area = 'HND' order by 1
    """
    assert warehouse.query(honduras) == [
        ("OFO", None, 7_270, None),
        ("Total CBP", None, 261_060, None),
        ("USBP", None, 253_800, Decimal("97.219")),
    ]
    observed = """
        select indicator_id, measure, frequency, count(*), count(distinct counterpart_area), min(time_period),
            max(time_period), bool_and(contains(flags, 'rounded_to_ten')),
            round(max(observation_value) filter (counterpart_area is null and time_period = 'FY2014'), 3)
        from core.fct_observations where measure in ('southwest_encounters_dhs', 'between_ports_share_dhs')
        group by 1, 2, 3 order by 1, 3
    """
    assert warehouse.query(observed) == [
        ("L6.1", "southwest_encounters_dhs", "A", 132, 11, "FY2014", "FY2024", True, 570_050),
        ("L6.1", "southwest_encounters_dhs", "M", 1_560, 11, "2013-10", "2024-07", True, None),
        ("L6.2", "between_ports_share_dhs", "A", 132, 11, "FY2014", "FY2024", True, Decimal("84.093")),
        ("L6.2", "between_ports_share_dhs", "M", 1_552, 11, "2013-10", "2024-07", True, None),
    ]
    apart = """
        select count(*), max(abs(dhs.between_ports_share_dhs - cbp.between_ports_share)) < 0.15
        from loe_6_border_management.southwest_encounters_by_source as dhs
        inner join loe_6_border_management.between_ports_encounters as cbp
            on dhs.time_period = cbp.time_period and dhs.months = cbp.months
            and dhs.citizenship_area is not distinct from cbp.citizenship_area
        where dhs.component = 'USBP' and dhs.citizenship_scope <> 'remainder'
    """
    assert warehouse.query(apart) == [(5 * (34 + 2), True)]


def test_border_patrol_of_dhs_is_compared_with_cbp(warehouse: Project) -> None:
    """CBP published 2,206,436, 2,045,838 and 1,530,523; DHS prints each figure rounded to ten, since 2000."""
    table = "from loe_6_border_management.border_patrol_encounters_by_source"
    totals = f"""
        select time_period, months, encounters, encounters_dhs {table}
        where citizenship_area is null and fiscal_year >= 2021 order by 1
    """
    assert warehouse.query(totals) == [
        ("FY2021", 12, None, 1_659_210),
        ("FY2022", 12, 2_206_436, 2_206_440),
        ("FY2023", 12, 2_045_838, 2_045_840),
        ("FY2024", 12, 1_530_523, 1_530_520),
        ("FY2025", 2, 103_134, 103_140),
    ]
    largest = f"""
        select months = 12, coalesce(citizenship_area, '') = 'XOT', count(*), max(abs(difference)) {table}
        where encounters is not null group by 1, 2 order by 1, 2
    """
    assert warehouse.query(largest) == [
        (False, False, 5, 6),
        (False, True, 1, 14),
        (True, False, 15, 5),
        (True, True, 3, 9),
    ]
    assert warehouse.scalar(f"select count(*) {table}") == 26 * 6
    honduras = f"select encounters_dhs {table} where citizenship_area = 'HND' and fiscal_year = 2019"
    assert warehouse.scalar(honduras) == 253_800


@pytest.mark.parametrize(("year", "applications"), [(2021, 131_418), (2022, 118_735)])
def test_asylum_applications_in_mexico(warehouse: Project, year: int, applications: int) -> None:
    total = f"""
        select sum(applications) from loe_2_international_protection.asylum_applications
        where asylum_area = 'MEX' and origin_scope = 'all_origins' and is_new_claim and year = {year}
    """
    assert warehouse.scalar(total) == applications
    observed = f"""
        select observation_value, unit_of_measure from core.fct_observations
        where indicator_id = 'L2.1' and reference_area = 'MEX' and counterpart_area is null and time_period = '{year}'
    """
    assert warehouse.query(observed) == [(applications, "persons")]


def test_refugee_arrivals(warehouse: Project) -> None:
    totals = "select region_area, arrivals from loe_8_lawful_pathways.refugee_allocation where fiscal_year = "
    assert dict(warehouse.query(totals + "2022"))["PRM_ALL"] == 25_465
    assert dict(warehouse.query(totals + "2023"))["PRM_LAC"] == 6_312
    by_nationality = "select sum(arrivals) from loe_8_lawful_pathways.refugee_arrivals where fiscal_year = 2022"
    assert warehouse.scalar(by_nationality) == 25_465


@pytest.mark.parametrize(
    ("fiscal_year", "low", "high"), [(2022, "16.6", "16.6"), (2023, "42.1", "42.1"), (2024, "72.5", "50.7")]
)
def test_fill_rate_against_both_bounds(warehouse: Project, fiscal_year: int, low: str, high: str) -> None:
    rates = f"""
        select round(fill_rate_of_low_bound, 1), round(fill_rate_of_high_bound, 1)
        from loe_8_lawful_pathways.refugee_allocation where region_area = 'PRM_LAC' and fiscal_year = {fiscal_year}
    """
    assert warehouse.query(rates) == [(Decimal(low), Decimal(high))]


@pytest.mark.parametrize(
    ("fiscal_year", "positions"), [(2011, 77_164), (2014, 116_688), (2015, 139_832), (2016, 165_741)]
)
def test_h2a_positions_certified(warehouse: Project, fiscal_year: int, positions: int) -> None:
    for level in ("country", "state"):
        total = f"""
            select sum(workers_certified) from loe_4_labor_programs.h2a_certified_workers
            where area_level = '{level}' and fiscal_year = {fiscal_year}
        """
        assert warehouse.scalar(total) == positions


def test_positions_that_cannot_be_counted_are_missing_and_say_so(warehouse: Project) -> None:
    """The file of 2006 marks no members of joint applications, that of H-2B 2005 has no certified positions.

    134,837 were asked for there; six applications with 273 of them stand twice.
    """
    country = "workers_requested, workers_certified, flags from loe_4_labor_programs.{} where area_level = 'country'"
    h2a = f"select certified_applications, {country.format('h2a_certified_workers')} and fiscal_year = 2006"
    assert warehouse.query(h2a) == [(3_895, None, None, "wage_out_of_bounds,members_not_marked")]
    h2b = f"select {country.format('h2b_certified_workers')} and fiscal_year = 2005"
    assert warehouse.query(h2b) == [(134_564, None, "wage_out_of_bounds,certified_not_published")]


@pytest.mark.parametrize(
    ("fiscal_year", "positions"), [(2014, 93_649), (2015, 101_765), (2016, 119_232), (2018, 147_592)]
)
def test_h2b_positions_certified(warehouse: Project, fiscal_year: int, positions: int) -> None:
    """2016 and 2018 as measured on the files before; 2014 without the 40 of two applications that stand twice."""
    for level in ("country", "state"):
        total = f"""
            select sum(workers_certified) from loe_4_labor_programs.h2b_certified_workers
            where area_level = '{level}' and fiscal_year = {fiscal_year}
        """
        assert warehouse.scalar(total) == positions


def test_months_after_the_report_are_null(warehouse: Project) -> None:
    months = """
        select count(arrivals), count(*) from loe_8_lawful_pathways.refugee_arrivals
        where fiscal_year = 2025 and month_start {} date '2025-01-01'
    """
    before, rows_before = warehouse.query(months.format("<"))[0]
    after, rows_after = warehouse.query(months.format(">="))[0]
    assert before == rows_before > 0
    assert after == 0 < rows_after


def test_repeated_stock_of_displaced_people_is_marked(warehouse: Project) -> None:
    stocks = """
        select year, internally_displaced, last_profiled_year, flags
        from loe_3_in_country_protection.internally_displaced
        where area_code = 'HND' and year between 2019 and 2025 order by year
    """
    stale = [(year, 247_090, 2019, "carried_forward,weak_estimate") for year in range(2020, 2025)]
    assert warehouse.query(stocks) == [
        (2019, 247_090, 2019, "step_of_method,weak_estimate"),
        *stale,
        (2025, 423_845, 2025, "step_of_method,weak_estimate"),
    ]
    slips = """
        select area_code, year, internally_displaced, last_profiled_year
        from loe_3_in_country_protection.internally_displaced
        where (area_code = 'SLV' and year between 2017 and 2020) or (area_code = 'HND' and year = 2018) order by 1, 2
    """
    assert warehouse.query(slips) == [
        ("HND", 2018, 174_001, 2015),
        ("SLV", 2017, 71_500, 2017),
        ("SLV", 2018, 71_501, 2017),
        ("SLV", 2019, 71_500, 2017),
        ("SLV", 2020, 71_500, 2017),
    ]
    zeros = """
        select min(year), max(year), count(*) from loe_3_in_country_protection.internally_displaced
        where area_code = 'GTM' and flags like '%repeated_zero%'
    """
    assert warehouse.query(zeros) == [(2020, 2024, 5)]


def test_footnotes_stand_beside_the_figures_they_are_about(warehouse: Project) -> None:
    """UNHCR's sentence on 2019 to 2022 is on every row of these years, the one on Germany's stateless on Germany's."""
    found = """
        select left(publisher_footnotes, 12), min(year), max(year), count(*) = count(*) filter (asylum_area = 'DEU')
        from loe_2_international_protection.displaced_population
        where publisher_footnotes is not null group by 1 order by 1
    """
    assert warehouse.query(found) == [("[REF,ROC,ASY", 2019, 2022, False), ("[STA] The fi", 2015, 2017, True)]
    for table in (
        "loe_2_international_protection.displaced_population",
        "loe_3_in_country_protection.internally_displaced",
    ):
        years = f"select distinct publisher_footnotes is null from {table} where year between 2019 and 2022"
        assert warehouse.query(years) == [(False,)]


@pytest.mark.parametrize(
    ("area", "year", "flow", "idmc", "unhcr"),
    [
        ("HND", 2023, 5_068, 100_637, 247_090),
        ("HND", 2020, None, 247_090, 247_090),
        ("SLV", 2022, 72_757, 51_970, 71_500),
        ("SLV", 2021, 175_254, None, 71_500),
        ("GTM", 2024, 553, 572_813, 0),
        ("MEX", 2024, 25_543, 390_250, 262_411),
    ],
)
def test_displacement_by_conflict_flow_and_two_stocks(
    warehouse: Project, area: str, year: int, flow: int | None, idmc: int | None, unhcr: int
) -> None:
    where = f"area_code = '{area}' and year = {year}"
    columns = "new_displacements, internally_displaced_idmc, internally_displaced_unhcr"
    found = warehouse.query(f"select {columns} from loe_3_in_country_protection.conflict_displacement where {where}")
    assert found == [(flow, idmc, unhcr)]
    observed = f"""
        select measure, observation_value from core.fct_observations
        where indicator_id in ('L3.1', 'L3.2') and reference_area = '{area}' and period_end = date '{year}-12-31'
    """
    series = dict(warehouse.query(observed))
    assert series["new_conflict_displacements"] == flow
    assert series["internally_displaced_idmc"] == idmc
    assert series.get("internally_displaced") == unhcr


@pytest.mark.parametrize(
    ("area", "displacements"),
    [
        ("GTM", {2020: 339_036, 2021: 15_581, 2022: 74_406, 2023: 47_508, 2024: 80_891}),
        ("HND", {2020: 937_283, 2021: 262, 2022: 46_346, 2023: 5_787, 2024: 20_187}),
        ("SLV", {2020: 16_775, 2021: 551, 2022: 4_644, 2023: 5_276, 2024: 5_462}),
    ],
)
def test_displacement_by_disasters(warehouse: Project, area: str, displacements: dict[int, int]) -> None:
    table = f"from loe_1_acute_needs.disaster_displacement where area_code = '{area}' and year >= 2020"
    totals = f"select year, new_displacements {table} and hazard_scope = 'all_hazards'"
    assert dict(warehouse.query(totals)) == displacements
    parts = f"select year, sum(new_displacements) {table} and hazard_scope = 'one_hazard' group by year"
    assert dict(warehouse.query(parts)) == displacements
    observed = f"""
        select year(period_start), observation_value from core.fct_observations
        where indicator_id = 'L1.6' and reference_area = '{area}' and period_start >= date '2020-01-01'
    """
    assert dict(warehouse.query(observed)) == displacements


def test_a_country_that_is_not_monitored_has_no_row(warehouse: Project) -> None:
    rows = "select count(*) from loe_3_in_country_protection.conflict_displacement where area_code in "
    assert warehouse.scalar(rows + "('USA', 'CRI', 'PAN')") == 0
    assert warehouse.scalar(rows + "('GTM', 'HND', 'SLV')") == 38


def test_deaths_on_the_us_mexico_route(warehouse: Project) -> None:
    deaths = """
        select year, dead_and_missing, deaths_per_100k_encounters is not null, flags
        from loe_6_border_management.migrant_deaths where route = 'US-Mexico border crossing' order by year
    """
    found = {year: (dead, rated, flags) for year, dead, rated, flags in warehouse.query(deaths)}
    published = [531, 347, 412, 414, 448, 526, 476, 734, 689, 628, 200, 72]
    assert [found[year][0] for year in range(2014, 2026)] == published
    assert [year for year in found if found[year][1]] == [2020, 2021, 2022, 2023], "twelve months on both sides"
    assert [year for year in found if found[year][2]] == [2024, 2025], "years that the release does not hold whole"
    months = """
        select 100000.0 * 734 / sum(encounters) from loe_6_border_management.southwest_encounters
        where month_start between date '2021-01-01' and date '2021-12-31'
    """
    rate = "select deaths_per_100k_encounters from loe_6_border_management.migrant_deaths where encounters is not null "
    assert float(warehouse.scalar(rate + "and year = 2021")) == pytest.approx(float(warehouse.scalar(months)), abs=1e-5)


def test_returns_to_guatemala(warehouse: Project) -> None:
    """The totals that its institute of migration printed; what the copy does not place stays in them."""
    received = """
        select time_period, coalesce(counterpart_area, 'all'), cast(observation_value as integer), flags
        from core.fct_observations where measure = 'returns_received' and reference_area = 'GTM' and frequency = 'A'
    """
    found = {(period, area): (value, flags) for period, area, value, flags in warehouse.query(received)}
    copied = "read_by_others"
    assert {year: found[str(year), "all"] for year in range(2020, 2026)} == {
        2020: (45_572, copied),
        2021: (63_520, copied),
        2022: (94_216, copied),
        2023: (79_697, copied),
        2024: (76_768, copied),
        2025: (12_841, f"partial_year,{copied}"),
    }
    assert found["2023", "USA"] == (55_302, copied)
    assert found["2023", "MEX"] == (24_395, copied)
    assert found["2024", "MEX"] == (15_088, copied)
    assert found["2024", "XNS"] == (61_680, f"returning_country_not_stated,{copied}")
    assert ("2024", "USA") not in found
    may = "time_period = '2024-05' and returning_country = 'Country not stated'"
    table = "loe_5_return_reintegration.returns_received"
    assert warehouse.query(f"select sum(returns_received), bool_and(warning is not null) from {table} where {may}") == [
        (5_526, True)
    ]
    covered = "select area_code from scorecard.rpt_coverage where indicator_id = 'L5.1' and status = 'value' group by 1"
    assert warehouse.query(covered) == [("GTM",)], "a figure is about who returned, not about the country that returns"


def test_entries_through_darien_and_events_in_mexico(warehouse: Project) -> None:
    totals = """
        select measure, time_period, cast(observation_value as integer) from core.fct_observations
        where measure in ('darien_entries', 'irregular_situation_events') and counterpart_area is null
            and frequency = 'A'
    """
    found = {(measure, period): value for measure, period, value in warehouse.query(totals)}
    assert [found["darien_entries", str(year)] for year in range(2010, 2026)] == [
        *(559, 283, 1_777, 3_051, 6_175, 29_289, 30_055, 6_780, 9_222, 22_102),
        *(6_465, 133_726, 248_284, 520_085, 302_203, 2_904),
    ]
    assert [found["irregular_situation_events", str(year)] for year in range(2018, 2026)] == [
        *(131_445, 182_940, 82_379, 309_692, 441_409, 778_907, 1_231_320, 108_489)
    ]
    months = """
        select min(time_period), count(distinct time_period) from core.fct_observations
        where measure = 'darien_entries' and frequency = 'M'
    """
    assert warehouse.query(months) == [("2020-01", 61)], "a year under its January is no month"
    verdicts = "select headline_id, verdict from scorecard.rpt_reconciliation where publisher like 'SNM%' order by 1"
    exact = [f"H{number}" for number in (213, 214, 215, 216, 219, 220, 221, 222, 223, 224, 226)]
    assert warehouse.query(verdicts) == [*((headline, "exact") for headline in exact), ("H230", "definition_differs")]
    mexico = "select verdict, own_value from scorecard.rpt_reconciliation where headline_id = 'H232'"
    assert warehouse.query(mexico) == [("restated", 778_907)]


def test_returns_by_mexico_stand_beside_those_that_guatemala_counts(warehouse: Project) -> None:
    counts = """
        select time_period, measure, cast(observation_value as integer) from core.fct_observations
        where frequency = 'A' and time_period in ('2022', '2023') and (
            (measure = 'returns_by_mexico' and counterpart_area = 'GTM')
            or (measure = 'returns_received' and reference_area = 'GTM' and counterpart_area = 'MEX')
        ) order by 1, 2
    """
    assert warehouse.query(counts) == [
        ("2022", "returns_by_mexico", 50_091),
        ("2022", "returns_received", 53_503),
        ("2023", "returns_by_mexico", 25_741),
        ("2023", "returns_received", 24_395),
    ]
    total = (
        "select count(*) from core.fct_observations where measure = 'returns_by_mexico' and counterpart_area is null"
    )
    assert warehouse.scalar(total) == 0, "three nationalities are no total"


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


@pytest.mark.parametrize(
    ("country", "year", "plan", "requirement", "funding"),
    [
        ("SLV", 2022, "1084", 114_317_607, 33_391_763),
        ("GTM", 2022, "1085", 153_531_304, 56_937_681),
        ("GTM", 2021, "1052", 56_291_832, 38_367_049),
        ("HND", 2021, "1053", 66_138_378, 19_672_475),
        ("HND", 2021, "1045", 90_089_849, 86_112_279),
        ("HND", 2023, "1144", 280_360_869, 47_824_769),
        ("HND", 2025, "1270", 138_491_372, 14_692_873),
    ],
)
def test_humanitarian_appeals(
    warehouse: Project, country: str, year: int, plan: str, requirement: int, funding: int
) -> None:
    found = f"""
        select requirements_usd, funding_usd, coverage from loe_1_acute_needs.appeal_coverage
        where location_area = '{country}' and plan_year = {year} and plan_id = '{plan}'
    """
    [(required, funded, coverage)] = warehouse.query(found)
    assert (required, funded) == (requirement, funding)
    assert coverage == round(Decimal(100 * funding) / requirement, 6), "not the rounded percentage of the file"


def test_revision_of_an_appeal_is_shown(warehouse: Project) -> None:
    funding = """
        select earlier_funding_usd, funding_usd, earlier_requirements_usd from loe_1_acute_needs.appeal_coverage
        where plan_id = '1270'
    """
    assert warehouse.query(funding) == [(15_576_631, 14_692_873, 138_491_372)]


def test_money_outside_plans_is_no_coverage(warehouse: Project) -> None:
    outside = """
        select funding_usd, requirements_usd, coverage from loe_1_acute_needs.appeal_coverage
        where location_area = 'SLV' and plan_year = 2010 and row_kind = 'outside_plans'
    """
    assert warehouse.query(outside) == [(-3_356_504, None, None)]
    observed = "select count(*) from core.fct_observations where indicator_id = 'L1.1' and time_period = 'PLAN2026'"
    assert warehouse.scalar(f"{observed} and reference_area in ('GTM', 'HND', 'SLV')") == 0, "no plans, no coverage"


def test_regional_plan_is_read_by_country(warehouse: Project) -> None:
    rows = """
        select row_kind, count(*), sum(requirements_usd), max(flags) from loe_1_acute_needs.appeal_coverage
        where plan_id = '{}' and row_kind like 'regional%' group by row_kind order by row_kind
    """
    (share, shares, required, _), (total, one, whole, _) = warehouse.query(rows.format(1219))
    assert (share, shares, total, one) == ("regional_share", 17, "regional_total", 1)
    assert required == whole
    repeated = """
        select location_area, requirements_usd, coverage, flags from loe_1_acute_needs.appeal_coverage
        where plan_id = '944' and location_area in ('COL', 'MEX', 'RMRP')
    """
    unknown = [
        ("COL", None, None, "share_of_regional_plan,requirement_not_by_country"),
        ("MEX", None, None, "share_of_regional_plan,requirement_not_by_country"),
        ("RMRP", None, None, "requirement_not_by_country"),
    ]
    assert sorted(warehouse.query(repeated)) == unknown, "59,659,922 stands on 13 of 17 rows"


def test_totals_of_comar_before_and_after_it_restated_them_stand_beside_unhcr(warehouse: Project) -> None:
    """Applications in Mexico, first published and then: neither is UNHCR's figure, and both are shown as restated."""
    pairs = [
        ("2021", 131_448, 131_418, "restated"),
        ("2021", 129_329, 131_418, "restated"),
        ("2022", 118_478, 118_735, "restated"),
        ("2022", 119_083, 118_735, "restated"),
    ]
    reconciled = """
        select period, headline_value, own_value, verdict from scorecard.rpt_reconciliation
        where headline_id in ('H060', 'H061', 'H062', 'D009') and explanation like '%the commission revises its totals%'
        order by period, indicator_text not like '%first published'
    """
    assert warehouse.query(reconciled) == pairs
    beside = """
        select time_period, second_value, first_value from scorecard.rpt_cross_source
        where pair_id = 'asylum_applications_mexico' and counterpart_area is null
          and first_flags = 'comar_restates,read_by_others'
    """
    assert sorted(warehouse.query(beside)) == sorted(pair[:3] for pair in pairs)


def test_requirements_and_funding_of_appeals_are_observations(warehouse: Project) -> None:
    """In dollars, of no indicator: so they are in no scorecard. A requirement is of its own kind, a share flagged."""
    found = """
        select reference_area, time_period, measure, observation_value, measure_kind, flags from core.fct_observations
        where unit_of_measure = 'usd' and indicator_id is null and line_of_effort = 1 and (
            (reference_area = 'GTM' and time_period in ('PLAN2022', '2026'))
            or (reference_area in ('MEX', 'RMRP') and time_period = 'PLAN2026' and measure like '%regional_plan')
        )
        order by all
    """
    share = "provisional,share_of_regional_plan"
    assert warehouse.query(found) == [
        ("GTM", "2026", "funding_outside_plans", 69_778_431, "flow", "provisional,outside_plans"),
        ("GTM", "PLAN2022", "appeal_funding_response_plan", 56_937_681, "flow", None),
        ("GTM", "PLAN2022", "appeal_requirements_response_plan", 153_531_304, "requirement", None),
        ("MEX", "PLAN2026", "appeal_funding_regional_plan", 3_573_465, "flow", share),
        ("MEX", "PLAN2026", "appeal_requirements_regional_plan", 20_929_052, "requirement", share),
        ("RMRP", "PLAN2026", "appeal_funding_regional_plan", 67_880_713, "flow", "provisional"),
        ("RMRP", "PLAN2026", "appeal_requirements_regional_plan", 737_473_022, "requirement", "provisional"),
    ]
    scored = "select count(*) from scorecard.fct_indicator_values where measure like 'appeal_funding%'"
    assert warehouse.scalar(scored) == 0
    traced = """
        select component, record_count, component_value from quality.lineage
        where measure = 'appeal_requirements_flash_appeal' and component_value = {}
    """
    two_plans = """
        select count(*), sum(requirements_usd) from loe_1_acute_needs.appeal_coverage
        where location_area = 'HTI' and plan_year = 2004 and plan_class = 'flash_appeal'
    """
    [(plans, together)] = warehouse.query(two_plans)
    assert warehouse.query(traced.format(together)) == [("requirements", plans, together)]


@pytest.mark.parametrize(
    ("origin", "arrivals"),
    [("GTM", (1_306, 2_178, 5_210, 188)), ("HND", (482, 681, 925, 100)), ("SLV", (677, 1_196, 1_240, 130))],
)
def test_resettlement_arrivals_in_the_united_states(warehouse: Project, origin: str, arrivals: tuple[int, ...]) -> None:
    by_origin = f"""
        select arrivals from loe_2_international_protection.resettlement_arrivals
        where arrival_area = 'USA' and origin_area = '{origin}' and year between 2022 and 2025 order by year
    """
    assert [value for (value,) in warehouse.query(by_origin)] == list(arrivals)
    observed = f"""
        select observation_value from core.fct_observations
        where indicator_id = 'L2.7' and reference_area = 'USA' and counterpart_area = '{origin}'
            and period_start >= date '2022-01-01' order by period_start
    """
    assert [int(value) for (value,) in warehouse.query(observed)] == list(arrivals)


def test_resettlement_arrivals_of_all_origins(warehouse: Project) -> None:
    totals = """
        select year, sum(arrivals) from loe_2_international_protection.resettlement_arrivals
        where arrival_area = 'USA' and year >= 2018 group by year order by year
    """
    assert [int(total) for _, total in warehouse.query(totals)] == [
        *(22_912, 27_501, 9_586, 13_675),
        *(28_945, 75_043, 105_531, 11_513),
    ]


def test_returned_refugees_are_not_deportees(warehouse: Project) -> None:
    returns = """
        select departure_area, returned_refugees from loe_5_return_reintegration.returned_refugees
        where origin_area = 'SLV' and year = 2024 order by departure_area
    """
    assert warehouse.query(returns) == [("CHE", 5), ("ITA", 5)]
    assert warehouse.scalar("select count(*) from core.fct_observations where line_of_effort = 5") > 0
    named = "select comment from duckdb_tables() where table_name = 'returned_refugees'"
    assert "NOT deportees" in warehouse.scalar(named)


def repatriated(warehouse: Project, measure: str, fiscal_year: int, citizenship: str | None = None) -> object:
    """The publisher's total of a fiscal year, all types."""
    area = "citizenship_area is null" if citizenship is None else f"citizenship_area = '{citizenship}'"
    return warehouse.scalar(f"""
        select repatriations from loe_5_return_reintegration.repatriations
        where measure = '{measure}' and repatriation_type = 'all types' and period_kind = 'year_total' and {area}
            and fiscal_year = {fiscal_year}
    """)


def test_repatriations_of_the_release_at_hand(warehouse: Project) -> None:
    kinds = ("removals", "enforcement_returns", "administrative_returns", "title_42_expulsions")
    assert [repatriated(warehouse, kind, 2022) for kind in kinds] == [102_880, 80_950, 180_260, 1_103_970]
    assert repatriated(warehouse, "title_42_expulsions", 2024) is None
    nca = [repatriated(warehouse, "removals", 2023, area) for area in ("GTM", "HND", "SLV")]
    assert nca == [20_180, 22_200, 8_320]


def test_ice_removals(warehouse: Project) -> None:
    ours = [repatriated(warehouse, "ice_removals_and_returns", year) for year in range(2019, 2024)]
    assert ours == [267_260, 185_880, 59_010, 72_180, 142_580]
    by_citizenship = [repatriated(warehouse, "ice_removals_and_returns", 2023, area) for area in ("MEX", "SLV")]
    assert by_citizenship == [54_060, 8_310]
    by_agency = """
        select fiscal_year, repatriation_type, repatriations from loe_5_return_reintegration.repatriations
        where repatriation_type like 'Initial arrest%' and fiscal_year in (2014, 2023) and period_kind = 'year_total'
        order by 1, 2
    """
    assert warehouse.query(by_agency) == [
        (2014, "Initial arrest by CBP", 213_720),
        (2014, "Initial arrest by ICE", 100_970),
        (2023, "Initial arrest by CBP", 98_330),
        (2023, "Initial arrest by ICE", 44_260),
    ], "of 315,940 in 2014: the rest was arrested by others"


def test_paroles_and_appointments(warehouse: Project) -> None:
    year = "citizenship_area is null and time_period = 'FY2023'"
    assert warehouse.scalar(f"select paroles from loe_8_lawful_pathways.chnv_paroles where {year}") == 233_500
    three = """
        select sum(confirmed_beneficiaries), sum(travel_authorizations), sum(paroles)
        from loe_8_lawful_pathways.chnv_paroles where citizenship_area is null and {}
    """
    assert warehouse.query(three.format("period_kind = 'year_total'")) == [(644_960, 529_070, 508_520)]
    to_may = "period_kind = 'month' and time_period <= '2024-05'"
    assert warehouse.query(three.format(to_may)) == [(592_790, 504_370, 451_210)], "sums of rounded months"
    appointments = "select appointments, warning like '%Weak proxy%' from loe_7_public_messaging.cbp_one_appointments"
    assert warehouse.query(f"{appointments} where {year}") == [(278_430, True)]


def test_returns_are_set_against_the_same_months(warehouse: Project) -> None:
    ratios = """
        select fiscal_year, citizenship_area, months, round(returns_per_100_encounters, 1)
        from loe_5_return_reintegration.returns_per_encounters
        where returns_per_100_encounters is not null and fiscal_year >= 2023 order by 1, 2
    """
    assert warehouse.query(ratios) == [
        (2023, "MEX", 12, Decimal("33.7")),
        (2023, None, 12, Decimal("25.1")),
        (2024, "MEX", 10, Decimal("48.6")),
        (2024, None, 10, Decimal("35.0")),
    ]
    nca = """
        select count(returns_per_100_encounters), count(removals_per_100_encounters), min(flags)
        from loe_5_return_reintegration.returns_per_encounters where citizenship_area in ('HND', 'SLV')
    """
    assert warehouse.query(nca) == [(0, 10, "partial_year,rounded_to_ten,part_not_published")]


def test_credible_fear_referrals_are_set_against_encounters_of_the_same_citizenship(warehouse: Project) -> None:
    of_year = """
        select citizenship_area, months, referrals, encounters, round(referrals_per_1000_encounters, 3)
        from loe_6_border_management.credible_fear_referrals
        where time_period = '{}' and citizenship_area in ('SLV', 'GTM', 'HND', 'DOM', 'XOT') order by 1
    """
    assert warehouse.query(of_year.format("FY2023")) == [
        ("DOM", 12, 8_760, None, None),
        ("GTM", 12, 7_030, 220_085, Decimal("31.942")),
        ("HND", 12, 11_480, 213_686, Decimal("53.724")),
        ("SLV", 12, 3_550, 61_515, Decimal("57.710")),
        ("XOT", 12, 29_450, None, None),
    ]
    assert warehouse.query(of_year.format("FY2024")) == [
        ("DOM", 10, 3_890, None, None),
        ("GTM", 10, 15_730, 190_196, Decimal("82.704")),
        ("HND", 10, 12_790, 126_741, Decimal("100.914")),
        ("SLV", 10, 4_360, 48_314, Decimal("90.243")),
        ("XOT", 10, 17_600, None, None),
    ]
    assert warehouse.query(of_year.format("2014-06"))[1] == ("GTM", 1, 760, None, None), "before CBP's file"
    observed = """
        select frequency, count(*), count(distinct counterpart_area), min(time_period), max(time_period),
            bool_and(unit_of_measure = 'per_1000' and second_dataset_id is not distinct from {})
        from core.fct_observations
        where measure = 'credible_fear_referrals_per_1000_encounters{}' and observation_value is not null
        group by 1 order by 1
    """
    assert warehouse.query(observed.format("'cbp/nationwide_encounters_state'", "")) == [
        ("A", 45, 9, "FY2020", "FY2024", True),
        ("M", 9 * 58, 9, "2019-10", "2024-07", True),
    ]
    assert warehouse.query(observed.format("null", "_dhs")) == [
        ("A", 88, 8, "FY2014", "FY2024", True),
        ("M", 1_032, 8, "2013-10", "2024-07", True),
    ]
    beside = """
        select time_period, encounters_dhs, round(referrals_per_1000_encounters_dhs, 3)
        from loe_6_border_management.credible_fear_referrals
        where time_period in ('FY2014', 'FY2024') and citizenship_area = 'SLV' order by 1
    """
    assert warehouse.query(beside) == [
        ("FY2014", 68_390, Decimal("274.894")),
        ("FY2024", 48_310, Decimal("90.250")),
    ]


def test_a_rate_says_whether_a_file_or_a_citizenship_is_missing(warehouse: Project) -> None:
    reasons = """
        select flag, count(*), min(period_start), max(period_end)
        from (
            select *, unnest(string_split(flags, ',')) as flag from core.fct_observations
            where measure = 'credible_fear_referrals_per_1000_encounters' and observation_value is null
        )
        where flag like 'encounters_not_%' group by 1 order by 1
    """
    assert warehouse.query(reasons) == [
        ("encounters_not_loaded", 780, date(2013, 10, 1), date(2019, 9, 30)),
        ("encounters_not_published", 63, date(2019, 10, 1), date(2024, 9, 30)),
    ]


def test_a_rate_over_few_encounters_is_flagged(warehouse: Project) -> None:
    rates = """
        from core.fct_observations
        where measure = 'credible_fear_referrals_per_1000_encounters' and frequency = 'M'
            and flags like '%small_rounded_base%' and observation_value is not null
    """
    assert warehouse.scalar(f"select count(*) {rates}") == 107
    assert warehouse.query(
        f"select counterpart_area, round(observation_value) {rates} and time_period = '2020-04' order by 2 desc limit 1"
    ) == [("VEN", 1_111)]


def test_credible_fear_screenings_completed_by_result(warehouse: Project) -> None:
    of_years = """
        select time_period, screenings_completed, positive_fear, negative_fear, administrative_closures, flags
        from loe_6_border_management.credible_fear_results
        where fiscal_year >= 2023 and period_kind = 'year_total' order by 1
    """
    assert warehouse.query(of_years) == [
        ("FY2023", 131_860, 78_970, 41_860, 11_030, "rounded_to_ten"),
        ("FY2024", 172_130, 71_990, 59_510, 40_630, "partial_year,rounded_to_ten"),
    ]
    assert warehouse.scalar("select count(*) from loe_6_border_management.credible_fear_results") == 11 + 130


def test_dhs_counts_the_encounters_that_cbp_counts(warehouse: Project) -> None:
    apart = """
        select max(abs(dhs.value - cbp.total)), count(*)
        from intermediate.int_legal_processes__figures as dhs
        inner join (
            select fiscal_year, month_start, sum(encounters) as total
            from loe_6_border_management.southwest_encounters group by fiscal_year, month_start
        ) as cbp using (month_start)
        where dhs.measure = 'southwest_encounters_dhs' and dhs.citizenship_area is null and cbp.fiscal_year <= 2023
    """
    [(difference, months)] = warehouse.query(apart)
    assert difference <= 25
    assert months == 48


@pytest.mark.parametrize(
    ("code", "obligations", "disbursements"),
    [("GTM", 245_195_356, 268_418_493), ("HND", 204_735_841, 180_541_791), ("SLV", 157_461_795, 125_299_200)],
)
def test_us_foreign_assistance(warehouse: Project, code: str, obligations: int, disbursements: int) -> None:
    amounts = f"""
        select obligations_usd, disbursements_usd, obligations_constant_usd, constant_dollar_base_year, flags
        from loe_1_acute_needs.us_foreign_assistance where recipient_area = '{code}' and fiscal_year = 2022
    """
    assert warehouse.query(amounts) == [(obligations, disbursements, obligations, 2022, None)]
    newest = amounts.replace("fiscal_year = 2022", "fiscal_year in (2023, 2024) order by fiscal_year")
    assert [flags for *_, flags in warehouse.query(newest)] == ["late_reports", "partial_year"]


def test_us_humanitarian_flows(warehouse: Project) -> None:
    found = """
        select year_basis, time_period, location_area, funding_usd, paid_usd, pledged_usd, flows
        from loe_1_acute_needs.us_humanitarian_flows order by 1, 3
    """
    given = [("GTM", 60_000_000), ("HND", 65_000_000), ("SLV", 25_000_000)]
    assert warehouse.query(found) == [
        (basis, period, area, usd, usd, None, 1)
        for basis, period in (("calendar", "2026"), ("us_fiscal", "FY2026"))
        for area, usd in given
    ]
    observed = """
        select reference_area, time_period, observation_value, observation_status from core.fct_observations
        where indicator_id = 'L1.2' and reference_area = 'GTM' order by time_period
    """
    assert warehouse.query(observed) == [("GTM", "2026", 60_000_000, "P"), ("GTM", "FY2026", 60_000_000, "P")]


@pytest.mark.parametrize(("country", "funding"), [("GTM", 69_778_431), ("HND", 73_678_907), ("SLV", 29_751_331)])
def test_flows_add_up_to_the_funding_of_the_same_edition(warehouse: Project, country: str, funding: int) -> None:
    """Two files of one publisher: flows of every donor to one country alone, and its money outside plans."""
    flows = f"""
        select sum(amount_usd) from staging.stg_ocha_fts__flows
        where asked_country = '{country}' and destination_location_count = 1 and flow_status <> 'pledge'
    """
    outside = f"""
        select funding_usd from loe_1_acute_needs.appeal_coverage
        where location_area = '{country}' and plan_year = 2026 and row_kind = 'outside_plans'
    """
    assert warehouse.scalar(flows) == warehouse.scalar(outside) == funding


def test_us_foreign_assistance_keeps_odd_cells(warehouse: Project) -> None:
    table = "loe_1_acute_needs.us_foreign_assistance"
    regions = f"select distinct recipient_name from {table} where not is_country and recipient_code = 'CNA'"
    assert warehouse.query(regions) == [("Central America Region",)]
    assert warehouse.scalar(f"select count(*) from {table} where is_country <> (recipient_area is not null)") == 0
    quarter = f"""
        select fiscal_year, time_period, obligations_usd, flags from {table}
        where recipient_code = 'GTM' and fiscal_year_label = '1976tq'
    """
    assert warehouse.query(quarter) == [(None, None, 4_501_000, "transition_quarter")]
    assert warehouse.scalar(f"select count(*) from {table} where obligations_usd < 0") > 0, "de-obligations"
    before = f"select count(disbursements_usd) from {table} where fiscal_year between 1946 and 2000"
    assert warehouse.scalar(before) == 0, "none was published: missing, not zero"
    staged = "select count(*) from staging.stg_foreign_assistance__country_totals where income_group"
    assert warehouse.scalar(f"{staged} = 'NULL'") == 0 < warehouse.scalar(f"{staged} is null")


def test_h2_visas_of_2015(warehouse: Project) -> None:
    visas = """
        select coalesce(nationality_area, 'all'), visa_class, visas from loe_8_lawful_pathways.h2_visas
        where fiscal_year = 2015 and visas > 0 and coalesce(strategy_role, 'all') in ('priority_origin', 'all')
    """
    assert {(area, visa_class): count for area, visa_class, count in warehouse.query(visas)} == {
        ("all", "H-2A"): 108_144,
        ("all", "H-2B"): 69_684,
        ("GTM", "H-2A"): 1_426,
        ("GTM", "H-2B"): 2_754,
        ("HND", "H-2A"): 193,
        ("HND", "H-2B"): 650,
        ("SLV", "H-2A"): 66,
        ("SLV", "H-2B"): 541,
    }
    share = """
        select nca_visas, all_visas, round(nca_share, 3) from loe_4_labor_programs.nca_share_of_h2_visas
        where fiscal_year = 2015 and visa_class = 'H-2A and H-2B'
    """
    assert warehouse.query(share) == [(5_630, 177_828, Decimal("3.166"))]


def test_h2_visas_of_2018_are_summed_from_months(warehouse: Project) -> None:
    visas = """
        select coalesce(nationality_area, 'all'), visa_class, visas, flags from loe_8_lawful_pathways.h2_visas
        where fiscal_year = 2018 and (nationality_area is null or nationality_area in ('GTM', 'HND', 'SLV', 'MEX'))
    """
    figures = {
        ("all", "H-2A"): 196_408,
        ("GTM", "H-2A"): 3_936,
        ("HND", "H-2A"): 334,
        ("all", "H-2B"): 83_781,
        ("GTM", "H-2B"): 3_296,
        ("HND", "H-2B"): 816,
        ("SLV", "H-2A"): 145,
        ("MEX", "H-2A"): 180_420,
        ("SLV", "H-2B"): 595,
        ("MEX", "H-2B"): 62_162,
    }
    found = warehouse.query(visas)
    assert {(area, visa_class): count for area, visa_class, count, _ in found} == figures
    assert {flags for *_, flags in found} == {"summed_from_months,preliminary,read_by_others"}
    months = """
        select count(distinct month_start), min(month_start), sum(visas) from loe_8_lawful_pathways.h2_visas_by_month
    """
    assert warehouse.query(months) == [(12, date(2017, 10, 1), 196_408 + 83_781)]
    others = """
        select string_agg(distinct strftime(month_start, '%m'), ' ' order by strftime(month_start, '%m'))
        from loe_8_lawful_pathways.h2_visas_by_month where flags = 'preliminary,read_by_others'
    """
    assert warehouse.scalar(others) == "01 03 05 08 09 11", "six of the twelve documents were not at hand"
    share = """
        select nca_visas, all_visas, round(nca_share, 3), flags from loe_4_labor_programs.nca_share_of_h2_visas
        where fiscal_year = 2018 and visa_class = 'H-2A and H-2B'
    """
    flags = "summed_from_months,preliminary,read_by_others"
    assert warehouse.query(share) == [(9_122, 280_189, Decimal("3.256"), flags)]
    status = "select distinct indicator_id, observation_status from core.fct_observations where flags like '%summed_%'"
    assert sorted(warehouse.query(status)) == [("L4.6", "P"), ("L8.3", "P")]


def test_immigrant_visas_of_two_months(warehouse: Project) -> None:
    visas = """
        select time_period, coalesce(counterpart_area, 'all'), cast(observation_value as integer), observation_status
        from core.fct_observations where indicator_id = 'L8.5'
            and coalesce(counterpart_area, 'all') in ('all', 'SLV', 'GTM', 'HND') order by 1, 3 desc
    """
    assert warehouse.query(visas) == [
        *(("2018-04", "all", 46_399, "P"), ("2018-04", "SLV", 1_662, "P")),
        *(("2018-04", "GTM", 896, "P"), ("2018-04", "HND", 503, "P")),
        *(("2019-12", "all", 40_666, "P"), ("2019-12", "SLV", 783, "P")),
        *(("2019-12", "GTM", 400, "P"), ("2019-12", "HND", 395, "P")),
    ]
    by_class = """
        select sum(visas) from loe_8_lawful_pathways.immigrant_visas
        where time_period = '2018-04' and chargeability_area = 'SLV'
    """
    assert warehouse.scalar(by_class) == 1_662


@pytest.mark.parametrize(
    ("origin", "asylum", "code", "people", "female", "male"),
    [
        ("HND", "MEX", "ASY", 21_329, 7_727, 13_602),
        ("NIC", "CRI", "ASY", 160_398, 89_891, 70_507),
        ("HND", "HND", "IDP", 423_845, 233_115, 190_730),
    ],
)
def test_people_by_sex(
    warehouse: Project, origin: str, asylum: str, code: str, people: int, female: int, male: int
) -> None:
    table = "loe_2_international_protection.population_by_sex_and_age"
    where = f"origin_area = '{origin}' and asylum_area = '{asylum}' and population_code = '{code}' and year = 2025"
    assert warehouse.query(f"select people, female, male from {table} where {where}") == [(people, female, male)]


def test_people_by_sex_add_up_to_the_population_table(warehouse: Project) -> None:
    compared = """
        select count(*), count(*) filter (where d.people <> case d.population_code when 'REF' then p.refugees
            when 'ASY' then p.asylum_seekers when 'OIP' then p.other_people_in_need_of_protection end)
        from loe_2_international_protection.population_by_sex_and_age as d
        join loe_2_international_protection.displaced_population as p using (year, asylum_area, origin_area)
        where d.population_code in ('REF', 'ASY', 'OIP')
    """
    ((pairs, different),) = warehouse.query(compared)
    assert pairs > 300
    assert different == 0


def test_an_unknown_breakdown_is_not_nobody(warehouse: Project) -> None:
    table = "loe_2_international_protection.population_by_sex_and_age"
    unknown = "sex_not_known = people and people > 0"
    found = warehouse.query(f"select count(*), count(female), count(female_percent) from {table} where {unknown}")
    assert found[0][0] > 50
    assert found[0][1:] == (0, 0)
    # The internally displaced of Honduras have a sex and no age.
    honduras = f"select children, age_not_known from {table} where origin_area = 'HND' and population_code = 'IDP'"
    assert warehouse.query(honduras) == [(None, 423_845)]


def test_asylum_granted(warehouse: Project) -> None:
    columns = "granted_affirmatively, granted_defensively, granted from loe_8_lawful_pathways.asylum_granted"
    totals = f"select fiscal_year, {columns} where nationality_scope = 'all_nationalities' order by 1"
    found = {year: parts for year, *parts in warehouse.query(totals)}
    assert list(found) == list(range(1990, 2024))
    assert (found[1990], found[2023]) == ([5_670, 2_800, 8_470], [22_300, 32_050, 54_350])
    assert found[2014] == [14_420, 8_610, 23_040], "the printed total, not the sum of its rounded parts"
    by_nationality = f"select {columns} where fiscal_year = 2023 and nationality_label = "
    assert warehouse.query(by_nationality + "'Venezuela'") == [(830, 2_940, 3_770)]
    assert warehouse.query(by_nationality + "'All other countries'") == [(60, 150, None)]
    former = columns + " where fiscal_year = 2023 and nationality_label = 'Soviet Union (former)'"
    assert warehouse.query("select " + former) == [(None, None, None)], "X is not a zero"


def test_refugee_arrivals_of_two_publishers(warehouse: Project) -> None:
    counts = """
        select fiscal_year, arrivals_dhs, arrivals_state from loe_8_lawful_pathways.refugee_arrivals_of_two_publishers
        where {} and fiscal_year >= 2018 order by 1
    """
    assert warehouse.query(counts.format("nationality_scope = 'all_nationalities'")) == [
        (2018, 22_410, 22_672),
        (2019, 29_920, 30_000),
        (2020, 11_840, 11_814),
        (2021, 11_450, 11_411),
        (2022, 25_520, 25_465),
        (2023, 60_050, 60_014),
    ]
    assert warehouse.query(counts.format("nationality_area = 'GTM'"))[-1] == (2023, 1_760, 1_748)
    merged = "select count(distinct measure) from core.fct_observations where indicator_id = 'L8.2'"
    assert warehouse.scalar(merged) == 2, "two series, never one"


@pytest.mark.parametrize(
    ("headline", "own"),
    [
        *(("H175", 458_088), ("D001", 1_734_686), ("H177", 2_378_944), ("H178", 2_475_669), ("D002", 2_135_005)),
        *(("H259", 2_485), ("H261", 25_358), ("H267", 25_465), ("D004", 139_832), ("D005", 165_741)),
        *(("H159", 142_580), ("H164", 72_180), ("H172", 20_180), ("H183", 269_735), ("H086", 247_090)),
        *(("H195", 977_230), ("H199", 2_475_670), ("H200", 458_080), ("D011", 100_034)),
        *(("H248", 15_000), ("H250", 35_000), ("H251", 50_000)),
    ],
)
def test_headlines_that_are_exact(warehouse: Project, headline: str, own: int) -> None:
    found = "select verdict, own_value, difference, explanation from scorecard.rpt_reconciliation where headline_id = "
    assert warehouse.query(f"{found}'{headline}'") == [("exact", own, 0, None)]


@pytest.mark.parametrize(
    ("headline", "verdict", "difference"),
    [
        ("H079", "definition_differs", 27_037 + 844 - 37_806),
        ("H061", "restated", 131_418 - 129_329),
        ("D007", "restated", 241_136 - 239_416),
        ("H196", "restated", 458_080 - 458_070),
        ("H293", "restated", 233_500 - 233_490),
        ("H182", "within_rounding", 400_650 - 400_651),
        ("H022", "within_rounding", 56_291_832 + 153_531_304 - 210_000_000),
        ("H026", "within_rounding", 98_416_155 + 126_145_348 + 280_360_869 - 505_000_000),
        ("H027", "within_rounding", 280_360_869 - 280_000_000),
        ("H029", "within_rounding", 98_416_155 - 98_000_000),
        ("H246", "exact", 0),
        ("H278", "exact", 6_500 + 11_500 - 18_000),
        ("D010", "definition_differs", 319_480 - 327_000),
        ("H001", "cannot_be_tested", None),
        ("H155", "cannot_be_tested", None),
        ("H206", "definition_differs", 1_244 - 1_316),
        ("H116", "restated", 196_408 - 196_409),
        ("H126", "restated", 83_781 - 83_774),
        ("H131", "definition_differs", 3_936 - 3_964),
        ("H058", "definition_differs", 165 + 107 - 220),
        ("H059", "definition_differs", 104 + 54 - 94),
        ("H186", "cannot_be_tested", None),
    ],
)
def test_headlines_that_are_explained(warehouse: Project, headline: str, verdict: str, difference: int | None) -> None:
    found = (
        "select verdict, difference, length(explanation) > 20 from scorecard.rpt_reconciliation where headline_id = "
    )
    assert warehouse.query(f"{found}'{headline}'") == [(verdict, difference, True)]


def test_asylum_grants_in_mexico_that_were_not(warehouse: Project) -> None:
    explanation = "select explanation from scorecard.rpt_reconciliation where headline_id = 'H079'"
    for figure in ("37,806", "27,216", "849", "9,751", "37,816", "27,881", "9,554"):
        assert figure in warehouse.scalar(explanation)


def test_nothing_is_said_to_be_missing_that_is_loaded(warehouse: Project) -> None:
    table = "scorecard.rpt_reconciliation where verdict = 'cannot_be_tested'"
    assert warehouse.query(f"select headline_id from {table} and missing is null") == [], "the recordings hold the rest"
    assert warehouse.query(f"select headline_id, look_alike from {table} and look_alike is not null") == []
    loaded = "scorecard.rpt_reconciliation where missing is not null and own_value is not null"
    assert warehouse.query(f"select headline_id from {loaded}") == []
    named = """
        select missing_name in (select dataset from reference.datasets_left_out),
            missing_name in (select measure from core.fct_observations)
            or missing_name in (select measure from intermediate.int_reconciliation__components)
    """
    assert warehouse.query(f"{named} from {table} and missing = 'dataset' group by 1, 2") == [(True, False)]
    assert warehouse.query(f"{named} from {table} and missing = 'measure' group by 1, 2") == [(False, False)]


def test_every_measure_of_a_headline_is_known(warehouse: Project) -> None:
    unknown = """
        select distinct measure from reference.headline_matches
        where measure not in (select measure from core.fct_observations)
            and measure not in (select measure from intermediate.int_reconciliation__components)
    """
    assert warehouse.query(unknown) == []


def test_two_publishers_of_one_concept(warehouse: Project) -> None:
    stocks = """
        select first_value, second_value, comparable from scorecard.rpt_cross_source
        where pair_id = 'internally_displaced' and reference_area = 'HND' and time_period = '2023-12-31'
    """
    assert warehouse.query(stocks) == [(247_090, 100_637, False)]
    far = "select count(*) from scorecard.rpt_cross_source where pair_id = 'refugee_arrivals'"
    assert warehouse.scalar(far) > 20
    mexico = """
        select time_period, counterpart_area, first_value, second_value from scorecard.rpt_cross_source
        where pair_id = 'asylum_applications_mexico' order by 1, 2 nulls first, 4
    """
    assert warehouse.query(mexico) == [
        ("2021", None, 131_418, 129_329),
        ("2021", None, 131_418, 131_448),
        ("2022", None, 118_735, 118_478),
        ("2022", None, 118_735, 119_083),
        ("2022", "HND", 31_092, 31_086),
        ("2022", "HTI", 17_153, 17_068),
        ("2022", "VEN", 14_915, 14_823),
    ]


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


def test_ceilings_and_the_use_of_the_set_aside(warehouse: Project) -> None:
    in_force = """
        select fiscal_year, ceiling_low, ceiling_high from core.dim_policy_ceiling
        where subject = 'refugee_admissions' and is_in_force order by 1
    """
    assert warehouse.query(in_force) == [
        (2021, 5_000, 5_000),
        (2022, 15_000, 15_000),
        (2023, 15_000, 15_000),
        (2024, 35_000, 50_000),
    ]
    use = "select fiscal_year, set_aside, length(area_codes) from loe_8_lawful_pathways.h2b_set_aside_use order by 1"
    assert warehouse.query(use) == [
        (2021, 6_000, 11),
        (2022, 18_000, 15),
        (2023, 20_000, 15),
        (2024, 20_000, 27),
        (2025, 20_000, 27),
    ]
    missing = "select count(*) from loe_8_lawful_pathways.h2b_set_aside_use where (visas_issued is null) <> "
    assert warehouse.scalar(missing + "(value_status = 'missing')") == 0


def test_lawful_ways_are_shown_part_by_part_and_no_ratio_is_made_of_some(warehouse: Project) -> None:
    parts = """
        select nationality_area, refugee_arrivals, h2a_visas, h2b_visas, immigrant_visas, chnv_paroles,
            is_chnv_applicable, between_ports_encounters, parts_missing
        from loe_8_lawful_pathways.lawful_to_irregular
        where time_period = '{}' and nationality_area in ('HND', 'VEN') order by 1
    """
    assert warehouse.query(parts.format("FY2018"))[0] == (
        "HND", 59, 334, 816, None, None, False, 76_510, "immigrant_visas",
    )  # fmt: skip
    assert warehouse.query(parts.format("FY2023")) == [
        ("HND", 598, None, None, None, None, False, 180_660, "h2a_visas,h2b_visas,immigrant_visas"),
        ("VEN", 1_442, None, None, None, 65_000, True, 200_670, "h2a_visas,h2b_visas,immigrant_visas"),
    ]
    ratios = "select count(*), count(lawful_to_irregular_ratio) from loe_8_lawful_pathways.lawful_to_irregular"
    assert warehouse.query(ratios) == [(267, 0)]
    assert warehouse.query(
        "select computation_status, obstacle from core.dim_indicator where indicator_id = 'L8.8'"
    ) == [("live_only", "not_bundled")]


def test_a_figure_is_not_younger_than_what_its_file_holds(warehouse: Project) -> None:
    ages = """
        select distinct data_age_months from scorecard.fct_indicator_values
        where indicator_id = '{}' and measure = '{}' and time_period = '{}' and frequency = 'A'
    """
    assert warehouse.query(ages.format("L8.2", "refugee_arrivals", "FY2025")) == [(19,)], "as of 31 December 2024"
    assert warehouse.query(ages.format("L1.2", "us_humanitarian_funding", "2026")) == [(3,)], "as of April 2026"
    assert warehouse.query(ages.format("L5.2", "removals", "FY2024")) == [(24,)], "figures to July 2024"
    assert warehouse.query(ages.format("L5.2", "removals", "FY2023")) == [(34,)], "to the end of a whole year"


def test_a_year_of_encounters_from_two_files_says_so(warehouse: Project) -> None:
    files = """
        select time_period, encounters_files from loe_6_border_management.migrant_deaths
        where encounters_files is not null order by 1
    """
    assert warehouse.query(files) == [("2020", 1), ("2021", 2), ("2022", 1), ("2023", 1), ("2024", 1)]
    flagged = "select time_period from core.fct_observations where flags like '%encounters_of_two_files%'"
    assert warehouse.query(flagged) == [("2021",)]
    named = """
        select count(distinct vintage_id) from quality.lineage
        where measure = 'deaths_per_100k_encounters' and component = 'encounters' and observation_key = (
            select observation_key from core.fct_observations where indicator_id = 'L6.5' and time_period = '2021'
        )
    """
    assert warehouse.scalar(named) == 2


def test_months_of_visas_are_observations_and_make_the_year(warehouse: Project) -> None:
    months = """
        select frequency, count(*), sum(observation_value) from core.fct_observations
        where indicator_id = 'L8.3' and counterpart_area is not null and period_start >= '2017-10-01'
        group by 1 order by 1
    """
    assert warehouse.query(months) == [("A", 20, 191_863), ("M", 141, 191_863)]
