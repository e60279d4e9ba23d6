from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ingestion.contract import Row
from ingestion.errors import ContractError, FetchError
from ingestion.formats import json_pages
from ingestion.recorded import MISSING_RULE, recorded_vintages
from ingestion.sources import world_bank_wdi as wdi
from tests.contract.support import Served, parsed, releases

DATASET = wdi.DATASET
POPULATION = "SP.POP.TOTL"
ERROR = [{"message": [{"id": "120", "key": "Invalid value", "value": "The provided parameter value is not valid"}]}]


def observation(indicator: str = POPULATION, **changes: Any) -> dict[str, Any]:
    """An observation in the interface's layout, made up for tests."""
    return {
        "indicator": {"id": indicator, "value": "Made up"},
        "country": {"id": "HN", "value": "Honduras"},
        "countryiso3code": "HND",
        "date": "2024",
        "value": 10,
        "unit": "",
        "obs_status": "",
        "decimal": 0,
    } | changes


def page(items: list[dict[str, Any]] | None, **changes: Any) -> list[Any]:
    envelope = {"page": 1, "pages": 1, "per_page": 20000, "total": 1, "sourceid": "2", "lastupdated": "2026-07-13"}
    return [envelope | changes, items]


def rows(tmp_path: Path, body: object, file: str = f"{POPULATION}/page-1.json") -> list[Row]:
    path = tmp_path / "page.json"
    path.write_text(body if isinstance(body, str) else json.dumps(body))
    return list(wdi.parse(DATASET, file, path))


def answers(changes: Mapping[str, object] | None = None) -> dict[str | tuple[str, str], object]:
    return {wdi.address(code): (changes or {}).get(code, page([observation(code)])) for code in wdi.INDICATORS}


def test_every_indicator_is_asked_as_json_in_one_large_page_for_countries_and_aggregates(tmp_path: Path) -> None:
    getter = Served(tmp_path, answers())
    (release,) = wdi.fetch(DATASET, getter)
    assert [payload.file for payload in release.payloads] == [f"{code}/page-1.json" for code in wdi.INDICATORS]
    assert release.label == "2026-07-13"
    for url, params in getter.asked:
        assert params == {"format": "json", "per_page": "20000", "page": "1"}, "the default is XML, fifty rows a page"
        assert "/country/BLZ;BOL;" in url
        assert ";VEN;LCN;WLD/indicator/" in url
        assert len(url.split("/country/")[1].split("/")[0]) < 1500, "the publisher's limit between two slashes"
    assert len(parsed(DATASET, release)) == len(wdi.INDICATORS)


def test_counts_of_pages_may_be_text(tmp_path: Path) -> None:
    url = wdi.address(POPULATION)
    two = {
        (url, f"format=json&page={n}&per_page=20000"): page([observation(date=f"202{n}")], page=str(n), pages="2")
        for n in (1, 2)
    }
    found = answers()
    del found[url]
    (release,) = wdi.fetch(DATASET, Served(tmp_path, found | two))
    assert [p.file for p in release.payloads][:2] == [f"{POPULATION}/page-1.json", f"{POPULATION}/page-2.json"]


def test_an_error_with_status_200_stops_the_load(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="The provided parameter value is not valid") as caught:
        list(wdi.fetch(DATASET, Served(tmp_path, answers({"VC.IHR.PSRC.P5": ERROR}))))
    assert caught.value.rule == "world_bank.message"
    assert caught.value.file == "VC.IHR.PSRC.P5/page-1.json"
    with pytest.raises(ContractError):
        rows(tmp_path, ERROR)


@pytest.mark.parametrize("items", [None, []])
def test_no_data_is_an_answer_without_rows(tmp_path: Path, items: list[dict[str, Any]] | None) -> None:
    assert rows(tmp_path, page(items, pages=0)) == []


def test_a_database_updated_while_it_is_read_stops(tmp_path: Path) -> None:
    changed = page([observation("VC.IHR.PSRC.P5")], lastupdated="2026-10-01")
    with pytest.raises(FetchError, match="2026-07-13, 2026-10-01") as caught:
        list(wdi.fetch(DATASET, Served(tmp_path, answers({"VC.IHR.PSRC.P5": changed}))))
    assert caught.value.rule == "world_bank.lastupdated"


def test_an_indicator_that_is_not_recorded_is_reported_and_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    missing = FetchError("not recorded", rule=MISSING_RULE)
    with caplog.at_level(logging.WARNING):
        (release,) = wdi.fetch(DATASET, Served(tmp_path, answers({"SL.UEM.NEET.ZS": missing})))
    assert len(release.payloads) == len(wdi.INDICATORS) - 1
    assert "SL.UEM.NEET.ZS" in caplog.text


