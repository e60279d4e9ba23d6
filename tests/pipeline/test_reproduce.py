"""A publication is rebuilt from its archived bytes, and a table that is not what was published is named.

It was built on two threads and is rebuilt on one: the order in which models run must not matter.
"""

from __future__ import annotations

import json

from publication.history import NOT_COMPARED
from tests.builds import Workplace


def test_a_rebuild_gives_every_table_and_finds_the_one_that_was_changed(workplace: Workplace) -> None:
    path = workplace.published / "current" / "manifest.json"
    manifest = json.loads(path.read_text())
    name = "core.fct_observations"
    manifest["tables"][name]["content_hash"] = "1"  # as if the publication had been changed afterwards
    path.write_text(json.dumps(manifest))
    result = Workplace(workplace.data_dir, {"LOE_THREADS": "1"}).call("reproduce", "--json")
    assert result.returncode == 1, result.stdout + result.stderr
    done = json.loads(result.stdout)
    assert [difference["table"] for difference in done["different"]] == [name]
    assert done["build_id"] == manifest["build_id"]
    assert done["vintages"] == len(manifest["vintages"])
    assert done["not_compared"] == sorted(NOT_COMPARED)
    assert done["compared"] == len(manifest["tables"]) - len(NOT_COMPARED)
    assert not (workplace.builds / "reproduce").exists()
    assert not workplace.network_log.exists()
