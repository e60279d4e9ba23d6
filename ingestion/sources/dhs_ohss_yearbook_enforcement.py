"""DHS, Office of Homeland Security Statistics: Yearbook, enforcement: removals, returns, expulsions, apprehensions."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from openpyxl.utils import get_column_letter

from ingestion.contract import Dataset, Field, Row
from ingestion.errors import ContractError
from ingestion.formats import xlsx
from ingestion.sources import _ohss_yearbook
from ingestion.sources._ohss_yearbook import FIELDS, FOOTNOTE, SECTIONS, YEAR

logger = logging.getLogger(__name__)

HEADER_ROW = 6
REPATRIATIONS = frozenset({"removals", "administrative returns", "enforcement returns", "expulsions"})
"""Headings of the table by year that every edition must hold; the number of that table changes."""

_YEAR_WITH_FOOTNOTE = re.compile(r"(\d{4})(?:\s*\d)?")

Cells = list[str | None]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of figures.

    Args:
        place: its index in the row.
        label: index of the cell that names the row.
        year: its fiscal year in a table by country, else ``None``.
        name: its heading: below the year, or in a table by year.
    """

    place: int
    label: int
    year: str | None
    name: str | None


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield one row per figure of every table by country or by year; tables in another layout are reported.

    Raises:
        ContractError: no table by year has the four ways of leaving, a table was cut short, or a row is not where a
            country or a year stands.
    """
    left_out, found = [], set()
    with xlsx.workbook(path, file=file, dataset_id=dataset.id) as book:
        for sheet in book.sheet_names:
            title = _ohss_yearbook.title_of(book, sheet, file, dataset.id)
            if title is None:
                continue
            rows = xlsx.sheet_rows(book, sheet, file=file, dataset_id=dataset.id)
            grid = [[xlsx.text(cell) for cell in cells] for _number, cells in rows]
            columns, first = _columns(grid)
            if not columns:
                left_out.append(sheet)
                continue
            found |= {(column.name or "").casefold() for column in columns if column.year is None}
            yield from _figures(dataset, file, sheet, title, grid, columns, first)
    if not found >= REPATRIATIONS:
        raise ContractError(
            f"no table by year has the columns {sorted(REPATRIATIONS)}; the tables read have {sorted(found)}",
            dataset_id=dataset.id,
            file=file,
            rule="yearbook.tables",
            remedy="look at the table of contents: the publisher may have renamed a column",
        )
    if left_out:
        logger.warning("%s: %s: tables in another layout, left out: %s", dataset.id, file, ", ".join(left_out))


def _heading(text: str | None) -> str | None:
    return FOOTNOTE.sub("", " ".join(text.split())) if text else None


def _columns(grid: list[Cells]) -> tuple[list[Column], int]:
    """Return the columns of figures and the index of the first row below the header; no column in another layout.

    By country: years in the header, once each or once above several headings, and both sections below. By year: words
    in the header, years below; a long table stands in several blocks side by side, each with the first heading again.
    """
    if len(grid) <= HEADER_ROW:
        return [], 0
    header, below = grid[HEADER_ROW - 1], grid[HEADER_ROW]
    named = [cell for cell in header[1:] if cell]
    if named and all(YEAR.fullmatch(cell) for cell in named):
        if not set(SECTIONS) <= {row[0] for row in grid}:
            return [], 0
        two_rows = not (header[0] and below[0]) and any(below[1:])
        columns, year = [], None
        for place in range(1, len(header)):
            year = header[place] or (year if two_rows else None)
            name = _heading(below[place]) if two_rows else None
            if year and (name or not two_rows):
                columns.append(Column(place, 0, year, name))
        return columns, HEADER_ROW + two_rows
    if named and header[0] and _YEAR_WITH_FOOTNOTE.fullmatch(below[0] or ""):
        starts = [place for place, cell in enumerate(header) if cell == header[0]]
        blocks = [max(start for start in starts if start <= place) for place in range(len(header))]
        return [
            Column(place, blocks[place], None, _heading(cell))
            for place, cell in enumerate(header)
            if cell and place not in starts
        ], HEADER_ROW
    return [], 0


def _figures(
    dataset: Dataset, file: str, sheet: str, title: str, grid: list[Cells], columns: list[Column], first: int
) -> Iterator[Row]:
    def broken(detail: str, rule: str, number: int) -> ContractError:
        remedy = "look at the sheet: its layout has changed"
        return ContractError(
            detail, dataset_id=dataset.id, file=file, record=f"{sheet}!{number}", rule=rule, remedy=remedy
        )

    end = xlsx.find_row(grid, lambda row: (row[0] or "").startswith("Source:"))
    if end is None:
        raise broken("the table has no source line below it: it was cut short", "yearbook.end", len(grid))
    section: str | None = None
    for number, cells in enumerate(grid[first:end], start=first + 1):
        if cells[0] in SECTIONS:
            section = cells[0]
            continue
        for column in columns:
            label, value = cells[column.label], cells[column.place]
            if not any(cells[c.place] for c in columns if c.label == column.label):  # notes, or a shorter block
                continue
            name = FOOTNOTE.sub("", label or "") or None
            year = column.year
            if year is None:
                match = _YEAR_WITH_FOOTNOTE.fullmatch(label or "")
                name, year = None, match[1] if match else None
            if year is None or (column.year and (section is None or name is None)):
                raise broken(f"{label!r} is not where a country or a year stands", "yearbook.row", number)
            place_in_table = (section if column.year else None, name, year, column.name)
            values = (sheet, title, *place_in_table, value)
            record = f"{sheet}!{get_column_letter(column.place + 1)}{number}"
            yield Row(record, dict(zip((field.name for field in FIELDS), values, strict=True)))


def _described() -> Dataset:
    """Return the contract: that of a workbook of the yearbook with other tables, and without a recording."""
    base = _ohss_yearbook.workbook(
        "enforcement",
        [],
        name="yearbook_enforcement",
        title="Yearbook of Immigration Statistics: enforcement",
        description=(
            "Removals, administrative returns, enforcement returns and expulsions by U.S. fiscal year since 1892, and "
            "enforcement actions by region and country of nationality, some by criminal status, as the yearbook prints "
            "them. Events, not persons: one person may be returned several times in a year. Exact in the edition of "
            "fiscal year 2022; that of 2023 is rounded to the nearest ten, as users of it report. Never joined with "
            "the monthly tables, whose removals differ (2022: 102,840 against 108,733 here). Every table by country or "
            "by year is read under its own title, because numbers of tables change with the edition; a table in "
            "another layout is left out and reported. X is not applicable, D withheld; NA and - are no figure, never "
            "zero. Only the layout was seen, described by somebody who held the edition of fiscal year 2022."
        ),
        min_rows=500,
    )
    meaning = {
        "section": "REGION or COUNTRY: what the row stands under; null in a table by year.",
        "column_name": "Heading of the column in a table by year (Removals, Expulsions and so on) or below the year "
        "(Total, Criminal, Non-Criminal); null where a table has one figure a year.",
        "value": "Events as printed; X is not applicable, D withheld, NA and - no figure.",
    }
    fields = tuple(
        Field(f.name, meaning.get(f.name, f.description), unit="events" if f.name == "value" else None)
        for f in base.fields
    )
    gate = replace(
        base.gate,
        unique=("sheet", "section", "label", "Fiscal Year", "column_name"),
        never_all_null=("sheet", "title", "Fiscal Year", "value"),
    )
    reason = "no workbook is at hand, only notes on the layout of the edition of fiscal year 2022"
    return replace(
        base, lines=(5, 6), fields=fields, parse=parse, record=None, no_recording=reason, gate=gate, period=None
    )


DATASET = _described()
