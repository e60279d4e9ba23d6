"""A rule that fails, a killed run, two runs at once: the last publication stays up, and the message helps."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.settings import PROJECT_ROOT
from publication.history import NOT_COMPARED
from tests.builds import Workplace
from tests.pipeline.conftest import wait_for_build


def _up(place: Workplace) -> tuple[str, int, int]:
    """What readers see: the folder that is up, and the identity of the database file."""
    stat = (place.published / "lines_of_effort.duckdb").stat()
    return (place.published / "current").resolve().name, stat.st_ino, stat.st_mtime_ns


def _tamper(place: Workplace, dataset: str, change: Callable[[pa.Table], pa.Table]) -> Path:
    """Change the newest landed vintage of a dataset, as a fault of the disk or of a person would."""
    path = max((place.data_dir / "recorded" / "landing" / dataset).glob("*.parquet"))
    pq.write_table(change(pq.read_table(path)), path)
    return path


def _replace(table: pa.Table, column: str, old: str, new: str) -> pa.Table:
    index = table.schema.get_field_index(column)
    values = pc.if_else(pc.equal(table[column], old), new, table[column])
    return table.set_column(index, table.schema.field(index), values)


def test_a_failed_blocking_rule_leaves_the_publication_and_exits_4(workplace: Workplace) -> None:
    before = _up(workplace)
    # Half of the rows of the newest file are lost: every key and label is still right, only the totals are not.
    _tamper(workplace, "cbp/nationwide_encounters_state", lambda table: table.slice(0, table.num_rows // 2))
    result = workplace.call("run", "--force")
    assert result.returncode == 4, result.stdout + result.stderr
    assert "Not published" in result.stderr
    assert "loe_6_border_management" in result.stderr
    assert "The last publication stays up" in result.stderr
    assert _up(workplace) == before
    newest = max(workplace.builds.glob("*Z-*"))
    report = (newest / "reports" / "audit.html").read_text()
    assert "not published" in report.lower()


def test_an_unknown_country_stops_the_build_and_is_named(workplace: Workplace) -> None:
    before = _up(workplace)
    _tamper(
        workplace,
        "cbp/nationwide_encounters_state",
        lambda table: _replace(table, "Citizenship", "HONDURAS", "HONDURAS (NEW SPELLING)"),
    )
    result = workplace.call("run", "--force")
    assert result.returncode == 4, result.stdout + result.stderr
    assert "HONDURAS (NEW SPELLING)" in result.stderr
    assert _up(workplace) == before


def test_an_expired_acceptance_refuses_the_build_and_names_itself(workplace: Workplace, tmp_path: Path) -> None:
    before = _up(workplace)
    text = (PROJECT_ROOT / "expectations" / "acceptances.yml").read_text()
    assert "expires: 2027-12-31" in text
    own = tmp_path / "acceptances.yml"
    own.write_text(text.replace("expires: 2027-12-31", "expires: 2001-01-31", 1))
    code = (
        "import pathlib, sys\nimport expectations.acceptances as acceptances\n"
        "acceptances.FILE = pathlib.Path(sys.argv.pop(1))\n"
        "from ingestion.cli import main\nmain()"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(own), "run", "--force"],
        cwd=PROJECT_ROOT, env=workplace.environment, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert result.returncode == 4, result.stdout + result.stderr
    assert "acceptances.not_expired" in result.stderr
    assert "was accepted by maintainers until 2001-01-31" in result.stderr
    assert _up(workplace) == before


def test_two_runs_at_once_and_a_killed_run(workplace: Workplace) -> None:
    before = _up(workplace)
    hashes = workplace.query("select count(*) from core.fct_observations")
    first = workplace.start("run", "--force")
    try:
        wait_for_build(workplace)
        second = workplace.call("run", "--force")
        assert second.returncode == 5, second.stdout + second.stderr
        assert f"process {first.pid}" in second.stderr
    finally:
        first.send_signal(signal.SIGKILL)
        first.communicate()
    assert _up(workplace) == before
    third = workplace.call("run", "--force")
    assert third.returncode == 0, third.stderr
    assert _up(workplace)[0] != before[0]
    assert workplace.query("select count(*) from core.fct_observations") == hashes
    # The same bytes and the same code: not a figure differs from the publication before, nor any number of rows.
    assert workplace.query("select count(*) from quality.publication_changes") == [(0,)]
    rows = "select previous_build_id, max(abs(difference)) from quality.publication_table_changes group by 1"
    assert workplace.query(rows) == [(before[0], 0)]
    compared = {name for (name,) in workplace.query("select table_name from quality.publication_table_changes")}
    manifest = json.loads((workplace.published / "current" / "manifest.json").read_text())
    assert compared == set(manifest["tables"]) - NOT_COMPARED
    left = [path.name for path in (workplace.published / "builds").iterdir() if path.name.startswith(".")]
    assert left == []


def test_live_without_a_network_says_so_and_publishes_nothing(tmp_path: Path) -> None:
    place = Workplace(tmp_path / "data", {"LOE_SOURCES": "live", "LOE_ATTEMPTS": "1"})
    result = place.call("run")
    assert result.returncode == 3, result.stdout + result.stderr
    assert "nothing is archived yet" in result.stderr
    assert "LOE_SOURCES=recorded" in result.stderr
    assert not (place.data_dir / "live" / "published").exists()


def test_publishers_that_are_down_leave_their_last_good_vintages_in_use(workplace: Workplace) -> None:
    (workplace.data_dir / "recorded").rename(workplace.data_dir / "live")
    place = Workplace(workplace.data_dir, {"LOE_SOURCES": "live", "LOE_ATTEMPTS": "1"})
    first = place.call("run")
    assert first.returncode == 3, first.stdout + first.stderr
    assert "published" in first.stdout
    assert "cbp/nationwide_encounters_state failed; its last good vintage is used" in first.stderr
    assert "2025-05-31-aa2354c25dee" in first.stdout
    again = place.call("run", "--json")
    assert again.returncode == 3, again.stderr
    assert json.loads(again.stdout)["nothing_new"] is True
