"""The four expectations of this project on small invented tables: right, wrong, crashed, and as a sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.custom import TYPES
from expectations.custom.sql import amount, listed, literal, number, quoted
from expectations.gx_session import expectation_of
from expectations.rules import Rule
from expectations.validate import validate
from ingestion.results import CheckResult, Status

PARTS = "expect_parts_to_sum_to_total"
PERIODS = "expect_periods_to_be_continuous"
ROUNDING = "expect_values_to_be_within_rounding_of"
CLOSED = "expect_no_movement_in_closed_periods"

MARKUP = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invented orchards: a harvest in one row, in rows of parts and total, by month, and in two vintages."""
    path = tmp_path_factory.mktemp("custom") / "loe_orchards.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema core;
            create table core.harvest (orchard varchar, red integer, green integer, fruit integer);
            insert into core.harvest values ('north', 10, 20, 30), ('south', 5, 6, 12), ('west', null, 4, null),
                ('east', null, 4, 4), ('<script>alert(1)</script>', 1, 1, 9);
            create table core.lots (year integer, kind varchar, apples integer, pears integer);
            insert into core.lots values (2001, 'lot', 10, 1), (2001, 'lot', 20, 2), (2001, 'all', 30, 3),
                (2002, 'lot', 10, 1), (2002, 'lot', 28, 2), (2002, 'all', 40, 9), (2003, 'lot', 5, 5),
                (2004, 'lot', 7, 1), (2004, 'all', 50, 1);
            create table core.months (orchard varchar, month date, year integer);
            insert into core.months select 'north', m, year(m) from range(date '2001-01-01', date '2002-01-01',
                interval 1 month) as t (m);
            insert into core.months select 'south', m, year(m) from range(date '2001-02-01', date '2002-01-01',
                interval 1 month) as t (m) where month(m) not in (6, 7);
            create table core.vintages (vintage varchar, year integer, apples integer, is_closed boolean);
            insert into core.vintages values ('a', 2001, 100, true), ('b', 2001, 60, true), ('b', 2001, 40, true),
                ('a', 2002, 100, true), ('b', 2002, 110, true), ('a', 2003, 1, false), ('b', 2003, 9, false);
            create table core.moves (figure varchar, before integer, after integer, is_closed boolean);
            insert into core.moves values ('same', 1000, 1000, true), ('moved', 1000, 1400, true),
                ('small', 10, 20, true), ('open', 1000, 5000, false), ('gone', 0, 3000, true);
            """
        )
    return path


def _rule(table: str, kind: str, **kwargs: Any) -> Rule:
    return Rule.model_validate(
        {
            "id": f"invented.{table}",
            "suite": "invented",
            "table": f"core.{table}",
            "statement": "Invented statement.",
            "reason": "Invented reason.",
            "source": "Invented source",
            "severity": "error",
            "owner": "maintainers",
            "expectation": {"type": kind, "kwargs": kwargs},
        }
    )


def _one(database: Path, table: str, kind: str, where: str | None = None, **kwargs: Any) -> CheckResult:
    rule = _rule(table, kind, **kwargs).model_copy(update={"where": where})
    (result,) = validate(database, rules=[rule])
    return result


IN_A_ROW = {"key": ["orchard"], "parts": ["red", "green"], "total": "fruit"}
IN_ROWS = {"key": ["year"], "values": ["apples", "pears"], "parts_where": "kind = 'lot'", "total_where": "kind = 'all'"}
BY_MONTH = {"column": "month", "frequency": "month", "key": ["orchard"]}
PRINTED = {"columns": ["apples"], "key": ["year"], "printed": [[2001, 60], [2002, 78], [2003, 5]], "add_up": True}
MOVES = {"key": ["figure"], "closed_by": "is_closed", "old": "before", "new": "after"}
SUMS = {"key": ["year"], "closed_by": "is_closed", "value": "apples", "vintage": "vintage"}


@pytest.mark.parametrize(
    ("table", "kind", "where", "kwargs"),
    [
        ("harvest", PARTS, "orchard in ('north', 'west')", IN_A_ROW),
        ("harvest", PARTS, "orchard in ('north', 'south')", IN_A_ROW | {"tolerance": 1}),
        ("harvest", PARTS, "orchard in ('north', 'south')", IN_A_ROW | {"tolerance_per_part": 0.5}),
        ("harvest", PARTS, "orchard in ('south', 'north')", IN_A_ROW | {"at_most": True}),
        ("harvest", PARTS, "orchard in ('north', 'east')", IN_A_ROW | {"missing_adds_nothing": True}),
        ("lots", PARTS, "year = 2001", IN_ROWS),
        ("lots", PARTS, "year < 2003", IN_ROWS | {"tolerance_per_part": 3}),
        ("lots", PARTS, "year <> 2002", IN_ROWS | {"total_may_be_missing": True, "at_most": True}),
        ("months", PERIODS, "orchard = 'north'", BY_MONTH | {"periods": 12, "starts_at": "date '2001-01-01'"}),
        ("months", PERIODS, None, {"column": "month", "frequency": "month"}),
        ("lots", PERIODS, None, {"column": "year", "frequency": "number", "periods": 4}),
        ("lots", ROUNDING, None, PRINTED),
        ("lots", ROUNDING, "year = 2001", PRINTED | {"only_if_present": True}),
        ("lots", ROUNDING, None, PRINTED | {"printed": [[2001, 61], [2002, None]], "rounded_to": 2}),
        ("lots", ROUNDING, None, PRINTED | {"printed": [[2001, 61]], "within_percent": 2}),
        ("harvest", ROUNDING, None, {"columns": ["red"], "key": ["orchard"], "other": ["green"], "within": 10}),
        ("moves", CLOSED, "figure in ('same', 'open')", MOVES),
        ("moves", CLOSED, None, MOVES | {"within_percent": 40, "from_size": 100}),
        ("vintages", CLOSED, "year <> 2002", SUMS),
        ("vintages", CLOSED, None, SUMS | {"within": 10}),
    ],
)
def test_what_is_right_passes(database: Path, table: str, kind: str, where: str | None, kwargs: dict[str, Any]) -> None:
    result = _one(database, table, kind, where, **kwargs)
    assert (result.status, result.failing_count, result.sample) == (Status.PASSED, 0, "")


@pytest.mark.parametrize(
    ("table", "kind", "where", "kwargs", "sample"),
    [
        ("harvest", PARTS, "orchard = 'south'", IN_A_ROW, "orchard=south, sum_of_parts=11, fruit=12"),
        ("harvest", PARTS, "orchard = 'east'", IN_A_ROW, "orchard=east, sum_of_parts=null, fruit=4"),
        (
            "lots",
            PARTS,
            "year = 2002",
            IN_ROWS | {"tolerance_per_part": 1},
            "year=2002, apples_of_parts=38, apples_total=40, pears_of_parts=3, pears_total=9",
        ),
        (
            "lots",
            PARTS,
            "year = 2003",
            IN_ROWS,
            "year=2003, apples_of_parts=5, apples_total=null, pears_of_parts=5, pears_total=null",
        ),
        ("lots", PARTS, "year = 2003", IN_ROWS | {"at_most": True, "values": ["apples"]}, "apples_of_parts=5"),
        (
            "months",
            PERIODS,
            None,
            BY_MONTH,
            "orchard=south, what=hole, after_period=2001-05-01, before_period=2001-08-01, periods_missing=2",
        ),
        (
            "months",
            PERIODS,
            "month <> date '2001-06-01' and month <> date '2001-07-01'",
            BY_MONTH | {"key": [], "column": "year", "frequency": "number", "starts_at": "1999"},
            "what=other start, after_period=null, before_period=2001, periods_missing=2",
        ),
        (
            "months",
            PERIODS,
            "orchard = 'north'",
            BY_MONTH | {"periods": 13},
            (
                "orchard=north, what=number of periods, after_period=2001-01-01, before_period=2001-12-01, "
                "periods_missing=1"
            ),
        ),
        ("lots", ROUNDING, None, PRINTED | {"printed": [[2002, 77]]}, "year=2002, apples=78, apples_printed=77"),
        ("lots", ROUNDING, None, PRINTED | {"printed": [[1999, 7]]}, "year=1999, apples=null, apples_printed=7"),
        (
            "harvest",
            ROUNDING,
            None,
            {"columns": ["red"], "key": ["orchard"], "other": ["green"], "within": 9},
            "orchard=north, red=10, green=20",
        ),
        (
            "harvest",
            ROUNDING,
            None,
            {
                "columns": ["red"],
                "key": ["orchard"],
                "other": ["green"],
                "within": 10,
                "wider": "orchard = 'south'",
                "wider_within": 0.5,
            },
            "orchard=south, red=5, green=6",
        ),
        (
            "moves",
            CLOSED,
            "before > 0",
            MOVES | {"from_size": 100},
            "figure=moved, before=1000, after=1400",
        ),
        ("moves", CLOSED, "figure = 'gone'", MOVES, "figure=gone, before=0, after=3000, percent=null"),
        ("vintages", CLOSED, None, SUMS, "year=2002, smallest=100, largest=110, percent=10"),
    ],
)
def test_what_is_wrong_fails_and_names_its_key(
    database: Path, table: str, kind: str, where: str | None, kwargs: dict[str, Any], sample: str
) -> None:
    result = _one(database, table, kind, where, **kwargs)
    assert (result.status, result.failing_count) == (Status.FAILED, 1)
    assert sample in result.sample
    assert result.observed.startswith("1 offending, ")


@pytest.mark.parametrize(
    ("table", "kind", "kwargs", "message"),
    [
        ("harvest", PARTS, IN_A_ROW | {"total": "nuts"}, 'column named "nuts"'),
        ("lots", PARTS, IN_ROWS | {"parts_where": "kind = = 'lot'"}, "syntax error"),
        ("months", PERIODS, BY_MONTH | {"column": "orchard"}, "date_diff"),
        ("lots", ROUNDING, PRINTED | {"key": ["kind"]}, "Could not convert string"),
        ("vintages", CLOSED, SUMS | {"closed_by": "is_shut"}, '"is_shut" not found'),
        ("harvest", PARTS, {"key": ["orchard"], "parts": ["red"]}, "give either parts and total"),
        ("harvest", PARTS, IN_A_ROW | {"key": []}, "at least 1 item"),
        ("harvest", PARTS, IN_A_ROW | {"tolerence": 1}, "extra fields not permitted"),
        ("months", PERIODS, BY_MONTH | {"frequency": "fortnight"}, "unexpected value"),
        ("lots", ROUNDING, PRINTED | {"printed": [[2001]]}, "each row of printed holds"),
        ("lots", ROUNDING, PRINTED | {"other": ["pears"]}, "give either other"),
        ("lots", ROUNDING, PRINTED | {"within": 1, "rounded_to": 1}, "give one of"),
        ("lots", ROUNDING, PRINTED | {"wider": "true"}, "go together"),
        ("harvest", ROUNDING, {"columns": ["red"], "key": ["orchard"], "other": ["a", "b"]}, "one column for each"),
        ("moves", CLOSED, MOVES | {"vintage": "figure"}, "give either old and new"),
        ("moves", CLOSED, MOVES | {"within": 1, "within_percent": 1}, "give one of"),
    ],
)
def test_a_crash_is_neither_failed_nor_passed(
    database: Path, table: str, kind: str, kwargs: dict[str, Any], message: str
) -> None:
    result = _one(database, table, kind, **kwargs)
    assert result.status is Status.ERRORED
    assert message in result.sample
    assert result.failing_count is None


@pytest.mark.parametrize(
    ("table", "kind", "kwargs", "sentence"),
    [
        ("harvest", PARTS, IN_A_ROW, "In each row (named by orchard), red and green add up to fruit."),
        (
            "lots",
            PARTS,
            IN_ROWS | {"tolerance": 5, "tolerance_per_part": 5, "at_most": True, "total_may_be_missing": True},
            (
                "For each year, apples and pears of the rows where kind = 'lot' add up to no more than the row where "
                "kind = 'all', give or take 5 and 5 for each part. Where there is no total, nothing is compared."
            ),
        ),
        (
            "months",
            PERIODS,
            BY_MONTH | {"periods": 12},
            (
                "For each orchard, month has no hole: each period follows the one before it by one month, "
                "12 periods in all."
            ),
        ),
        (
            "lots",
            ROUNDING,
            PRINTED | {"printed": [[2001, 1734686], [2002, 5]], "rounded_to": 10},
            (
                "apples, added up by year, agrees with the printed figures: 2001 1,734,686; 2002 5, give or take 5 "
                "(printed figures are rounded to 10)."
            ),
        ),
        (
            "harvest",
            ROUNDING,
            {"columns": ["red"], "key": ["orchard"], "other": ["green"]},
            "In each row (named by orchard), red equals green.",
        ),
        (
            "moves",
            CLOSED,
            MOVES | {"within_percent": 25, "from_size": 1000},
            (
                "Where is_closed, after equals before for each figure, give or take 25 %; figures below 1,000 are not "
                "judged."
            ),
        ),
        ("vintages", CLOSED, SUMS, "Where is_closed, the sum of apples by year is the same in every vintage."),
    ],
)
def test_it_reads_as_a_sentence(table: str, kind: str, kwargs: dict[str, Any], sentence: str) -> None:
    from great_expectations.expectations.registry import get_renderer_impl  # noqa: PLC0415
    from great_expectations.render.renderer.inline_renderer import InlineRenderer  # noqa: PLC0415

    expectation = expectation_of(_rule(table, kind, **kwargs))
    template, params = expectation.sentence()
    for name in sorted(params, key=len, reverse=True):
        template = template.replace(f"${name}", params[name])
    assert template == sentence
    (content,) = get_renderer_impl(kind, "renderer.prescriptive").renderer(configuration=expectation.configuration)
    assert content.string_template["params"] == params
    (atomic,) = InlineRenderer(render_object=expectation.configuration).get_rendered_content()
    assert atomic.name == "atomic.prescriptive.summary"


def test_data_docs_show_the_sentence_and_the_rows_and_markup_stays_text(database: Path, tmp_path: Path) -> None:
    rules = [
        _rule("harvest", PARTS, **IN_A_ROW),
        _rule("harvest", PARTS, **IN_A_ROW, total_may_be_missing=True, tolerance=1).model_copy(
            update={"id": "invented.second"}
        ),
        _rule("harvest", ROUNDING, columns=["red"], key=["orchard"], printed=[[MARKUP, 9]]).model_copy(
            update={"id": "invented.third"}
        ),
    ]
    validate(database, rules=rules, docs_dir=tmp_path)
    page = (tmp_path / "core.harvest.html").read_text()
    assert "Invented statement. [invented.harvest · error]" in page
    assert ">red</span> and <span" in page
    assert "add up to" in page
    assert "3 offending rows" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "&amp;lt;" not in page


def test_every_type_is_known_to_great_expectations() -> None:
    from great_expectations.expectations.registry import get_expectation_impl  # noqa: PLC0415

    for kind in TYPES:
        expectation_of(_rule("moves", CLOSED, **MOVES))
        assert get_expectation_impl(kind).expectation_type == kind


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, expectations.custom, expectations.validate; print('great_expectations' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_names_and_values_become_sql() -> None:
    assert (quoted('a"b'), literal("it's"), literal(None), literal(True)) == ('"a""b"', "'it''s'", "null", "true")
    assert (amount(1e6), amount(0.5), number(1234567.0), number(0.5)) == ("1000000", "0.5", "1,234,567", "0.5")
    assert (listed(["a"]), listed(["a", "b", "c"])) == ("a", "a, b and c")
