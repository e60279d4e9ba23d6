"""People displaced, refugees and where they are. What publishers printed comes out to the unit."""

from __future__ import annotations

import pytest

from tests.dbt.conftest import Project


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
