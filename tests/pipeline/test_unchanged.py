"""A new vintage of one dataset: only what depends on it is built, and the publication is that of a full build."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from typing import Any

from publication.compare import differences
from publication.history import NOT_COMPARED
from tests.builds import Workplace
from tests.pipeline.conftest import take_in_changed_appeals, wait_for_build

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


def test_one_new_vintage_gives_what_a_full_build_gives(workplace: Workplace) -> None:
    place, before = workplace, _manifest(workplace)
    take_in_changed_appeals(place)
    result = place.call("run")
    assert result.returncode == 0, result.stderr
    after = _manifest(place)
    [new] = {v["vintage_id"] for v in after["vintages"]} - {v["vintage_id"] for v in before["vintages"]}
    assert [d.table for d in differences(before["tables"], after["tables"])] != []

    old, dbt = (json.loads((place.builds / m["build_id"] / "dbt_manifest.json").read_text()) for m in (before, after))
    models = after["models"]
    assert set(models["built"]) == _below(dbt, (FOLLOWS, *ALWAYS))
    assert {"stg_ocha_fts__requirements_funding", "int_funding__appeals", "appeal_coverage"} <= set(models["built"])
    assert {"stg_cbp__nationwide_encounters_state", "southwest_encounters"} <= set(models["unchanged"])
    assert models["unchanged_since"] == before["build_id"]
    number, total = len(models["built"]), len(models["built"]) + len(models["unchanged"])
    line = f"Built  {number} of {total} models; the rest is unchanged since build {before['build_id']}"
    assert line in result.stdout
    assert number < total / 4
    assert _compiled(dbt) == _compiled(old), "older states are made from the compiled SQL of every model"

    # Every dbt test has a result: of this build, or carried from the one before.
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

    # All of it built again, from the same bytes and by the same code: not a figure differs, nor any number of rows.
    result = place.call("run", "--force")
    assert result.returncode == 0, result.stderr
    assert f"Built  all {total} models: it was asked for" in result.stdout
    forced = _manifest(place)
    assert new in {vintage["vintage_id"] for vintage in forced["vintages"]}
    assert differences(after["tables"], forced["tables"]) == []
    assert place.query("select count(*) from quality.publication_changes") == [(0,)]
    rows = "select previous_build_id, max(abs(difference)) from quality.publication_table_changes group by 1"
    assert place.query(rows) == [(after["build_id"], 0)]
    compared = {name for (name,) in place.query("select table_name from quality.publication_table_changes")}
    assert compared == set(forced["tables"]) - NOT_COMPARED


def test_a_run_that_is_killed_while_it_builds_leaves_everything_whole(workplace: Workplace) -> None:
    before = _manifest(workplace)
    (old,) = workplace.builds.glob("*Z-*")
    database = (old / "loe_build.duckdb").read_bytes()
    take_in_changed_appeals(workplace)
    run = workplace.start("run")
    try:
        wait_for_build(workplace)
    finally:
        run.send_signal(signal.SIGKILL)
        run.communicate()
    assert _manifest(workplace) == before
    assert (old / "loe_build.duckdb").read_bytes() == database
    promoted = "select count(*) from core.dim_vintage where status = 'promoted'"
    assert workplace.query(promoted) == [(len(before["vintages"]),)]
