"""IOM, Missing Migrants Project: incidents with dead or missing migrants, in four layouts of one table."""

from __future__ import annotations

import html
import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ingestion.contract import (
    Cadence,
    ClosedPeriods,
    Dataset,
    Dropped,
    Field,
    FileDrop,
    Gate,
    Getter,
    Kind,
    Licence,
    Payload,
    Publisher,
    RecordedResponse,
    RecordedVintage,
    Release,
    Row,
)
from ingestion.errors import ContractError, FetchError
from ingestion.formats import json_pages
from ingestion.formats.csv import read_csv
from ingestion.formats.header import Alignment, align
from ingestion.sources import _recording

logger = logging.getLogger(__name__)

BASE = "https://missingmigrants.iom.int/global-figures"
FIRST_YEAR = 2014
REGIONS = frozenset({"North America", "Central America", "South America", "Caribbean", "US-Mexico Border"})
"""The Americas, in the names of every layout. Incidents of other regions are archived and not landed."""

NOT_RECORDED = "recorded.missing"
DATE_FORMS = ("%Y-%m-%d", "%d-%b-%y", "%d/%m/%Y", "%a, %m/%d/%Y - %H:%M")
"""Of the yearly JSON; of the table until 2020, twice; of the table since 2021, where the month comes first."""


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield one release with the answers of all years; in recorded mode a year without a recording is left out."""
    payloads: list[Payload] = []
    for year in range(FIRST_YEAR, datetime.now(UTC).year + 1):
        try:
            payloads.append(getter.get(f"{BASE}/{year}/json", file=f"{year}.json", kind=Kind.JSON))
        except FetchError as error:
            if error.rule != NOT_RECORDED:
                raise
            logger.warning("%s: %s is not in the recording and is left out", dataset.id, year)
    yield Release(label=None, payloads=tuple(payloads))


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the incidents of the Americas, dates as ``2025-04-17`` whatever the layout, HTML entities resolved.

    Raises:
        ContractError: a header in none of the known layouts, or a date in none of the known forms.
    """
    rows = read_csv(dataset, file, path) if file.lower().endswith(".csv") else _year(dataset, file, path)
    for row in rows:
        values = {name: html.unescape(value) if value else value for name, value in row.values.items()}
        if (values["region"] or "").strip() in REGIONS:
            values["reported_date"] = _day(dataset, file, row.record, values["reported_date"])
            yield Row(row.record, values)


