"""However many rows break a rule, a handful of them reaches Python. The million rows here are synthetic."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb_engine
import pytest

from expectations.custom import TYPES
from expectations.custom.sql import SAMPLE_SIZE
from expectations.rules import load_rules
from expectations.validate import validate
from ingestion.results import Status

ROWS = 1_000_000
BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "memory.py"


def _benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("memory", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


memory = _benchmark()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("memory") / "loe_many.duckdb"
    memory.make_table(path, ROWS)
    return path


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of rows that Python fetched of each statement over the table of rows."""
    numbers: list[int] = []
    cursor = duckdb_engine.CursorWrapper
    execute = cursor.execute

    def executed(self: Any, statement: str, *arguments: Any) -> None:
        self.counted = '"core"."many"' in statement
        if self.counted:
            numbers.append(0)
        execute(self, statement, *arguments)

    def counting(name: str) -> Callable[..., Any]:
        def fetch(self: Any, *arguments: Any) -> Any:
            rows = getattr(self._CursorWrapper__c, name)(*arguments)
            if self.counted:
                numbers[-1] += len(rows) if name != "fetchone" else rows is not None
            return rows

        return fetch

    monkeypatch.setattr(cursor, "execute", executed)
    for name in ("fetchone", "fetchmany", "fetchall"):
        monkeypatch.setattr(cursor, name, counting(name), raising=False)
    return numbers


@pytest.mark.parametrize("kind", memory.KINDS)
def test_a_handful_of_a_million_offending_rows_is_fetched(kind: str, database: Path, fetched: list[int]) -> None:
    (check,) = validate(database, rules=[memory.rule_of(kind)])
    assert check.status is Status.FAILED, check.sample
    assert check.failing_count is not None
    assert check.failing_count > SAMPLE_SIZE
    assert len(check.sample.split("; ")) == SAMPLE_SIZE
    assert max(fetched) == SAMPLE_SIZE


def test_every_kind_that_the_suites_use_is_measured() -> None:
    used = {rule.expectation.type if rule.expectation else "sql" for rule in load_rules()} | TYPES
    assert used == {kind.split(",")[0] for kind in memory.KINDS}
