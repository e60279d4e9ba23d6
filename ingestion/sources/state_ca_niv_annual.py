"""State Department, Consular Affairs: nonimmigrant visas issued by nationality and class, one sheet a fiscal year."""

from __future__ import annotations

import csv
import logging
import re
from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path

import openpyxl
import python_calamine

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
    RecordedResponse,
    RecordedVintage,
    Release,
    Row,
)
from ingestion.errors import ContractError
from ingestion.formats import xlsx
from ingestion.formats.header import align
from ingestion.sources import _recording, _state_ca

logger = logging.getLogger(__name__)

WORKBOOK = (
    "https://travel.state.gov/content/dam/visas/Statistics/Non-Immigrant-Statistics/NIVDetailTables/"
    "FYs97-24_NIVDetailTable.xlsx"
)
"""All years in one workbook. The name says the last one: a later edition has another address."""

SHEET = re.compile(r"FY(\d\d)")
TITLE = re.compile(r"Fiscal Year (\d{4})")
LAST_ROW = "Grand Totals"
LABELS = ("fiscal_year_title", "region", "nationality")


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield the workbook; its label is the name of its newest sheet. The publisher refuses many programs (403).

    No page that lists the editions is known, so a newest sheet that is late by the cadence is reported: a later edition
    may be up under another name.
    """
    file = WORKBOOK.rsplit("/", 1)[-1]
    payload = getter.get(WORKBOOK, file=file, kind=Kind.XLSX)
    with xlsx.workbook(payload.path, file=file) as book:
        names = [name for name in book.sheet_names if SHEET.fullmatch(name)]
    newest = max(names, key=_year, default=None)
    max_age = dataset.cadence.max_age
    if newest and max_age and payload.retrieved_at.date() - date(_year(newest), 9, 30) > max_age:
        logger.warning(
            "%s: the newest sheet is %s, which ended more than %d days ago. A later edition has another address: look "
            "at %s, then change WORKBOOK in the contract or hand the workbook over (ingest --file)",
            dataset.id,
            newest,
            max_age.days,
            dataset.documentation,
        )
    yield Release(label=newest, payloads=(payload,))


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the rows of every sheet named by a fiscal year: nationalities, totals of regions and the grand total.

    The first cell of the header is the title ("Fiscal Year 2015") and stands over the nationalities. The row of a
    region has no figures: its name is carried down. Classes come and go with the years: one that the sheet lacks is
    left out, and an empty cell stays empty, it is not a zero.

    Raises:
        ContractError: no sheet of a year, a title that contradicts the sheet, a nationality without a region, or a
            sheet without its grand totals (it was cut short).
    """
    with xlsx.workbook(path, file=file, dataset_id=dataset.id) as book:
        sheets = [name for name in book.sheet_names if SHEET.fullmatch(name)]
        if not sheets:
            raise ContractError("no sheet is named by a year", dataset_id=dataset.id, file=file, rule="niv.sheets")
        yield from chain.from_iterable(_sheet(dataset, file, book, name) for name in sheets)


def _sheet(dataset: Dataset, file: str, book: python_calamine.CalamineWorkbook, name: str) -> Iterator[Row]:
    def broken(detail: str, rule: str, number: int | None = None) -> ContractError:
        record = f"{name}!{number}" if number else name
        remedy = "look at the sheet: its layout has changed"
        return ContractError(detail, dataset_id=dataset.id, file=file, record=record, rule=rule, remedy=remedy)

    grid = [
        (number, [xlsx.text(cell) for cell in cells])
        for number, cells in xlsx.sheet_rows(book, name, file=file, dataset_id=dataset.id)
    ]
    top = xlsx.find_row(
        [cells for _number, cells in grid], lambda row: TITLE.fullmatch((row[0] or "").strip()) is not None
    )
    if top is None:
        raise broken("no row starts with the title of a fiscal year", "niv.header")
    number, header = grid[top]
    title = (header[0] or "").strip()
    if int(title[-4:]) != _year(name):
        raise broken(f"the title {title!r} does not fit the sheet {name}", "niv.title")
    width = max(place for place, cell in enumerate(header) if cell) + 1
    columns = align(dataset, [*LABELS, *header[1:width]], file=file, record=f"{name}!{number}")
    region: str | None = None
    for number, cells in grid[top + 1 :]:
        label = (cells[0] or "").strip()
        if not label:
            continue
        if not any(cells[1:width]):
            region = label
            continue
        last = label == LAST_ROW
        if region is None:
            raise broken(f"{label!r} stands under no region", "niv.row", number)
        yield Row(f"{name}!{number}", columns.values([title, None if last else region, label, *cells[1:width]]))
        if last:
            return
    raise broken("the sheet ends without its grand totals: it was cut short", "niv.end")


def _year(sheet: str) -> int:
    """Return the fiscal year that a sheet is named by: FY97 to FY99 lie in the last century."""
    year = int(sheet[2:])
    return year + (1900 if year >= 90 else 2000)  # noqa: PLR2004 - the first sheet is FY97


ORIGINALS = "dos_niv/annual_csv_fy97_fy15"
REGIONS = ("North America", "South America")
CLASSES = ("H-2A", "H-2B", "H-2R", "Total Visas", "Grand Total")


