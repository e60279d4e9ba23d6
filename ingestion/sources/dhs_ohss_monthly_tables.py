"""DHS, Office of Homeland Security Statistics: monthly tables of enforcement and legal processes, closed in 2025."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import python_calamine

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
from ingestion.errors import ContractError, FetchError
from ingestion.formats import xlsx
from ingestion.formats.links import links
from ingestion.sources import _recording

DISCOVERY = (
    "https://ohss.dhs.gov/topics/immigration/immigration-enforcement/"
    "immigration-enforcement-and-legal-processes-monthly"
)
"""The page that links the workbooks. The date in front of a name is written in two ways: it cannot be put together."""

LINK = re.compile(
    r"ohss_immigration-enforcement-and-legal-processes-tables-(?P<month>[a-z]+)-(?P<year>\d{4})(?:_(?P<again>\d+))?\.xlsx$",
    re.IGNORECASE,
)

MONTHS = (
    "October November December January February March April May June July August September".split()  # noqa: SIM905
)

SHEETS = (
    "SWB Encounters by Citizenship",
    "CBP One Appointments",
    "ICE ERO R&R by Citizenship",
    "ICE ERO R&R by Arrest Agcy",
    "DHS Repats by Type",
    "DHS Removals by Citizenship",
    "DHS Enf Returns by Citizenship",
    "DHS Adm Returns by Citizens",
    "SWB CF Filed by Citp",
    "SWB CF Completed by Result",
    "CHNV I-134",
    "CHNV Travel Authorization",
    "CHNV Paroles",
)
"""The sheets that are read, of 35; each is named exactly so."""

REMAINDER_ONLY = {"SWB CF Filed by Citp": "All Other"}
"""Sheets that print no total: their citizenships end with this column, which holds all the others."""

HEADER = ["Fiscal Year", "Month"]
FIRST_VALUE = len(HEADER)
_FOOTNOTE = re.compile(r"(?<=[A-Za-z])\d+$")


def edition(url: str) -> tuple[int, int, int] | None:
    """Return year, month and number of repetition from a name (``...-june-2024_2.xlsx``), or ``None``."""
    found = LINK.search(unquote(url))
    if found is None or found["month"].capitalize() not in MONTHS:
        return None
    month = (MONTHS.index(found["month"].capitalize()) + 9) % 12 + 1
    return int(found["year"]), month, int(found["again"] or 1)


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield the newest workbook that the page links, by the month in its name; its label is that month.

    Raises:
        FetchError: the page links no workbook, or one whose name says no month.
    """
    page = getter.get(DISCOVERY, file="discovery.html", kind=Kind.HTML)
    found = {url: edition(url) for url in links(page.path, page.final_url or DISCOVERY, LINK)}
    editions = {made: url for url, made in found.items() if made is not None}
    if not editions or None in found.values():
        raise FetchError(
            "the page links no workbook" if not found else "the name of a workbook does not say which month it ends in",
            dataset_id=dataset.id,
            url=DISCOVERY,
            rule="discovery.no_links" if not found else "discovery.order",
            remedy="the publisher stopped in January 2025: give a kept workbook with --file",
        )
    url = editions[max(editions)]
    file = unquote(url.rsplit("/", 1)[-1])
    payload = getter.get(url, file=file, kind=Kind.XLSX)
    title = next((row.values["title"] for row in parse(dataset, file, payload.path)), None)
    yield Release(label=_until(title), payloads=(payload,))


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield one row per figure of the sheets in :data:`SHEETS`: sheet, year, month or Total, group, column, text.

    The fiscal year stands on the row of the year's total only and is carried down; a group stands over several
    columns and is carried across; the number of a footnote is taken off the end of both. ``X`` stays as printed. A
    table ends with the first row that has no month.

    Raises:
        ContractError: a sheet that is missing, a header, title, year or month out of place, a table without its
            total column (or the rest, where the publisher prints no total), or one without its source line (the
            sheet was cut short).
    """
    with xlsx.workbook(path, file=file, dataset_id=dataset.id) as book:
        missing = [name for name in SHEETS if name not in book.sheet_names]
        if missing:
            raise ContractError(
                f"the workbook has no sheet {missing}",
                dataset_id=dataset.id,
                file=file,
                rule="ohss.sheets",
                remedy="look at the table of contents: the publisher may have renamed the sheet",
            )
        yield from chain.from_iterable(_sheet(dataset, file, book, name) for name in SHEETS)


def _sheet(dataset: Dataset, file: str, book: python_calamine.CalamineWorkbook, name: str) -> Iterator[Row]:
    def broken(detail: str, rule: str, number: int | None = None) -> ContractError:
        record = f"{name}!{number}" if number else name
        remedy = "look at the sheet: its layout has changed"
        return ContractError(detail, dataset_id=dataset.id, file=file, record=record, rule=rule, remedy=remedy)

    raw = list(xlsx.sheet_rows(book, name, file=file, dataset_id=dataset.id))
    grid = [[xlsx.text(cell) for cell in cells] for _number, cells in raw]
    top = xlsx.find_row(grid, lambda row: [*row[:FIRST_VALUE]] == HEADER)
    if top is None or top < FIRST_VALUE:
        raise broken(f"no row starts with {HEADER}", "ohss.header")
    title = next((row[0] for row in grid[:top] if _until(row[0])), None)
    if title is None:
        raise broken("no title says which month the table ends in", "ohss.title")
    named = _columns(xlsx.fill_merged(grid[: top + 1], book.get_sheet_by_name(name).merged_cell_ranges))
    if len(set(named.values())) != len(named):
        raise broken("two columns have the same group and name", "ohss.header", top + 1)
    whole = REMAINDER_ONLY.get(name, "Total")
    if not any(column.startswith(whole) for _group, column in named.values()):
        raise broken(f"no column is named {whole}", "ohss.total", top + 1)
    end = next((index for index, row in enumerate(grid) if index > top and row[1] is None), None)
    if end is None or not any((row[0] or "").startswith("Source:") for row in grid[end:]):
        raise broken("the table has no source line below it: it was cut short", "ohss.end")

    for number, year, cells in _years(grid[:end], top + 1, broken):
        if any(cell is not None and place not in named for place, cell in enumerate(cells) if place >= FIRST_VALUE):
            raise broken("a figure stands in a column without a name", "ohss.header", number)
        for place, (group, column) in named.items():
            values = (name, title, year, cells[1], group, column, cells[place])
            record = f"{name}!{openpyxl.utils.get_column_letter(place + 1)}{number}"
            yield Row(record, dict(zip((field.name for field in dataset.fields), values, strict=True)))


def _years(
    grid: list[xlsx.Cells], start: int, broken: Callable[[str, str, int], ContractError]
) -> Iterator[tuple[int, str | None, xlsx.Cells]]:
    """Yield number, fiscal year and cells of each row; the year stands on the row of its total and is carried down."""
    year: str | None = None
    for number, cells in enumerate(grid[start:], start=start + 1):
        label, month = cells[:FIRST_VALUE]
        year = label or year
        if month not in {"Total", *MONTHS} or (label is None) != (month != "Total"):
            raise broken(f"{label!r} and {month!r} are not a year's total or a month", "ohss.row", number)
        if not re.fullmatch(r"\d{4}( YTD)?", year or ""):
            raise broken(f"{year!r} is not a fiscal year", "ohss.row", number)
        yield number, year, cells


def _columns(top: list[xlsx.Cells]) -> dict[int, tuple[str | None, str]]:
    """Return group and name of each column with figures, by its place; the header is the last row of ``top``."""
    # A row of groups stands over the header where columns repeat; its first cell is empty, that of a title is not.
    groups = top[-2] if top[-2][0] is None else [None] * len(top[-1])
    labels = [(_label(group), _label(column)) for group, column in zip(groups, top[-1], strict=True)]
    return {place: (group, column) for place, (group, column) in enumerate(labels) if column and place >= FIRST_VALUE}


def _label(text: str | None) -> str | None:
    """Return a header without the footnote number that is glued to its last word (``Total Repatriations3``)."""
    return None if text is None else _FOOTNOTE.sub("", " ".join(text.split()))


def _until(title: str | None) -> str | None:
    """Return the month that a table ends in, from its title (``... to 2024 YTD (July 2024)``)."""
    found = re.search(r"Fiscal Years \d{4} to .*\(([A-Z][a-z]+ \d{4})\)", title or "")
    return found[1] if found else None


ORIGINAL = "ohss_monthly_tables/2024_1108_ohss_immigration-enforcement-and-legal-processes-tables-july-2024.xlsx"


def record(_dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Keep the sheets that are read whole: titles, merged cells and notes included."""
    source = from_dir / ORIGINAL
    original = openpyxl.load_workbook(source)

    def fill(book: openpyxl.Workbook) -> None:
        for name in SHEETS:
            sheet = book.create_sheet(name)
            for cells in original[name].iter_rows():
                for cell in cells:
                    if cell.value is not None:
                        sheet.cell(cell.row, cell.column, cell.value)
            for merged in sorted(original[name].merged_cells.ranges, key=str):
                sheet.merge_cells(str(merged))

    url = f"https://ohss.dhs.gov/sites/default/files/2024-11/{ORIGINAL.rsplit('/', 1)[-1]}"
    workbook = RecordedResponse(
        url=url,
        body=_recording.workbook_body(fill),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        original=ORIGINAL,
        original_sha256=_recording.sha256(source),
        cut="22 sheets that are not read; styles, outlines and links",
        note=(
            "Cells, titles, merged cells and notes of the kept sheets as in the original; the workbook was written "
            "anew. The original is a copy under the publisher's own file name, kept in "
            "github.com/brentryanjohnson/DHS-Monthly-Tables at commit 4543483f54c0b482cf599a3599e027d9e9b13f6b. The "
            "folder in the address follows that of other months; the address of this file is not verified."
        ),
    )
    yield RecordedVintage(
        vintage_date=date(2024, 11, 8),
        date_basis="the date in the name of the publisher's file (2024_1108); figures to July 2024",
        responses=(
            _recording.link_page(DISCOVERY, "Immigration Enforcement and Legal Processes Monthly Tables", [url]),
            workbook,
        ),
    )


