"""What goes wrong in a run: the last publication stays up, and the message helps."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.settings import PROJECT_ROOT
from tests.builds import Workplace
from tests.pipeline.conftest import APPEALS, take_in_changed_appeals


def _up(place: Workplace) -> tuple[str, int, int]:
    """What readers see: the folder that is up, and the identity of the database file."""
    stat = (place.published / "lines_of_effort.duckdb").stat()
    return (place.published / "current").resolve().name, stat.st_ino, stat.st_mtime_ns


def test_what_blocks_is_named_and_the_publication_stays_up(workplace: Workplace, tmp_path: Path) -> None:
    """A rule that fails on a changed figure, and an acceptance that has expired, in one run."""
    before = _up(workplace)
    take_in_changed_appeals(workplace, {"138491372": "-1"})  # the requirement of the plan for Honduras of 2025
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
        [sys.executable, "-c", code, str(own), "run"],
        cwd=PROJECT_ROOT, env=workplace.environment, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert result.returncode == 4, result.stdout + result.stderr
    assert "Not published" in result.stderr
    assert "The last publication stays up" in result.stderr
    assert "fts_plans.money_outside_plans_has_no_requirement" in result.stderr
    assert "acceptances.not_expired" in result.stderr
    assert "was accepted by maintainers until 2001-01-31" in result.stderr
    assert _up(workplace) == before
    newest = max(workplace.builds.glob("*Z-*"))
    report = (newest / "reports" / "audit.html").read_text()
    assert "not published" in report.lower()


def test_an_unknown_country_stops_the_build_and_is_named(workplace: Workplace) -> None:
    before = _up(workplace)
    take_in_changed_appeals(workplace)
    # The landed vintage changes under our hands, as by a fault of the disk or of a person.
    path = max((workplace.data_dir / "recorded" / "landing" / APPEALS).glob("*.parquet"))
    table = pq.read_table(path)
    index = table.schema.get_field_index("countryCode")
    codes = pc.if_else(pc.equal(table["countryCode"], "HND"), "HONDURAS (NEW)", table["countryCode"])
    pq.write_table(table.set_column(index, table.schema.field(index), codes), path)
    result = workplace.call("run")
    assert result.returncode == 4, result.stdout + result.stderr
    assert "HONDURAS (NEW)" in result.stderr
    assert _up(workplace) == before


def test_live_without_a_network_says_so_and_publishes_nothing(tmp_path: Path) -> None:
    place = Workplace(tmp_path / "data", {"LOE_SOURCES": "live", "LOE_ATTEMPTS": "1"})
    result = place.call("run")
    assert result.returncode == 3, result.stdout + result.stderr
    assert "nothing is archived yet" in result.stderr
    assert "LOE_SOURCES=recorded" in result.stderr
    assert not (place.data_dir / "live" / "published").exists()


def test_publishers_that_are_down_leave_their_last_good_vintages_in_use(workplace: Workplace) -> None:
    (workplace.data_dir / "recorded").rename(workplace.data_dir / "live")
    (state,) = (workplace.data_dir / "live" / "builds").glob("*/build.json")
    told = json.loads(state.read_text())
    told["rests_on"]["sources"] = told["source_mode"] = "live"
    state.write_text(json.dumps(told))
    place = Workplace(workplace.data_dir, {"LOE_SOURCES": "live", "LOE_ATTEMPTS": "1"})
    first = place.call("run")
    assert first.returncode == 3, first.stdout + first.stderr
    assert "published" in first.stdout
    assert "cbp/nationwide_encounters_state failed; its last good vintage is used" in first.stderr
    assert "2025-05-31-aa2354c25dee" in first.stdout
    again = place.call("run", "--json")
    assert again.returncode == 3, again.stderr
    assert json.loads(again.stdout)["nothing_new"] is True
