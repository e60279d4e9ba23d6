"""IPC national file: the layout is real, the rows of the small fixtures are made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.errors import ContractError, FetchError
from ingestion.sources import _hdx
from ingestion.sources import ipc_acute_food_insecurity as ipc
from tests.contract.support import Served, parsed, values

DATASET = ipc.DATASET
HEADER = ",".join(field.name for field in DATASET.fields)
TAGS = "#date+analysis,#country+code,#population,#period,#date+start,#date+end,#phase,#affected,#pct"
ROW = "Jan 2001,HND,1000,current,2001-01-01,2001-03-31,{},{},0.25"
ADDRESS = "https://data.humdata.org/dataset/invented/download/ipc_global_national_long.csv"


def package(*names: str) -> dict[str, object]:
    return {"success": True, "result": {"resources": [{"name": name, "download_url": ADDRESS} for name in names]}}


def test_the_address_is_found_in_the_list_of_files(tmp_path: Path) -> None:
    body = "\n".join([HEADER, TAGS, ROW.format("all", 800), ROW.format("3+", 200), ROW.replace("HND", "AFG")]) + "\n"
    getter = Served(tmp_path, {_hdx.PACKAGE: package("other.csv", ipc.FILE), ADDRESS: body})
    (release,) = ipc.fetch(DATASET, getter)
    assert [url for url, _ in getter.asked] == [_hdx.PACKAGE, ADDRESS]
    assert getter.asked[0][1] == {"id": ipc.NAME}
    rows = parsed(DATASET, release)
    assert values(rows, "Phase") == ["all", "3+"], "neither tags nor other countries"
    assert rows[1].values["Number"] == "200"


@pytest.mark.parametrize("answer", [package("other.csv"), package(ipc.FILE, ipc.FILE), {"success": False}, [1]])
def test_a_list_without_the_file_stops(tmp_path: Path, answer: object) -> None:
    with pytest.raises(FetchError) as caught:
        list(ipc.fetch(DATASET, Served(tmp_path, {_hdx.PACKAGE: answer})))
    assert caught.value.rule == "hdx.resource"


def test_another_layout_stops(tmp_path: Path) -> None:
    path = tmp_path / ipc.FILE
    path.write_text(HEADER.replace("Phase", "Level 1") + "\n")
    with pytest.raises(ContractError):
        list(ipc.parse(DATASET, ipc.FILE, path))


def test_the_real_layout_is_read(originals: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = originals / "ipc" / ipc.FILE
    assert list(ipc.parse(DATASET, ipc.FILE, path)) == [], "no row of the region is in it"
    monkeypatch.setattr(ipc, "COUNTRIES", ("AGO", "ETH"))
    rows = [row.values for row in ipc.parse(DATASET, ipc.FILE, path)]
    assert len(rows) == 28 + 91
    angola = {row["Phase"]: row["Number"] for row in rows if row["Country"] == "AGO" and row["From"] == "2021-06-01"}
    assert (angola["all"], angola["3+"]) == ("2667790", "1315532")
    twice = [row for row in rows if (row["Country"], row["From"], row["Phase"]) == ("ETH", "2021-05-01", "all")]
    assert len(twice) == 2, "two analyses of one date"
