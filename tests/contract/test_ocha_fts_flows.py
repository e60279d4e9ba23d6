from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingestion.contract import Release, Row
from ingestion.errors import ContractError, FetchError
from ingestion.recorded import recorded_vintages
from ingestion.sources import ocha_fts_flows as fts
from tests.contract.support import Served, parsed, releases

DATASET = fts.DATASET
NEXT = f"{fts.ADDRESS}?countryISO3=GTM&year=2021&limit=1000&page=2"
EMPTY = {"status": "ok", "data": {"flows": []}, "meta": {"count": 0}}


def thing(kind: str, name: str) -> dict[str, str]:
    return {"type": kind, "id": "1", "name": name, "behavior": "single"}


def flow(number: str, **changes: Any) -> dict[str, Any]:
    """An invented flow in the shape of the interface."""
    return {
        "id": number,
        "amountUSD": 5,
        "fullParkedAmountUSD": 90,
        "childFlowIds": [1, 2],
        "date": "2021-11-30T00:00:00Z",
        "description": "free text",
        "reportDetails": [{"sourceType": "Primary"}],
        "updatedAt": "2022-01-01T00:00:00.000Z",
        "status": "paid",
        "flowType": "Parked",
        "contributionType": "financial",
        "boundary": "incoming",
        "onBoundary": "shared",
        "sourceObjects": [thing("Organization", "Nowhere, Government of"), thing("Location", "Nowhere")],
        "destinationObjects": [thing("Location", "B"), thing("Location", "A"), thing("UsageYear", "2021")],
        **changes,
    }


def page(*flows: dict[str, Any], count: int, **meta: str) -> dict[str, Any]:
    return {"status": "ok", "data": {"flows": list(flows)}, "meta": {"count": count, **meta}}


def served(tmp_path: Path, first: object, second: object = EMPTY) -> tuple[Served, list[Release]]:
    first_query = (fts.ADDRESS, "countryISO3=GTM&limit=1000&year=2021")
    publisher = Served(tmp_path, {fts.ADDRESS: EMPTY, first_query: first, NEXT: second})
    return publisher, list(fts.fetch(DATASET, publisher))


def test_pages_follow_the_publishers_own_link(tmp_path: Path) -> None:
    publisher, (release,) = served(tmp_path, page(flow("1"), count=2, nextLink=NEXT), page(flow("2"), count=2))
    assert (NEXT, {}) in publisher.asked
    assert [row.values["id"] for row in parsed(DATASET, release)] == ["1", "2"]


@pytest.mark.parametrize("count", [1, 3])
def test_flows_lost_between_pages_stop(tmp_path: Path, count: int) -> None:
    with pytest.raises(FetchError) as caught:
        served(tmp_path, page(flow("1"), count=count, nextLink=NEXT), page(flow("2"), count=count))
    assert caught.value.rule == "ocha_fts.pages"


def test_an_answer_without_flows_stops(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        served(tmp_path, {"status": "error", "message": "locationISO3 is not a parameter"})
    assert caught.value.rule == "json.envelope"


def rows(tmp_path: Path, *flows: dict[str, Any]) -> list[Row]:
    path = tmp_path / "page.json"
    path.write_text(json.dumps(page(*flows, count=len(flows))))
    return list(fts.parse(DATASET, "GTM/2021/page-1.json", path))


def test_lists_are_one_text_and_free_text_is_left_out(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, flow("1"))
    assert row.values["destinationLocations"] == "A | B", "a shared flow keeps all its countries"
    assert row.values["sourceOrganizations"] == "Nowhere, Government of", "names hold commas"
    assert (row.values["amountUSD"], row.values["fullParkedAmountUSD"]) == ("5", "90")
    assert (row.values["askedCountry"], row.values["askedYear"]) == ("GTM", "2021")
    assert row.values["destinationPlans"] is None
    assert "free text" not in row.values.values()


def test_a_broken_flow_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        rows(tmp_path, flow("1"), flow("2", sourceObjects=[{"type": "Location"}]))
    assert caught.value.record == "/data/flows/1"


def test_recorded_figures(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (bundle,) = recorded_vintages(DATASET.id)
    (release,) = releases(DATASET, bundle, tmp_path)
    found = parsed(DATASET, release)
    given = {
        (row.values["askedCountry"], row.values["id"]): (row.values["amountUSD"], row.values["status"])
        for row in found
        if row.values["sourceOrganizations"] == "United States of America, Government of"
    }
    assert given == {
        ("GTM", "380000"): ("60000000", "paid"),
        ("HND", "380001"): ("65000000", "paid"),
        ("SLV", "379999"): ("25000000", "paid"),
    }
    assert len({row.values["id"] for row in found}) <= 112
    assert sum("not in the recording" in record.message for record in caplog.records) == 1


def test_the_publishers_own_page_is_read(originals: Path) -> None:
    """A page of the interface as it was served: 200 flows of a count that holds all three roles."""
    path = originals / "fts" / "flows_2024_sample.json"
    found = list(fts.parse(DATASET, "XXX/2024/page-1.json", path))
    body = json.loads(path.read_text())
    assert len(found) == 200
    roles = (body["data"][role]["flowCount"] for role in ("incoming", "outgoing", "internal"))
    assert sum(roles) == body["meta"]["count"] == 35_625
    parked = {row.values["id"]: row.values for row in found if row.values["flowType"] == "Parked"}
    assert parked["236677"]["amountUSD"] == "0"
    assert parked["236677"]["fullParkedAmountUSD"] == "3486472"
    assert any(int(row.values["amountUSD"] or 0) < 0 for row in found)


def test_all_pages_of_a_query_hold_its_count(originals: Path) -> None:
    folder = originals / "fts" / "hdx_scraper_json"
    bodies = [
        json.loads((folder / f"custom-search-locationid-1-year-2020{part}.json").read_text())
        for part in ("", "-page-2", "-page-3")
    ]
    assert {body["meta"]["count"] for body in bodies} == {sum(len(body["data"]["flows"]) for body in bodies)} == {484}
