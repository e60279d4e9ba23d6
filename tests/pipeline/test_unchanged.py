"""A new vintage of one dataset: only what depends on it is built, and the publication is that of a full build."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from publication.compare import differences
from publication.history import NOT_COMPARED
from tests.builds import FirstRun, Workplace
from tests.pipeline.conftest import take_in_changed_appeals

FOLLOWS = "source.lines_of_effort.ocha_fts.requirements_funding"
ALWAYS = ("source.lines_of_effort.ingestion.", "source.lines_of_effort.history.", "source.lines_of_effort.publication.")


def _manifest(place: Workplace) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((place.published / "current" / "manifest.json").read_text())
    return manifest


def _compiled(manifest: Mapping[str, Any]) -> dict[str, str]:
    models = [node for name, node in manifest["nodes"].items() if name.startswith("model.")]
    return {node["name"]: node["compiled_code"] for node in models if node.get("compiled_code")}


def _below(manifest: Mapping[str, Any], starts: tuple[str, ...]) -> set[str]:
    """Names of the models below the sources whose ids start so."""
    waiting = [name for name in manifest["sources"] if name.startswith(starts)]
    seen: set[str] = set()
    while waiting:
        for child in manifest["child_map"].get(waiting.pop(), []):
            if child not in seen:
                seen.add(child)
                waiting.append(child)
    return {manifest["nodes"][name]["name"] for name in seen if name.startswith("model.")}


@dataclass(frozen=True)
class Story:
    """The first run, a changed vintage, and what a run makes of it.

    Args:
        place: where it happens.
        before: manifest of the first run.
        done: the job, run by Dagster's command line.
        shown: the run that was asked for afterwards, with nothing left to do.
        after: what is published then: its manifest.
    """

    place: Workplace
    before: dict[str, Any]
    done: subprocess.CompletedProcess[str]
    shown: subprocess.CompletedProcess[str]
    after: dict[str, Any]


@pytest.fixture(scope="module")
def story(first_run: FirstRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    data = tmp_path_factory.mktemp("story") / "data"
    shutil.copytree(first_run.workplace.data_dir, data, symlinks=True)
    place = Workplace(data)
    before = _manifest(place)
    take_in_changed_appeals(place)
    done = place.dagster("job", "execute", "-m", "dagster_project.definitions", "-j", "publish_warehouse")
    shown = place.call("run")
    yield Story(place, before, done, shown, _manifest(place))
    shutil.rmtree(data)


def test_dagster_runs_the_same_job(story: Story) -> None:
    assert story.done.returncode == 0, story.done.stderr[-2000:]
    assert story.after["build_id"] > story.before["build_id"]
    assert "nothing done" in story.shown.stdout


def test_only_what_depends_on_the_new_vintage_is_built(story: Story) -> None:
    place, before, after = story.place, story.before, story.after
    assert len({v["vintage_id"] for v in after["vintages"]} - {v["vintage_id"] for v in before["vintages"]}) == 1
    assert [d.table for d in differences(before["tables"], after["tables"])] != []
    old, dbt = (json.loads((place.builds / m["build_id"] / "dbt_manifest.json").read_text()) for m in (before, after))
    models = after["models"]
    assert set(models["built"]) == _below(dbt, (FOLLOWS, *ALWAYS))
    assert {"stg_ocha_fts__requirements_funding", "int_funding__appeals", "appeal_coverage"} <= set(models["built"])
    assert {"stg_cbp__nationwide_encounters_state", "southwest_encounters"} <= set(models["unchanged"])
    assert models["unchanged_since"] == before["build_id"]
    number, total = len(models["built"]), len(models["built"]) + len(models["unchanged"])
    line = f"Built  {number} of {total} models; the rest is unchanged since build {before['build_id']}"
    assert line in story.shown.stdout
    assert number < total / 4
    assert _compiled(dbt) == _compiled(old), "older states are made from the compiled SQL of every model"


def test_every_dbt_test_has_a_result_of_this_build_or_one_carried_from_before(story: Story) -> None:
    place, before, after = story.place, story.before, story.after
    tests = (
        "select rule_id, table_name, status from quality.check_results where checker = 'dbt_test' and build_id = '{}'"
    )
    of_before, of_after = (sorted(place.query(tests.format(m["build_id"]))) for m in (before, after))
    assert of_after == of_before
    carried = place.query("select distinct build_id, carried_from from quality.check_results where carried_from <> ''")
    assert carried == [(after["build_id"], before["build_id"])]
    ran = {
        table
        for (table,) in place.query(
            "select distinct table_name from quality.check_results "
            f"where checker = 'dbt_test' and build_id = '{after['build_id']}' and carried_from is null"
        )
    }
    assert "loe_1_acute_needs.appeal_coverage" in ran
    assert "staging.stg_cbp__nationwide_encounters_state" not in ran


def test_it_is_told_what_the_changed_vintage_moved(story: Story) -> None:
    assert not story.place.network_log.exists()
    told = json.loads(story.place.call("changes", "--json").stdout)
    assert told["previous_build_id"] == story.before["build_id"]
    assert told["code_changed"] is False
    assert [
        (f["change_rank"], f["change_size"], f["reference_area"], f["time_period"], f["previous_value"],
         f["observation_value"], f["percent_change"], f["change_kind"], f["cause"], f["measure"])
        for f in told["figures"]
    ] == [
        (rank, size, "HND", period, *values, "revised", "new_vintage", f"appeal_{part}_response_plan")
        for rank, size, part, period, *values in (
            # Funding over requirements, per cent: 14,692,873, then 20,773,706, of 138,491,372, and so on.
            (1, "large", "coverage", "PLAN2025", "10.609233", "15.000000", "41.386281"),
            (2, "large", "funding", "PLAN2025", "14692873.000000", "20773706.000000", "41.386276"),
            (3, "moderate", "coverage", "PLAN2023", "17.058290", "18.081787", "5.999998"),
            (4, "moderate", "funding", "PLAN2023", "47824769.000000", "50694255.000000", "6.000000"),
            (5, "small", "coverage", "PLAN2022", "43.058777", "43.489364", "0.999998"),
            (6, "small", "funding", "PLAN2022", "66868714.000000", "67537401.000000", "1.000000"),
        )
    ]  # fmt: skip
    [line] = told["lines"]
    assert line == {
        "line": 1, "figures": 6, "large": 2, "moderate": 2, "small": 2, "added": 0, "removed": 0, "revised": 6
    }  # fmt: skip
    grown = {table["table_name"] for table in told["tables"]}
    assert "core.dim_vintage" in grown
    assert "core.fct_observations" not in grown
    counted = story.place.query("select table_name from quality.publication_table_changes")
    assert {name for (name,) in counted} == set(story.after["tables"]) - NOT_COMPARED
    checks = (
        "select rule_id, status, sample from quality.check_results "
        f"where rule_id like 'publication.%' and build_id > '{story.before['build_id']}'"
    )
    found = {rule_id: (status, sample) for rule_id, status, sample in story.place.query(checks)}
    large = found.pop("publication.ended_periods_move_little")
    assert large[0] == "failed"
    assert "reference_area=HND, counterpart_area=null, time_period=PLAN2025" in str(large[1])
    assert {status for status, _ in found.values()} == {"passed"}


def test_a_rebuild_from_nothing_gives_the_same_and_finds_the_table_that_was_changed(story: Story) -> None:
    """It was built on two threads, part of it in the build before, and is rebuilt on one: the order must not matter."""
    place, name = story.place, "core.fct_observations"
    path = place.published / "current" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["tables"][name]["content_hash"] = "1"  # as if the publication had been changed afterwards
    path.write_text(json.dumps(manifest))
    result = Workplace(place.data_dir, {"LOE_THREADS": "1"}).call("reproduce", "--json")
    assert result.returncode == 1, result.stdout + result.stderr
    done = json.loads(result.stdout)
    assert [difference["table"] for difference in done["different"]] == [name]
    assert done["build_id"] == manifest["build_id"]
    assert done["vintages"] == len(manifest["vintages"])
    assert done["not_compared"] == sorted(NOT_COMPARED)
    assert done["compared"] == len(manifest["tables"]) - len(NOT_COMPARED)
    assert not (place.builds / "reproduce").exists()
    assert not place.network_log.exists()
