"""UNHCR: footnotes to its figures, by years, countries and population types."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from ingestion.contract import Dataset, Field, Gate, Getter, RecordedResponse, RecordedVintage, Release
from ingestion.formats import json_pages
from ingestion.sources import _recording, _unhcr

URL = f"{_unhcr.BASE}/footnotes/"
PARAMS = {"limit": str(_unhcr.LIMIT)}
"""All footnotes are asked for: there are few (658 were counted), and one without a country holds for each."""

WIRE = "unhcr/wire_json/footnotes_excerpt.json"


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield one release with all pages."""
    pages = json_pages.fetch_pages(
        getter,
        URL,
        folder="all",
        params=PARAMS,
        pages=lambda payload: _unhcr.envelope(dataset, payload.file, payload.path)[0],
        dataset_id=dataset.id,
    )
    yield Release(label=None, payloads=tuple(pages))


def record(_dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Lay out the footnotes that were recorded from the interface: on Türkiye, on Germany, and on all countries."""
    envelope = {"page": 1, "maxPages": 1, "items": _unhcr.wire_items(from_dir, WIRE)}
    yield RecordedVintage(
        vintage_date=date(2026, 9, 26),
        date_basis="day on which the rows were recorded from the interface",
        responses=(
            RecordedResponse(
                url=URL,
                params={**PARAMS, "page": "1"},
                body=_recording.json_body(envelope),
                content_type="application/json",
                original=WIRE,
                original_sha256=_recording.sha256(from_dir / WIRE),
                cut="nothing; the other footnotes of the interface, which counts 658, are not in the original",
                note="Footnotes recorded from the interface by github.com/cyanheads/unhcr-refugees-mcp-server, "
                "blanks kept, envelope rebuilt. A figure without a footnote here may have one in the interface.",
            ),
        ),
    )


DATASET = Dataset(
    publisher=_unhcr.PUBLISHER,
    name="footnotes",
    title="Footnotes to the refugee statistics",
    description=(
        "What UNHCR says about figures of its own tables: a sentence with the years, the country of origin, the "
        "country of asylum and the population types that it is about. Years are free text, such as "
        "'2015 - 2018, 2020 - 2024'; population types are a comma list. `coo` and `coa` hold names here, not the codes "
        "that the other datasets have under these names. A side that is blank names no country and is read as all of "
        "them; the publisher does not say so. Three of 658 footnotes are bundled: that a figure has none here does not "
        "mean that UNHCR says nothing about it. Not figures: nothing is counted."
    ),
    lines=(2, 3),
    licence=_unhcr.LICENCE,
    cadence=_unhcr.CADENCE,
    hosts=_unhcr.HOSTS,
    fields=(
        Field("footnote", "The sentence."),
        Field("year", "Years that it is about, as free text: '2025', '2015 - 2017', '2015 - 2018, 2020 - 2024'."),
        Field("coo", "UNHCR name of the country of origin, not a code; a blank where none is named."),
        Field("coo_id", "UNHCR number of the country of origin; 278 where none is named."),
        Field("coo_iso", "ISO 3166-1 alpha-3 code of the country of origin; '' where none is named."),
        Field("coa", "UNHCR name of the country of asylum, not a code; a blank where none is named."),
        Field("coa_id", "UNHCR number of the country of asylum; 278 where none is named."),
        Field("coa_iso", "ISO 3166-1 alpha-3 code of the country of asylum; '' where none is named."),
        Field("population_type", "Population types that it is about, separated by commas: REF,ASY."),
    ),
    fetch=fetch,
    parse=_unhcr.rows,
    record=record,
    # No unique key: the publisher gives none. The envelope has no total to count against.
    gate=Gate(min_bytes=80, min_rows=2, never_all_null=("footnote", "year", "coa_iso", "population_type")),
    unknown_columns="warn",
    documentation=_unhcr.DOCUMENTATION,
    period="year",
)
