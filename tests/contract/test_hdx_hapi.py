"""HDX Humanitarian API: names of columns from the publisher's schema, every row made up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from ingestion.contract import Dataset
from ingestion.errors import ContractError
from ingestion.redaction import is_secret, redact_url, remember_request
from ingestion.settings import Settings
from ingestion.sources import (
    _hdx_hapi,
    hdx_hapi_funding,
    hdx_hapi_national_risk,
    hdx_hapi_refugees,
    hdx_hapi_returnees,
)
from tests.contract.support import Served, parsed, values

FUNDING = hdx_hapi_funding.DATASET
ENDPOINTS = {
    "affected-people/refugees-persons-of-concern": (hdx_hapi_refugees.DATASET, "origin_location_code"),
    "affected-people/returnees": (hdx_hapi_returnees.DATASET, "origin_location_code"),
    "coordination-context/funding": (FUNDING, "location_code"),
    "coordination-context/national-risk": (hdx_hapi_national_risk.DATASET, "location_code"),
}
IDENTIFIER = "bWFkZS11cDpub2JvZHk="


def item(dataset: Dataset, **changes: Any) -> dict[str, Any]:
    return {field.name: f"{field.name} 1" for field in dataset.fields} | changes


@pytest.fixture(autouse=True)
def identifier(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Settings(_env_file=None, hapi_app_identifier=SecretStr(IDENTIFIER))
    monkeypatch.setattr(_hdx_hapi, "settings", lambda: found)


@pytest.mark.parametrize("path", ENDPOINTS)
def test_three_countries_are_asked_by_code_with_the_identifier(path: str, tmp_path: Path) -> None:
    dataset, place = ENDPOINTS[path]
    getter = Served(tmp_path, {f"{_hdx_hapi.BASE}/{path}": {"data": [item(dataset)]}})
    (release,) = dataset.fetch(dataset, getter)
    assert [params[place] for _, params in getter.asked] == ["GTM", "HND", "SLV"]
    assert {params["app_identifier"] for _, params in getter.asked} == {IDENTIFIER}
    assert {params["limit"] for _, params in getter.asked} == {"10000"}
    assert [row.record for row in parsed(dataset, release)] == ["/data/0"] * 3
    assert dataset.needs_setting == "hapi_app_identifier"


def test_pages_end_with_one_that_is_not_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_hdx_hapi, "LIMIT", 2)
    monkeypatch.setattr(_hdx_hapi, "COUNTRIES", ("HND",))
    url = f"{_hdx_hapi.BASE}/coordination-context/funding"

    class Pages(Served):
        def get(self, url: str, **arguments: Any) -> Any:
            left = 4 - int(arguments["params"]["offset"])
            self.answers = {url: {"data": [item(FUNDING)] * min(2, left)}}
            return super().get(url, **arguments)

    getter = Pages(tmp_path, {})
    (release,) = FUNDING.fetch(FUNDING, getter)
    assert [params["offset"] for _, params in getter.asked] == ["0", "2", "4"], "a full last page needs one more"
    assert len(parsed(FUNDING, release)) == 4
    assert {asked for asked, _ in getter.asked} == {url}


def test_the_identifier_is_masked() -> None:
    assert is_secret("app_identifier")
    remember_request(_hdx_hapi.BASE, {"app_identifier": IDENTIFIER}, None)
    assert IDENTIFIER not in redact_url(f"{_hdx_hapi.BASE}?app_identifier={IDENTIFIER}")
    assert IDENTIFIER not in str(Settings(_env_file=None, hapi_app_identifier=SecretStr(IDENTIFIER)))


def test_a_null_stays_null_and_a_new_column_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "page-1.json"
    path.write_text(json.dumps({"data": [item(FUNDING, requirements_usd=None, funding_usd=-5, brand_new="x")]}))
    (row,) = FUNDING.parse(FUNDING, "HND/page-1.json", path)
    assert (row.values["requirements_usd"], row.values["funding_usd"]) == (None, "-5")
    assert "brand_new" not in row.values
    assert values([row], "appeal_code") == ["appeal_code 1"]


@pytest.mark.parametrize("body", [{"error": "no"}, [], {"data": [5]}, {"data": [{"location_code": "HND"}]}])
def test_another_answer_stops(tmp_path: Path, body: object) -> None:
    path = tmp_path / "page-1.json"
    path.write_text(json.dumps(body))
    with pytest.raises(ContractError):
        list(FUNDING.parse(FUNDING, "HND/page-1.json", path))


def test_what_was_not_seen_is_said_of_these_endpoints_only(originals: Path) -> None:
    """An answer of another endpoint, the list of countries, is at hand and holds all three."""
    listed = json.loads((originals / "hapi" / "hapi_v2_metadata_location_data.json").read_text(encoding="utf-8"))
    assert {"GTM", "HND", "SLV"} <= {row["code"] for row in listed}
    assert _hdx_hapi.NO_RECORDING.startswith("no answer of these endpoints ")
