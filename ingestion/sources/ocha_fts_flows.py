"""OCHA Financial Tracking Service: humanitarian flows to El Salvador, Guatemala and Honduras, by year of use."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ingestion.contract import (
    Cadence,
    Dataset,
    Dropped,
    Field,
    FileDrop,
    Gate,
    Getter,
    Kind,
    Payload,
    RecordedResponse,
    RecordedVintage,
    Release,
    Row,
)
from ingestion.errors import ContractError, FetchError
from ingestion.formats import json_pages
from ingestion.formats.csv import read_csv
from ingestion.formats.header import Alignment, align, normalise
from ingestion.sources import _recording
from ingestion.sources.ocha_fts_requirements_funding import DATASET as PLANS

logger = logging.getLogger(__name__)

ADDRESS = "https://api.hpc.tools/v1/public/fts/flow"
COUNTRIES = ("GTM", "HND", "SLV")
FIRST_YEAR = 2021
"""The year of the strategy."""

LIMIT = 1000
"""The most flows that one page may hold."""

NOT_RECORDED = "recorded.missing"
BETWEEN = " | "
"""Between the names of a list: names hold commas."""


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield one release: for each country and year of use all pages, followed by the publisher's own `nextLink`.

    In recorded mode a year without a recording is reported once and left out.

    Raises:
        FetchError: the pages do not hold as many flows as the publisher counts, or never end.
    """
    payloads: list[Payload] = []
    absent: set[int] = set()
    for country in COUNTRIES:
        for year in range(FIRST_YEAR, datetime.now(UTC).year + 1):
            try:
                payloads += _pages(dataset, getter, country, year)
            except FetchError as error:
                if error.rule != NOT_RECORDED:
                    raise
                absent.add(year)
    if absent:
        years = ", ".join(str(year) for year in sorted(absent))
        logger.warning("%s: years %s are not in the recording and are left out", dataset.id, years)
    yield Release(label=None, payloads=tuple(payloads))


def _pages(dataset: Dataset, getter: Getter, country: str, year: int) -> list[Payload]:
    url: str | None = ADDRESS
    params: Mapping[str, str] | None = {"countryISO3": country, "year": str(year), "limit": str(LIMIT)}
    payloads: list[Payload] = []
    counts: set[int] = set()
    flows = 0
    while url is not None:
        file = f"{country}/{year}/page-{len(payloads) + 1}.json"
        payload = getter.get(url, file=file, kind=Kind.JSON, params=params)
        body = _body(dataset, file, payload.path)
        counts.add(json_pages.count(body["meta"].get("count"), "count", file=file, dataset_id=dataset.id))
        flows += len(body["data"]["flows"])
        payloads.append(payload)
        url, params = body["meta"].get("nextLink"), None
        if (url is None and counts != {flows}) or len(payloads) > json_pages.MAX_PAGES:
            raise FetchError(
                f"{len(payloads)} pages hold {flows} flows where the publisher counts {sorted(counts)}",
                dataset_id=dataset.id,
                url=payload.url,
                file=file,
                rule="ocha_fts.pages",
                remedy="run again: flows were probably reported while they were read",
            )
    return payloads


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the flows of one page, or of the publisher's table on HDX.

    Lists of names become one text each, ``A | B``; free text is left out.

    Raises:
        ContractError: another layout than the declared one.
    """
    if file.lower().endswith(".csv"):
        yield from _table(dataset, file, path)
        return
    country, year, _page = file.split("/")
    dropped = {normalise(column.name) for column in dataset.dropped}
    alignments: dict[tuple[str, ...], Alignment] = {}
    for index, flow in enumerate(_body(dataset, file, path)["data"]["flows"]):
        record = f"/data/flows/{index}"
        try:
            flat = {"askedCountry": country, "askedYear": year, **_flat(flow, dropped)}
        except (AttributeError, KeyError, TypeError) as error:
            raise ContractError(
                f"not a flow: {error}", dataset_id=dataset.id, file=file, record=record, rule="json.item"
            ) from error
        keys = tuple(flat)
        if keys not in alignments:
            alignments[keys] = align(dataset, keys, file=file, record=record)
        yield Row(record, alignments[keys].values(list(flat.values())))


def _flat(flow: Mapping[str, Any], dropped: set[str]) -> dict[str, str | None]:
    flat: dict[str, str | None] = {}
    for key, value in flow.items():
        if key in {"sourceObjects", "destinationObjects"}:
            side = key.removesuffix("Objects")
            for kind in ("Organization", "Location", "UsageYear", "Plan", "GlobalCluster"):
                names = [str(thing["name"]) for thing in value if thing["type"] == kind]
                if side == "destination" or kind in {"Organization", "Location", "UsageYear"}:
                    flat[f"{side}{kind}s"] = BETWEEN.join(sorted(names)) or None
        elif normalise(key) not in dropped:
            flat[key] = json_pages.text(value)
    return flat


TABLE = """
date budgetYear amountUSD srcOrganization srcLocations srcUsageYearStart srcUsageYearEnd destPlan destOrganization
destGlobalClusters destLocations destUsageYearStart destUsageYearEnd contributionType flowType method boundary
onBoundary status firstReportedDate decisionDate id updatedAt
"""
"""Columns of the publisher's table on HDX that are read."""