def _year(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    body = json_pages.load(path, file=file, dataset_id=dataset.id)
    if not isinstance(body, list):
        raise ContractError("the answer is not a list", dataset_id=dataset.id, file=file, rule="json.envelope")
    year = re.search(r"\d{4}", file)
    alignments: dict[tuple[str, ...], Alignment] = {}
    for index, item in enumerate(body):
        record = f"/{index}"
        try:
            flat = {key: json_pages.text(value) for key, value in item.items()}
        except (AttributeError, TypeError) as error:
            raise ContractError(
                f"not an incident: {error}", dataset_id=dataset.id, file=file, record=record, rule="json.item"
            ) from error
        flat["year"] = year[0] if year else None  # some incidents have no date: the answer's year is theirs
        keys = tuple(flat)
        if keys not in alignments:
            alignments[keys] = align(dataset, keys, file=file, record=record)
        yield Row(record, alignments[keys].values(list(flat.values())))


def _day(dataset: Dataset, file: str, record: str, text: str | None) -> str | None:
    for form in DATE_FORMS if text and text.strip() else ():
        try:
            return datetime.strptime((text or "").strip(), form).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    if text and text.strip():
        raise ContractError(
            f"{text!r} is a date in none of the known forms",
            dataset_id=dataset.id,
            file=file,
            record=record,
            rule="missing_migrants.date",
            remedy="look at the file: the publisher may have changed the form of its dates",
        )
    return None


def record(_dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Lay out the incidents of the Americas as the yearly answers that they were served in."""
    responses = []
    for original, first, last in (
        ("missing_migrants/mmp_json_americas_2014_2019.jsonl", 2014, 2019),
        ("missing_migrants/mmp_json_americas_2020_2025.jsonl", 2020, 2025),
    ):
        source = from_dir / original
        items = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
        for year in range(first, last + 1):
            kept = [_kept(item) for item in items if int(item["_file_year"]) == year]
            responses.append(_response(year, kept, original, _recording.sha256(source)))
    yield RecordedVintage(
        vintage_date=date(2025, 9, 8),
        date_basis="last incident in the newest of the recorded answers; that of 2024 was recorded earlier and ends "
        "in July 2024",
        responses=tuple(responses),
    )


CUT = (
    "incidents outside the Americas (in the original already); places, coordinates, sources and links; the publisher's "
    "table of 2026 (downloaded on 6 May 2026, 24 incidents of the Americas): a vintage is all years as served at one "
    "time, and its date says which years are provisional; dated 2026 it would pass the answers of 2024 and 2025, "
    "recorded in July 2024 and September 2025, for those of May 2026; dated 2025 it would hold incidents of the year "
    "after"
)


def _kept(item: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in DATASET.fields}
    return {name: value for name, value in item.items() if name in names}


def _response(year: int, items: list[dict[str, Any]], original: str, digest: str) -> RecordedResponse:
    return RecordedResponse(
        url=f"{BASE}/{year}/json",
        body=_recording.json_body(items),
        content_type="application/json",
        original=original,
        original_sha256=digest,
        cut=CUT,
        note="Incidents as served, in their order. The original holds the Americas' rows of the answers recorded in "
        "github.com/OCHA-DAP/hdx-scraper-iom-missingmigrants at commit e537fd2e3e49266f9a6d6371d4f7920281a71d81.",
    )


DATASET = Dataset(
    publisher=Publisher(
        id="iom",
        name="International Organization for Migration",
        homepage="https://missingmigrants.iom.int",
    ),
    name="missing_migrants",
    title="Missing Migrants Project: incidents",
    description=(
        "Incidents in the Americas in which migrants died or went missing, by day and route. A lower bound: deaths in "
        "detention and after deportation are left out, and recent months grow for a year or more. An incident may "
        "stand on several rows, its identifier is not unique. Some incidents have no date and belong to the year of "
        "the answer. '' is unknown, which is not zero. Not about single persons: no names are served."
    ),
    lines=(6,),
    licence=Licence(name="CC BY 4.0", attribution="IOM Missing Migrants Project, missingmigrants.iom.int"),
    cadence=Cadence.WEEKLY,
    hosts=("missingmigrants.iom.int",),
    fields=(
        Field("web_id", "Identifier of the incident, not unique; once a sentence.", ("Web ID", "Incident ID")),
        Field("region", "Region of the incident.", ("Region of Incident",)),
        Field(
            "reported_date", "Day of the incident as 2025-04-17; null where none.", ("Reported Date", "Incident Date")
        ),
        Field(
            "year",
            "Year of the incident in the tables; in the yearly answers the year that was asked for.",
            ("Reported Year", "Incident Year"),
            required=False,
        ),
        Field("number_dead", "Dead; '' is unknown.", ("Number Dead", "Number of Dead"), unit="persons"),
        Field(
            "number_missing",
            "Missing, at least; '' is unknown; a few are negative.",
            ("Minimum Estimated Number of Missing",),
            unit="persons",
        ),
        Field(
            "total_dead_and_missing",
            "Dead and missing; thousands may be separated; the table of 2026 lacks it.",
            ("Total Dead and Missing", "Total Number of Dead and Missing"),
            required=False,
            unit="persons",
        ),
        Field("number_of_female", "Women among them, as far as known.", ("Number of Females",), unit="persons"),
        Field("number_of_male", "Men among them, as far as known.", ("Number of Males",), unit="persons"),
        Field("number_of_children", "Children among them, as far as known.", ("Number of Children",), unit="persons"),
        Field("cause_death", "Cause as reported, in many spellings.", ("Cause of Death",)),
        Field("country_of_incident", "Country of the incident.", ("Country of Incident",), required=False),
        Field("migration_route", "Route; '' where none is stated.", ("Migration Route", "Migrantion route")),
        Field("source_quality", "Quality of the source, 1 to 5 (best).", ("Source Quality",)),
    ),
    fetch=fetch,
    parse=parse,
    record=record,
    file_drop=FileDrop(
        "the table of all incidents (Missing_Migrants_Global_Figures_allData.csv)",
        (Kind.CSV,),
    ),
    dropped=tuple(
        Dropped(name)
        for name in (
            *("Main ID", "Incident Type", "Reported Month", "Month", "Number of Survivors", "number_of_survivors"),
            *("location_description", "Location Description", "Location of death", "Location of Incident"),
            *("location_coodinates", "Location Coordinates", "Coordinates", "information_source", "Information Source"),
            *("url", "unsd_geographic_grouping", "UNSD Geographical Grouping"),
            *("region_origin", "Region of Origin", "country_origin", "Country of Origin"),
        )
    ),
    # No unique key: an incident may be split over rows.
    gate=Gate(
        closed_periods=ClosedPeriods(period="reported_date", values=("number_dead",), open_years=1),
        min_bytes=2,
        min_rows=1_000,
        never_all_null=("web_id", "region", "reported_date", "number_dead", "migration_route"),
    ),
    documentation="https://missingmigrants.iom.int",
    period="reported_date",
)
