"""What a publisher's cell is worth, and what the command says when it is asked for the wrong thing."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from expectations.tracing import find, number
from ingestion.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "component", "worth"),
    [
        ("1,734,686", "encounters", "1734686"),
        ("-12", "funding", "-12"),
        ("3.5", "rate", "3.5"),
        ("0", "figure", "0"),
        ("35,000 - 50,000", "ceiling_low", "35000"),
        ("35,000 - 50,000", "ceiling_high", "50000"),
        ("15,000", "ceiling_high", "15000"),
        ("3 + 4", "dead_and_missing", "7"),
    ],
)
def test_a_cell_is_worth_what_is_printed(text: str, component: str, worth: str) -> None:
    assert number(text, component) == Decimal(worth)


@pytest.fixture
def small() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        "create schema core; create schema loe_6_border_management;"
        "create table core.fct_observations as select 'k1' as observation_key, 'L6.1' as indicator_id, "
        "'USA' as reference_area, 'GTM' as counterpart_area, '2023-05' as time_period, "
        "7::decimal(28,6) as observation_value "
        "union all select 'k2', 'L6.1', 'USA', 'HND', '2023-05', 7;"
        "create table loe_6_border_management.southwest_encounters as select 'L6.1' as indicator_id, "
        "'2023-05' as time_period, 'GTM' as citizenship_area, 7 as encounters "
        "union all select 'L6.1', '2023-05', 'HND', 7 union all select 'L6.1', '2023-05', 'SLV', 8"
    )
    return connection


def test_the_row_of_a_line_leads_to_its_observation(small: duckdb.DuckDBPyConnection) -> None:
    table = "loe_6_border_management.southwest_encounters"
    assert find(small, table, ["citizenship_area=GTM"]) == ["k1"]
    assert find(small, "core.fct_observations", ["counterpart_area=HND"]) == ["k2"]
    assert find(small, table, ["k9"]) == ["k9"]


@pytest.mark.parametrize(
    ("table", "key", "words"),
    [
        ("loe_6_border_management.nothing", ["a=1"], "no table"),
        ("core.fct_observations", ["color=1"], "no column color"),
        ("core.fct_observations", ["time_period=2023-05"], "2 rows"),
        ("core.fct_observations", ["time_period=1999"], "0 rows"),
        ("loe_6_border_management.southwest_encounters", ["citizenship_area=SLV"], "finer than the observations"),
    ],
)
def test_a_wrong_question_is_answered(small: duckdb.DuckDBPyConnection, table: str, key: list[str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        find(small, table, key)
