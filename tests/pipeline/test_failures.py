"""What goes wrong in a run: the last publication stays up, and the message helps."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import duckdb

from ingestion.settings import PROJECT_ROOT
from tests.builds import Workplace
from tests.pipeline.conftest import take_in_changed_appeals, wait_for_build

VINTAGES = "select dataset_id, vintage_id, row_count from core.dim_vintage order by all"


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
        "from ingestion.cli import command_line\ncommand_line()"
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


SPOILED = {
    "cbp/nationwide_encounters_state": """
        select * exclude n replace (case n when 1 then 'ATLANTIS' else "Citizenship" end as "Citizenship") from landed
    """,
    "state_prm/refugee_admissions": """
        select * exclude n replace (
            case when country = 'Total Latin America/Caribbean' and fiscal_year_title = 'Fiscal Year 2022' then '2486'
                else "FY Total Admitted to the U.S." end as "FY Total Admitted to the U.S.",
            case when country = 'Burma' then 'Burma (Myanmar)' else country end as country
        ) from landed
    """,
    "unhcr/asylum_applications": """
        select * exclude n replace (case n when 1 then 'QQ' else app_type end as app_type) from landed
        union all select * exclude n from landed where n = 5
    """,
    "world_bank/wdi": """
        select * exclude n replace (case n when 1 then 'n/a' else value end as value) from landed
    """,
}
"""Dataset to the statement that spoils its newest landed file."""

CAUSES = {
    "stg_cbp__nationwide_encounters_state__labels_are_mapped": "unmapped_label=ATLANTIS",
    "stg_state_prm__refugee_admissions__countries_make_the_region": "2022",
    "stg_state_prm__refugee_admissions__country_is_mapped": "unmapped_label=Burma (Myanmar)",
    "stg_unhcr__asylum_applications__codes_are_known": "QQ",
    "stg_unhcr__asylum_applications__keys_are_whole": "occurs more than once",
    "stg_world_bank__wdi__nothing_unparsed": "source_file=SP.POP.TOTL",
}


def test_spoiled_files_stop_the_build_and_each_cause_is_named(workplace: Workplace) -> None:
    """Landed files change under our hands, as by a fault of the disk or of a person."""
    before = _up(workplace)
    take_in_changed_appeals(workplace)
    for dataset, select in SPOILED.items():
        newest = max((workplace.workspace / "landing" / dataset).glob("*.parquet"))
        with duckdb.connect() as connection:
            connection.execute(f"create table landed as select row_number() over () as n, * from '{newest}'")
            connection.execute(f"copy ({select}) to '{newest}' (format parquet)")
    result = workplace.call("run")
    assert result.returncode == 4, result.stdout + result.stderr
    failed = {check.rule_id: check.sample for check in workplace.newest_build.results() if check.blocks}
    for rule_id, cause in CAUSES.items():
        assert rule_id in result.stderr
        assert cause in failed[rule_id]
    assert {rule_id for rule_id in failed if rule_id.startswith("stg_")} == CAUSES.keys(), "the rest did not run"
    assert _up(workplace) == before


def test_live_without_a_network_says_so_and_publishes_nothing(tmp_path: Path) -> None:
    place = Workplace(tmp_path / "data", {"LOE_SOURCES": "live", "LOE_ATTEMPTS": "1"})
    result = place.call("run")
    assert result.returncode == 3, result.stdout + result.stderr
    assert "nothing is archived yet" in result.stderr
    assert "LOE_SOURCES=recorded" in result.stderr
    assert not (place.data_dir / "live" / "published").exists()


def test_a_second_run_a_kill_and_publishers_that_are_down(workplace: Workplace) -> None:
    """What was up stays up, the next run builds everything, and the last good vintages are used."""
    (workplace.data_dir / "recorded").rename(workplace.data_dir / "live")
    place = Workplace(workplace.data_dir, {"LOE_SOURCES": "live", "LOE_ATTEMPTS": "1"})
    (state,) = place.builds.glob("*Z-*/build.json")
    told = json.loads(state.read_text())
    told["rests_on"]["sources"] = told["source_mode"] = "live"
    state.write_text(json.dumps(told))
    kept = [state.with_name("loe_build.duckdb"), place.published / "current" / "manifest.json"]
    before, contents = _up(place), [path.read_bytes() for path in kept]
    vintages = place.query(VINTAGES)
    run = place.start("run")
    try:
        wait_for_build(place)
        second = place.call("run")
        assert second.returncode == 5, second.stdout + second.stderr
        assert f"process {run.pid}" in second.stderr
    finally:
        run.send_signal(signal.SIGKILL)
        run.communicate()
    assert _up(place) == before
    assert [path.read_bytes() for path in kept] == contents

    next_run = place.call("run")
    assert next_run.returncode == 3, next_run.stdout + next_run.stderr
    assert "was not published" in next_run.stdout, "why everything is built"
    assert "cbp/nationwide_encounters_state failed; its last good vintage is used" in next_run.stderr
    assert "2025-05-31-aa2354c25dee" in next_run.stdout
    assert _up(place)[0] > before[0]
    assert place.query(VINTAGES) == vintages != []
    assert [path.name for path in (place.published / "builds").iterdir() if path.name.startswith(".")] == []
    again = place.call("run", "--json")
    assert again.returncode == 3, again.stderr
    assert json.loads(again.stdout)["nothing_new"] is True
