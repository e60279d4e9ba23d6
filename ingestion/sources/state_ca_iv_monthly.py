"""State Department, Consular Affairs: immigrant visas by state of chargeability and class, one report a month."""

from __future__ import annotations

import re
from collections.abc import Iterator
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

DISCOVERY = f"{_state_ca.STATISTICS}/immigrant-visa-statistics/monthly-immigrant-visa-issuances.html"
"""Named in public code that reads the reports; not asked from here."""

FOLDER = f"{_state_ca.FILES}/Immigrant-Statistics/MonthlyIVIssuances"
NAME = re.compile(r"\bIV Issuances by FSC or Place of Birth and Visa Class\.", re.IGNORECASE)


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield one release per fiscal year from the reports by state of chargeability that the page lists."""
    return _state_ca.fetch(dataset, getter, NAME)


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the rows of one report and its grand total."""
    return _state_ca.parse(dataset, file, path)


ORIGINALS = "dos_iv/monthly_pdf"
REPORTS = {"April 2018": (2018, date(2018, 4, 30)), "December 2019": (2020, date(2019, 12, 31))}
"""Months at hand: their fiscal years and last days."""

REGION = frozenset(
    {
        "Antigua and Barbuda", "Argentina", "Bahamas, The", "Barbados", "Belize", "Bolivia", "Brazil", "Canada",
        "Chile", "Colombia", "Costa Rica", "Cuba", "Dominica", "Dominican Republic", "Ecuador", "El Salvador",
        "Grenada", "Guatemala", "Guyana", "Haiti", "Honduras", "Jamaica", "Mexico", "Nicaragua", "Panama", "Paraguay",
        "Peru", "Saint Kitts and Nevis", "Saint Lucia", "Saint Vincent and the Grenadines", "Suriname",
        "Trinidad and Tobago", "Uruguay", "Venezuela",
    }
)  # fmt: skip
"""States of the Americas as the reports at hand print them."""


def record(dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Lay the two reports at hand out again with the rows of the states of the Americas, each under its own date."""
    for month, (fiscal_year, last_day) in REPORTS.items():
        report = _report(dataset, from_dir, month, fiscal_year)
        page = _recording.link_page(DISCOVERY, "Monthly Immigrant Visa Issuance Statistics", [report.url])
        yield RecordedVintage(
            vintage_date=last_day,
            date_basis="the last day of the month reported on; when the report was put up is not recorded",
            responses=(page, report),
        )


def _report(dataset: Dataset, from_dir: Path, month: str, fiscal_year: int) -> RecordedResponse:
    name = f"{month} - IV Issuances by FSC or Place of Birth and Visa Class.pdf"
    source = from_dir / ORIGINALS / name
    kept = [
        " ".join(cell for cell in list(row.values.values())[1:] if cell)
        for row in parse(dataset, name, source)
        if row.values[STATE] in {*REGION, _state_ca.GRAND_TOTAL}
    ]
    return RecordedResponse(
        url=f"{FOLDER}/{month.upper()} - IV Issuances by FSC or Place of Birth and Visa Class.pdf".replace(" ", "%20"),
        body=_state_ca.cut_document(
            [
                "Immigrant Visa Issuances",
                "By Foreign State of Chargeability",
                "or Place of Birth",
                f"{month} (FY {fiscal_year})",
            ],
            ["Foreign State of Chargeability or", "Place of Birth Visa Class Issuances"],
            kept,
        ),
        content_type="application/pdf",
        original=f"{ORIGINALS}/{name}",
        original_sha256=_recording.sha256(source),
        cut="states outside the Americas, and territories; the grand total of all is kept",
        note=(
            "Rebuilt: a document with the kept rows, title and header in the words of the original. The original is a "
            "copy kept in github.com/hminaya/visa at commit ab59e61fcc9d92d821fa877a7c5f9b9c7f4738ac; the name in the "
            "address follows the publisher's usual spelling."
        ),
    )


STATE = "Foreign State of Chargeability or Place of Birth"

DATASET = Dataset(
    publisher=_state_ca.PUBLISHER,
    name="iv_monthly",
    title="Immigrant visas issued by state of chargeability and class, by month",
    description=(
        "Immigrant visas issued abroad by foreign state of chargeability (nearly always the country of birth), or "
        "place of birth, by class and month. Not green cards granted inside the United States, not the backlog. "
        "Classes are fine in older reports (F21, FX1) and rolled up in newer ones (F2A), so classes are not compared "
        "across them. A state and class without visas has no row. The figures are preliminary, and from fiscal year "
        "2020 the publisher says that monthly reports must not be added up to a year. F1 is a class of family members "
        "here and of students among nonimmigrant visas."
    ),
    lines=(8,),
    licence=_state_ca.LICENCE,
    cadence=Cadence.MONTHLY,
    hosts=("travel.state.gov",),
    fields=(
        _state_ca.MONTH_FIELD,
        Field(STATE, "State of chargeability in the publisher's own names; 'Grand Total' is one."),
        _state_ca.CLASS_FIELD,
        _state_ca.ISSUED_FIELD,
    ),
    fetch=fetch,
    parse=parse,
    record=record,
    file_drop=FileDrop(
        "the report of one month by state of chargeability and class; its name says the month",
        (Kind.PDF, Kind.XLSX),
        part=True,
    ),
    # A fiscal year in progress has few months, so rows fall with each new year. No unique key: December 2019 repeats
    # a state and class.
    gate=Gate(
        min_bytes=1_000,
        max_bytes=16 * 1024 * 1024,
        min_rows=100,
        max_row_drop=None,
        never_all_null=("report_month", STATE, "Visa Class", "Issuances"),
    ),
    documentation=DISCOVERY,
    period="report_month",
)
