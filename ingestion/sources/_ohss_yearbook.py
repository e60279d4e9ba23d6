"""What the workbooks of the DHS Yearbook of Immigration Statistics share: discovery, tables found by title, cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import python_calamine

from ingestion.contract import (
    Cadence,
    Dataset,
    Field,
    FileDrop,
    Gate,
    Getter,
    Kind,
    Licence,
    RecordedResponse,
    RecordedVintage,
    Release,
    Row,
)
from ingestion.errors import ContractError, FetchError
from ingestion.formats import xlsx
from ingestion.formats.links import links
from ingestion.sources import _recording
from ingestion.sources.dhs_ohss_monthly_tables import DATASET as MONTHLY

DISCOVERY = "https://ohss.dhs.gov/topics/immigration/yearbook"
"""The page that links the workbooks. Folder and date in front of a name vary: it cannot be put together."""

BY_COUNTRY = "Region and country of nationality"
BY_YEAR = "Year"
SECTIONS = ("REGION", "COUNTRY")
FOOTNOTE = re.compile(r"(?<=[A-Za-z)])\d+$")
YEAR = re.compile(r"\d{4}")

FIELDS = (
    Field("sheet", "Name of the sheet; number of the table, which changes with the edition."),
    Field("title", "Title of the table, which says what is counted and for which fiscal years."),
    Field("section", "REGION or COUNTRY: what the row stands under; null in a table by year."),
    Field("label", "Region, country of nationality or Total, without its footnote number; null in a table by year."),
    Field("Fiscal Year", "U.S. fiscal year: 2023 is October 2022 to September 2023."),
    Field("column_name", "Heading of the column in a table by year (Total, Affirmative, Defensive); else null."),
    Field("value", "Persons as printed, rounded to the nearest ten; X is not applicable, D withheld.", unit="persons"),
)


def workbook(topic: str, titles: Sequence[str], *, name: str, title: str, description: str, min_rows: int) -> Dataset:
    """Return the contract of one workbook of the yearbook.

    Args:
        topic: how the publisher names it in the address, ``refugees`` of ``ohss_yearbook_refugees_fy2023.xlsx``.
        titles: first words of the tables that are read, in capitals; each must be in the workbook.
        name: of the dataset.
        title: of the dataset.
        description: what it counts.
        min_rows: fewest landed rows.
    """
    link = re.compile(rf"ohss_yearbook_{topic}_fy(?P<year>\d{{4}})(?:_\d+)?\.xlsx$", re.IGNORECASE)
    original = f"ohss_yearbook/yearbook_{topic}_fy2023.xlsx"

    def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
        page = getter.get(DISCOVERY, file="discovery.html", kind=Kind.HTML)
        found = {_edition(link, url): url for url in reversed(links(page.path, page.final_url or DISCOVERY, link))}
        if not found:
            raise FetchError(
                f"the page links no workbook of {topic}",
                dataset_id=dataset.id,
                url=DISCOVERY,
                rule="discovery.no_links",
                remedy="look at the page; a workbook at hand goes in with --file",
            )
        url = found[max(found)]
        file = unquote(url.rsplit("/", 1)[-1])
        yield Release(label=f"FY{max(found)}", payloads=(getter.get(url, file=file, kind=Kind.XLSX),))

    def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
        with xlsx.workbook(path, file=file, dataset_id=dataset.id) as book:
            tables = {sheet: title_of(book, sheet, file, dataset.id) for sheet in book.sheet_names}
            wanted = [(sheet, found) for sheet, found in tables.items() if found and found.startswith(tuple(titles))]
            if len(wanted) != len(titles):
                raise ContractError(
                    f"the workbook should hold one table each of {list(titles)}; it has {[s for s, _ in wanted]}",
                    dataset_id=dataset.id,
                    file=file,
                    rule="yearbook.tables",
                    remedy="look at the table of contents: the publisher may have renamed a table",
                )
            yield from chain.from_iterable(_table(dataset, file, book, *table) for table in wanted)

    def record(dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
        source = from_dir / original
        kept = {row.record.split("!")[0] for row in parse(dataset, original, source)}
        url = f"https://ohss.dhs.gov/sites/default/files/2024-11/2024_1108_ohss_yearbook_{topic}_fy2023.xlsx"
        yield RecordedVintage(
            vintage_date=date(2024, 11, 8),
            date_basis=(
                "the date in the name of the publisher's refugee workbook (2024_1108); figures to fiscal year 2023"
            ),
            responses=(
                _recording.link_page(DISCOVERY, "Yearbook of Immigration Statistics", [url]),
                RecordedResponse(
                    url=url,
                    body=_recording.workbook_body(lambda book: _copy(source, kept, book)),
                    content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    original=original,
                    original_sha256=_recording.sha256(source),
                    cut="tables that are not read; styles and links",
                    note=(
                        "Cells, titles and notes of the kept sheets as in the original; the workbook was written anew. "
                        "The original is a copy kept in github.com/LMundy98/USRefugees2025 at commit "
                        "24c4b27b6999ef29203202dd3ce3f8e9a45951ca. The address was seen for the refugee workbook; that "
                        "of the asylee workbook follows it and is not verified."
                    ),
                ),
            ),
        )

    return Dataset(
        publisher=replace(MONTHLY.publisher),
        name=name,
        title=title,
        description=description,
        lines=(8,),
        licence=Licence(name="U.S. public domain", attribution="DHS Office of Homeland Security Statistics"),
        cadence=Cadence.ANNUAL,
        hosts=("ohss.dhs.gov",),
        fields=FIELDS,
        fetch=fetch,
        parse=parse,
        record=record,
        file_drop=FileDrop(f"the workbook of the edition (..._ohss_yearbook_{topic}_fy....xlsx)", (Kind.XLSX,)),
        gate=Gate(
            min_bytes=5_000,
            max_bytes=16 * 1024 * 1024,
            min_rows=min_rows,
            unique=("title", "section", "label", "Fiscal Year", "column_name"),
            never_all_null=("sheet", "title", "section", "label", "Fiscal Year", "value"),
        ),
        documentation=DISCOVERY,
        period="Fiscal Year",
    )


def _edition(link: re.Pattern[str], url: str) -> int:
    found = link.search(url)
    return int(found["year"]) if found else 0


def title_of(book: python_calamine.CalamineWorkbook, sheet: str, file: str, dataset_id: str) -> str | None:
    """Return the title of a table: the text in capitals with its fiscal years above the header."""
    top = chain.from_iterable(
        cells[:1]
        for _n, cells in xlsx.sheet_rows(book, sheet, file=file, dataset_id=dataset_id)
        if _n <= 5  # noqa: PLR2004 - titles stand in the first rows
    )
    found = [text for text in map(xlsx.text, top) if text and text.isupper() and "FISCAL YEAR" in text]
    return found[0] if found else None


def _table(
    dataset: Dataset, file: str, book: python_calamine.CalamineWorkbook, sheet: str, title: str
) -> Iterator[Row]:
    """Yield one row per figure. Totals stand in the table with their parts; notes end it."""

    def broken(detail: str, rule: str, number: int | None = None) -> ContractError:
        record = f"{sheet}!{number}" if number else sheet
        remedy = "look at the sheet: its layout has changed"
        return ContractError(detail, dataset_id=dataset.id, file=file, record=record, rule=rule, remedy=remedy)

    grid = [
        [xlsx.text(cell) for cell in cells]
        for _number, cells in xlsx.sheet_rows(book, sheet, file=file, dataset_id=dataset.id)
    ]
    top = xlsx.find_row(grid, lambda row: row[0] in {BY_COUNTRY, BY_YEAR})
    if top is None:
        raise broken("no row is the header of a table by country or by year", "yearbook.header")
    header, by_country = grid[top], grid[top][0] == BY_COUNTRY
    if by_country and not all(YEAR.fullmatch(cell or "") for cell in header[1:]):
        raise broken("a column is not a fiscal year", "yearbook.header", top + 1)
    end = xlsx.find_row(grid, lambda row: (row[0] or "").startswith("Source:"))
    if end is None:
        raise broken("the table has no source line below it: it was cut short", "yearbook.end")

    section: str | None = None
    for number, cells in enumerate(grid[top + 1 : end], start=top + 2):
        label, figures = FOOTNOTE.sub("", cells[0] or "") or None, cells[1:]
        if label in SECTIONS:
            section = label
            continue
        if not any(figures):  # notes below the table
            continue
        if by_country == (section is None) or (not by_country and not YEAR.fullmatch(label or "")):
            raise broken(
                f"{label!r} is not where a {'country' if by_country else 'year'} stands", "yearbook.row", number
            )
        for place, (name, value) in enumerate(zip(header[1:], figures, strict=True), start=2):
            place_in_table = (section, label, name, None) if by_country else (None, None, label, name)
            record = f"{sheet}!{openpyxl.utils.get_column_letter(place)}{number}"
            values = (sheet, title, *place_in_table, value)
            yield Row(record, dict(zip((field.name for field in FIELDS), values, strict=True)))


def _copy(source: Path, sheets: set[str], book: openpyxl.Workbook) -> None:
    for original in openpyxl.load_workbook(source).worksheets:
        if original.title in sheets:
            sheet = book.create_sheet(original.title)
            for cells in original.iter_rows():
                for cell in cells:
                    if cell.value is not None:
                        sheet.cell(cell.row, cell.column, cell.value)
