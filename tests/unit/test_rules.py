"""The rule catalogue: what it holds, and what it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from expectations.rules import RuleError, load_rules, load_suites
from ingestion.contract import LINES_OF_EFFORT
from ingestion.registry import datasets
from ingestion.results import Severity
from ingestion.settings import PROJECT_ROOT

GOOD = {
    "id": "invented.rule",
    "table": "core.apples",
    "statement": "No apple is counted twice.",
    "reason": "Apples are counted once.",
    "source": "Invented for this test",
    "severity": "error",
    "owner": "maintainers",
    "sql": "select * from {batch} where false",
}


def _write(folder: Path, *rules: dict[str, object], name: str = "invented", **changes: object) -> Path:
    suite = {"name": name, "title": "Invented", "about": "Invented rules on apples.", "rules": list(rules), **changes}
    (folder / f"{name}.yml").write_text(yaml.safe_dump(suite), encoding="utf-8")
    return folder


def test_the_catalogue_loads_and_covers_the_lines() -> None:
    suites = {suite.name for suite in load_suites()}
    assert set(LINES_OF_EFFORT.values()) <= suites
    assert {"core_observations", "staging_unhcr", "staging_cbp", "staging_dol_oflc", "staging_state_prm"} <= suites
    rules = load_rules()
    assert len({rule.id for rule in rules}) == len(rules) > 100
    assert {rule.severity for rule in rules} == set(Severity)


def test_every_rule_is_about_a_table_that_dbt_builds() -> None:
    models = {path.stem for path in (PROJECT_ROOT / "dbt" / "models").rglob("*.sql")}
    assert {rule.table.split(".")[1] for rule in load_rules()} <= models


def test_every_staging_model_of_a_publisher_has_telling_rules() -> None:
    rules: dict[str, list[str]] = {f"staging.stg_{name.replace('/', '__')}": [] for name in datasets()}
    for rule in load_rules():
        if rule.table in rules:
            rules[rule.table].append("sql" if rule.expectation is None else rule.expectation.type)
    assert {table: kinds for table, kinds in rules.items() if len(kinds) < 3} == {}
    assert {table for table, kinds in rules.items() if set(kinds) <= {"expect_column_values_to_not_be_null"}} == set()


def test_every_published_table_has_a_rule() -> None:
    models = PROJECT_ROOT / "dbt" / "models"
    published = {f"{path.parent.name}.{path.stem}" for path in (models / "marts").rglob("*.sql")}
    published |= {f"quality.{path.stem}" for path in (models / "quality").glob("*.sql")}
    # These two hold what moved since the last publication: after the first one they are empty, and no rule passes.
    published -= {"quality.publication_changes", "quality.publication_table_changes"}
    assert published - {rule.table for rule in load_rules()} == set()


def test_every_tolerance_has_a_reason_and_every_rule_an_owner() -> None:
    for rule in load_rules():
        assert rule.owner
        assert rule.tolerance is None or rule.tolerance.reason


def test_loading_does_not_import_great_expectations() -> None:
    code = "import sys, expectations.rules as r; r.load_rules(); print('great_expectations' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, cwd=PROJECT_ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_defaults_of_a_file_reach_its_rules(tmp_path: Path) -> None:
    rule = {key: value for key, value in GOOD.items() if key not in {"owner", "table"}}
    _write(tmp_path, rule, defaults={"owner": "somebody", "table": "core.pears"})
    (loaded,) = load_rules(tmp_path)
    assert (loaded.owner, loaded.table, loaded.suite) == ("somebody", "core.pears", "invented")
    assert loaded.batch_query == 'select * from "core"."pears"'


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": "red"}, "rule invented.rule · colour"),
        ({"severity": "fatal"}, "rule invented.rule · severity"),
        ({"reason": ""}, "rule invented.rule · reason"),
        ({"id": "Invented"}, "rule Invented · id"),
        ({"table": "apples"}, "rule invented.rule · table"),
        ({"sql": "select 1"}, "sql must read from {batch}"),
        ({"observe": "select 1"}, "observe must read from {batch}"),
        ({"sql": None}, "either an expectation or a sql query"),
        ({"expectation": {"type": "expect_column_to_exist"}}, "either an expectation or a sql query"),
        ({"tolerance": {"value": "5 %"}}, "tolerance · reason"),
        (
            {"sql": None, "expectation": {"type": "expect_column_to_exist", "kwargs": {"severity": "info"}}},
            "belong to the rule",
        ),
        (
            {"sql": None, "expectation": {"type": "expect_column_quantile_values_to_be_between"}},
            "crashes the whole run",
        ),
    ],
)
def test_a_faulty_rule_is_refused_by_name(tmp_path: Path, change: dict[str, object], message: str) -> None:
    _write(tmp_path, GOOD | change)
    with pytest.raises(RuleError) as refused:
        load_rules(tmp_path)
    assert "invented.yml" in str(refused.value)
    assert message in str(refused.value)


def test_an_id_may_not_be_used_twice(tmp_path: Path) -> None:
    _write(tmp_path, GOOD)
    _write(tmp_path, GOOD, name="second")
    with pytest.raises(RuleError, match=r"used more than once: invented\.rule"):
        load_rules(tmp_path)


def test_a_file_must_be_a_suite_of_its_own_name(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no suite"):
        load_rules(tmp_path)
    (tmp_path / "invented.yml").write_text("- a list", encoding="utf-8")
    with pytest.raises(RuleError, match="must hold name"):
        load_rules(tmp_path)
    (tmp_path / "invented.yml").write_text("a: [", encoding="utf-8")
    with pytest.raises(RuleError, match="not valid YAML"):
        load_rules(tmp_path)
    (tmp_path / "invented.yml").write_text("name: other", encoding="utf-8")
    with pytest.raises(RuleError, match="must be 'invented'"):
        load_rules(tmp_path)
