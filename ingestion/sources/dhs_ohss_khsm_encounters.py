"""DHS, Office of Homeland Security Statistics: key metrics, Border Patrol encounters by region and citizenship."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from urllib.parse import quote, unquote

import openpyxl
import python_calamine

from ingestion.contract import (
    Cadence,
    Dataset,
    Field,
    FileDrop,
    Gate,
    Getter,
    Kind,
    RecordedResponse,
    RecordedVintage,
    Release,
    Row,
)
from ingestion.errors import ContractError, FetchError
from ingestion.formats import xlsx
from ingestion.formats.header import normalise
from ingestion.formats.links import links
from ingestion.sources import _recording
from ingestion.sources.dhs_ohss_monthly_tables import DATASET as MONTHLY
from ingestion.sources.dhs_ohss_monthly_tables import MONTHS

DISCOVERY = "https://ohss.dhs.gov/khsm/cbp-encounters"
"""The page behind which the workbook was found; the page itself was not seen."""

LINK = re.compile(r"KHSM[^/]*Encounters[^/]*USBP[^/]*fy(?P<year>\d\d)m(?P<month>\d\d)[^/]*\.xlsx$", re.IGNORECASE)
"""Fiscal year and calendar month that the workbook ends in: ``fy25m11`` ends in November 2024."""

SHEETS: Mapping[str, Sequence[str]] = {
    "Annual Region": ("Fiscal Year", "Region", "Quantity"),
    "Monthly Region": ("Fiscal Year", "Month", "Region", "Quantity"),
    "Annual Rgn and Citp": ("Fiscal Year", "Region", "Citizenship", "Quantity"),
}
"""The sheets that are read, of 16, with their headers; a header breaks its lines inside a name."""

BORDER = "Southwest Land Border"


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield the newest workbook that the page links, by the month in its name; its label is that mark.

    Raises:
        FetchError: the page links no workbook.
    """
    page = getter.get(DISCOVERY, file="discovery.html", kind=Kind.HTML)
    found = {_edition(url): url for url in links(page.path, page.final_url or DISCOVERY, LINK)}
    if not found:
        raise FetchError(
            "the page links no workbook of Border Patrol encounters",
            dataset_id=dataset.id,
            url=DISCOVERY,
            rule="discovery.no_links",
            remedy="look at the page, or give a kept workbook with --file",
        )
    url = found[max(found)]
    file = unquote(url.rsplit("/", 1)[-1])
    year, month = max(found)
    yield Release(
        label=f"fy{year:02}m{(month + 8) % 12 + 1:02}", payloads=(getter.get(url, file=file, kind=Kind.XLSX),)
    )


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield one row per figure of the sheets in :data:`SHEETS`, in their order.

    Raises:
        ContractError: a sheet that is missing or empty, another header, an empty cell, or a year or month that is none.
    """
    with xlsx.workbook(path, file=file, dataset_id=dataset.id) as book:
        missing = [name for name in SHEETS if name not in book.sheet_names]
        if missing:
            raise ContractError(
                f"the workbook has no sheet {missing}",
                dataset_id=dataset.id,
                file=file,
                rule="khsm.sheets",
                remedy="look at the sheets: the publisher may have renamed one",
            )
        yield from chain.from_iterable(_sheet(dataset, file, book, name) for name in SHEETS)


def _edition(url: str) -> tuple[int, int]:
    """Return fiscal year and month counted from October, so that December comes before January."""
    found = LINK.search(url)
    return (int(found["year"]), (int(found["month"]) - 10) % 12 + 1) if found else (0, 0)


def _sheet(dataset: Dataset, file: str, book: python_calamine.CalamineWorkbook, sheet: str) -> Iterator[Row]:
    def broken(detail: str, rule: str, number: int) -> ContractError:
        record = f"{sheet}!{number}"
        remedy = "look at the sheet: its layout has changed"
        return ContractError(detail, dataset_id=dataset.id, file=file, record=record, rule=rule, remedy=remedy)

    columns = SHEETS[sheet]
    number = 1
    for number, raw in xlsx.sheet_rows(book, sheet, file=file, dataset_id=dataset.id):
        cells = [xlsx.text(cell) for cell in raw]
        if number == 1:
            if [normalise(cell or "") for cell in cells] != [normalise(name) for name in columns]:
                raise broken(f"the header is {cells}, not {list(columns)}", "khsm.header", number)
            continue
        values = dict(zip(columns, cells, strict=True))
        month = values.get("Month", f"01 {MONTHS[0]}") or ""
        if None in cells or not re.fullmatch(r"\d{4}", values["Fiscal Year"] or ""):
            raise broken(f"{cells} is not a fiscal year with its figure", "khsm.row", number)
        if month not in {f"{place:02} {name}" for place, name in enumerate(MONTHS, start=1)}:
            raise broken(f"{month!r} is not a month of a fiscal year", "khsm.row", number)
        yield Row(f"{sheet}!{number}", {"sheet": sheet, **values})
    if number == 1:
        raise broken("the sheet holds no figure", "khsm.header", number)


ORIGINAL = "ohss_khsm/KHSM Encounters (USBP) fy25m11.xlsx"


def record(_dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Keep the sheets that are read, and of each the rows of the southwest land border."""
    source = from_dir / ORIGINAL
    original = openpyxl.load_workbook(source, read_only=True)

    def fill(book: openpyxl.Workbook) -> None:
        for name, columns in SHEETS.items():
            sheet = book.create_sheet(name)
            for number, cells in enumerate(original[name].iter_rows(values_only=True), start=1):
                if number == 1 or cells[columns.index("Region")] == BORDER:
                    sheet.append(cells)

    url = f"https://ohss.dhs.gov/sites/default/files/{quote(ORIGINAL.rsplit('/', 1)[-1])}"
    yield RecordedVintage(
        vintage_date=date(2024, 11, 30),
        date_basis="last day of the period that the file covers (November 2024); the day of release is not recorded",
        responses=(
            _recording.link_page(DISCOVERY, "Key Homeland Security Metrics: encounters", [url]),
            RecordedResponse(
                url=url,
                body=_recording.workbook_body(fill),
                content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                original=ORIGINAL,
                original_sha256=_recording.sha256(source),
                cut="13 sheets that are not read; the northern and the coastal border; styles",
                note=(
                    "The original is a copy under the publisher's own file name, kept in "
                    "github.com/arilamstein/immigration_enforcement at commit "
                    "c438a05ab47df903f7270a44f86ae038ecb57bc4, which names the page. The workbook was written anew. "
                    "The folder in the address follows other workbooks of the publisher; the address is not verified."
                ),
            ),
        ),
    )


