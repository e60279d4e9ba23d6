"""When a build may start from the one before it, what is selected, and whose results are carried. All invented."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dagster_project import unchanged
from dagster_project.dbt_runner import PROJECT_DIR
from dagster_project.unchanged import Start, database_sha256, find_start
from ingestion.results import Checker, CheckResult, Disposition, Severity, Status
from ingestion.settings import Settings
from publication.build import Build

HARVEST, WEATHER = "invented/harvest", "invented/weather"
CHECK = CheckResult(
    checker=Checker.DBT_TEST,
    rule_id="harvest__one_row_per_year",
    statement="One row per year.",
    severity=Severity.WARNING,
    table_name="core.harvest",
    status=Status.FAILED,
    disposition=Disposition.ACCEPTED,
    disposition_reason="Known.",
    disposition_owner="somebody",
    disposition_expires="2001-01-31",
)


def _land(config: Settings, dataset_id: str, vintage: str, content: bytes = b"rows") -> Path:
    path = config.landing_dir / dataset_id / f"{vintage}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _open(config: Settings, name: str) -> Build:
    build = Build(config.builds_dir / name)
    build.folder.mkdir(parents=True)
    build.note(state="started")
    return build


def _finish(build: Build) -> Build:
    """As a run leaves a build that was published."""
    build.database.write_bytes(b"tables")
    nodes = {"model.a": {"compiled_code": "select 1"}, "model.b": {"compiled_code": "select 2"}, "seed.c": {}}
    (build.folder / "dbt_manifest.json").write_text(json.dumps({"nodes": nodes}))
    build.write_results("dbt", [CHECK, replace(CHECK, rule_id="weather__never_empty")])
    build.note(state="published", database_sha256=database_sha256(build))
    return build


@pytest.fixture
def before(config: Settings) -> Build:
    """A published build on one vintage of each of two datasets, and the ledger."""
    for dataset_id in (HARVEST, WEATHER, "ingestion/vintages"):
        _land(config, dataset_id, "first")
    build = _open(config, "20010101T000000Z-aaaa")
    find_start(build, config, asked=False)
    return _finish(build)


def _start(config: Settings, *, asked: bool = False) -> Start:
    return find_start(_open(config, "20010102T000000Z-bbbb"), config, asked=asked)


def test_a_new_vintage_selects_what_depends_on_its_dataset_and_on_the_ledger(config: Settings, before: Build) -> None:
    _land(config, HARVEST, "second")
    start = _start(config)
    assert start == Start(before, (HARVEST,))
    assert start.selection == ["--select", "source:ingestion+", "source:invented.harvest+"]


@pytest.mark.parametrize("change", ["altered", "gone", "other dataset"])
def test_every_change_of_landed_files_is_seen(config: Settings, before: Build, change: str) -> None:
    if change == "altered":
        _land(config, HARVEST, "first", b"other rows")
    elif change == "gone":
        _land(config, HARVEST, "first").unlink()
    else:
        _land(config, "invented/prices", "first")
    wanted = "invented/prices" if change == "other dataset" else HARVEST
    assert _start(config) == Start(before, (wanted,))


def test_the_ledger_alone_counts_as_changed(config: Settings, before: Build) -> None:
    _land(config, "ingestion/vintages", "first", b"other rows")
    start = _start(config)
    assert start == Start(before, ())
    assert start.selection == ["--select", "source:ingestion+"]


Change = Callable[[Build, pytest.MonkeyPatch], Any]
REASONS: dict[str, tuple[str, Change]] = {
    "other code": ("code changed", lambda _, patch: patch.setattr(unchanged, "code_version", lambda: "other")),
    "other lock": (
        "locked dependencies changed",
        lambda _, patch: patch.setattr(unchanged, "lock_sha256", lambda: "other"),
    ),
    "other mode": (
        "sources changed",
        lambda build, _: build.note(rests_on=build.state["rests_on"] | {"sources": "recorded"}),
    ),
    "made before this was noted": ("sources changed", lambda build, _: build.note(rests_on={})),
    "refused by the audit": ("was not published", lambda build, _: build.note(state="audited")),
    "refused by dbt": ("was not published", lambda build, _: build.note(state="failed")),
    "killed": ("was not published", lambda build, _: build.note(state="started")),
    "killed at once": ("was not published", lambda build, _: (build.folder / "build.json").unlink()),
    "no database": ("are missing", lambda build, _: build.database.unlink()),
    "no manifest": ("are missing", lambda build, _: (build.folder / "dbt_manifest.json").unlink()),
    "no results": ("are missing", lambda build, _: (build.folder / "results_dbt.json").unlink()),
    "altered database": ("is not as it was left", lambda build, _: build.database.write_bytes(b"other tables")),
}


@pytest.mark.parametrize(("words", "change"), REASONS.values(), ids=REASONS)
def test_everything_is_built_after(
    config: Settings, before: Build, monkeypatch: pytest.MonkeyPatch, words: str, change: Change
) -> None:
    change(before, monkeypatch)
    start = _start(config)
    assert start.before is None
    assert start.selection == []
    assert words in start.why


def test_everything_is_built_when_unit_tests_are_wanted_that_did_not_run(config: Settings, before: Build) -> None:
    wanted = config.model_copy(update={"unit_tests": True})
    start = _start(wanted)
    assert (start.before, start.why) == (None, f"unit tests changed since build {before.id}")


def test_a_build_with_unit_tests_serves_one_that_does_not_want_them(config: Settings, before: Build) -> None:
    before.note(rests_on=before.state["rests_on"] | {"unit tests": True})
    assert _start(config) == Start(before, ())


def test_everything_is_built_when_it_was_asked_for(config: Settings, before: Build) -> None:
    assert _start(config, asked=True) == Start(why="it was asked for")


def test_everything_is_built_when_there_is_no_earlier_build(config: Settings) -> None:
    assert _start(config) == Start(why="there is no earlier build")


def test_a_killed_build_after_a_published_one_is_not_passed_over(config: Settings, before: Build) -> None:
    _open(config, "20010101T120000Z-dead")
    assert _start(config).why == "build 20010101T120000Z-dead was not published"


def test_the_folder_of_a_rebuild_is_no_earlier_build(config: Settings, before: Build) -> None:
    _open(config, "reproduce")
    assert _start(config).before == before


def test_carried_results_name_the_build_in_which_they_ran_and_are_judged_anew(config: Settings, before: Build) -> None:
    (carried,) = _start(config).carried({"weather__never_empty"})
    bare = CheckResult(Checker.DBT_TEST, CHECK.rule_id, CHECK.statement, CHECK.severity, CHECK.table_name, CHECK.status)
    assert carried == replace(bare, carried_from=before.id)
    later = _finish(_open(config, "20010103T000000Z-cccc"))
    later.write_results("dbt", [carried])
    assert Start(later).carried(set()) == [carried], "the first build in which it ran stays"


def test_the_compiled_sql_of_what_was_not_built_is_that_of_the_build_before(config: Settings, before: Build) -> None:
    now = {"nodes": {"model.a": {"compiled_code": "select 3"}, "model.b": {"compiled_code": None}, "seed.c": {}}}
    nodes = Start(before).complete(now)["nodes"]
    assert [nodes[name]["compiled_code"] for name in ("model.a", "model.b", "seed.c")] == ["select 3", "select 2", None]


def test_the_database_is_copied_and_the_one_before_stays(before: Build, tmp_path: Path) -> None:
    Start(before).copy_database(tmp_path / "copy")
    (tmp_path / "copy").write_bytes((tmp_path / "copy").read_bytes() + b"more")
    assert before.database.read_bytes() == b"tables"
    Start().copy_database(tmp_path / "none")
    assert not (tmp_path / "none").exists()


CLOCK = re.compile(
    r"\b(current_date|current_timestamp|current_time|localtimestamp|run_started_at|invocation_id)\b"
    r"|\b(now|today|getdate|random|gen_random_uuid)\s*\(",
    re.IGNORECASE,
)


def test_nothing_in_dbt_asks_the_clock() -> None:
    """A model or test that did would be carried although the day changed. Rules of the audit may: they always run."""
    files = [*PROJECT_DIR.rglob("*.sql"), *PROJECT_DIR.rglob("*.yml")]
    found = [f"{path.name}: {match[0]}" for path in files for match in CLOCK.finditer(path.read_text())]
    assert found == []
