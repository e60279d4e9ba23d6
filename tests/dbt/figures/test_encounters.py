"""Encounters at the borders of the United States, deaths on the way. What publishers printed comes out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

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
