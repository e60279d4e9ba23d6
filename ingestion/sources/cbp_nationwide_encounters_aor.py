"""CBP nationwide encounters, file by area of responsibility: it lies beside the state file, on the same page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ingestion.contract import Cadence, ClosedPeriods, Dataset, Field, FileDrop, Gate, Getter, Kind, Release, Row
from ingestion.formats.csv import read_csv
from ingestion.sources import _cbp
from ingestion.sources import cbp_nationwide_encounters_state as state

LINK = re.compile(r"/sites/default/files/[^\"']*nationwide-encounters-[^\"'/]*-aor(_\d+)?\.csv$", re.IGNORECASE)

NAME = re.compile(rf"nationwide-encounters-{_cbp.COVERED}-aor{_cbp.AGAIN}\.csv", re.IGNORECASE)

SHARED = {field.name: field for field in state.DATASET.fields}


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield one release per file by area that the page lists, oldest first; see :func:`_cbp.fetch_files`."""
    return _cbp.fetch_files(
        dataset, getter, page_url=state.DISCOVERY, link=LINK, pattern=NAME, what="file by area of responsibility"
    )


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the rows, every column as text: ``Fiscal Year`` may be ``2025 (FYTD)``."""
    return read_csv(dataset, file, path)


DATASET = Dataset(
    publisher=_cbp.PUBLISHER,
    name="nationwide_encounters_aor",
    title="Nationwide encounters by area of responsibility",
    description=(
        "The encounters of the file by state, by component (U.S. Border Patrol, Office of Field Operations) and "
        "area: sectors and field offices. Two roll-ups of the same events, which may never be added; that their totals "
        "agree could not be checked. It counts events, not people. Only the header and three rows were seen, quoted by "
        "others. Used as a second figure beside southwest encounters, by month and closed fiscal year."
    ),
    lines=(6,),
    licence=_cbp.LICENCE,
    cadence=Cadence.MONTHLY,
    hosts=_cbp.HOSTS,
    fields=(
        SHARED["Fiscal Year"],
        SHARED["Month Grouping"],
        SHARED["Month (abbv)"],
        Field("Component", "U.S. Border Patrol (between ports) or Office of Field Operations (at ports)."),
        SHARED["Land Border Region"],
        Field("Area of Responsibility", "Sector or field office, such as Boston Field Office."),
        Field("AOR (Abbv)", "Sector or field office, short."),
        SHARED["Demographic"],
        SHARED["Citizenship"],
        SHARED["Title of Authority"],
        Field("Encounter Type", "Apprehensions, Inadmissibles or Expulsions."),
        SHARED["Encounter Count"],
    ),
    fetch=fetch,
    parse=parse,
    no_recording="no file is at hand, only its header and three rows that others quote",
    file_drop=FileDrop(
        "the file by area of responsibility (nationwide-encounters-...-aor.csv)",
        (Kind.CSV,),
    ),
    gate=Gate(
        closed_periods=ClosedPeriods(
            period="Fiscal Year",
            movement=0.02,
            reason="the events of the file by state, where closed months are restated by about one per cent",
        ),
        min_bytes=200_000,
        max_bytes=64 * 1024 * 1024,
        min_rows=5_000,
        # A file drops its oldest year when a new fiscal year begins: four years become three and a month.
        max_row_drop=0.45,
        # That the area is unique within its component was not seen: the key holds every column but the count.
        unique=(
            *("Fiscal Year", "Month Grouping", "Month (abbv)", "Component", "Land Border Region"),
            *("Area of Responsibility", "AOR (Abbv)", "Demographic", "Citizenship", "Title of Authority"),
            "Encounter Type",
        ),
        never_all_null=("Fiscal Year", "Month (abbv)", "Component", "Area of Responsibility", "Encounter Count"),
    ),
    documentation=state.DISCOVERY,
)
