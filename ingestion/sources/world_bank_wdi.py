"""World Bank, World Development Indicators: one query per indicator, errors that come with HTTP status 200."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ingestion.contract import (
    Cadence,
    ClosedPeriods,
    Dataset,
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
from ingestion.formats.header import Alignment, align
from ingestion.sources import _recording

logger = logging.getLogger(__name__)

BASE = "https://api.worldbank.org/v2"
COUNTRIES = (
    *("BLZ", "BOL", "BRA", "CAN", "CHL", "COL", "CRI", "CUB", "DOM", "ECU"),
    *("GTM", "HND", "HTI", "MEX", "NIC", "PAN", "PER", "SLV", "USA", "VEN"),
)
AGGREGATES = ("LCN", "WLD")
"""Latin America and the Caribbean, World: served beside countries in the same column, for comparison only."""

INDICATORS: Mapping[str, str] = {
    "SP.POP.TOTL": "population, persons",
    "VC.IHR.PSRC.P5": "intentional homicides per 100,000 people",
    "VC.IHR.PSRC.FE.P5": "intentional homicides of women per 100,000 women",
    "BX.TRF.PWKR.DT.GD.ZS": "personal remittances received, per cent of gross domestic product",
    "BX.TRF.PWKR.CD.DT": "personal remittances received, current U.S. dollars",
    "SN.ITK.DEFC.ZS": "prevalence of undernourishment, per cent of the population",
    "SL.UEM.NEET.ZS": "young people neither in education nor in employment or training, per cent",
}
"""Code → meaning and unit."""

PARAMS = {"format": "json", "per_page": "20000"}
"""Without them the answer is XML, fifty rows at a time."""

NOT_RECORDED = "recorded.missing"
"""Rule of the error with which recorded mode answers a query that is not in the recording."""


def address(indicator: str) -> str:
    """Return the address of one indicator for all countries and aggregates, without query."""
    return f"{BASE}/country/{';'.join((*COUNTRIES, *AGGREGATES))}/indicator/{indicator}"


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield one release with all pages of all indicators; its label is the publisher's ``lastupdated``.

    In recorded mode an indicator without a recording is reported and left out.

    Raises:
        ContractError: an answer is an error message, though its status is 200.
        FetchError: the pages carry two different ``lastupdated``: the database changed while it was read.
    """
    payloads: list[Payload] = []
    updated: set[str] = set()
    for indicator in INDICATORS:

        def pages(payload: Payload) -> int:
            envelope, _items = _body(dataset, payload.file, payload.path)
            if envelope.get("lastupdated"):
                updated.add(str(envelope["lastupdated"]))
            return json_pages.count(envelope.get("pages"), "pages", file=payload.file, dataset_id=dataset.id)

        found = json_pages.fetch_pages(
            getter, address(indicator), folder=indicator, params=PARAMS, pages=pages, dataset_id=dataset.id
        )
        try:
            payloads += found
        except FetchError as error:
            if error.rule != NOT_RECORDED:
                raise
            logger.warning("%s: %s is not in the recording and is left out", dataset.id, indicator)
    if len(updated) > 1:
        raise FetchError(
            f"the pages carry different dates of the last update: {', '.join(sorted(updated))}",
            dataset_id=dataset.id,
            rule="world_bank.lastupdated",
            remedy="run again: the publisher updated the database while it was read",
        )
    yield Release(label=updated.pop() if updated else None, payloads=tuple(payloads))


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the observations of one page, or of a table of the bulk download; a row without a figure keeps its null.

    Raises:
        ContractError: an error message, another layout, or another indicator than the one asked for.
    """
    if file.lower().endswith(".csv"):
        yield from _table(dataset, file, path)
        return
    envelope, items = _body(dataset, file, path)
    about = {name: json_pages.text(envelope.get(name)) for name in ("lastupdated", "sourceid")}
    # A file that was handed over has no folder that names its indicator, and must be the whole answer.
    folder = file.rpartition("/")[0]
    asked = {folder} if folder else set(INDICATORS)
    alignments: dict[tuple[str, ...], Alignment] = {}
    for index, item in enumerate(items):
        record = f"/1/{index}"
        flat = {**_flat(dataset, item, file, record), **about}
        keys = tuple(flat)
        if keys not in alignments:
            alignments[keys] = align(dataset, keys, file=file, record=record)
        values = alignments[keys].values(list(flat.values()))
        if values["indicator_id"] not in asked:
            raise ContractError(
                f"the row is about {values['indicator_id']!r}, asked was {' or '.join(sorted(asked))}",
                dataset_id=dataset.id,
                file=file,
                record=record,
                rule="world_bank.not_asked",
            )
        yield Row(record, values)


BULK_HEADER = ["Country Name", "Country Code", "Indicator Name", "Indicator Code"]


def _table(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the figures of the bulk layout: lines on the edition above the header, a column a year, an empty last one.

    An empty cell is no figure. Countries and indicators that are not asked for are left out.
    """

    def broken(detail: str, number: int, rule: str) -> ContractError:
        return ContractError(detail, dataset_id=dataset.id, file=file, record=str(number), rule=rule)

    about: dict[str, str | None] = {
        "lastupdated": None,
        "sourceid": None,
        "unit": None,
        "obs_status": None,
        "decimal": None,
        "country_id": None,
    }
    years: list[str] | None = None
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines, strict=True)
        for cells in reader:
            if years is None:
                if cells[:1] == ["Last Updated Date"]:
                    about["lastupdated"] = cells[1]
                if cells[: len(BULK_HEADER)] == BULK_HEADER:
                    years = [cell for cell in cells[len(BULK_HEADER) :] if cell]
                continue
            name, code, meaning, indicator, *figures = cells
            if len(figures) not in {len(years), len(years) + 1}:
                raise broken(f"the row has {len(figures)} cells for {len(years)} years", reader.line_num, "csv.ragged")
            if indicator not in INDICATORS or code not in {*COUNTRIES, *AGGREGATES}:
                continue
            told = {
                "indicator_id": indicator,
                "indicator_value": meaning,
                "country_value": name,
                "countryiso3code": code,
            }
            for year, figure in zip(years, figures, strict=False):
                values = {**about, **told, "date": year, "value": figure or None}
                yield Row(f"{reader.line_num}!{year}", values)
    if years is None:
        raise broken(f"no line starts with {BULK_HEADER}", 1, "header.missing")


