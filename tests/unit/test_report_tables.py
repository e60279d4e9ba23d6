"""The report as tables: the catalogue counts builds, publications are remembered. Checks and builds are invented."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from dagster_project.report_tables import report_tables
from expectations.report.catalogue import REPORT_TABLES, rule_catalogue
from expectations.report.content import report_content
from expectations.rules import Expectation, Rule, Tolerance
from ingestion.results import Checker, CheckResult, Severity, Status
from ingestion.settings import PROJECT_ROOT, Settings
from publication.build import Build, start_build
from publication.history import keep_publication, keep_results, kept_publications, kept_results
from publication.report_tables import TABLES, write_report_tables

RULE = Rule(
    id="apples.ripe",
    suite="orchard",
    table="core.apples",
    statement="Apples are ripe.",
    reason="Green ones do not count.",
    source="Invented for this test",
    severity=Severity.WARNING,
    owner="somebody",
    tolerance=Tolerance(value="2 %", reason="scales are rounded"),
    expectation=Expectation(type="expect_table_row_count_to_be_between"),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


def _check(status: Status, rule_id: str = "apples.ripe", **changes: object) -> CheckResult:
    facts: dict[str, object] = {"severity": Severity.WARNING, "table_name": "core.apples", "statement": "Apples."}
    return CheckResult(Checker.EXPECTATION, rule_id, status=status, **(facts | changes))  # type: ignore[arg-type]


def _build(settings: Settings, day: int, *results: CheckResult, state: str = "audited") -> Build:
    """A build of that day of January 2001, with its results kept."""
    first = start_build(settings, "aaaaaaaaaa")
    build = Build(first.folder.with_name(f"200101{day:02}T000000Z-aaaaaaaa"))
    shutil.move(first.folder, build.folder)
    build.note(build_id=build.id, started_at=f"2001-01-{day:02}T00:00:00+00:00", state=state, code_version="c0de")
    build.write_results("expectations", list(results))
    keep_results(build, settings)
    return build


def test_the_catalogue_counts_builds_and_says_when_a_rule_last_did_not_pass(settings: Settings) -> None:
    _build(settings, 1, _check(Status.PASSED, statement="Old words."), _check(Status.PASSED, "apples.gone"))
    _build(settings, 2, _check(Status.ERRORED))
    _build(settings, 3, _check(Status.PASSED, statement="New words."))
    gone, ripe = rule_catalogue(kept_results(settings), [RULE])
    assert (ripe["runs"], ripe["runs_passed"]) == (3, 2)
    assert ripe["pass_rate"] == pytest.approx(2 / 3)
    assert (ripe["first_run"][:10], ripe["last_run"][:10]) == ("2001-01-01", "2001-01-03")
    assert (ripe["last_not_passed"][:10], ripe["last_status"]) == ("2001-01-02", "passed")
    assert (ripe["statement"], ripe["suite"]) == ("New words.", "orchard")
    assert ripe["tolerance"] == "2 %: scales are rounded"
    assert (gone["rule_id"], gone["suite"], gone["tolerance"]) == ("apples.gone", None, None)
    assert (gone["runs"], gone["pass_rate"], gone["last_not_passed"]) == (1, 1.0, None)
    assert gone["last_run"] < ripe["last_run"]


def test_a_check_that_ran_twice_in_a_build_passed_when_both_did(settings: Settings) -> None:
    _build(settings, 1, _check(Status.PASSED), _check(Status.FAILED))
    (row,) = rule_catalogue(kept_results(settings), [])
    assert (row["runs"], row["runs_passed"], row["last_status"]) == (1, 0, "failed")


def test_the_same_rule_id_on_two_tables_is_two_checks(settings: Settings) -> None:
    gate = {"severity": Severity.ERROR}
    _build(
        settings,
        1,
        _check(Status.PASSED, "rows.min", table_name="p/a", **gate),
        _check(Status.FAILED, "rows.min", table_name="p/b", **gate),
    )
    rows = rule_catalogue(kept_results(settings), [])
    assert [(row["table_name"], row["runs_passed"]) for row in rows] == [("p/a", 1), ("p/b", 0)]


def test_without_a_history_there_is_no_catalogue(settings: Settings) -> None:
    assert rule_catalogue(kept_results(settings), [RULE]) == []


def test_publications_are_remembered_in_order_and_within_bounds(settings: Settings) -> None:
    few = Settings(data_dir=settings.data_dir, keep_history=2)
    for day in (1, 2, 3):
        build = _build(few, day, _check(Status.PASSED), *([_check(Status.FAILED, "apples.red")] if day == 2 else []))
        build.write_report_tables(report_tables(build, few))
        keep_publication(build, few)
    second, third = kept_publications(few)
    assert (second["build_id"][:8], second["verdict"]) == ("20010102", "published with warnings")
    assert (second["checks_passed"], second["checks_warned"], second["findings_open"]) == (1, 1, 1)
    assert (third["verdict"], third["checks_warned"], third["code_version"]) == ("published", 0, "c0de")


def test_a_refused_build_is_in_the_catalogue_and_not_among_the_publications(settings: Settings) -> None:
    build = _build(settings, 1, _check(Status.FAILED, severity=Severity.ERROR))
    tables = report_tables(build, settings)
    assert tables["publications"] == []
    assert [row["last_status"] for row in tables["rule_catalogue"]] == ["failed"]


def test_the_tables_hold_what_the_report_says_and_are_described(settings: Settings) -> None:
    build = _build(settings, 1, _check(Status.FAILED))
    tables = report_tables(build, settings)
    build.write_report_tables(tables)
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as d")
        write_report_tables(connection, "d", build)
        for table in TABLES:
            assert table.key in REPORT_TABLES
            rows = connection.execute(f"select * from d.{table.relation}").fetchall()
            assert len(rows) == len(tables[table.key])
            names = [column[0] for column in connection.description or []]
            assert set(names) == set(tables[table.key][0])
        bare = connection.execute(
            "select table_name || '.' || column_name from duckdb_columns() where database_name = 'd' "
            "and comment is null union all select table_name from duckdb_tables() where comment is null"
        ).fetchall()
        rate = connection.execute("select pass_rate, last_not_passed from d.quality.rule_catalogue").fetchall()
    assert bare == []
    assert [(value, str(when)) for value, when in rate] == [(0.0, "2001-01-01 00:00:00")]


def test_a_build_without_a_report_has_empty_tables(settings: Settings) -> None:
    build = _build(settings, 1)
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as d")
        write_report_tables(connection, "d", build)
        counts = [connection.execute(f"select count(*) from d.{t.relation}").fetchall()[0][0] for t in TABLES]
    assert counts == [0] * len(TABLES)


def test_the_documentation_names_every_table_of_the_report() -> None:
    page = (PROJECT_ROOT / "docs" / "report-tables.md").read_text(encoding="utf-8")
    for table in TABLES:
        assert f"| `{table.key}` | `{table.relation}` |" in page
    content = report_content(Path("no such file"), [], {})
    assert set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)))) == set(content) - {
        "missing"
    }
