"""State Department, Consular Affairs: what the monthly reports on visas share.

Nonimmigrant and immigrant visas come as one report a month, listed on a page: a document (PDF) since March 2017, for
later months a workbook beside it. Rows are a country, a class and a number; the grand total stands below them.
"""

from __future__ import annotations

import calendar
import logging
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from urllib.parse import unquote

from ingestion.contract import Dataset, Field, Getter, Kind, Licence, Payload, Publisher, Release, Row
from ingestion.errors import BlockedError, ContractError, FetchError
from ingestion.formats import pdf, xlsx
from ingestion.formats.header import align, normalise
from ingestion.formats.links import links
from ingestion.sources import _recording

logger = logging.getLogger(__name__)

STATISTICS = "https://travel.state.gov/content/travel/en/legal/visa-law0/visa-statistics"
FILES = "https://travel.state.gov/content/dam/visas/Statistics"

MONTH = "|".join(calendar.month_name[1:])
FILE = re.compile(r"\.(pdf|xlsx)$", re.IGNORECASE)
REPORT = re.compile(rf"\b({MONTH})\s+(20\d\d)\b", re.IGNORECASE)
ROW = re.compile(r"(.*\S) ([A-Z][A-Z0-9/\-]{0,9}) ([\d,]+)")
TOTAL = re.compile(r"Grand Total ([\d,]+)", re.IGNORECASE)
PAGE = re.compile(r"Page (\d+) of (\d+)", re.IGNORECASE)
FISCAL_YEAR = re.compile(r"\(FY ?(\d{4})\)", re.IGNORECASE)
FURNITURE = re.compile(
    r"Nationality Visa Class Issuances|Foreign State of Chargeability(?: or)?|(?:or )?Place of Birth"
    r"(?: Visa Class Issuances)?|(?:(?:Non)?immigrant Visa Issuances)?(?: ?by (?:Nationality|Foreign State of "
    rf"Chargeability))?(?: ?-? ?(?:{MONTH}) 20\d\d)?(?: ?\(FY ?\d{{4}}\))?",
    re.IGNORECASE,
)
"""Title and header, which a page breaks into lines in several ways."""

GRAND_TOTAL = "Grand Total"


def fetch(dataset: Dataset, getter: Getter, name: re.Pattern[str]) -> Iterator[Release]:
    """Yield one release per fiscal year, oldest first: the reports that the page lists for its months.

    Where a month has a document and a workbook, the workbook is read. A report that is listed but not served is
    reported and passed over; the newest must answer. The publisher refuses many programs (403).

    Args:
        dataset: its documentation is the page that lists the reports.
        getter: asks for one body.
        name: of the files that are reports by country and class; the page lists other reports, too.

    Raises:
        FetchError: the page lists no report, or the newest cannot be had.
    """
    page_url = str(dataset.documentation)
    page = getter.get(page_url, file="discovery.html", kind=Kind.HTML)
    listed: dict[tuple[int, int], str] = {}
    for url in links(page.path, page.final_url or page_url, FILE):
        month = month_of(_file(url)) if name.search(_file(url)) else None
        if month and not (month in listed and listed[month].lower().endswith(".xlsx")):
            listed[month] = url
    if not listed:
        raise FetchError(
            "the page lists no report",
            dataset_id=dataset.id,
            url=page_url,
            rule="discovery.no_links",
            remedy="look at the page: the publisher may have moved the reports or renamed them",
        )
    months = sorted(listed)
    for fiscal_year, group in groupby(months, key=_fiscal_year):
        payloads: list[Payload] = []
        last = ""
        for month in group:
            url = listed[month]
            kind = Kind.XLSX if url.lower().endswith(".xlsx") else Kind.PDF
            try:
                payloads.append(getter.get(url, file=_file(url), kind=kind))
            except BlockedError:
                raise
            except FetchError as error:
                if month == months[-1]:
                    raise
                logger.warning("%s: a report is listed but not served: %s", dataset.id, error)
                continue
            last = calendar.month_name[month[1]]
        if payloads:
            yield Release(label=f"FY{fiscal_year} to {last}", payloads=tuple(payloads))


