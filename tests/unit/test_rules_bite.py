"""Every rule bites: one fault is put into an invented warehouse, and exactly the rule that is meant to see it does.

The warehouse (``tests/fixtures/rules/invented_warehouse.sql``) is small, invented, and in order; the faults stand in
``faults.yml`` beside it. Rules that are tried on the recorded figures are in ``tests/dbt/test_rules_bite.py``.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from expectations.rules import Rule, load_rules
from expectations.validate import validate
from ingestion.results import Status
from tests.fixtures.rules import FOLDER, build_warehouse
from tests.fixtures.rules.spoil import load_faults

FAULTS: dict[str, str] = {
    rule_id: statements
    for rule_id, statements in yaml.safe_load((FOLDER / "faults.yml").read_text(encoding="utf-8")).items()
    if rule_id not in load_faults()
}
"""Rule id → the statements that break it, for the rules that are not yet tried on the recorded figures."""

RULES = {rule.id: rule for rule in load_rules() if rule.id in FAULTS}

_TABLE = re.compile(r"\b[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\b")

ALSO = {
    # A month that is filed under another year leaves a hole in one of the two.
    "southwest_encounters.month_is_in_its_fiscal_year": {"southwest_encounters.months_are_continuous"},
    # A figure that is altered in one of the two tables of figures is another in the other.
    **{
        f"observations.{name}": {"vintages.newest_state_is_the_publication"}
        for name in (
            "count_is_not_negative",
            "count_is_whole",
            "grain_is_unique",
            "key_is_unique",
            "share_is_within_bounds",
        )
    },
}
"""Rules that the same fault breaks of necessity."""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented warehouse, built once."""
    return build_warehouse(tmp_path_factory.mktemp("rules") / "loe_invented.duckdb")


def _concerned(statement: str) -> list[Rule]:
    """Rules about, or reading, a table that the fault changes."""
    changed = set(re.findall(rf"(?:update|insert into|delete from) ({_TABLE.pattern})", statement))
    assert changed, statement
    return [rule for rule in RULES.values() if changed & {rule.table, *_TABLE.findall(rule.sql or "")}]


def test_the_invented_warehouse_keeps_every_rule(warehouse: Path) -> None:
    results = validate(warehouse, rules=list(RULES.values()))
    assert {result.rule_id: result.sample or result.observed for result in results if result.status != "passed"} == {}


@pytest.mark.parametrize("rule_id", sorted(FAULTS))
def test_a_fault_is_seen_by_its_rule_alone(rule_id: str, warehouse: Path, tmp_path: Path) -> None:
    database = tmp_path / "loe_faulty.duckdb"
    shutil.copyfile(warehouse, database)
    with duckdb.connect(str(database)) as connection:
        connection.execute(FAULTS[rule_id])
    results = validate(database, rules=_concerned(FAULTS[rule_id]))
    broken = {result.rule_id for result in results if result.status is not Status.PASSED}
    assert broken == {rule_id} | ALSO.get(rule_id, set())
    (found,) = [result for result in results if result.rule_id == rule_id]
    assert found.status is Status.FAILED
    assert found.table_name == RULES[rule_id].table
    assert found.failing_count
    assert found.sample, "a finding names the rows that it is about"
