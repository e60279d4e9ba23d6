from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingestion.contract import Row
from ingestion.errors import ContractError
from ingestion.recorded import recorded_vintages
from ingestion.sources import _unhcr
from ingestion.sources.unhcr_demographics import DATASET
from tests.contract.support import Served, parsed, releases

CELLS = [field.name for field in DATASET.fields if field.unit]


def made_up(**changes: Any) -> dict[str, Any]:
    """A row in the interface's layout, made up for tests."""
    sides = {
        f"{side}{key}": value
        for side, country in {"coo": ("80", "Guatemala", "GUA", "GTM"), "coa": ("137", "Mexico", "MEX", "MEX")}.items()
        for key, value in zip(("_id", "_name", "", "_iso"), country, strict=True)
    }
    return {"year": 2024, **sides, "pop_type": "REF", **dict.fromkeys(CELLS, "0"), "total": 25} | changes


def rows(tmp_path: Path, *items: dict[str, Any]) -> list[Row]:
    path = tmp_path / "page.json"
    path.write_text(json.dumps({"page": 1, "short-url": "x", "maxPages": 1, "total": [], "items": items}))
    return list(DATASET.parse(DATASET, "pairs/page-1.json", path))


def test_groups_are_asked_for_one_by_one(tmp_path: Path) -> None:
    """Without ptype_show the interface adds all groups, the host community too."""
    answer = {"page": 1, "short-url": "x", "maxPages": 0, "total": [], "items": []}
    getter = Served(tmp_path, {f"{_unhcr.BASE}/demographics/": answer})
    (release,) = DATASET.fetch(DATASET, getter)
    assert [payload.file for payload in release.payloads] == ["pairs/page-1.json"]
    assert getter.asked[0][1] == {
        **_unhcr.PAIRS.params,
        "ptype_show": "true",
        "locationDescription_show": "true",
        "locationUR_show": "true",
        "locationAccType_show": "true",
        "page": "1",
    }


def test_a_row_without_the_columns_on_place_is_read_and_another_name_stops(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, made_up())
    assert row.values.get("location") is None
    assert (row.values["f_total"], row.values["total"]) == ("0", "25")
    with pytest.raises(ContractError, match="locationDescription"):
        rows(tmp_path, made_up(locationDescription="North"))


def test_totals_of_the_world_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="not asked for"):
        rows(tmp_path, made_up(coo_iso="-"))


def test_the_recording(tmp_path: Path) -> None:
    (bundle,) = recorded_vintages(DATASET.id)
    (release,) = releases(DATASET, bundle, tmp_path)
    found = [row.values for row in parsed(DATASET, release)]
    assert len(found) == 1633
    assert {row["year"] for row in found} == {"2025"}
    counts = {int(row[cell] or -1) for row in found for cell in CELLS}
    assert not counts & {1, 2, 3, 4}, "small counts are printed as 5"
    without = [row for row in found if row["f_total"] == row["m_total"] == "0" and row["total"] != "0"]
    assert len(without) == 388, "zero beside a total: not known"
    for row in found:
        for sex in "fm":
            bands = ("0_4", "5_11", "12_17", "18_59", "60", "other")
            assert sum(int(row[f"{sex}_{band}"] or 0) for band in bands) == int(row[f"{sex}_total"] or 0)


def test_the_page_recorded_from_the_interface(originals: Path) -> None:
    """Its columns are those of the contract; it is about the world, which is not asked for."""
    path = originals / "unhcr" / "wire_json" / "demographics_ptype_show.json"
    place = {"location", "loc_type", "acc_type"}
    columns = [field.name for field in DATASET.fields if field.name not in place]
    assert {tuple(item) for item in json.loads(path.read_text())["items"]} == {tuple(columns)}
    with pytest.raises(ContractError, match="not asked for"):
        list(DATASET.parse(DATASET, "pairs/page-1.json", path))
