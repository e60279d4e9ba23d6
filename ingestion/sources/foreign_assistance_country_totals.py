"""ForeignAssistance.gov: U.S. foreign assistance by country, kind of transaction and fiscal year."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

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
    Publisher,
    RecordedResponse,
    RecordedVintage,
    Release,
    Row,
)
from ingestion.formats.csv import read_csv
from ingestion.sources import _recording

FILE = "us_foreign_aid_country.csv"
ADDRESS = f"https://s3.amazonaws.com/files.explorer.devtechlab.com/{FILE}"
"""The name of the file never changes: each release replaces the whole history."""

REGION = "Western Hemisphere"


def fetch(_dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield the country file as it is now; the publisher puts no edition on it."""
    yield Release(label=None, payloads=(getter.get(ADDRESS, file=FILE, kind=Kind.CSV),))


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the rows as text: the word ``NULL`` and the year ``1976tq`` are left as they stand."""
    return read_csv(dataset, file, path)


ORIGINAL = f"foreignassistance/{FILE}"


def record(_dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Keep the recipients of the Western Hemisphere, every year."""
    source = from_dir / ORIGINAL
    with source.open(encoding="utf-8-sig", newline="") as lines:
        header, *rows = csv.reader(lines, strict=True)
    region = header.index("Region Name")
    kept = io.StringIO(newline="")
    csv.writer(kept, lineterminator="\r\n").writerows([header, *(row for row in rows if row[region] == REGION)])
    response = RecordedResponse(
        url=ADDRESS,
        body=kept.getvalue().encode(),
        content_type="text/csv",
        original=ORIGINAL,
        original_sha256=_recording.sha256(source),
        cut=f"recipients of any region other than {REGION}; quotation marks that need not be",
        note=(
            "Header, order of rows and every kept cell as in the original. The original is a copy of the publisher's "
            "file kept in github.com/quixt/foreign-aid-compiler at commit 9013deda91193823e960cfd8b57575915c0db701."
        ),
    )
    yield RecordedVintage(
        vintage_date=date(2024, 11, 18),
        date_basis="the day by which the copy had been made; the day of the release is not recorded",
        responses=(response,),
    )


DATASET = Dataset(
    publisher=Publisher(
        id="foreign_assistance",
        name="ForeignAssistance.gov",
        homepage="https://foreignassistance.gov",
        country="USA",
    ),
    name="country_totals",
    title="U.S. foreign assistance by country",
    description=(
        "U.S. foreign assistance of every kind, military and economic, by recipient, kind of transaction and U.S. "
        "fiscal year, in dollars of the year and in constant dollars. Not humanitarian assistance, and not what the "
        "strategy spent: the file has no sector. Obligations, disbursements, appropriations and budget requests are "
        "four accounts of the same money and are never added. A negative amount takes back an obligation. Much money "
        "for Central America is booked to regions, whose codes look like countries (CNA, LAN). Disbursements start "
        "in fiscal year 2001. The last one or two fiscal years are incomplete. The base year of constant dollars "
        "moves with each release: never compare constants across vintages. 1976tq is the quarter from July to "
        "September 1976, when the fiscal year moved. The word NULL means missing."
    ),
    lines=(1,),
    licence=Licence(
        name="U.S. public domain",
        attribution="ForeignAssistance.gov",
    ),
    cadence=Cadence.QUARTERLY,
    hosts=("s3.amazonaws.com",),
    fields=(
        Field("Country Code", "ISO 3166-1 alpha-3 code, or a code of a region that looks like one; NULL when none."),
        Field("Country Name", "Name of the recipient: a country, a region or a former state.", ("country_name",)),
        Field("Region ID", "Number of the region of the world."),
        Field("Region Name", "Region of the world in words."),
        Field("Income Group Acronym", "Income group, short; NULL when missing."),
        Field("Income Group Name", "Income group in words; NULL when missing."),
        Field("Transaction Type ID", "Kind of transaction: 1, 2, 3 or 18."),
        Field(
            "Transaction Type Name",
            "Appropriated and Planned, Obligations, Disbursements, or President's Budget Requests.",
        ),
        Field("Fiscal Year", "U.S. fiscal year, or 1976tq.", ("fiscal_year",)),
        Field("current_amount", "Amount in dollars of the year.", ("Current Dollar Amount",), unit="USD"),
        Field(
            "constant_amount",
            "Amount in dollars of the release's base year, which the file does not name.",
            ("Constant Dollar Amount",),
            unit="constant USD",
        ),
    ),
    fetch=fetch,
    parse=parse,
    record=record,
    file_drop=FileDrop(
        "the country file (us_foreign_aid_country.csv)",
        (Kind.CSV,),
    ),
    gate=Gate(
        closed_periods=ClosedPeriods(
            period="Fiscal Year",
            series=("Transaction Type ID",),
            values=("current_amount",),
            open_years=1,
            reason="agencies report old years again, and the last one or two years are not whole",
        ),
        min_bytes=100_000,
        max_bytes=64 * 1024 * 1024,
        min_rows=4_000,
        unique=("Country Code", "Country Name", "Transaction Type ID", "Fiscal Year"),
        never_all_null=("Country Code", "Transaction Type ID", "Fiscal Year", "current_amount", "constant_amount"),
    ),
    documentation="https://foreignassistance.gov",
    period="Fiscal Year",
)
