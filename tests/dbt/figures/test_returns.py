"""People who were returned, removed or went back. What publishers printed comes out to the unit."""

from __future__ import annotations

from decimal import Decimal

from tests.dbt.conftest import Project


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
