from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingestion.contract import FileDrop, Kind, Row
from ingestion.gates import as_stored, check_release, failures, from_stored, note
from ingestion.landing import Landed, land
from ingestion.ledger import ArchivedFile, State
from ingestion.results import CheckResult, Severity, Status
from tests.invented import GOOD, HEADER, harvest
from tests.unit.test_landing import files, rows_of, vintage


def check(folder: Path, content: str, last: int | None = None, size: int = 1000, **gate: Any) -> dict[str, CheckResult]:
    dataset = harvest(gate=gate)
    made = vintage("a.csv")
    made = replace(made, files=(replace(made.files[0], size_bytes=size),))
    landed = land(dataset, made, files(folder, a=content), folder / "out.parquet", parser="v1")
    before = None if last is None else replace(made, number=6, row_count=last, state=State.PROMOTED)
    return {result.rule_id: result for result in check_release(dataset, made, landed, before)}


def failed(results: dict[str, CheckResult]) -> list[str]:
    return [result.rule_id for result in failures(list(results.values()))]


def test_a_good_release_passes_every_gate(tmp_path: Path) -> None:
    results = check(tmp_path, GOOD)
    assert list(results) == ["gate.bytes", "gate.rows", "gate.row_drop", "gate.unique", "gate.never_all_null.apples"]
    assert failed(results) == []
    assert results["gate.row_drop"].observed == "first vintage: nothing before it"
    assert {result.dataset_id for result in results.values()} == {"invented/harvest"}


@pytest.mark.parametrize("size", [5, 2_000_000])
def test_sizes(tmp_path: Path, size: int) -> None:
    results = check(tmp_path, GOOD, size=size)
    assert failed(results) == ["gate.bytes"]
    assert results["gate.bytes"].sample == f"a.csv: {size:,}"


def test_a_discovery_page_may_be_small(tmp_path: Path) -> None:
    made = vintage("a.csv")
    page = ArchivedFile("page.html", "", "", 200, "text/html; charset=utf-8", "", "", 3)
    made = replace(made, files=(replace(made.files[0], size_bytes=1000), page))
    landed = Landed(tmp_path, rows=5, filled={"apples": 1})
    assert not failures(check_release(harvest(gate={"unique": ()}), made, landed, None))


@pytest.mark.parametrize("content", [f"{HEADER}\n", f"{HEADER}\nNowhere,2001,5\n"])
def test_too_few_rows(tmp_path: Path, content: str) -> None:
    results = check(tmp_path, content, never_all_null=())
    assert failed(results) == ["gate.rows"]


@pytest.mark.parametrize(("last", "passes"), [(4, True), (5, False), (3, True), (1, True), (0, True)])
def test_a_fall_in_rows(tmp_path: Path, last: int, passes: bool) -> None:
    results = check(tmp_path, GOOD, last=last)
    assert (failed(results) == []) is passes
    if not passes:
        assert results["gate.row_drop"].observed == "3 rows after 5: -40.0%"


def test_a_fall_may_be_allowed(tmp_path: Path) -> None:
    assert "gate.row_drop" not in check(tmp_path, GOOD, last=1000, max_row_drop=None)


def test_repeated_keys(tmp_path: Path) -> None:
    results = check(tmp_path, f"{GOOD}Nowhere,2001,6\nNowhere,2001,7\n")
    assert failed(results) == ["gate.unique"]
    assert results["gate.unique"].failing_count == 1
    assert results["gate.unique"].sample == "('Nowhere', '2001', 3)"


def test_a_key_with_nulls_repeats_too(tmp_path: Path) -> None:
    dataset = harvest(gate={"unique": ("place",), "min_rows": 0})
    dataset = replace(dataset, parse=rows_of(Row("1", {"apples": "1"}), Row("2", {"apples": "2"})))
    landed = land(dataset, vintage("a"), [("a", tmp_path)], tmp_path / "out.parquet", parser="v1")
    results = check_release(dataset, replace(vintage("a"), files=()), landed, None)
    assert [r.rule_id for r in failures(results)] == ["gate.unique"]


def test_a_column_that_is_empty_everywhere(tmp_path: Path) -> None:
    dataset = harvest(gate={"never_all_null": ("year",), "unique": ()})
    results = check_release(dataset, replace(vintage("a"), files=()), Landed(tmp_path, rows=5), None)
    assert [(r.rule_id, r.column_name) for r in failures(results)] == [("gate.never_all_null.year", "year")]


def test_one_file_of_several_may_lack_a_column_that_its_year_did_not_have(tmp_path: Path) -> None:
    whole = harvest(gate={"never_all_null": ("year", "apples"), "unique": ()})
    fields = tuple(replace(field, required=field.name != "apples") for field in whole.fields)
    whole = replace(whole, fields=fields, file_drop=FileDrop("the file of one year", (Kind.CSV,)))
    assert whole.file_drop is not None
    part = replace(whole, file_drop=replace(whole.file_drop, part=True))
    made = replace(vintage("a"), files=(), source_mode="file")
    for dataset, held in ((whole, ["year", "apples"]), (part, ["year"])):
        results = check_release(dataset, made, Landed(tmp_path, rows=5), None)
        assert [result.column_name for result in failures(results)] == held


def test_a_gate_never_blocks_a_publication(tmp_path: Path) -> None:
    results = check(tmp_path, f"{HEADER}\n")
    assert {result.severity for result in results.values()} == {Severity.WARNING}
    assert not any(result.blocks for result in results.values())


def test_results_survive_the_ledger(tmp_path: Path) -> None:
    for result in check(tmp_path, f"{GOOD}Nowhere,2001,6\n").values():
        assert replace(from_stored("invented/harvest", as_stored(result)), seconds=result.seconds) == result


def test_a_note_is_seen_but_holds_nothing() -> None:
    found = note(harvest(), "went_backwards", "It does not go backwards.", "it did")
    assert found.status is Status.FAILED
    assert failures([found]) == []
