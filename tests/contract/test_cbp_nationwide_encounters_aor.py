"""CBP's file by area of responsibility: header and first rows as others quote them, the rest made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.errors import ContractError, FetchError
from ingestion.sources import cbp_nationwide_encounters_aor as aor
from ingestion.sources import cbp_nationwide_encounters_state as state
from tests.contract.support import Served, parsed, values

DATASET = aor.DATASET
QUOTED = """\
Fiscal Year,Month Grouping,Month (abbv),Component,Land Border Region,Area of Responsibility,AOR (Abbv),Demographic,\
Citizenship,Title of Authority,Encounter Type,Encounter Count
2023,FYTD,DEC,Office of Field Operations,Northern Land Border,Boston Field Office,Boston,Accompanied Minors,BRAZIL,\
Title 42,Expulsions,3
2023,FYTD,DEC,Office of Field Operations,Northern Land Border,Boston Field Office,Boston,Accompanied Minors,CANADA,\
Title 42,Expulsions,1
2023,FYTD,DEC,Office of Field Operations,Northern Land Border,Boston Field Office,Boston,Accompanied Minors,CANADA,\
Title 8,Inadmissibles,1
"""
SITE = "https://www.cbp.gov/sites/default/files"
NEW = f"{SITE}/2026-07/nationwide-encounters-fy23-fy26-jun-aor.csv"
OLD = f"{SITE}/assets/documents/2023-Nov/nationwide-encounters-fy20-fy23-aor.csv"
PAGE = f"""<html><body><a href="{NEW}">AOR</a><a href="{OLD}">AOR</a>
<a href="{SITE}/2026-07/nationwide-encounters-fy23-fy26-jun-state.csv">State</a></body></html>"""


def test_files_by_area_are_found_oldest_first_and_none_by_state(tmp_path: Path) -> None:
    getter = Served(tmp_path, {state.DISCOVERY: PAGE, OLD: QUOTED, NEW: QUOTED.replace("2023,", "2026 (FYTD),")})
    old, new = aor.fetch(DATASET, getter)
    assert [url for url, _ in getter.asked] == [state.DISCOVERY, OLD, NEW]
    assert (old.label, new.label) == ("fy20-fy23", "fy23-fy26-jun")
    assert values(parsed(DATASET, old), "Encounter Count") == ["3", "1", "1"]
    assert values(parsed(DATASET, new), "Fiscal Year") == ["2026 (FYTD)"] * 3


def test_rows_differ_by_their_key(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(QUOTED)
    rows = [row.values for row in aor.parse(DATASET, "x.csv", path)]
    assert len({tuple(row[name] for name in DATASET.gate.unique) for row in rows}) == 3
    assert rows[0]["Component"] == "Office of Field Operations"


def test_the_layout_by_state_and_a_page_without_files_stop(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(",".join(field.name for field in state.DATASET.fields) + "\n")
    with pytest.raises(ContractError) as caught:
        list(aor.parse(DATASET, "x.csv", path))
    assert caught.value.rule == "header.missing"
    with pytest.raises(FetchError) as missing:
        list(aor.fetch(DATASET, Served(tmp_path, {state.DISCOVERY: "<html></html>"})))
    assert missing.value.rule == "discovery.no_links"
