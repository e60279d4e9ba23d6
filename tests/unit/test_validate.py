"""Rules on a small invented database: four outcomes told apart, nothing left open, nothing sent or printed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import duckdb
import pytest
import pytest_socket
from sqlalchemy.exc import DatabaseError

from expectations import gx_session
from expectations.rules import Rule, load_rules
from expectations.validate import summary, validate
from ingestion.results import Checker, CheckResult, Severity, Status

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thousand invented apples, one hostile label, and an empty table."""
    path = tmp_path_factory.mktemp("validate") / "loe_apples.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema core")
        connection.execute(
            "create table core.apples as select n as id, n % 7 as worms, 'a' || n as name from range(1000) t (n)"
        )
        connection.execute("create table core.pears (id integer)")
        connection.execute("create table core.labels as select ? as label, 9 as amount", [MARKUP])
    return path


def _rule(name: str, **changes: Any) -> Rule:
    base: dict[str, Any] = {
        "id": f"invented.{name}",
        "suite": "invented",
        "table": "core.apples",
        "statement": f"Invented statement {name}.",
        "reason": "Invented reason.",
        "source": "Invented source",
        "severity": "error",
        "owner": "maintainers",
    }
    return Rule(**base | changes)


def _not_null(column: str) -> dict[str, Any]:
    return {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": column}}


def _one(database: Path, **changes: Any) -> CheckResult:
    (result,) = validate(database, rules=[_rule("rule", **changes)])
    return result


def test_the_remedy_for_duckdb_is_still_needed(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it a rule that is trivially true crashes. When this fails, ``_kept_connection`` can go."""
    rule = _rule("trivial", expectation=_not_null("id"))
    assert validate(database, rules=[rule])[0].status is Status.PASSED
    monkeypatch.setattr(gx_session, "_kept_connection", nullcontext)
    assert validate(database, rules=[rule])[0].status is Status.ERRORED


def test_a_result_carries_everything_of_its_rule(database: Path) -> None:
    result = _one(
        database,
        dataset="invented/harvest",
        column="worms",
        key=("id",),
        tolerance={"value": "no worm", "reason": "Worms are whole."},
        expectation={"type": "expect_column_values_to_be_between", "kwargs": {"column": "worms", "max_value": 5}},
    )
    assert result.checker is Checker.EXPECTATION
    assert (result.rule_id, result.table_name, result.column_name) == ("invented.rule", "core.apples", "worms")
    assert (result.dataset_id, result.owner, result.rule_source) == (
        "invented/harvest",
        "maintainers",
        "Invented source",
    )
    assert result.status is Status.FAILED
    assert result.failing_count == 142
    assert result.observed == "142 of 1,000 rows break the rule"
    assert result.expected == "no row breaks the rule; tolerance no worm: Worms are whole."
    assert result.sample == "id=6, worms=6; id=13, worms=6; id=20, worms=6; id=27, worms=6; id=34, worms=6"
    assert result.seconds > 0
    assert result.blocks


def test_rows_of_a_query_are_counted_and_sampled_in_a_fixed_order(database: Path) -> None:
    result = _one(
        database,
        sql="select b.id, b.name from {batch} as a join {batch} as b using (id) where b.worms = 3",
        observe="select 'most worms ' || format('{:,}', max(worms)) from {batch}",
        expected="three worms nowhere",
    )
    assert result.failing_count == 143
    assert result.observed == "most worms 6 (143 offending, 1,000 rows read)"
    assert result.expected == "three worms nowhere"
    assert result.sample.split("; ") == [
        "id=3, name=a3",
        "id=10, name=a10",
        "id=17, name=a17",
        "id=24, name=a24",
        "id=31, name=a31",
    ]


def test_braces_colons_and_percent_signs_in_a_query_are_its_own(database: Path) -> None:
    result = _one(
        database,
        sql="""select id from {batch} where regexp_full_match(name, 'a[0-9]{1}') and name like 'a%' and name <> 'x:y'
        and name::text <> '{}' and 100 % 7 = 2;""",
    )
    assert (result.status, result.failing_count) == (Status.FAILED, 10)


def test_an_expectation_about_the_table_as_a_whole_shows_what_it_saw(database: Path) -> None:
    expectation = {"type": "expect_table_row_count_to_equal", "kwargs": {"value": 5}}
    result = _one(database, expectation=expectation)
    assert (result.status, result.observed, result.failing_count) == (Status.FAILED, "1000", None)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sql": "select nothing_here from {batch}"}, 'Referenced column "nothing_here" not found'),
        ({"sql": "select cast(name as integer) from {batch}"}, "Could not convert string 'a0' to INT32"),
        ({"expectation": _not_null("nothing_here")}, 'The column "nothing_here" in BatchData does not exist'),
        ({"expectation": {"type": "expect_the_moon"}}, "expect_the_moon not found"),
        ({"expectation": {"type": "expect_column_to_exist", "kwargs": {"colum": "id"}}}, "extra fields not permitted"),
        ({"table": "core.plums", "sql": "select 1 from {batch}"}, "core.plums does not exist in this build"),
        ({"where": "worms = = 3", "sql": "select 1 from {batch}"}, "syntax error"),
        ({"sql": "select 1 from {batch} where false", "observe": "select oops from {batch}"}, '"oops" not found'),
    ],
)
def test_a_crash_is_neither_failed_nor_passed(database: Path, changes: dict[str, Any], message: str) -> None:
    result = _one(database, **changes)
    assert result.status is Status.ERRORED
    assert message in result.sample
    assert result.failing_count is None
    assert result.blocks


def test_a_bad_rule_does_not_stop_the_others(database: Path) -> None:
    good = {"expectation": _not_null("id")}
    results = validate(
        database,
        rules=[
            _rule("first", **good),
            _rule("aborts", sql="select cast(name as integer) from {batch}"),
            _rule("second", **good),
            _rule("moon", expectation={"type": "expect_the_moon"}),
            _rule("third", sql="select id from {batch} where id < 0"),
        ],
    )
    assert [str(result.status) for result in results] == ["passed", "errored", "passed", "errored", "passed"]


def test_a_condition_that_is_wrong_spoils_the_count_of_no_other_batch(database: Path) -> None:
    """The batches of a table are counted together."""
    results = validate(
        database,
        rules=[
            _rule("some", where="worms = 3", sql="select id from {batch} where id < 10"),
            _rule("wrong", where="maggots = 3", sql="select id from {batch}"),
            _rule("all", sql="select id from {batch} where id < 0"),
        ],
    )
    assert [(str(result.status), result.observed) for result in results] == [
        ("failed", "1 offending, 143 rows read"),
        ("errored", "the rule could not be evaluated"),
        ("passed", "0 offending, 1,000 rows read"),
    ]


def test_a_rule_that_saw_no_rows_has_not_passed(database: Path) -> None:
    empty = _one(database, table="core.pears", expectation=_not_null("id"))
    assert (empty.status, empty.observed, empty.blocks) == (Status.NO_ROWS, "no rows in core.pears", True)
    cut_away = _one(database, where="worms > 100", sql="select 1 from {batch}", severity="warning")
    assert cut_away.status is Status.NO_ROWS
    assert cut_away.observed == "no rows in core.apples where worms > 100"
    assert not cut_away.blocks


def test_the_file_is_free_for_a_writer_afterwards(database: Path) -> None:
    validate(
        database,
        rules=[_rule("crash", sql="select nothing_here from {batch}"), _rule("good", expectation=_not_null("id"))],
    )
    with duckdb.connect(str(database)) as connection:
        assert connection.execute("select count(*) from core.apples").fetchone() == (1000,)
    with pytest.raises(DatabaseError), gx_session.session(database) as opened:
        opened.size("select nothing_here")
    duckdb.connect(str(database)).close()


def test_nothing_of_the_library_stays_changed(database: Path) -> None:
    from great_expectations.execution_engine import sqlalchemy_execution_engine as module  # noqa: PLC0415

    before = module._PERSISTED_CONNECTION_DIALECTS
    validate(database, rules=[_rule("good", expectation=_not_null("id"))])
    assert before == module._PERSISTED_CONNECTION_DIALECTS


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no database to validate"):
        validate(tmp_path / "loe_missing.duckdb", rules=[])


@pytest.fixture
def no_network() -> Iterator[None]:
    pytest_socket.disable_socket()
    yield
    pytest_socket.enable_socket()


@pytest.mark.usefixtures("no_network")
def test_it_sends_nothing_and_prints_nothing(database: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    validate(database, rules=[_rule("good", expectation=_not_null("id"))], docs_dir=tmp_path)
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")


def test_every_rule_of_the_catalogue_is_an_expectation_that_exists() -> None:
    for rule in load_rules():
        assert gx_session.expectation_of(rule).severity in {"critical", "warning"}


def test_summary_counts_each_outcome_once() -> None:
    def result(severity: Severity, status: Status) -> CheckResult:
        return CheckResult(Checker.EXPECTATION, "invented.rule", "Invented.", severity, "core.apples", status)

    pairs = [(severity, status) for severity in Severity for status in Status]
    counted = summary(result(*pair) for pair in [*pairs, (Severity.ERROR, Status.PASSED)])
    assert counted == {"passed": 3, "warned": 1, "failed": 1, "errored": 2, "no_rows": 2, "blocking": 3, "total": 9}


def test_data_docs_open_offline_and_name_rule_and_severity(database: Path, tmp_path: Path) -> None:
    (tmp_path / "core.gone.html").write_text("of an earlier build")
    rules = [
        _rule(
            "worms",
            key=("id",),
            expectation={"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "worms", "value_set": [1]}},
        ),
        _rule("query", severity="warning", sql="select id from {batch} where worms > 5"),
        _rule("crash", sql="select nothing_here from {batch}"),
        _rule("empty", table="core.pears", sql="select 1 from {batch}"),
    ]
    validate(database, rules=rules, docs_dir=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["core.apples.html", "core.pears.html", "index.html"]
    page = (tmp_path / "core.apples.html").read_text()
    assert "Invented statement worms. [invented.worms · error]" in page
    assert "Invented statement query. [invented.query · warning]" in page
    assert "nothing_here" in page
    assert "invented.empty" in (tmp_path / "core.pears.html").read_text()
    for path in tmp_path.iterdir():
        text = path.read_text()
        assert "<script" not in text
        assert "http" not in text.replace("http-equiv", "")
        assert "default-src 'none'" in text
    assert 'href="core.apples.html"' in (tmp_path / "index.html").read_text()


def test_markup_in_figures_stays_text_in_data_docs(database: Path, tmp_path: Path) -> None:
    rules = [
        _rule(
            "a",
            table="core.labels",
            expectation={
                "type": "expect_column_values_to_be_in_set",
                "kwargs": {"column": "label", "value_set": ["x"]},
            },
        ),
        _rule(
            "b",
            table="core.labels",
            key=("label",),
            expectation={"type": "expect_column_values_to_be_between", "kwargs": {"column": "amount", "max_value": 5}},
        ),
        _rule("c", table="core.labels", sql="select label from {batch}", statement="Markup <b>in</b> a statement."),
        _rule("d", table="core.labels", sql="select cast(label as integer) from {batch}"),
    ]
    validate(database, rules=rules, docs_dir=tmp_path)
    page = (tmp_path / "core.labels.html").read_text()
    assert "&lt;script&gt;alert(1)" in page
    assert "&amp;lt;" not in page
    for raw in ("<script", "<img", "<b>"):
        assert raw not in page
