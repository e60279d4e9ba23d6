"""CBP nationwide encounters, state file: one CSV a month through a page that lists them."""

from __future__ import annotations

import csv
import io
import re
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
    RecordedResponse,
    RecordedVintage,
    Release,
    Row,
)
from ingestion.formats.csv import read_csv
from ingestion.sources import _cbp, _recording

DISCOVERY = "https://www.cbp.gov/document/stats/nationwide-encounters"
"""The page that lists the files. The folder of a file is the month it was put up, so its address cannot be guessed."""

LINK = re.compile(r"/sites/default/files/[^\"']*nationwide-encounters-[^\"'/]*-state(_\d+)?\.csv$", re.IGNORECASE)

NAME = re.compile(rf"nationwide-encounters-{_cbp.COVERED}-state{_cbp.AGAIN}\.csv", re.IGNORECASE)

REGION = "Southwest Land Border"


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield one release per state file that the page lists, oldest first; see :func:`_cbp.fetch_files`."""
    return _cbp.fetch_files(dataset, getter, page_url=DISCOVERY, link=LINK, pattern=NAME, what="state file")


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the rows, every column as text: ``Fiscal Year`` may be ``2025 (FYTD)``."""
    return read_csv(dataset, file, path)


COPY = "The original is a copy of the publisher's file, kept under its name in"


def record(_dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Cut two vintages to the southwest land border; the newer page still lists the older file."""
    folder = "cbp_nationwide_encounters"
    old = _cut(
        from_dir,
        f"{folder}/nationwide-encounters-fy20-fy23-state.csv",
        "https://www.cbp.gov/sites/default/files/assets/documents/2023-Nov/nationwide-encounters-fy20-fy23-state.csv",
        f"{COPY} github.com/UWCHR/cbp at commit abd1f5749d38a0819668d4ecec1b8d72544084d4.",
    )
    new = _cut(
        from_dir,
        f"{folder}/nationwide-encounters-fy22-fy25-may-state.csv",
        "https://www.cbp.gov/sites/default/files/nationwide-encounters-fy22-fy25-may-state.csv",
        f"{COPY} github.com/LMundy98/USRefugees2025 at commit 24c4b27b6999ef29203202dd3ce3f8e9a45951ca. Only the name "
        "of the file was seen: its upload folder is not recorded and is left out of the address.",
    )
    yield RecordedVintage(
        vintage_date=date(2023, 11, 1),
        date_basis="first day of the month that names the publisher's upload folder (2023-Nov)",
        responses=(_page(old), old),
    )
    yield RecordedVintage(
        vintage_date=date(2025, 5, 31),
        date_basis="last day of the period that the file covers (May 2025); the day of release is not recorded",
        responses=(_page(new, old), old, new),
    )


def _cut(from_dir: Path, original: str, url: str, note: str) -> RecordedResponse:
    source = from_dir / original
    with source.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines, strict=True))
    region = rows[0].index("Land Border Region")
    kept = io.StringIO(newline="")
    csv.writer(kept, lineterminator="\r\n").writerows([rows[0], *(r for r in rows[1:] if r[region] == REGION)])
    return RecordedResponse(
        url=url,
        body=kept.getvalue().encode(),
        content_type="text/csv",
        original=original,
        original_sha256=_recording.sha256(source),
        cut=f"rows of any land border region other than {REGION}",
        note=f"Header, order of rows and every kept cell as in the original. {note}",
    )


def _page(*files: RecordedResponse) -> RecordedResponse:
    return _recording.link_page(DISCOVERY, "Nationwide Encounters", [file.url for file in files])


DATASET = Dataset(
    publisher=_cbp.PUBLISHER,
    name="nationwide_encounters_state",
    title="Nationwide encounters by state",
    description=(
        "Encounters of U.S. Border Patrol and the Office of Field Operations with people found inadmissible, "
        "apprehended or expelled, by month, land border region, state, demographic group, citizenship and legal "
        "authority. It counts events, not people: one person may be counted several times, above all while Title 42 "
        "expulsions lasted (March 2020 to May 2023). A combination without encounters may have a row of 0 or none. "
        "Each file covers four fiscal years (October to September); months of the year in progress are revised. "
        "'Month Grouping' compares a month with the progress of the current year: 'Remaining' months of closed years "
        "are figures like any other."
    ),
    lines=(5, 6),
    licence=_cbp.LICENCE,
    cadence=Cadence.MONTHLY,
    hosts=_cbp.HOSTS,
    fields=(
        Field("Fiscal Year", "U.S. fiscal year, October to September; '2025 (FYTD)' while it is in progress."),
        Field(
            "Month Grouping",
            "Whether the month lies in the part of the fiscal year that the current year has reached ('FYTD') or not "
            "('Remaining'). Says nothing about completeness in a closed year.",
        ),
        Field("Month (abbv)", "Month, OCT to SEP; OCT to DEC lie in the calendar year before the fiscal year."),
        Field("Land Border Region", "Southwest Land Border, Northern Land Border, or Other (air, sea, coast)."),
        Field("State", "U.S. state or territory of the encounter, postal code."),
        Field(
            "Demographic",
            "Single Adults, FMUA (family unit members), Accompanied Minors, and unaccompanied children: "
            "'UC / Single Minors' in files to 2023, 'UAC' in files of 2025.",
        ),
        Field(
            "Citizenship",
            "Citizenship in the publisher's own upper-case names; OTHER holds every country without its own name.",
            aliases=("Citizenship Grouping",),
        ),
        Field("Title of Authority", "Title 8 (immigration law) or Title 42 (public health, March 2020 to May 2023)."),
        Field("Encounter Count", "Encounters.", unit="encounters"),
    ),
    fetch=fetch,
    parse=parse,
    record=record,
    file_drop=FileDrop(
        "the file by state (nationwide-encounters-...-state.csv)",
        (Kind.CSV,),
    ),
    gate=Gate(
        closed_periods=ClosedPeriods(
            period="Fiscal Year",
            movement=0.02,
            reason="CBP restates closed months by about one per cent (May 2022: 239,416 as released, 241,136 later)",
        ),
        min_bytes=200_000,
        max_bytes=64 * 1024 * 1024,
        min_rows=5_000,
        # A file drops its oldest year when a new fiscal year begins: four years become three and a month.
        max_row_drop=0.45,
        unique=(
            "Fiscal Year",
            "Month Grouping",
            "Month (abbv)",
            "Land Border Region",
            "State",
            "Demographic",
            "Citizenship",
            "Title of Authority",
        ),
        never_all_null=("Fiscal Year", "Month (abbv)", "State", "Demographic", "Citizenship", "Encounter Count"),
    ),
    documentation=DISCOVERY,
    period="Fiscal Year",
)
