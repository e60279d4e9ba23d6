"""Determinations: a person decides, a build can only lower. Datasets, checks and figures are invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from expectations.determinations import (
    DeterminationError,
    Evidence,
    Word,
    determinations,
    load_determinations,
)
from expectations.rules import load_rules
from ingestion.registry import datasets
from ingestion.results import Checker, CheckResult, Disposition, Severity, Status

ENTRY: dict[str, object] = {
    "dataset": "orchard/apples",
    "use": "level by year",
    "determination": "sufficiently_reliable",
    "grounds": "Invented for this test: the apples were counted twice, by two people.",
    "decided_by": "somebody",
    "decided_on": date(2001, 1, 1),
    "expires": date(2002, 6, 30),
}
CHECK = CheckResult(
    Checker.EXPECTATION, "apples.ripe", "Apples are ripe.", Severity.WARNING, "staging.stg_apples", Status.FAILED,
    disposition=Disposition.OPEN,
)  # fmt: skip
UPSTREAM = {
    "staging.stg_apples": frozenset({"orchard/apples"}),
    "loe_1_x.fruit": frozenset({"orchard/apples", "orchard/pears"}),
    "core.facts": frozenset({"orchard/apples", "orchard/pears"}),
}
SOURCE = {
    "dataset_id": "orchard/apples",
    "newest_vintage_id": "v2",
    "newest_retrieved_at": datetime(2002, 1, 1),  # noqa: DTZ001 (as DuckDB gives a timestamp)
    "max_age_days": 30,
}
VINTAGES = [{"dataset_id": "orchard/apples"}, {"dataset_id": "orchard/apples"}, {"dataset_id": "orchard/pears"}]


def _load(folder: Path, *entries: dict[str, object]) -> Path:
    path = folder / "determinations.yml"
    path.write_text(yaml.safe_dump({"determinations": list(entries)}), encoding="utf-8")
    return path


def _judge(
    folder: Path,
    *results: CheckResult,
    entry: dict[str, object] | None = None,
    vintages: Sequence[dict[str, Any]] = VINTAGES,
    headlines: Sequence[dict[str, Any]] = (),
    day: int = 31,
) -> dict[str, Any]:
    started = datetime(2002, 1, day, tzinfo=UTC)
    evidence = Evidence(results, UPSTREAM, [SOURCE], vintages, headlines, started)
    (row,) = determinations(load_determinations(_load(folder, ENTRY | (entry or {}))), evidence)
    return row


NOT_ASSESSED: frozenset[str] = frozenset()
"""Datasets with a recording that nobody has assessed yet, on purpose: a build shows them as undetermined, as it does
every dataset without an entry. None at present."""


def test_every_dataset_is_assessed_or_left_undetermined_on_purpose() -> None:
    assessed = {entry.dataset for entry in load_determinations()}
    assert assessed <= set(datasets()), "an entry is about a dataset that does not exist"
    published = {dataset.id for dataset in datasets().values() if dataset.record}
    assert published - assessed == NOT_ASSESSED, "figures are published from its recording: say how far they hold"


def test_a_dataset_without_an_entry_is_undetermined_and_is_shown(tmp_path: Path) -> None:
    pears = SOURCE | {"dataset_id": "orchard/pears", "newest_vintage_id": "p1"}
    evidence = Evidence([CHECK], UPSTREAM, [pears, SOURCE], VINTAGES, (), datetime(2002, 1, 31, tzinfo=UTC))
    apples, unassessed = determinations(load_determinations(_load(tmp_path, ENTRY)), evidence)
    assert apples["dataset_id"] == "orchard/apples"
    assert list(unassessed) == list(apples)
    assert {name: unassessed[name] for name in list(apples)[:9]} == {
        "dataset_id": "orchard/pears",
        "use": "any use",
        "determination": "undetermined",
        "decided": None,
        "lowered_because": None,
        "grounds": "Nobody has assessed it yet.",
        "decided_by": None,
        "decided_on": None,
        "expires": None,
    }
    assert (unassessed["newest_vintage_id"], unassessed["vintages"], unassessed["age_days"]) == ("p1", 1, 30)


def test_only_warnings_of_the_catalogue_are_said_to_have_no_bearing() -> None:
    warnings = {rule.id for rule in load_rules() if rule.severity is Severity.WARNING}
    named = {item.rule_id for entry in load_determinations() for item in entry.unaffected_by}
    assert named <= warnings


def test_a_decision_without_doubts_stands_with_what_the_build_shows(tmp_path: Path) -> None:
    headlines = [
        {"headline_id": "1", "dataset_id": "orchard/apples", "verdict": "exact", "explanation": None},
        {"headline_id": "2", "dataset_id": "orchard/apples", "verdict": "restated", "explanation": "Counted again."},
        {"headline_id": "3", "dataset_id": "orchard/pears", "verdict": "exact", "explanation": None},
    ]
    row = _judge(tmp_path, replace(CHECK, status=Status.PASSED, disposition=None), headlines=headlines)
    assert (row["determination"], row["decided"], row["lowered_because"]) == (
        "sufficiently_reliable", "sufficiently_reliable", None,
    )  # fmt: skip
    assert (row["checks_passed"], row["checks_not_passed"], row["findings_open"]) == (1, 0, 0)
    assert (row["vintages"], row["newest_vintage_id"], row["age_days"], row["is_late"]) == (2, "v2", 30, False)
    assert (row["headlines_met"], row["headlines_explained"], row["headlines_unexplained"]) == (1, 1, 0)
    assert not [name for name in row if name.startswith("_")]
    assert _judge(tmp_path, day=30)["is_late"] is False


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ({"vintages": VINTAGES[2:]}, "No vintage of the dataset is in this build."),
        ({"entry": {"expires": date(2002, 1, 30)}}, "The determination expired on 2002-01-30."),
        (
            {"headlines": [{"headline_id": "H1", "dataset_id": "orchard/apples", "verdict": "does_not_match",
                            "explanation": "Not explained: the difference is not one that was reviewed."}]},
            "Published headlines are not met, and nobody has explained why: H1.",
        ),
    ],
)  # fmt: skip
def test_each_doubt_lowers_and_says_why(tmp_path: Path, case: dict[str, Any], words: str) -> None:
    row = _judge(tmp_path, **case)
    assert (row["determination"], row["decided"]) == ("undetermined", "sufficiently_reliable")
    assert row["lowered_because"] == words


def test_several_doubts_are_all_named(tmp_path: Path) -> None:
    row = _judge(tmp_path, CHECK, vintages=())
    assert row["lowered_because"] == "No vintage of the dataset is in this build. Warnings are open: apples.ripe."


@pytest.mark.parametrize(
    ("change", "lowered"),
    [
        ({}, True),
        ({"disposition": None}, True),
        ({"disposition": Disposition.ACCEPTED}, False),
        ({"status": Status.PASSED, "disposition": None}, False),
        ({"severity": Severity.ERROR}, True),
        ({"severity": Severity.ERROR, "status": Status.NO_ROWS}, True),
        ({"severity": Severity.ERROR, "disposition": Disposition.ACCEPTED}, True),
        ({"table_name": "loe_1_x.fruit"}, True),
        ({"table_name": "loe_1_x.fruit", "dataset_id": "orchard/pears"}, False),
        ({"table_name": "loe_1_x.fruit", "dataset_id": "orchard/apples"}, True),
        ({"table_name": "staging.stg_pears"}, False),
        ({"table_name": "core.facts"}, False),
        ({"table_name": "core.facts", "dataset_id": "orchard/apples"}, True),
        ({"table_name": "core.facts", "severity": Severity.ERROR}, True),
        ({"checker": Checker.GATE, "table_name": "orchard/apples", "dataset_id": "orchard/apples"}, True),
    ],
)
def test_findings_about_the_dataset_lower_it(tmp_path: Path, change: dict[str, Any], lowered: bool) -> None:
    row = _judge(tmp_path, replace(CHECK, **change))
    assert (row["determination"] == "undetermined") is lowered


def test_a_warning_without_bearing_on_the_use_stays_in_the_evidence(tmp_path: Path) -> None:
    entry = {"unaffected_by": [{"rule_id": "apples.ripe", "reason": "Ripe or green, they are counted."}]}
    row = _judge(tmp_path, CHECK, entry=entry)
    assert (row["determination"], row["findings_open"]) == ("sufficiently_reliable", 1)
    row = _judge(tmp_path, replace(CHECK, severity=Severity.ERROR), entry=entry)
    assert row["determination"] == "undetermined"


@pytest.mark.parametrize("word", [Word.NOT_SUFFICIENT, Word.UNDETERMINED])
def test_only_sufficiently_reliable_can_be_lowered(tmp_path: Path, word: Word) -> None:
    row = _judge(tmp_path, CHECK, entry={"determination": str(word)}, vintages=())
    assert (row["determination"], row["decided"], row["lowered_because"]) == (word, word, None)


def test_a_reviewed_difference_does_not_lower(tmp_path: Path) -> None:
    headline = {"headline_id": "H1", "dataset_id": "orchard/apples", "verdict": "definition_differs",
                "explanation": "The headline adds refusals to grants."}  # fmt: skip
    row = _judge(tmp_path, headlines=[headline])
    assert (row["determination"], row["headlines_explained"]) == ("sufficiently_reliable", 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"grounds": "Because."}, "entry 1 (orchard/apples) · grounds"),
        ({"decided_by": None}, "entry 1 (orchard/apples) · decided_by"),
        ({"determination": "reliable"}, "entry 1 (orchard/apples) · determination"),
        ({"expires": "soon"}, "entry 1 (orchard/apples) · expires"),
        ({"expires": date(2001, 1, 1)}, "expires after the day on which it was decided"),
        ({"colour": "red"}, "entry 1 (orchard/apples) · colour"),
        ({"dataset": "apples"}, "entry 1 (apples) · dataset"),
        ({"unaffected_by": [{"rule_id": "a.b"}]}, "entry 1 (orchard/apples) · unaffected_by · 0 · reason"),
    ],
)
def test_a_faulty_entry_is_refused_by_name(tmp_path: Path, change: dict[str, object], message: str) -> None:
    with pytest.raises(DeterminationError) as refused:
        load_determinations(_load(tmp_path, ENTRY | change))
    assert "determinations.yml cannot be used" in str(refused.value)
    assert message in str(refused.value)
    assert refused.value.exit_code == 2


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "determinations.yml"
    with pytest.raises(DeterminationError, match="is missing; write 'determinations: \\[\\]'"):
        load_determinations(path)
    for text, message in {
        "a: [": "not valid YAML",
        "": "the file: Input",
        "determinations: [x]": "entry 1: In",
    }.items():
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DeterminationError, match=message):
            load_determinations(path)


def test_two_entries_for_one_use_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DeterminationError, match=r"two entries for orchard/apples, 'level by year'"):
        load_determinations(_load(tmp_path, ENTRY, ENTRY))
    assert len(load_determinations(_load(tmp_path, ENTRY, ENTRY | {"use": "trend over years"}))) == 2
