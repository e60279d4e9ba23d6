"""CBP southwest land border encounters: the small file that tells Border Patrol and field offices apart."""

from __future__ import annotations

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

DISCOVERY = "https://www.cbp.gov/document/stats/southwest-land-border-encounters"
"""The page that lists the files. The folder of a file is the month it was put up, so its address cannot be guessed."""

LINK = re.compile(r"/sites/default/files/[^\"']*sbo-?encounters[^\"'/]*fy\d\d[^\"'/]*\.csv$", re.IGNORECASE)

NAME = re.compile(rf"sbo-?encounters-{_cbp.COVERED}{_cbp.AGAIN}\.csv", re.IGNORECASE)
"""The hyphen after ``sbo`` has been optional."""


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield one release per southwest file that the page lists, oldest first; see :func:`_cbp.fetch_files`."""
    return _cbp.fetch_files(dataset, getter, page_url=DISCOVERY, link=LINK, pattern=NAME, what="southwest file")


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the rows, every column as text: ``Fiscal Year`` may be ``2025 (FYTD)``."""
    return read_csv(dataset, file, path)


ORIGINAL = "cbp_southwest_land_border_encounters/sbo-encounters-fy22-fy25-may.csv"


def record(_dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Keep the file whole: every row is of the southwest border and every column is used."""
    source = from_dir / ORIGINAL
    file = RecordedResponse(
        url="https://www.cbp.gov/sites/default/files/sbo-encounters-fy22-fy25-may.csv",
        body=source.read_bytes(),
        content_type="text/csv",
        original=ORIGINAL,
        original_sha256=_recording.sha256(source),
        cut="nothing",
        note=(
            "The original is a copy of the publisher's file, kept under its name in github.com/LMundy98/USRefugees2025 "
            "at commit 24c4b27b6999ef29203202dd3ce3f8e9a45951ca. Only the name of the file was seen: its upload folder "
            "is not recorded and is left out of the address."
        ),
    )
    yield RecordedVintage(
        vintage_date=date(2025, 5, 31),
        date_basis="last day of the period that the file covers (May 2025); the day of release is not recorded",
        responses=(_recording.link_page(DISCOVERY, "Southwest Land Border Encounters", [file.url]), file),
    )


DATASET = Dataset(
    publisher=_cbp.PUBLISHER,
    name="southwest_land_border_encounters",
    title="Southwest land border encounters by component",
    description=(
        "Encounters at the southwest land border by month, component (U.S. Border Patrol between ports of entry, "
        "Office of Field Operations at them), demographic group, legal authority and one of five citizenship "
        "groups: Mexico, Guatemala, Honduras, El Salvador, and Other, which holds every other country and so is "
        "wider than OTHER of the file by state. It counts events, not people. It is another roll-up of the same "
        "events as the nationwide files: never add them. A combination without encounters has no row. Each file "
        "covers four fiscal years; months of the year in progress are revised. 'Month Grouping' compares a month "
        "with the progress of the current year: 'Remaining' months of closed years are figures like any other."
    ),
    lines=(6,),
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
        Field("Component", "U.S. Border Patrol (between ports of entry) or Office of Field Operations (at them)."),
        Field(
            "Demographic",
            "Single Adults, FMUA (family unit members), Accompanied Minors (at ports of entry only), and unaccompanied "
            "children: 'UAC' in files of 2025; the label of older files was not seen.",
        ),
        Field(
            "Citizenship Grouping",
            "El Salvador, Guatemala, Honduras, Mexico or Other, in title case; Other holds every other country.",
        ),
        Field("Title of Authority", "Title 8 (immigration law) or Title 42 (public health, March 2020 to May 2023)."),
        Field(
            "Encounter Type",
            "Apprehensions (Border Patrol, Title 8), Inadmissibles (field offices, Title 8) or Expulsions (Title 42).",
        ),
        Field("Encounter Count", "Encounters.", unit="encounters"),
    ),
    fetch=fetch,
    parse=parse,
    record=record,
    file_drop=FileDrop(
        "the southwest file (sbo-encounters-....csv)",
        (Kind.CSV,),
    ),
    gate=Gate(
        closed_periods=ClosedPeriods(
            period="Fiscal Year",
            movement=0.02,
            reason="the events of the file by state, where closed months are restated by about one per cent",
        ),
        min_bytes=50_000,
        max_bytes=16 * 1024 * 1024,
        min_rows=1_000,
        # A file drops its oldest year when a new fiscal year begins: four years become three and a month.
        max_row_drop=0.45,
        unique=(
            "Fiscal Year",
            "Month Grouping",
            "Month (abbv)",
            "Component",
            "Demographic",
            "Citizenship Grouping",
            "Title of Authority",
            "Encounter Type",
        ),
        never_all_null=("Fiscal Year", "Month (abbv)", "Component", "Demographic", "Citizenship Grouping"),
    ),
    documentation=DISCOVERY,
    period="Fiscal Year",
)