def month_of(text: str) -> tuple[int, int] | None:
    """Return ``(year, month)`` of the first month named in a text: 'APRIL  2018 - ...' is ``(2018, 4)``."""
    found = REPORT.search(text)
    if not found:
        return None
    return int(found[2]), list(calendar.month_name).index(found[1].capitalize())


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the rows of one monthly report, the grand total (without a class) among them.

    Numbers stay as printed, with their separators. A country and class without visas have no row in most reports.

    Raises:
        ContractError: a line that is neither row, title, header nor page number stands above the grand total (a row
            would be lost); the title contradicts itself or the name of the file; pages are missing.
    """
    if file.lower().endswith(".xlsx"):
        yield from _workbook(dataset, file, path)
    else:
        yield from _document(dataset, file, path)


def _document(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    rows: list[tuple[str, str, str | None, str]] = []
    titles: set[str] = set()
    numbers: list[tuple[int, int]] = []
    pages = 0
    ended = False
    for pages, lines in enumerate(pdf.pages(path, file=file, dataset_id=dataset.id), start=1):
        for place, line in enumerate(lines, start=1):
            record = f"{pages}!{place}"
            if number := PAGE.fullmatch(line):
                numbers.append((int(number[1]), int(number[2])))
            elif FURNITURE.fullmatch(line):
                titles |= {found[0] for pattern in (REPORT, FISCAL_YEAR) if (found := pattern.search(line))}
            elif not ended:  # below the total stand notes
                rows.append(_printed_row(dataset, file, record, line))
                ended = rows[-1][2] is None
    month = _month_of_titles(dataset, file, titles)
    if numbers != [(n, pages) for n in range(1, pages + 1)] and (numbers or not ended):
        detail = f"the pages are numbered {numbers[:3]} ... {numbers[-1:]}, read were {pages}"
        raise _broken(dataset, file, detail, "pages")
    for record, country, visa_class, issued in rows:
        yield _row(dataset, record, month, country, visa_class, issued)


def _printed_row(dataset: Dataset, file: str, record: str, line: str) -> tuple[str, str, str | None, str]:
    if total := TOTAL.fullmatch(line):
        return record, GRAND_TOTAL, None, total[1]
    if row := ROW.fullmatch(line):
        return record, row[1], row[2], row[3]
    raise _broken(dataset, file, f"{line!r} is neither a row nor a known line", "line", record)


def _month_of_titles(dataset: Dataset, file: str, titles: set[str]) -> tuple[int, int]:
    title = " ".join(sorted(titles, reverse=True))
    month = month_of(title)
    year = FISCAL_YEAR.search(title)
    if len(titles) != 2 or month is None or year is None or int(year[1]) != _fiscal_year(month):  # noqa: PLR2004
        detail = f"the titles {sorted(titles)} do not name one month and its fiscal year"
        raise _broken(dataset, file, detail, "title")
    if month_of(file) not in {None, month}:
        raise _broken(dataset, file, f"the title {title!r} does not fit the name of the file", "title")
    return month


def _broken(dataset: Dataset, file: str, detail: str, rule: str, record: str | None = None) -> ContractError:
    return ContractError(
        detail,
        dataset_id=dataset.id,
        file=file,
        record=record,
        rule=f"visas.{rule}",
        remedy="look at the document: its layout has changed, or it is not whole",
    )


def _workbook(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    month = month_of(file)
    if month is None:
        raise ContractError(
            "the name of the file does not say which month it reports on",
            dataset_id=dataset.id,
            file=file,
            rule="visas.title",
            remedy="keep the publisher's file name: it starts with month and year",
        )
    with xlsx.workbook(path, file=file, dataset_id=dataset.id) as book:
        sheet = book.sheet_names[0]
        grid = [
            (number, [xlsx.text(cell) for cell in cells])
            for number, cells in xlsx.sheet_rows(book, sheet, file=file, dataset_id=dataset.id)
        ]
    names = [normalise(field.name) for field in dataset.fields[1:]]
    top = xlsx.find_row([cells for _, cells in grid], lambda row: normalise(row[0] or "") == names[0])
    if top is None:
        raise ContractError(
            f"no row starts with {dataset.fields[1].name!r}", dataset_id=dataset.id, file=file, rule="visas.header"
        )
    number, header = grid[top]
    width = max(place for place, cell in enumerate(header) if cell) + 1
    columns = align(dataset, [dataset.fields[0].name, *header[:width]], file=file, record=f"{sheet}!{number}")
    for number, cells in grid[top + 1 :]:
        values = columns.values([None, *cells[:width]])
        country, visa_class, issued = (values[field.name] for field in dataset.fields[1:])
        if not country or (not visa_class and not issued):
            continue  # a blank row, or a note below the table
        is_total = normalise(country) == normalise(GRAND_TOTAL)
        yield _row(dataset, f"{sheet}!{number}", month, GRAND_TOTAL if is_total else country, visa_class, issued)


def _row(
    dataset: Dataset, record: str, month: tuple[int, int], country: str, visa_class: str | None, issued: str | None
) -> Row:
    values = (f"{calendar.month_name[month[1]]} {month[0]}", country, visa_class, issued)
    return Row(record, {field.name: value for field, value in zip(dataset.fields, values, strict=True)})


def _fiscal_year(month: tuple[int, int]) -> int:
    return month[0] + (month[1] >= 10)  # noqa: PLR2004 - the U.S. fiscal year starts in October


def _file(url: str) -> str:
    return " ".join(unquote(url.rsplit("/", 1)[-1]).split())


def cut_document(title: Sequence[str], header: Sequence[str], rows: Sequence[str]) -> bytes:
    """Return a report with these rows, title and header on each page, in the order in which the publisher's is read."""
    size = 250
    parts = [rows[start : start + size] for start in range(0, len(rows), size)]
    return _recording.document_body(
        [[*header, *part, *title, f"Page {number} of {len(parts)}"] for number, part in enumerate(parts, start=1)]
    )


PUBLISHER = Publisher(
    id="state_ca",
    name="U.S. Department of State, Bureau of Consular Affairs",
    homepage=f"{STATISTICS}/nonimmigrant-visa-statistics/monthly-nonimmigrant-visa-issuances.html",
    country="USA",
)
LICENCE = Licence(name="U.S. public domain", attribution="U.S. Department of State, Bureau of Consular Affairs")
MONTH_FIELD = Field("report_month", "Month and year of the report, 'April 2018', as in its title or file name.")
CLASS_FIELD = Field("Visa Class", "Class as printed, without hyphen: H2A; null on the grand total.")
ISSUED_FIELD = Field("Issuances", "Visas issued in the month, with separators as printed: '1,070'.", unit="visas")
