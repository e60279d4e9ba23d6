"""Asylum: claims, decisions, screenings. What publishers printed comes out to the unit."""

from __future__ import annotations

import pytest

from tests.dbt.conftest import Project


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


def test_asylum_grants_in_mexico_that_were_not(warehouse: Project) -> None:
    explanation = "select explanation from scorecard.rpt_reconciliation where headline_id = 'H079'"
    for figure in ("37,806", "27,216", "849", "9,751", "37,816", "27,881", "9,554"):
        assert figure in warehouse.scalar(explanation)