DATASET = Dataset(
    publisher=Publisher(
        id="dhs_ohss",
        name="U.S. Department of Homeland Security, Office of Homeland Security Statistics",
        homepage=DISCOVERY,
        country="USA",
    ),
    name="monthly_tables",
    title="Immigration enforcement and legal processes monthly tables",
    description=(
        "Repatriations (removals, enforcement returns, administrative returns, Title 42 expulsions), removals and "
        "returns of ICE, southwest border encounters by component, CBP One appointments, credible-fear screenings "
        "referred to USCIS from the southwest border and three counts of the CHNV processes by month of the U.S. "
        "fiscal year and by citizenship. Removals and returns of ICE stand again by the agency that first arrested "
        "(CBP, ICE: the total holds others and unknown ones, too), screenings completed by result. Events, not people, "
        "but for paroles, and for referrals and screenings, which count applicants. The counts of CHNV have three "
        "dates: beneficiaries confirmed by USCIS by approval of the petition, advance travel authorizations by its "
        "receipt (those that expired or were cancelled are taken out again; a person may have two), paroles by entry: "
        "no ratio of a month is one. Screenings are referred and completed on different days: results are not those of "
        "the referrals beside them. Every figure is rounded to the nearest ten, so parts do not add up to totals: "
        "totals are the publisher's own, and the table of referrals prints none. 'X' is not applicable, not zero. The "
        "citizenships shown are the ten largest of the last twelve months, chosen anew in each release and table, so "
        "'Other' changes its meaning over the whole history: never join a column of two releases, compare within one. "
        "Recent months and old years are restated. The publisher stopped with the release of January 2025, with "
        "figures to November 2024: nothing newer will come."
    ),
    lines=(5, 6, 7, 8),
    licence=Licence(name="U.S. public domain", attribution="DHS Office of Homeland Security Statistics"),
    cadence=Cadence.CLOSED,
    hosts=("ohss.dhs.gov",),
    fields=(
        Field("sheet", "Name of the sheet, which says what is counted."),
        Field("title", "Title of the table, with the last month that it holds."),
        Field("Fiscal Year", "U.S. fiscal year as printed: '2023', or '2024 YTD' for the year in progress."),
        Field("Month", "Month from October to September, or 'Total': the publisher's own total of the fiscal year."),
        Field(
            "column_group",
            "Heading over several columns, without the number of its footnote; null where there is none.",
        ),
        Field("column_name", "Heading of the column: a citizenship, a type, or a total; without its footnote number."),
        Field(
            "value",
            "Figure as printed, rounded to the nearest ten; 'X' where the column did not apply to the period.",
            unit="events, appointments, referrals, screenings, authorizations or persons, by sheet",
        ),
    ),
    fetch=fetch,
    parse=parse,
    record=record,
    file_drop=FileDrop(
        "the workbook of the newest month (...legal-processes-tables-....xlsx)",
        (Kind.XLSX,),
    ),
    gate=Gate(
        # By sheet: the column of a citizenship comes and goes with the ten largest, what it held moves to "Other".
        closed_periods=ClosedPeriods(
            period="Fiscal Year",
            series=("sheet",),
            values=("value",),
            movement=0.01,
            reason="cells of old years are restated by ten up or down, which adds up to far less than one per cent",
        ),
        min_bytes=50_000,
        max_bytes=32 * 1024 * 1024,
        min_rows=10_000,
        unique=("sheet", "Fiscal Year", "Month", "column_group", "column_name"),
        never_all_null=("sheet", "title", "Fiscal Year", "Month", "column_group", "column_name", "value"),
    ),
    documentation=DISCOVERY,
    period="Fiscal Year",
)
