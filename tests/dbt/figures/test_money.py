"""Appeals, their funding, and foreign assistance. What publishers printed comes out to the unit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.dbt.conftest import Project


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
