"""What a publisher's cell is worth, and what the command says when it is asked for the wrong thing."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from expectations.tracing import Trace, find, number, trace
from expectations.tracing_text import trace_text
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


PRINTED = {
    "1": {"year": "2001", "place": "Nowhere", "apples": "9"},
    "2": {"year": "2001", "place": "Elsewhere", "apples": "9"},
    "3": {"year": "2001", "place": None, "apples": "4"},
}
CORRECTION = {
    "correction_id": "c1", "dataset_id": "orchard/apples", "key_columns": "year|place", "record_key": "2001|Nowhere",
    "column_name": "apples", "published_value": "9", "corrected_value": "90", "reason": "A digit was lost.",
    "evidence": "Invented.", "owner": "somebody",
}  # fmt: skip


def _trace(value: int, flags: str | None, *corrections: dict[str, str]) -> Trace:
    """Trace an invented figure: the apples of three records of one file, with corrections of them."""
    connection = duckdb.connect()
    connection.execute("create schema core; create schema quality; create schema reference")
    for table, columns in {
        "core.fct_observations": "'k1' as observation_key, null as indicator_id, 'apples' as measure, "
        "'XXX' as reference_area, null as counterpart_area, '2001' as time_period, 'apples' as unit_of_measure, "
        "'final' as observation_status, 'orchard/apples' as dataset_id, 'v1' as vintage_id, "
        f"null as second_dataset_id, {value}::decimal(28,6) as observation_value, {_text(flags)} as flags",
        "core.measures": "'apples' as measure, 'apples' as formula, 'All apples.' as meaning",
        "core.dim_indicator": "'i' as indicator_id, '' as name, '' as definition, '' as unit, '' as tier, "
        "'' as not_to_be_read_as",
        "core.dim_source": "'orchard/apples' as dataset_id, 'none' as licence",
        "core.dim_vintage": "'orchard/apples' as dataset_id, 'v1' as vintage_id, 'first' as vintage_label, "
        "'recorded' as source_mode, 'invented' as retrieved_at_basis",
        "quality.ledger_files": "'orchard/apples' as dataset_id, 'v1' as vintage_id, 'harvest.csv' as file_name, "
        "'ff' as sha256, null as url, 7 as size_bytes, 'never' as retrieved_at",
        "quality.lineage": "'k1' as observation_key, 'apples' as component, 'orchard/apples' as dataset_id, "
        "'v1' as vintage_id, 'harvest.csv' as file_name, 'apples' as landing_field, '1|2|3' as records, "
        f"{value}::decimal(28,6) as component_value",
        "quality.check_results": "'b' as build_id, '' as checker, '' as rule_id, '' as table_name, '' as severity, "
        "'' as status, '' as statement, '' as observed, '' as dataset_id",
        "quality.build": "'b' as build_id",
        "reference.corrections": ", ".join(f"'' as {name}" for name in CORRECTION),
    }.items():
        connection.execute(f"create table {table} as select {columns}")
    for correction in corrections:
        connection.execute(f"insert into reference.corrections by name select {_literals(correction)}")
    return trace(connection, lambda *_: PRINTED, "k1")


def _text(value: str | None) -> str:
    return "null" if value is None else f"'{value}'"


def _literals(row: dict[str, str]) -> str:
    return ", ".join(f"'{value}' as {name}" for name, value in row.items())


def test_a_correction_is_worked_in_and_shown() -> None:
    found = _trace(103, "corrected", CORRECTION)
    assert found.problems == []
    assert found.recomputed == Decimal(103)
    [correction] = found.as_json()["corrections"]
    assert (correction["correction_id"], correction["record"], correction["component"]) == ("c1", "1", "apples")
    records = found.as_json()["components"]["apples"][0]["records"]
    assert records[0] == {"record": "1", "printed": "9", "used": "90"}
    assert records[1] == {"record": "2", "printed": "9"}
    text = trace_text(found)
    for words in (
        "1 = 9, corrected to 90, 2 = 9",
        "Corrections  1",
        "c1: record 1, apples: 9 was published, 90 is used",
        "A digit was lost.",
        "evidence Invented., owner somebody",
        "verified: the archived records give 103",
    ):
        assert words in text


def test_a_figure_without_a_correction_says_so() -> None:
    found = _trace(22, None)
    assert found.verified
    assert "Corrections  none" in trace_text(found)


@pytest.mark.parametrize(
    "change",
    [
        {"dataset_id": "orchard/pears"},
        {"record_key": "2001|Somewhere"},
        {"key_columns": "place|year"},
        {"published_value": "8"},
        {"column_name": "pears"},
    ],
)
def test_a_correction_of_something_else_is_not_worked_in(change: dict[str, str]) -> None:
    assert _trace(22, None, CORRECTION | change).verified
    [problem] = _trace(22, "corrected", CORRECTION | change).problems
    assert problem == "the figure is flagged corrected, and no correction holds for a record of it"


def test_an_empty_key_value_is_nothing() -> None:
    found = _trace(
        58, "corrected", CORRECTION | {"record_key": "2001|", "published_value": "4", "corrected_value": "40"}
    )
    assert (found.problems, found.corrections[0]["record"]) == ([], "3")


def test_a_correction_that_the_warehouse_did_not_apply_is_found() -> None:
    problem, _ = _trace(22, None, CORRECTION).problems
    assert "add up to 103, the warehouse has 22" in problem
