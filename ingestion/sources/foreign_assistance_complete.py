"""ForeignAssistance.gov: every transaction of U.S. foreign assistance, several gigabytes, cut to the region."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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
    Release,
    Row,
)
from ingestion.formats.csv import read_csv
from ingestion.sources import foreign_assistance_country_totals as country_totals

FILE = "us_foreign_aid_complete.csv"
ADDRESS = f"https://s3.amazonaws.com/files.explorer.devtechlab.com/{FILE}"
"""The name of the file never changes: each release replaces the whole history."""

REGION = country_totals.REGION

NOT_USED = (
    *("Country ID", "Region ID", "Income Group ID", "Income Group Name", "Income Group Acronym"),
    *("Managing Agency ID", "Managing Agency Name"),
    *("Implementing Partner Category ID", "Implementing Partner Category Name"),
    *("Implementing Partner Sub-category ID", "Implementing Partner Sub-category Name"),
    *("Implementing Partner ID", "International Category ID", "International Category Name"),
    *("International Sector Code", "International Sector Name", "US Category ID", "US Sector ID"),
    *("Funding Account ID", "Funding Acount ID", "Funding Account Name"),
    *("Funding Agency ID", "Funding Agency Name", "Funding Agency Acronym"),
    *("Foreign Assistance Objective ID", "Foreign Assistance Objective Name"),
    *("Aid Type Group ID", "Aid Type Group Name", "Activity ID", "Submission ID", "Activity Project Number"),
    *("Activity Start Date", "Activity End Date", "Transaction Date"),
    *("aid_type_id", "aid_type_name", "activity_budget_amount", "submission_activity_id"),
)

MAY_NAME_PEOPLE = ("Implementing Partner Name", "Activity Name", "Activity Description")


def fetch(_dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield the complete file as it is now; the publisher puts no edition on it."""
    yield Release(label=None, payloads=(getter.get(ADDRESS, file=FILE, kind=Kind.CSV),))


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the transactions of the region as text, one at a time: the file never fits into memory."""
    return (row for row in read_csv(dataset, file, path) if row.values["Region Name"] == REGION)


DATASET = Dataset(
    publisher=country_totals.DATASET.publisher,
    name="complete",
    title="U.S. foreign assistance by transaction",
    description=(
        "Every transaction of U.S. foreign assistance since fiscal year 1946, with agency, sector and purpose; "
        "about 3.75 GB and 4 million rows a release, asked for when a setting says so. Obligations, disbursements, "
        "appropriations and budget requests are four accounts of the same money and are never added. A negative amount "
        "takes back an obligation. Much money for Central America is booked to regions. The base year of constant "
        "dollars moves with each release: never compare constants across vintages. A sector is not a line of effort: "
        "which lines it may serve is this project's proposal. Only the names of the columns and of some sectors were "
        "seen, as users of the file list them, and not a row. Only the Western Hemisphere is landed; names and "
        "descriptions of activities and partners are dropped."
    ),
    lines=(1, 2, 3, 4, 5, 6, 7),
    licence=country_totals.DATASET.licence,
    cadence=Cadence.QUARTERLY,
    hosts=country_totals.DATASET.hosts,
    fields=(
        Field("Country Code", "ISO 3166-1 alpha-3 code, or a code of a region that looks like one; NULL when none."),
        Field("Country Name", "Name of the recipient: a country, a region or a former state.", ("country_name",)),
        Field("Region Name", "Region of the world in words."),
        Field("Managing Agency Acronym", "Agency that manages the activity, short."),
        Field("US Category Name", "Category of the U.S. framework of sectors."),
        Field("US Sector Name", "Sector of the U.S. framework."),
        Field("International Purpose Code", "Purpose, code of the OECD's creditor reporting system."),
        Field("International Purpose Name", "Purpose in words."),
        Field("Transaction Type ID", "Kind of transaction: 1, 2, 3 or 18."),
        Field("Transaction Type Name", "Kind of transaction in words."),
        Field("Fiscal Year", "U.S. fiscal year, or 1976tq.", ("fiscal_year",)),
        Field("Current Dollar Amount", "Amount in dollars of the year.", ("current_amount",), unit="USD"),
        Field(
            "Constant Dollar Amount",
            "Amount in dollars of the release's base year, which the file does not name.",
            ("constant_amount",),
            unit="constant USD",
        ),
    ),
    dropped=(*(Dropped(name) for name in NOT_USED), *(Dropped(name, "personal data") for name in MAY_NAME_PEOPLE)),
    fetch=fetch,
    parse=parse,
    no_recording="several gigabytes, and not a row of it is at hand",
    file_drop=FileDrop(
        "the complete file (us_foreign_aid_complete.csv)",
        (Kind.CSV,),
    ),
    gate=Gate(
        closed_periods=ClosedPeriods(
            period="Fiscal Year",
            series=("Transaction Type ID",),
            values=("Current Dollar Amount",),
            open_years=1,
            reason="agencies report old years again, and the last one or two years are not whole",
        ),
        min_bytes=100_000_000,
        max_bytes=8 * 1024 * 1024 * 1024,
        min_rows=10_000,
        max_row_drop=0.01,
        # No unique key: a transaction has no identifier that reaches landing.
        never_all_null=(
            "Country Code",
            "US Sector Name",
            "Transaction Type ID",
            "Fiscal Year",
            "Current Dollar Amount",
        ),
    ),
    unknown_columns="warn",
    needs_setting="foreign_assistance_complete",
    documentation="https://foreignassistance.gov",
)