TABLE_DROPPED = """
srcOrganizationTypes destOrganizationTypes destPlanCode destPlanId destProject destProjectCode destEmergency
"""
"""Columns of the table that are not used and that the interface's flows do not have by these names."""


def _table(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the flows of the table on HDX, one for each country and year of use that they are for, as an answer has it.

    The table repeats a shared flow once per country that it is for, with its full amount: a copy is no other flow.
    Locations are ISO 3 codes, where the interface prints names.
    """
    layout = replace(
        dataset,
        fields=tuple(Field(name, "Of the table on HDX.") for name in TABLE.split()),
        dropped=(*dataset.dropped, *map(Dropped, TABLE_DROPPED.split())),
        gate=Gate(),
    )
    seen: set[tuple[str, str, str | None]] = set()
    for row in read_csv(layout, file, path):
        cells = {name: cell or "" for name, cell in row.values.items()}
        if cells["date"].startswith("#"):  # a line of HXL tags, which some copies carry
            continue
        try:
            flat, years = _flat(_flow(cells), set()), _years(cells, "dest")
        except ValueError as error:
            raise ContractError(
                f"not a flow: {error}", dataset_id=dataset.id, file=file, record=row.record, rule="csv.cell"
            ) from error
        places = cells["destLocations"].split(",")
        for country in (country for country in COUNTRIES if country in places):
            for year in years:
                if (country, year, flat["id"]) not in seen:
                    seen.add((country, year, flat["id"]))
                    yield Row(f"{row.record}/{country}/{year}", {"askedCountry": country, "askedYear": year, **flat})


def _flow(row: Mapping[str, str]) -> dict[str, Any]:
    """Return a row of the table as the interface has it; what the table lacks is null."""

    def things(kind: str, names: list[str]) -> list[dict[str, object]]:
        behavior = "single" if len(names) == 1 else "shared"
        return [{"type": kind, "id": None, "name": name, "behavior": behavior} for name in names if name]

    return {
        "id": row["id"],
        "versionId": None,
        "amountUSD": int(row["amountUSD"]),
        "fullParkedAmountUSD": None,
        "parentFlowId": None,
        "budgetYear": row["budgetYear"] or None,
        "date": row["date"],
        "decisionDate": row["decisionDate"] or None,
        "firstReportedDate": row["firstReportedDate"] or None,
        "updatedAt": row["updatedAt"],
        "status": row["status"],
        "flowType": row["flowType"],
        "contributionType": row["contributionType"],
        "method": row["method"],
        "newMoney": None,
        "boundary": row["boundary"],
        "onBoundary": row["onBoundary"],
        "sourceObjects": [
            *things("Organization", [row["srcOrganization"]]),
            *things("Location", row["srcLocations"].split(",")),
            *things("UsageYear", _years(row, "src")),
        ],
        "destinationObjects": [
            *things("Organization", [row["destOrganization"]]),
            *things("Location", row["destLocations"].split(",")),
            *things("UsageYear", _years(row, "dest")),
            *things("Plan", [row["destPlan"]]),
            *things("GlobalCluster", row["destGlobalClusters"].split(",")),
        ],
    }


def _years(row: Mapping[str, str], side: str) -> list[str]:
    first, last = row[f"{side}UsageYearStart"], row[f"{side}UsageYearEnd"]
    return [str(year) for year in range(int(first), int(last) + 1)] if first and last else []


def _body(dataset: Dataset, file: str, path: Path) -> dict[str, Any]:
    match json_pages.load(path, file=file, dataset_id=dataset.id):
        case {"status": "ok", "data": {"flows": list()}, "meta": dict()} as body:
            return dict(body)
    raise ContractError(
        "the answer has no list of flows",
        dataset_id=dataset.id,
        file=file,
        rule="json.envelope",
        remedy="look at the archived body: a parameter may be called otherwise now",
    )


# Recording -----------------------------------------------------------------------------------------------------------

ORIGINAL = "fts/fts_incoming_funding__GTM_HND_SLV_rows__2026-04.csv"
USAGE_YEAR = "2026"


def record(_dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Lay out the rows of the publisher's file of incoming funding as pages of the interface, each flow once."""
    source = from_dir / ORIGINAL
    with source.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines, strict=True))
    yield RecordedVintage(
        vintage_date=date(2026, 4, 1),
        date_basis="first day of the month of the copy; the day of the edition is not recorded",
        responses=tuple(_response(rows, country, source) for country in COUNTRIES),
    )


