"""The audit in a process of its own: same results, and a process that breaks off is told of. Invented rows."""

from __future__ import annotations

import os
from concurrent.futures import BrokenExecutor
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from expectations.auditor import AuditError, Auditor
from expectations.rules import Rule
from expectations.validate import validate


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("auditor") / "loe_apples.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema core")
        connection.execute("create table core.apples as select n as id, n % 7 as worms from range(100) t (n)")
    return path


RULES = tuple(
    Rule(
        id=f"invented.{name}",
        suite="invented",
        table="core.apples",
        statement="Invented statement.",
        reason="Invented reason.",
        source="Invented source",
        severity="error",
        owner="maintainers",
        sql=f"select id from {{batch}} where {condition}",
    )
    for name, condition in {"holds": "worms > 7", "broken": "worms = 6", "crashes": "nonesuch = 1"}.items()
)


def test_it_finds_what_validate_finds(database: Path, tmp_path: Path) -> None:
    auditor = Auditor()
    auditor.begin(database, rules=RULES, docs_dir=tmp_path / "docs", earlier=())
    found = auditor.results()
    here = validate(database, rules=RULES)
    assert [replace(check, seconds=0) for check in found] == [replace(check, seconds=0) for check in here]
    assert [str(check.status) for check in found] == ["passed", "failed", "errored"]
    assert (tmp_path / "docs" / "index.html").exists()


def test_an_audit_that_breaks_off_is_not_taken_for_one_that_found_nothing(tmp_path: Path) -> None:
    auditor = Auditor()
    auditor.begin(tmp_path / "nonesuch.duckdb", rules=RULES, docs_dir=tmp_path, earlier=())
    with pytest.raises(AuditError, match=r"no database to validate at .*nonesuch\.duckdb"):
        auditor.results()
    with pytest.raises(AuditError, match="not begun"):
        Auditor().results()


def test_a_process_that_died_is_told_of(tmp_path: Path) -> None:
    auditor = Auditor()
    with pytest.raises(BrokenExecutor):
        auditor._pool.submit(os._exit, 1).result()
    with pytest.raises(AuditError, match="died before it began"):
        auditor.begin(tmp_path / "nonesuch.duckdb", rules=RULES, docs_dir=tmp_path, earlier=())
