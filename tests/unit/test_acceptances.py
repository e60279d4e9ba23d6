"""Acceptances: a finding keeps its place in every report; past its last day an acceptance blocks. Findings invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import dagster as dg
import pytest
import yaml

from dagster_project.checks.results import as_check_result
from expectations.acceptances import AcceptanceError, check_acceptances, dispose, load_acceptances
from expectations.rules import load_rules
from ingestion.results import Checker, CheckResult, Disposition, Severity, Status

FINDING = CheckResult(
    Checker.EXPECTATION, "apples.ripe", "Apples are ripe.", Severity.WARNING, "core.apples", Status.FAILED,
    failing_count=3, sample="year=2001, apples=4; year=2002, apples=5",
)  # fmt: skip
ENTRY: dict[str, object] = {
    "rule_id": "apples.ripe",
    "table": "core.apples",
    "disposition": "accepted",
    "reason": "The orchard counts green apples too.",
    "owner": "somebody",
    "expires": date(2002, 6, 30),
}
LAST_DAY, DAY_AFTER = date(2002, 6, 30), date(2002, 7, 1)


def _load(folder: Path, *entries: dict[str, object]) -> Path:
    path = folder / "acceptances.yml"
    path.write_text(yaml.safe_dump({"acceptances": list(entries)}), encoding="utf-8")
    return path


def test_the_file_loads_and_names_rules_of_the_catalogue() -> None:
    rules = {(rule.id, rule.table, rule.severity) for rule in load_rules()}
    for entry in load_acceptances():
        assert (entry.rule_id, entry.table, Severity.WARNING) in rules


def test_an_accepted_finding_stays_a_finding(tmp_path: Path) -> None:
    accepted = dispose(FINDING, load_acceptances(_load(tmp_path, ENTRY)), LAST_DAY)
    assert accepted.status is Status.FAILED
    assert accepted.disposition is Disposition.ACCEPTED
    assert accepted.disposition_reason == "The orchard counts green apples too."
    assert (accepted.disposition_owner, accepted.disposition_expires) == ("somebody", "2002-06-30")


def test_accepting_lifts_no_block(tmp_path: Path) -> None:
    error = replace(FINDING, severity=Severity.ERROR)
    assert dispose(error, load_acceptances(_load(tmp_path, ENTRY)), LAST_DAY).blocks


@pytest.mark.parametrize(
    ("change", "result", "word"),
    [
        ({}, FINDING, "accepted"),
        ({"disposition": "corrected"}, FINDING, "corrected"),
        ({"disposition": "false_positive"}, FINDING, "false_positive"),
        ({"match": "year=2002"}, FINDING, "accepted"),
        ({"match": "year=2003"}, FINDING, "open"),
        ({"at_most": 3}, FINDING, "accepted"),
        ({"at_most": 2}, FINDING, "open"),
        ({"table": "core.pears"}, FINDING, "open"),
        ({"rule_id": "apples.red"}, FINDING, "open"),
        ({}, replace(FINDING, status=Status.ERRORED), "open"),
        ({}, replace(FINDING, status=Status.NO_ROWS), "open"),
    ],
)
def test_disposition(tmp_path: Path, change: dict[str, object], result: CheckResult, word: str) -> None:
    assert dispose(result, load_acceptances(_load(tmp_path, ENTRY | change)), LAST_DAY).disposition == word


def test_the_asset_check_shows_the_disposition(tmp_path: Path) -> None:
    accepted = dispose(FINDING, load_acceptances(_load(tmp_path, ENTRY)), LAST_DAY)
    passed = replace(FINDING, status=Status.PASSED)
    shown = as_check_result(dg.AssetCheckKey(dg.AssetKey("apples"), "gx_warning"), [accepted, passed])
    table = shown.metadata["rules"]
    assert isinstance(table, dg.TableMetadataValue)
    assert [record.data["disposition"] for record in table.records] == ["accepted", ""]


def test_more_rows_than_accepted_open_the_finding_again_and_say_so(tmp_path: Path) -> None:
    found = dispose(FINDING, load_acceptances(_load(tmp_path, ENTRY | {"at_most": 2})), LAST_DAY)
    assert found.disposition_reason == "Open again: 3 rows break the rule, and 2 were accepted."


def test_a_check_that_passed_has_no_disposition(tmp_path: Path) -> None:
    passed = replace(FINDING, status=Status.PASSED)
    assert dispose(passed, load_acceptances(_load(tmp_path, ENTRY)), LAST_DAY).as_row()["disposition"] is None


def test_a_finding_that_nobody_judged_is_open_in_its_row() -> None:
    assert FINDING.as_row()["disposition"] == "open"


def test_an_expired_acceptance_blocks_and_names_itself(tmp_path: Path) -> None:
    acceptances = load_acceptances(_load(tmp_path, ENTRY))
    in_time, needed = check_acceptances([FINDING], acceptances, LAST_DAY)
    assert (in_time.status, needed.status) == (Status.PASSED, Status.PASSED)
    expired, needed = check_acceptances([FINDING], acceptances, DAY_AFTER)
    assert expired.blocks
    assert "apples.ripe (core.apples) was accepted by somebody until 2002-06-30" in expired.sample
    assert "renew the entry in expectations/acceptances.yml or remove it" in expired.sample
    assert needed.status is Status.PASSED
    assert dispose(FINDING, acceptances, DAY_AFTER).disposition is Disposition.OPEN


def test_an_acceptance_without_a_finding_is_a_warning(tmp_path: Path) -> None:
    acceptances = load_acceptances(_load(tmp_path, ENTRY | {"match": "year=2003"}))
    for results in ([], [replace(FINDING, status=Status.PASSED)], [FINDING]):
        _, idle = check_acceptances(results, acceptances, LAST_DAY)
        assert (idle.severity, idle.status, idle.blocks) == (Severity.WARNING, Status.FAILED, False)
        assert "apples.ripe (core.apples, year=2003) matches no finding of this build: remove it" in idle.sample


@pytest.mark.parametrize("status", [Status.ERRORED, Status.NO_ROWS])
def test_a_rule_that_could_not_be_judged_does_not_make_its_acceptance_idle(tmp_path: Path, status: Status) -> None:
    _, needed = check_acceptances([replace(FINDING, status=status)], load_acceptances(_load(tmp_path, ENTRY)), LAST_DAY)
    assert needed.status is Status.PASSED


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reason": ""}, "entry 1 (apples.ripe) · reason"),
        ({"owner": None}, "entry 1 (apples.ripe) · owner"),
        ({"expires": "soon"}, "entry 1 (apples.ripe) · expires"),
        ({"disposition": "open"}, "entry 1 (apples.ripe) · disposition"),
        ({"at_most": 0}, "entry 1 (apples.ripe) · at_most"),
        ({"colour": "red"}, "entry 1 (apples.ripe) · colour"),
        ({"table": "apples"}, "entry 1 (apples.ripe) · table"),
    ],
)
def test_a_faulty_entry_is_refused_by_name(tmp_path: Path, change: dict[str, object], message: str) -> None:
    with pytest.raises(AcceptanceError) as refused:
        load_acceptances(_load(tmp_path, ENTRY | change))
    assert "acceptances.yml cannot be used" in str(refused.value)
    assert message in str(refused.value)
    assert refused.value.exit_code == 2


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "acceptances.yml"
    with pytest.raises(AcceptanceError, match="is missing; write 'acceptances: \\[\\]'"):
        load_acceptances(path)
    for text, message in {
        "a: [": "not valid YAML",
        "": "the file: Input should be",
        "- a list": "the file: Input should be",
        "acceptances: [text]": "entry 1: Input should be",
    }.items():
        path.write_text(text, encoding="utf-8")
        with pytest.raises(AcceptanceError, match=message):
            load_acceptances(path)


def test_two_entries_for_one_finding_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AcceptanceError, match=r"two entries for apples\.ripe \(core\.apples\)"):
        load_acceptances(_load(tmp_path, ENTRY, ENTRY | {"reason": "Another reason."}))
