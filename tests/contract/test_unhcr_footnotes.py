"""UNHCR's footnotes: the envelope without a total, names where other datasets have codes, blanks, years as text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingestion.errors import ContractError, FetchError
from ingestion.recorded import recorded_vintages
from ingestion.sources import unhcr_footnotes as footnotes
from tests.contract.support import Served, parsed, releases, values

DATASET = footnotes.DATASET


def item(**changes: Any) -> dict[str, Any]:
    """A footnote in the interface's layout, made up for tests."""
    made = {"footnote": "Made up.", "year": "2015 - 2018, 2020 - 2024", "coo": " ", "coo_id": 278, "coo_iso": ""}
    return made | {"coa": "Nowhere", "coa_id": 1, "coa_iso": "XXX", "population_type": "REF,ASY"} | changes


def page(items: list[dict[str, Any]], number: int = 1, pages: int = 1) -> dict[str, Any]:
    return {"page": number, "maxPages": pages, "items": items}


def test_every_page_is_asked_for(tmp_path: Path) -> None:
    answers = {(footnotes.URL, f"limit=10000&page={n}"): page([item()], n, 2) for n in (1, 2)}
    getter = Served(tmp_path, answers)
    (release,) = DATASET.fetch(DATASET, getter)
    assert [payload.file for payload in release.payloads] == ["all/page-1.json", "all/page-2.json"]
    assert getter.asked == [(footnotes.URL, {"limit": "10000", "page": n}) for n in ("1", "2")]
    assert release.label is None
    assert len(parsed(DATASET, release)) == 2


def test_pages_that_change_while_they_are_read_stop(tmp_path: Path) -> None:
    answers = {(footnotes.URL, f"limit=10000&page={n}"): page([item()], n, n + 1) for n in (1, 2)}
    with pytest.raises(FetchError) as caught:
        list(DATASET.fetch(DATASET, Served(tmp_path, answers)))
    assert caught.value.rule == "json.pages"


def test_years_and_blanks_stay_as_they_are_served(tmp_path: Path) -> None:
    """Nothing is guessed before landing: the years are text, a blank name is not a missing one."""
    path = tmp_path / "page-1.json"
    path.write_text(json.dumps(page([item(), item(coo_iso=None)])))
    first, second = DATASET.parse(DATASET, "all/page-1.json", path)
    assert first.values == {name: str(value) for name, value in item().items()}
    assert (first.values["coo"], first.values["coo_iso"], second.values["coo_iso"]) == (" ", "", None)


@pytest.mark.parametrize(
    "body",
    [
        {"page": 1, "items": [item()]},
        {"page": 2, "maxPages": 2, "items": [item()]},
        {"page": 1, "maxPages": 2, "items": []},
        {"message": "Too many requests"},
        page([{**item(), "year": ["2015"]}]),
        page([{name: value for name, value in item().items() if name != "population_type"}]),
    ],
    ids=["no page count", "another page", "empty before the last", "message", "list of years", "lost column"],
)
def test_another_answer_stops(tmp_path: Path, body: object) -> None:
    path = tmp_path / "page-1.json"
    path.write_text(json.dumps(body))
    with pytest.raises(ContractError):
        list(DATASET.parse(DATASET, "all/page-1.json", path))


def test_recorded_footnotes(tmp_path: Path) -> None:
    (bundle,) = recorded_vintages(DATASET.id)
    (release,) = releases(DATASET, bundle, tmp_path)
    rows = parsed(DATASET, release)
    assert values(rows, "coa_iso") == ["TUR", "DEU", ""]
    assert values(rows, "coa") == ["Türkiye", "Germany", " "], "names, not codes"
    assert values(rows, "year") == ["2025", "2015 - 2017", "2019 - 2022"]
    assert values(rows, "population_type")[:2] == ["REF,ASY", "STA"]
    assert (rows[0].values["footnote"] or "").startswith("The total figure of refugees and asylum-seekers by end-2025")


def test_recorded_is_the_original(originals: Path, tmp_path: Path) -> None:
    (bundle,) = recorded_vintages(DATASET.id)
    (release,) = releases(DATASET, bundle, tmp_path)
    original = json.loads((originals / footnotes.WIRE).read_text())["items"]
    assert [dict(row.values) for row in parsed(DATASET, release)] == [
        {name: str(value) for name, value in row.items()} for row in original
    ]