def record(_dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Lay out the two indicators whose figures are at hand; the others are not recorded."""
    kept = {*COUNTRIES, *AGGREGATES}
    absent = "Not in the original, and null here: the indicator's name, `country.id` (ISO 2), `decimal`, `sourceid`"
    population = "world_bank/population_SP.POP.TOTL.csv"
    rows = [row for row in _rows(from_dir / population) if row["Country Code"] in kept]
    homicides = "world_bank/VC.IHR.PSRC.P5_nca_selected.csv"
    yield RecordedVintage(
        vintage_date=date(2026, 7, 13),
        date_basis=(
            "`lastupdated` of the series of homicides; the population file does not say when it was updated, "
            "it ends with 2024"
        ),
        responses=(
            _page(
                from_dir,
                "SP.POP.TOTL",
                [_item("SP.POP.TOTL", r["Country Code"], r["Country Name"], r["Year"], int(r["Value"])) for r in rows],
                lastupdated=None,
                original=population,
                cut="countries and aggregates that are not asked for",
                note="Figures of a CSV copy of the series (github.com/datasets/population at commit "
                f"425fc447a53a26c767a15a7de60c4cc2478a0595), laid out as a page of the interface. {absent}, "
                "`lastupdated`.",
            ),
            _page(
                from_dir,
                "VC.IHR.PSRC.P5",
                [
                    _item("VC.IHR.PSRC.P5", r["iso3"], None, r["year"], float(r["homicides_per_100k"]))
                    for r in _rows(from_dir / homicides)
                ],
                lastupdated="2026-07-13",
                original=homicides,
                cut="years and countries that are not in the original: they are missing here, not zero",
                note="Figures of a CSV copy of the series, rounded to four decimals (out of "
                "github.com/md-experiments/country-standard-index at commit 6a506c184c3def92641e1555a05fa79783917cca, "
                f"fetched 2026-10-04), laid out as a page of the interface. {absent}, the country's name.",
            ),
        ),
    )


def _body(dataset: Dataset, file: str, path: Path) -> tuple[Mapping[Any, Any], list[Any]]:
    def refused(detail: str, rule: str, remedy: str) -> ContractError:
        return ContractError(detail, dataset_id=dataset.id, file=file, rule=rule, remedy=remedy)

    look = "look at the archived body"
    match json_pages.load(path, file=file, dataset_id=dataset.id):
        case [{"message": message}, *_]:
            shown = "; ".join(str(m.get("value") or m.get("key")) for m in message if isinstance(m, dict))
            raise refused(
                f"the publisher answers with an error: {shown or message}",
                "world_bank.message",
                "check the indicator's code: the publisher may have retired it",
            )
        case [{"page": page, **rest}, (list() | None) as items]:
            if "/" not in file and str(rest.get("pages")) != "1":
                remedy = "ask for all rows on one page: per_page=20000"
                raise refused(f"the file is one page of {rest.get('pages')}", "json.envelope", remedy)
            asked = file.rpartition("page-")[2].removesuffix(".json") if "/" in file else "1"
            if str(page) != asked:
                raise refused(f"the answer calls itself page {page}", "json.envelope", look)
            return rest, items or []
        case _:
            raise refused("the answer is not [envelope, observations]", "json.envelope", look)


def _flat(dataset: Dataset, item: object, file: str, record: str) -> dict[str, str | None]:
    """Return one observation with ``indicator.id`` as ``indicator_id`` and so on."""
    flat: dict[str, str | None] = {}
    try:
        for key, value in item.items() if isinstance(item, dict) else [("", [item])]:
            if key in {"indicator", "country"} and isinstance(value, dict):
                flat |= {f"{key}_{inner}": json_pages.text(v) for inner, v in value.items()}
            else:
                flat[key] = json_pages.text(value)
    except TypeError as error:
        raise ContractError(
            f"not an observation: {error}", dataset_id=dataset.id, file=file, record=record, rule="json.item"
        ) from error
    return flat


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def _item(indicator: str, iso3: str, name: str | None, year: str, value: float) -> dict[str, object]:
    return {
        "indicator": {"id": indicator, "value": None},
        "country": {"id": None, "value": name},
        "countryiso3code": iso3,
        "date": year,
        "value": value,
        "unit": None,
        "obs_status": None,
        "decimal": None,
    }


def _page(
    from_dir: Path,
    indicator: str,
    items: list[dict[str, object]],
    *,
    lastupdated: str | None,
    original: str,
    cut: str,
    note: str,
) -> RecordedResponse:
    order = {code: place for place, code in enumerate((*AGGREGATES, *COUNTRIES))}
    items.sort(key=lambda item: (order[str(item["countryiso3code"])], -int(str(item["date"]))))
    envelope = {
        "page": 1,
        "pages": 1,
        "per_page": int(PARAMS["per_page"]),
        "total": len(items),
        "sourceid": None,
        "lastupdated": lastupdated,
    }
    return RecordedResponse(
        url=address(indicator),
        params={**PARAMS, "page": "1"},
        body=_recording.json_body([envelope, items]),
        content_type="application/json",
        original=original,
        original_sha256=_recording.sha256(from_dir / original),
        cut=cut,
        note=note,
    )


DATASET = Dataset(
    publisher=Publisher(
        id="world_bank",
        name="World Bank",
        homepage="https://api.worldbank.org/v2",
    ),
    name="wdi",
    title="World Development Indicators",
    description=(
        "Selected indicators by country and calendar year: "
        + "; ".join(f"{code} {meaning}" for code, meaning in INDICATORS.items())
        + ". Aggregates (LCN Latin America and the Caribbean, WLD World) stand in the same column as countries and may "
        "never be summed with them. A null value is 'no figure', not zero. The whole history may be revised; "
        "`lastupdated` is the mark of an edition. Homicides come from UNODC about two years late, with gaps."
    ),
    lines=(1, 2, 3, 5),
    licence=Licence(name="CC BY 4.0", attribution="World Bank, World Development Indicators"),
    cadence=Cadence.QUARTERLY,
    hosts=("api.worldbank.org",),
    fields=(
        Field("indicator_id", "Code of the indicator."),
        Field("indicator_value", "Name of the indicator."),
        Field("country_id", "ISO 3166-1 alpha-2 code; aggregates have codes of the World Bank's own."),
        Field("country_value", "Name of the country or aggregate."),
        Field("countryiso3code", "ISO 3166-1 alpha-3 code, or the World Bank's of an aggregate; '' for some of them."),
        Field("date", "Calendar year."),
        Field("value", "The figure, in the unit of the indicator; null when there is none.", unit="see indicator"),
        Field("unit", "Unit as served: usually empty."),
        Field("obs_status", "Status of the observation as served: usually empty."),
        Field("decimal", "Decimals that the publisher shows.", unit="digits"),
        Field("lastupdated", "Date of the last update of the database, from the page."),
        Field("sourceid", "Number of the World Bank database (2 is WDI), from the page."),
    ),
    fetch=fetch,
    parse=parse,
    record=record,
    file_drop=FileDrop(
        "one indicator: the answer of the interface (JSON, one page), or the table of the bulk download (CSV)",
        (Kind.JSON, Kind.CSV),
        part=True,
    ),
    gate=Gate(
        closed_periods=ClosedPeriods(
            period="date",
            series=("indicator_id",),
            values=("value",),
            open_years=3,
            movement=0.15,
            reason="the whole history may be revised, and countries are filled in years later",
        ),
        min_bytes=40,
        min_rows=1_000,
        unique=("indicator_id", "countryiso3code", "date"),
        never_all_null=("indicator_id", "countryiso3code", "date", "value"),
    ),
    unknown_columns="warn",
    period="date",
)
