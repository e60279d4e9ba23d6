"""Published headlines and other publishers beside the figures. What publishers printed comes out to the unit."""

from __future__ import annotations

import pytest

from tests.dbt.conftest import Project


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