def test_an_indicator_that_cannot_be_had_live_stops(tmp_path: Path) -> None:
    with pytest.raises(FetchError):
        list(wdi.fetch(DATASET, Served(tmp_path, answers({"SL.UEM.NEET.ZS": FetchError("503", rule="http.status")}))))


def test_a_row_keeps_its_nulls_its_empty_texts_and_its_digits(tmp_path: Path) -> None:
    body = json.dumps(
        page(
            [
                observation(value=None),
                observation(country={"id": "ZJ", "value": "Latin America & Caribbean"}, countryiso3code=""),
                observation(value="@"),
            ]
        )
    ).replace('"@"', "1832641364775.520")
    null, aggregate, digits = rows(tmp_path, body)
    assert null.values["value"] is None, "no figure is not zero"
    assert (null.record, digits.record) == ("/1/0", "/1/2")
    assert aggregate.values["countryiso3code"] == ""
    assert aggregate.values["country_id"] == "ZJ"
    assert digits.values["value"] == "1832641364775.520"
    assert (null.values["unit"], null.values["decimal"]) == ("", "0")
    assert (null.values["lastupdated"], null.values["sourceid"]) == ("2026-07-13", "2")
    assert set(null.values) == {field.name for field in DATASET.fields}


def test_a_missing_date_of_update_stays_missing(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, page([observation()], lastupdated=None, sourceid=None))
    assert (row.values["lastupdated"], row.values["sourceid"]) == (None, None)


def test_another_indicator_than_the_one_asked_for_stops(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        rows(tmp_path, page([observation(), observation("SP.POP.65UP.TO")]))
    assert (caught.value.rule, caught.value.record) == ("world_bank.not_asked", "/1/1")


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        [{"page": 1, "pages": 1}],
        page([], page=2),
        page({"not": "a list"}),  # type: ignore[arg-type]
        page(["not an object"]),  # type: ignore[list-item]
        page([{**observation(), "value": [1]}]),
        page([{k: v for k, v in observation().items() if k != "date"}]),
        "<?xml version='1.0'?><wb:countries/>",
    ],
    ids=["empty list", "object", "no data", "page", "items", "item", "nested", "key lost", "xml"],
)
def test_another_layout_stops(tmp_path: Path, body: object) -> None:
    with pytest.raises(ContractError):
        rows(tmp_path, body)


def test_a_new_key_is_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        (row,) = rows(tmp_path, page([{**observation(), "footnote": "x"}]))
    assert "footnote" in caplog.text
    assert "footnote" not in row.values


def test_recorded_figures(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (bundle,) = recorded_vintages(DATASET.id)
    with caplog.at_level(logging.WARNING):
        (release,) = releases(DATASET, bundle, tmp_path)
    for code in set(wdi.INDICATORS) - {POPULATION, "VC.IHR.PSRC.P5"}:
        assert code in caplog.text, "what is not recorded is said"
    found = parsed(DATASET, release)
    figures = {(r.values["indicator_id"], r.values["countryiso3code"], r.values["date"]): r.values for r in found}
    assert {key[0] for key in figures} == {POPULATION, "VC.IHR.PSRC.P5"}
    people = {code: figures[POPULATION, code, "2024"]["value"] for code in ("GTM", "HND", "SLV")}
    assert people == {"GTM": "18406359", "HND": "10825703", "SLV": "6338193"}
    assert {"WLD", "LCN"} < {key[1] for key in figures}, "aggregates stand among the countries"
    assert figures["VC.IHR.PSRC.P5", "SLV", "2015"]["value"] == "107.6382"
    assert ("VC.IHR.PSRC.P5", "SLV", "2023") not in figures, "missing is missing"
    assert {r.values["lastupdated"] for r in found if r.values["indicator_id"] == POPULATION} == {None}
    assert {r.values["country_id"] for r in found} == {None}
    assert release.label == "2026-07-13"


def test_a_page_recorded_by_others(originals: Path) -> None:
    path = originals / "world_bank" / "indicator_page_SH.STA.MMRT_from_hdx_scraper.json"
    envelope, items = json_pages.load(path, file="p")
    assert envelope["sourceid"] is None
    assert any(item["value"] is None for item in items)
    kinds = [item["indicator"]["id"] for item in items]
    other = next(place for place, code in enumerate(kinds) if code != kinds[0])
    with pytest.raises(ContractError) as caught:
        list(wdi.parse(DATASET, f"{kinds[0]}/page-1.json", path))
    assert caught.value.record == f"/1/{other}", "rows of the layout are read until one of another indicator comes"