def record(_dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Lay the sheets that are at hand as CSV out as a workbook again: two regions whole, totals, the used classes."""
    sources = sorted((from_dir / ORIGINALS).glob("FY*.csv"), key=lambda path: _year(path.stem))
    hashes = "; ".join(f"{path.name} {_recording.sha256(path)}" for path in sources)

    def fill(book: openpyxl.Workbook) -> None:
        for path in sources:
            sheet = book.create_sheet(path.stem)
            region = None
            with path.open(encoding="utf-8", newline="") as lines:
                rows = list(csv.reader(lines))
            kept = [place for place, name in enumerate(rows[0]) if place == 0 or name in CLASSES]
            for number, cells in enumerate(rows, start=1):
                is_heading = not any(cells[1:])
                region = cells[0] if cells[0] and is_heading else region
                is_kept = number == 1 or region in REGIONS or cells[0].startswith(("Totals for ", LAST_ROW))
                if not (is_kept or is_heading):
                    continue
                for column, place in enumerate(kept, start=1):
                    if cells[place]:
                        sheet.cell(number, column, int(cells[place]) if cells[place].isdigit() else cells[place])

    workbook = RecordedResponse(
        url=WORKBOOK,
        body=_recording.workbook_body(fill),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        original=f"{ORIGINALS}/{sources[-1].name}",
        original_sha256=_recording.sha256(sources[-1]),
        cut=(
            "nationalities outside North and South America (their totals are kept); classes but H-2A, H-2B and H-2R; "
            "odd fiscal years before 2015, which are not at hand"
        ),
        note=(
            "Rebuilt: the figures were at hand as one CSV for each sheet, saved from the publisher's earlier workbook "
            "FYs97-15_NIVDetailTable.xls and kept in github.com/unrealwork/atsd-use-cases at commit "
            "a6f368d7e583c60c0991d26af6a44d6603393d77; rows keep their places. The address is that of the workbook "
            f"that followed it. SHA-256 of the originals: {hashes}."
        ),
    )
    yield RecordedVintage(
        vintage_date=date(2015, 9, 30),
        date_basis="the last day of the newest fiscal year in the sheets; when they were put up is not recorded",
        responses=(workbook,),
    )


UNUSED = """
A-1 A-2 A-3 B-1 B-1,2 B-1,2/BCC B-1,2/BCV B-2 BCC C-1 C-1/D C-2 C-3 CW-1 CW-2 D D-CREW E-1 E-2 E-2C E-3 E-3D E-3R F-1
F-2 F-3 G-1 G-2 G-3 G-4 G-5 H-1A H-1B H-1B1 H-1C H-3 H-4 I J-1 J-2 K-1 K-2 K-3 K-4 L-1 L-2 M-1 M-2 M-3 N-8 N-9 NATO-1
NATO-2 NATO-3 NATO-4 NATO-5 NATO-6 NATO-7 O-1 O-2 O-3 P-1 P-2 P-3 P-4 Q-1 Q-2 Q-3 R-1 R-2 S-5 S-6 S-7 T-1 T-2 T-3 T-4
T-5 T-6 TD TN U-1 U-2 U-3 U-4 U-5 V-1 V-2 V-3
"""
"""Classes seen from fiscal year 1998 to 2015 and not used. A new one is reported and left out: it does not stop."""


DATASET = Dataset(
    publisher=_state_ca.PUBLISHER,
    name="niv_annual",
    title="Nonimmigrant visas issued by nationality and class, by fiscal year",
    description=(
        "Nonimmigrant visas issued abroad by nationality, class and U.S. fiscal year (October to September); read are "
        "the classes of temporary workers (H-2A in agriculture, H-2B elsewhere) and the totals. It counts visas: not "
        "jobs certified, not petitions, not workers who came. Totals of regions and the grand total stand among the "
        "nationalities and may never be summed with them. Classes change over the years: H-2R is a class of its own "
        "in older sheets, in use in fiscal year 2006. An empty cell is not a zero. Monthly reports are preliminary, "
        "and from fiscal year 2020 they must not be added up to these figures."
    ),
    lines=(4, 8),
    licence=_state_ca.LICENCE,
    cadence=Cadence.ANNUAL,
    hosts=("travel.state.gov",),
    fields=(
        Field("fiscal_year_title", "Title over the nationalities, 'Fiscal Year 2015': October 2014 to September 2015."),
        Field("region", "Region that the row stands under, carried down; null on the grand totals."),
        Field("nationality", "Nationality in the publisher's own names, or 'Totals for ...' or 'Grand Totals'."),
        Field("H-2A", "Visas for temporary agricultural workers.", unit="visas"),
        Field("H-2B", "Visas for temporary workers outside agriculture.", unit="visas"),
        Field("H-2R", "Visas of class H-2R; no column since fiscal year 2008.", required=False, unit="visas"),
        Field("Total Visas", "Visas of all classes.", unit="visas"),
        Field("Grand Total", "Visas of all classes and border crossing cards.", unit="visas and cards"),
    ),
    fetch=fetch,
    parse=parse,
    record=record,
    file_drop=FileDrop(
        "the workbook with one sheet for each fiscal year (...NIVDetailTable.xlsx)",
        (Kind.XLSX,),
        part=True,
    ),
    dropped=tuple(Dropped(name) for name in UNUSED.split()),
    unknown_columns="warn",
    gate=Gate(
        closed_periods=ClosedPeriods(period="fiscal_year_title"),
        min_bytes=5_000,
        max_bytes=32 * 1024 * 1024,
        min_rows=300,
        unique=("fiscal_year_title", "nationality"),
        never_all_null=("fiscal_year_title", "region", "nationality", "H-2A", "H-2B", "Total Visas"),
    ),
    documentation=_state_ca.PUBLISHER.homepage,
    period="fiscal_year_title",
)
