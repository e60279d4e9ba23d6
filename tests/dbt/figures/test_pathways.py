"""Lawful pathways: refugees admitted, paroles, immigrant visas. What publishers printed comes out to the unit."""

from __future__ import annotations

import pytest

from tests.dbt.conftest import Project


def test_refugee_arrivals(warehouse: Project) -> None:
    totals = "select region_area, arrivals from loe_8_lawful_pathways.refugee_allocation where fiscal_year = "
    assert dict(warehouse.query(totals + "2022"))["PRM_ALL"] == 25_465
    assert dict(warehouse.query(totals + "2023"))["PRM_LAC"] == 6_312
    by_nationality = "select sum(arrivals) from loe_8_lawful_pathways.refugee_arrivals where fiscal_year = 2022"
    assert warehouse.scalar(by_nationality) == 25_465


def test_months_after_the_report_are_null(warehouse: Project) -> None:
    months = """
        select count(arrivals), count(*) from loe_8_lawful_pathways.refugee_arrivals
        where fiscal_year = 2025 and month_start {} date '2025-01-01'
    """
    before, rows_before = warehouse.query(months.format("<"))[0]
    after, rows_after = warehouse.query(months.format(">="))[0]
    assert before == rows_before > 0
    assert after == 0 < rows_after


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