DATASET = Dataset(
    publisher=MONTHLY.publisher,
    name="khsm_encounters",
    title="Key Homeland Security Metrics: Border Patrol encounters",
    description=(
        "Encounters of U.S. Border Patrol, between ports of entry, by region, citizenship and U.S. fiscal year since "
        "2000, and by region and month. Events, not people. Every figure is rounded to the nearest ten by itself, so "
        "parts do not add up to totals; a combination that rounds to zero has no row. The year in progress is not "
        "marked: the sheet by month says how many months it holds. It is another count of the events in CBP's files: "
        "never add them. The one edition seen ends in November 2024, as the publisher's monthly tables do, so it is "
        "taken as closed; whether a newer one exists was not verified."
    ),
    lines=(6,),
    licence=MONTHLY.licence,
    cadence=Cadence.CLOSED,
    hosts=MONTHLY.hosts,
    fields=(
        Field("sheet", "Name of the sheet, which says by what the figures are split."),
        Field("Fiscal Year", "U.S. fiscal year: 2023 is October 2022 to September 2023."),
        Field("Month", "Number in the fiscal year and name, as '01 October'; null on years.", required=False),
        Field("Region", "Southwest Land Border, Northern Land Border or Coastal Border."),
        Field("Citizenship", "Country as printed, or Unknown; null where a sheet holds all together.", required=False),
        Field("Quantity", "Encounters, rounded to the nearest ten.", unit="encounters"),
    ),
    fetch=fetch,
    parse=parse,
    record=record,
    file_drop=FileDrop(
        "the workbook of Border Patrol encounters (KHSM Encounters (USBP) ....xlsx)",
        (Kind.XLSX,),
    ),
    period="Fiscal Year",
    gate=Gate(
        min_bytes=20_000,
        max_bytes=32 * 1024 * 1024,
        min_rows=2_000,
        unique=("sheet", "Fiscal Year", "Month", "Region", "Citizenship"),
        never_all_null=("sheet", "Fiscal Year", "Month", "Region", "Citizenship", "Quantity"),
    ),
    documentation=DISCOVERY,
)
