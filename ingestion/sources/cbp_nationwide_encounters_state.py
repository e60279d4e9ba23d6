"""CBP nationwide encounters, state file: one CSV a month through a page that lists them."""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import unquote

from ingestion.contract import (
    Cadence,
    Dataset,
    Field,
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
from ingestion.errors import BlockedError, ContractError, FetchError
from ingestion.formats.csv import read_csv
from ingestion.formats.links import links
from ingestion.sources import _recording

logger = logging.getLogger(__name__)

DISCOVERY = "https://www.cbp.gov/document/stats/nationwide-encounters"
"""The page that lists the files. The folder of a file is the month it was put up, so its address cannot be guessed."""

LINK = re.compile(r"/sites/default/files/[^\"']*nationwide-encounters-[^\"'/]*-state(_\d+)?\.csv$", re.IGNORECASE)

NAME = re.compile(r"nationwide-encounters-(fy(\d\d)-fy(\d\d)(?:-([a-z]{3}))?)-state(?:_(\d+))?\.csv", re.IGNORECASE)

MONTHS = ("oct", "nov", "dec", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep")
"""Months of a U.S. fiscal year, in order."""

REGION = "Southwest Land Border"


def edition(url: str) -> tuple[int, int, int]:
    """Return ``(last fiscal year, months of it, repetition)`` of a file; editions sort in the order of release.

    A name without a month is the final file of a closed year: twelve months. ``_0`` at its end marks a file that was
    put up again under the same name.

    Raises:
        ContractError: the name does not say which years and months the file covers.
    """
    match = NAME.fullmatch(_name(url))
    month = (match[4] or "sep").lower() if match else ""
    if not match or month not in MONTHS:
        raise ContractError(
            f"the name {_name(url)!r} does not say which fiscal years and months the file covers",
            dataset_id=DATASET.id,
            url=url,
            rule="cbp.name",
            remedy="look at the page of the publisher and extend the pattern of names",
        )
    return int(match[3]), MONTHS.index(month) + 1, int(match[5]) + 1 if match[5] else 0


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield one release per state file that the page lists, oldest first.

    Each file covers four fiscal years, so the older links are the only way to older years. One that is listed but no
    longer served is reported and passed over; the newest must answer.

    Raises:
        FetchError: the page lists no state file, or the newest cannot be had.
    """
    page = getter.get(DISCOVERY, file="discovery.html", kind=Kind.HTML)
    found = sorted(links(page.path, page.final_url or DISCOVERY, LINK), key=edition)
    if not found:
        raise FetchError(
            "the page lists no state file",
            dataset_id=dataset.id,
            url=DISCOVERY,
            rule="discovery.no_links",
            remedy="look at the page: the publisher may have moved the files or renamed them",
        )
    for url in found:
        try:
            payload = getter.get(url, file=_name(url), kind=Kind.CSV)
        except BlockedError:
            raise
        except FetchError as error:
            if url == found[-1]:
                raise
            logger.warning("%s: an older file is listed but not served: %s", dataset.id, error)
            continue
        yield Release(label=_label(url), payloads=(payload,))


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


def _name(url: str) -> str:
    return unquote(url.rsplit("/", 1)[-1])


def _label(url: str) -> str:
    match = NAME.fullmatch(_name(url))
    return match[1].lower() if match else _name(url)


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
    publisher=Publisher(
        id="cbp",
        name="U.S. Customs and Border Protection",
        homepage="https://www.cbp.gov/newsroom/stats/nationwide-encounters",
        country="USA",
    ),
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
    lines=(6,),
    licence=Licence(
        name="U.S. public domain",
        attribution="U.S. Customs and Border Protection, Public Data Portal",
    ),
    cadence=Cadence.MONTHLY,
    hosts=("www.cbp.gov", "cbp.gov"),
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
    gate=Gate(
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
)
