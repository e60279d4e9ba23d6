"""State Department, Consular Affairs: nonimmigrant visas issued by nationality and class, one report a month."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

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
from ingestion.sources import _recording, _state_ca

DISCOVERY = _state_ca.PUBLISHER.homepage
FOLDER = f"{_state_ca.FILES}/Non-Immigrant-Statistics/MonthlyNIVIssuances"

NAME = re.compile(r"\bNIV Issuances by Nation\w*ity and Visa Class\.", re.IGNORECASE)
"""Names of the reports by nationality; the one of December 2017 is spelled 'Nationlity'."""


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield one release per fiscal year from the reports by nationality and class that the page lists."""
    return _state_ca.fetch(dataset, getter, NAME)


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the rows of one report and its grand total."""
    return _state_ca.parse(dataset, file, path)


ORIGINALS = "dos_niv/monthly_pdf"
TABLE = "dos_niv/niv_fy2018_parsed_from_pdf.csv"
CLASSES = ("H2A", "H2B")
MONTHS = (
    *(f"{name} 2017" for name in ("October", "November", "December")),
    *(f"{name} 2018" for name in ("January", "February", "March", "April", "May", "June", "July", "August")),
    "September 2018",
)


def record(dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Lay the twelve reports of fiscal year 2018 out again with the rows of two classes, all nationalities."""
    with (from_dir / TABLE).open(encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines))
    reports = []
    for month in MONTHS:
        name = f"{month} - NIV Issuances by Nationality and Visa Class.pdf"
        document = from_dir / ORIGINALS / name
        if document.is_file():
            read = [
                (row.values["Nationality"], row.values["Visa Class"], row.values["Issuances"])
                for row in parse(dataset, name, document)
            ]
            reports.append(_report(month, read, f"{ORIGINALS}/{name}", document, ""))
        else:
            read = [
                (row["nationality"], row["visa_class"], row["issuances"]) for row in table if row["source_file"] == name
            ]
            others = (
                "the publisher's document of this month was not at hand: its rows come from a table that was read "
                "from the twelve documents of the fiscal year with pdfplumber. That table is not the publisher's "
                "and lacks the printed grand total. For the months at hand it holds the same rows as the documents."
            )
            reports.append(_report(month, read, TABLE, from_dir / TABLE, others))
    page = _recording.link_page(
        DISCOVERY, "Monthly Nonimmigrant Visa Issuance Statistics", [report.url for report in reports]
    )
    yield RecordedVintage(
        vintage_date=date(2018, 9, 30),
        date_basis="the last day of the newest month reported on; when the reports were put up is not recorded",
        responses=(page, *reports),
    )


def _report(
    month: str, read: Sequence[tuple[str | None, ...]], original: str, source: Path, others: str
) -> RecordedResponse:
    year = int(month[-4:]) + (month[:3] in {"Oct", "Nov", "Dec"})
    rows = [
        " ".join(cell for cell in row if cell) for row in read if row[1] in CLASSES or row[0] == _state_ca.GRAND_TOTAL
    ]
    return RecordedResponse(
        url=f"{FOLDER}/{month.upper()} - NIV Issuances by Nationality and Visa Class.pdf".replace(" ", "%20"),
        body=_state_ca.cut_document(
            [f"Nonimmigrant Visa Issuances By Nationality - {month}", f"(FY {year})"],
            ["Nationality Visa Class Issuances"],
            rows,
        ),
        content_type="application/pdf",
        original=original,
        original_sha256=_recording.sha256(source),
        cut="classes but H-2A and H-2B; notes below the table",
        note=(
            "Rebuilt: a document with the kept rows, title and header in the words of the original. The originals are "
            "copies kept in github.com/hminaya/visa at commit ab59e61fcc9d92d821fa877a7c5f9b9c7f4738ac; the name in "
            "the address follows the publisher's usual spelling."
        ),
        read_by_others=others,
    )


DATASET = Dataset(
    publisher=_state_ca.PUBLISHER,
    name="niv_monthly",
    title="Nonimmigrant visas issued by nationality and class, by month",
    description=(
        "Nonimmigrant visas issued abroad by nationality, class and month, as the monthly reports print them "
        "(documents since March 2017, workbooks since October 2022). It counts visas, not workers or jobs. A "
        "nationality and class without visas has no row in the reports of 2018. The printed grand total is a little "
        "smaller than the sum of the rows (8 to 39 visas a month in fiscal year 2018; why is not known). The figures "
        "are preliminary. From fiscal year 2020 the publisher says that monthly reports must not be added up, because "
        "applications are re-stated; in fiscal year 2018 the months meet the yearly totals within ten visas. F1 is a "
        "class of students here and of family members among immigrant visas."
    ),
    lines=(4, 8),
    licence=_state_ca.LICENCE,
    cadence=Cadence.MONTHLY,
    hosts=("travel.state.gov",),
    fields=(
        _state_ca.MONTH_FIELD,
        Field("Nationality", "Nationality in the publisher's own names, footnote marks kept; 'Grand Total' is one."),
        _state_ca.CLASS_FIELD,
        _state_ca.ISSUED_FIELD,
    ),
    fetch=fetch,
    parse=parse,
    record=record,
    file_drop=FileDrop(
        "the report of one month by nationality and class; its name says the month",
        (Kind.PDF, Kind.XLSX),
        part=True,
    ),
    # A fiscal year in progress has few months, so rows fall with each new year. No unique key: a report has repeated
    # a country and class.
    gate=Gate(
        min_bytes=1_000,
        max_bytes=16 * 1024 * 1024,
        min_rows=40,
        max_row_drop=None,
        never_all_null=("report_month", "Nationality", "Visa Class", "Issuances"),
    ),
    documentation=DISCOVERY,
    period="report_month",
)