def _response(rows: list[dict[str, str]], country: str, source: Path) -> RecordedResponse:
    flows = {row["id"]: _flow(row) for row in rows if country in row["destLocations"].split(",")}
    envelope = {
        "status": "ok",
        "data": {"flows": list(flows.values())},
        "meta": {"count": len(flows)},
    }
    return RecordedResponse(
        url=ADDRESS,
        params={"countryISO3": country, "year": USAGE_YEAR, "limit": str(LIMIT)},
        body=_recording.json_body(envelope),
        content_type="application/json",
        original=ORIGINAL,
        original_sha256=_recording.sha256(source),
        cut=(
            "copies of a shared flow (the original repeats it once per country that it is for), free text, original "
            "currencies, reference codes; outgoing and internal flows, of which none of the countries is a donor here"
        ),
        note=(
            "Rows of the publisher's CSV file of incoming funding on the Humanitarian Data Exchange (year of use 2026; "
            "out of github.com/michand071203/UNDatathon at commit 01c1e5e72b2522d2c4ded32c308a1b50aaae3645), laid out "
            "as a page of the interface. Locations are ISO 3 codes, where the interface prints names. Not in the "
            "original, and null here: parentFlowId, fullParkedAmountUSD, newMoney, versionId."
        ),
    )


DATASET = Dataset(
    publisher=PLANS.publisher,
    name="flows",
    title="Humanitarian flows to El Salvador, Guatemala and Honduras",
    description=(
        "Humanitarian money as reported to OCHA, flow by flow, US dollars of the day, for the three countries and each "
        "year of use since 2021. A pledge is not funding; a commitment or payment is. Incoming, outgoing and internal "
        "are seen from the country and year that were asked for, so a flow for several countries comes once for each, "
        "with its full amount: it is one flow, known by its id, and no single country's. Money that an agency or a "
        "pooled fund passes on is the donor's money again: add flows of one donor, never of all sources. The amount "
        "of a parked flow is what its child flows left of it; the full one stands apart and is never added. The year "
        "of use is not the donor's budget year, and neither is the year of the date. Figures of past years keep moving."
    ),
    lines=(1,),
    licence=PLANS.licence,
    cadence=Cadence.MONTHLY,
    hosts=("api.hpc.tools",),
    fields=(
        Field("askedCountry", "Country that was asked for, ISO 3166-1 alpha-3 code: the flow touches it."),
        Field("askedYear", "Year of use that was asked for."),
        Field("id", "Number of the flow: the same in the answers for every country and year that it touches."),
        Field("versionId", "Number of the version of the flow.", required=False),
        Field("amountUSD", "Amount inside the country and year asked for; may be negative.", unit="USD"),
        Field("fullParkedAmountUSD", "Full amount of a parked flow: never added.", required=False, unit="USD"),
        Field("parentFlowId", "Parked flow that this one is a part of.", required=False),
        Field("budgetYear", "Budget year of the donor.", required=False),
        Field("date", "Date of the flow."),
        Field("decisionDate", "Date of the donor's decision.", required=False),
        Field("firstReportedDate", "Date of the first report to OCHA.", required=False),
        Field("updatedAt", "When the publisher last changed the flow."),
        Field("status", "State of the money: pledge, commitment or paid."),
        Field("flowType", "Standard, Parked, Pass through or Carryover."),
        Field("contributionType", "Kind of contribution: financial, or in kind."),
        Field("method", "Traditional aid or cash transfer programming.", required=False),
        Field("newMoney", "Whether the money is new in the year.", required=False),
        Field("boundary", "Role: incoming, outgoing or internal, seen from the country and year asked for."),
        Field("onBoundary", "Extent: single, or shared with other countries or years."),
        Field("sourceOrganizations", "Who gives."),
        Field("sourceLocations", "Country of who gives."),
        Field("sourceUsageYears", "Years of use at the source."),
        Field("destinationOrganizations", "Who gets it."),
        Field("destinationLocations", "Countries that it is for."),
        Field("destinationUsageYears", "Years in which it is to be used."),
        Field("destinationPlans", "Humanitarian plans that it is for; empty outside plans."),
        Field("destinationGlobalClusters", "Sectors that it is for."),
    ),
    dropped=(
        Dropped("description"),
        Dropped("keywords"),
        Dropped("refCode"),
        Dropped("reportDetails"),
        Dropped("childFlowIds"),
        Dropped("createdAt"),
        Dropped("exchangeRate"),
        Dropped("originalAmount"),
        Dropped("originalCurrency"),
        Dropped("grandBargainEarmarkingType"),
    ),
    fetch=fetch,
    parse=parse,
    record=record,
    file_drop=FileDrop(
        "the file of incoming funding on HDX (fts_incoming_funding_....csv)",
        (Kind.CSV,),
        part=True,
    ),
    gate=Gate(
        min_bytes=40,
        max_bytes=64 * 1024 * 1024,
        min_rows=20,
        max_row_drop=0.5,
        unique=("askedCountry", "askedYear", "id"),
        never_all_null=("id", "amountUSD", "date", "status", "sourceOrganizations", "destinationUsageYears"),
    ),
    unknown_columns="warn",
    documentation="https://api.hpc.tools/docs/v1/",
    period="askedYear",
)
