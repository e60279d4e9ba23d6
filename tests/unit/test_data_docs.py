"""Data Docs as a reader finds them: titles, chapters, and what earlier runs found."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.docs_history import RUNS_SHOWN, EarlierRun, rule_lines, run_lines
from expectations.docs_names import chapters, title_of
from expectations.rules import Rule, load_rules, load_suites
from expectations.validate import validate
from ingestion.results import Checker, CheckResult, Severity, Status
from ingestion.settings import Settings
from publication.history import earlier_runs, history_dir

MARKUP = "<img src=x onerror=alert(1)>"


def _check(status: Status = Status.PASSED) -> CheckResult:
    return CheckResult(Checker.EXPECTATION, "invented.rule", "Invented.", Severity.ERROR, "core.apples", status)


def _run(number: int, status: str) -> EarlierRun:
    return EarlierRun(f"build-{number:03}", f"2001-01-{number:02}T10:20:30+00:00", {"invented.rule": status})


@pytest.mark.parametrize(
    ("table", "title"),
    [
        ("loe_4_labor_programs.h2a_certified_workers", "H-2A certified workers"),
        ("loe_1_acute_needs.loe_1_indicators", "Indicators"),
        ("staging.stg_unhcr__asylum_applications", "Asylum applications"),
        ("core.fct_observation_vintages", "Observation vintages"),
        ("loe_1_acute_needs.us_foreign_assistance", "U.S. foreign assistance"),
    ],
)
def test_a_table_has_a_title(table: str, title: str) -> None:
    assert title_of(table) == title


def test_each_table_with_rules_stands_in_one_chapter() -> None:
    rules, suites = load_rules(), load_suites()
    listed = [table for chapter in chapters(rules, suites) for table in chapter.tables]
    assert sorted(listed) == sorted({rule.table for rule in rules})
    assert all(chapter.about for chapter in chapters(rules, suites))


def test_runs_are_listed_newest_first_and_a_page_shows_only_the_newest() -> None:
    earlier = [_run(number, "passed") for number in range(1, 21)] + [_run(21, "failed")]
    lines = run_lines(earlier, [_check(Status.NO_ROWS)])
    assert [line["build_id"] for line in lines[:3]] == ["this run", "build-021", "build-020"]
    assert (len(lines), lines[0]["no_rows"], lines[1]["failed"], lines[2]["passed"]) == (22, 1, 1, 1)
    shown = rule_lines(earlier, [_check()])
    assert len(shown["runs"]) == RUNS_SHOWN
    (rule,) = shown["rules"]
    assert isinstance(rule, dict)
    assert rule["statuses"] == ["passed", "failed", *["passed"] * (RUNS_SHOWN - 1)]


def test_a_rule_that_is_new_was_not_run_before() -> None:
    (rule,) = rule_lines([EarlierRun("build", "2001", {"other.rule": "passed"})], [_check()])["rules"]
    assert isinstance(rule, dict)
    assert rule["statuses"] == ["passed", "not run"]


def test_pages_show_title_description_and_earlier_runs(tmp_path: Path) -> None:
    database = tmp_path / "loe_apples.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema core; create table core.fct_red_apples as select 1 as id")
        connection.execute(f"comment on table core.fct_red_apples is 'Apples {MARKUP}'")
    rule = Rule.model_validate(
        {
            "id": "invented.rule",
            "suite": "core_reference",
            "table": "core.fct_red_apples",
            "statement": "Invented statement.",
            "reason": "Invented reason.",
            "source": "Invented source",
            "severity": "error",
            "owner": "maintainers",
            "sql": "select id from {batch} where id > 5",
        }
    )
    docs = tmp_path / "docs"
    earlier = [_run(1, "errored"), EarlierRun(MARKUP, f"2001-02-03T{MARKUP}", {"invented.rule": MARKUP})]
    validate(database, rules=[rule], docs_dir=docs, earlier=earlier)
    page, index = (docs / "core.fct_red_apples.html").read_text(), (docs / "index.html").read_text()
    assert "<h1>Red apples</h1>" in page
    assert "Apples &lt;img" in page
    assert "2001-01-01 10:20" in page
    assert ">errored</td>" in page
    assert "The query that finds such rows" in page
    assert "select id from {batch} where id &gt; 5" in page
    assert "no offending row" in page
    assert "Sources, vintages and the register of indicators" in index
    assert "build-001" in index
    assert MARKUP not in page + index


def test_earlier_runs_come_from_the_kept_results(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    folder = history_dir(settings)
    folder.mkdir(parents=True)
    columns = ("checked_at", "checker", "rule_id", "status")
    files = {
        "build-2": [("2001-02-01", "expectation", "invented.rule", "failed"), ("2001-02-01", "gate", "rows", "passed")],
        "build-1": [("2001-01-01", "expectation", "invented.rule", "passed")],
        "build-3": [("2001-03-01", "gate", "rows", "failed")],
    }
    for name, rows in files.items():
        table = pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows])
        pq.write_table(table, folder / f"{name}.parquet")
    assert earlier_runs(settings) == [
        ("build-1", "2001-01-01", {"invented.rule": "passed"}),
        ("build-2", "2001-02-01", {"invented.rule": "failed"}),
    ]
