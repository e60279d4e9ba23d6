"""From a rule that did not pass to its rows, on a small invented build."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from expectations import findings as module
from expectations.findings import UnknownRuleError, broken_rows, rule_of
from expectations.rules import Rule
from ingestion import cli_rules
from ingestion.results import NEVER_LANDED, Checker, CheckResult, Severity, Status
from ingestion.settings import Settings
from publication.build import Build, start_build

APPLES = Rule(
    id="invented.worms",
    suite="invented",
    table="core.apples",
    statement="No apple has five worms.",
    reason="Five are too many.",
    source="Invented for this test",
    severity=Severity.ERROR,
    owner="maintainers",
    sql="select id, worms from {batch} where worms >= 5",
)
SHIPPED = APPLES.model_copy(
    update={
        "id": "invented.shipped",
        "sql": None,
        "expectation": Rule.model_validate(
            APPLES.model_dump()
            | {"sql": None, "expectation": {"type": "expect_column_to_exist", "kwargs": {"column": "id"}}}
        ).expectation,
    }
)
FOUND = CheckResult(
    Checker.EXPECTATION, APPLES.id, APPLES.statement, Severity.ERROR, APPLES.table, Status.FAILED,
    reason=APPLES.reason, failing_count=3, sample="id=5, worms=5",
)  # fmt: skip
IDLE = replace(FOUND, rule_id="invented.idle", status=Status.NO_ROWS, sample=f"{NEVER_LANDED} of invented/pears")
DBT = CheckResult(
    Checker.DBT_TEST, "unique_apples", "One row each.", Severity.ERROR, "core.apples", Status.FAILED, sample="id=1"
)


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    config = Settings(data_dir=tmp_path / "data")
    monkeypatch.setattr(cli_rules, "settings", lambda: config)
    monkeypatch.setattr(module, "load_rules", lambda: (APPLES, SHIPPED))
    build = start_build(config, "0123456789")
    with duckdb.connect(str(build.database)) as connection:
        connection.execute(
            "create schema core; create table core.apples as select n as id, n as worms from range(8) t (n)"
        )
    build.write_results("expectations", [FOUND, DBT, IDLE])
    return build


def test_every_row_is_counted_and_the_first_are_shown(build: Build) -> None:
    found = broken_rows(build.database, APPLES, 2)
    assert found is not None
    assert found.count == 3
    assert found.rows == ({"id": 5, "worms": 5}, {"id": 6, "worms": 6})
    everything = broken_rows(build.database, APPLES, 0)
    assert everything is not None
    assert len(everything.rows) == 3


def test_an_expectation_without_a_query_has_only_its_sample(build: Build) -> None:
    assert broken_rows(build.database, SHIPPED, 5) is None


def test_a_database_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnknownRuleError, match="no longer kept"):
        broken_rows(tmp_path / "loe_gone.duckdb", APPLES, 5)


def test_an_unknown_rule_is_answered_with_near_ones() -> None:
    with pytest.raises(UnknownRuleError, match=r"Near to it: invented\.worms"):
        rule_of("invented.wormz", [APPLES])


def test_the_command_lists_what_did_not_pass(build: Build, capsys: pytest.CaptureFixture[str]) -> None:
    assert build.id
    cli_rules.findings(json=True)
    assert [row["rule_id"] for row in json.loads(capsys.readouterr().out)] == [APPLES.id, DBT.rule_id]


def test_rules_about_what_never_landed_are_counted(build: Build, capsys: pytest.CaptureFixture[str]) -> None:
    assert build.id
    cli_rules.findings()
    out = capsys.readouterr().out
    assert "1 rules had nothing to check: their datasets were never landed." in out
    assert "invented.idle" not in out


def test_the_command_shows_the_rows_of_a_rule(build: Build, capsys: pytest.CaptureFixture[str]) -> None:
    assert build.id
    cli_rules.findings(APPLES.id, limit=2)
    out = capsys.readouterr().out
    for words in ("No apple has five worms.", "Five are too many.", "Rows that break it (2 of 3)"):
        assert words in out


def test_the_command_shows_what_is_kept_of_other_checks(build: Build, capsys: pytest.CaptureFixture[str]) -> None:
    assert build.id
    cli_rules.findings(DBT.rule_id)
    assert "id=1" in capsys.readouterr().out
