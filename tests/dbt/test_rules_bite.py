"""Every rule bites: a copy of the recorded figures is spoilt, and exactly the rule that is meant to see it does.

The figures are those of the private database of a run on the bundled recordings. The faults stand in
``tests/fixtures/rules/faults``, one file for each suite. A rule of the catalogue without a fault fails the suite.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from expectations.rules import load_rules
from expectations.validate import validate
from ingestion.registry import datasets
from ingestion.results import CheckResult, Severity, Status
from tests.builds import FirstRun, made_once
from tests.fixtures.rules.spoil import Bench, Fault, bench, copy_figures, load_faults

RULES = {rule.id: rule for rule in load_rules()}
FAULTS = load_faults()

NEVER_LANDED = {dataset.id for dataset in datasets().values() if dataset.no_recording}
"""Datasets without a recording: their rules see no rows until a fault puts some in."""

COMPARE = frozenset({
    *(f"loe_{line}.figures_agree_with_observations" for line in range(1, 9)),
    "lineage.records_add_up_to_the_figure",
    "scorecard.matches_observations",
    "vintages.newest_state_is_the_publication",
})  # fmt: skip
"""Rules that hold one figure in two tables against each other: altering one of the two breaks them of necessity."""

Found = dict[str, tuple[str, int | None]]


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory, first_run: FirstRun) -> Path:
    """The recorded figures that rules read, and beside them what each rule says of them."""
    with made_once(tmp_path_factory, "figures") as (folder, is_made):
        database = folder / "loe_figures.duckdb"
        if not is_made:
            copy_figures(first_run.workplace.newest_build.database, database, RULES.values())
            results = validate(database)
            said = [(check.rule_id, check.status, check.failing_count, check.sample) for check in results]
            database.with_suffix(".json").write_text(json.dumps(said))
    return database


@pytest.fixture(scope="module")
def before(figures: Path) -> Found:
    """Status and number of offending rows of each rule on the recorded figures as they are."""
    said = json.loads(figures.with_suffix(".json").read_text())
    return {rule_id: _seen(rule_id, status, count) for rule_id, status, count, _ in said}


def _seen(rule_id: str, status: str, count: int | None) -> tuple[str, int | None]:
    """Status and number of offending rows; a rule on a dataset that was never landed has nothing to say of no rows."""
    if status == Status.NO_ROWS and RULES[rule_id].dataset in NEVER_LANDED:
        return Status.PASSED, 0
    return status, count


def _of(check: CheckResult) -> tuple[str, int | None]:
    return _seen(check.rule_id, check.status, check.failing_count)


def test_every_rule_has_a_fault() -> None:
    assert set(FAULTS) == set(RULES)
    assert {fault.rule_id: fault.suite for fault in FAULTS.values()} == {name: RULES[name].suite for name in FAULTS}


def test_the_recorded_figures_keep_every_rule_that_blocks(before: Found) -> None:
    assert set(before) == set(RULES)
    assert {
        rule_id: found
        for rule_id, found in before.items()
        if found[0] != Status.PASSED and RULES[rule_id].severity is Severity.ERROR
    } == {}


@pytest.fixture(scope="class")
def opened(figures: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The figures, open to be spoilt."""
    with bench(figures, tmp_path_factory.mktemp("spoilt")) as ready:
        yield ready


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each class below the faults of its family."""
    if "fault" in metafunc.fixturenames:
        mine = {name: fault for name, fault in FAULTS.items() if _family(fault) == metafunc.cls.family}
        metafunc.parametrize("fault", mine.values(), ids=mine)


def _family(fault: Fault) -> str:
    """Whether a fault is about a staging model, a line of effort, or neither."""
    return fault.suite.split("_")[0] if fault.suite.startswith(("staging_", "loe_")) else "other"


class Faults:
    """What every fault must show. In classes, because two processes can share the work of two classes."""

    family: str

    def test_is_seen_by_its_rule_alone(self, fault: Fault, opened: Bench, before: Found) -> None:
        results = opened.check(fault, RULES.values())
        # Some findings are about the figures as they are: what counts is what the fault changed.
        moved = {check.rule_id for check in results if _of(check) != before[check.rule_id]}
        assert fault.rule_id in moved
        assert moved - COMPARE == {fault.rule_id, *fault.also} - COMPARE
        (found,) = [check for check in results if check.rule_id == fault.rule_id]
        assert found.status is Status.FAILED, found.sample
        assert found.table_name == RULES[fault.rule_id].table
        assert found.failing_count
        assert any(name in found.sample for name in fault.named), f"a finding names its rows: {found.sample}"


class TestFaultsOfStaging(Faults):
    family = "staging"


class TestFaultsOfLines(Faults):
    family = "loe"


class TestFaultsOfTheRest(Faults):
    family = "other"
