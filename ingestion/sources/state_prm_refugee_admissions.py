"""State Department, PRM: refugee admissions by month and country, one sheet per fiscal year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
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
from ingestion.formats.header import align
from ingestion.formats.links import links
from ingestion.sources import _recording

DISCOVERY = "https://www.rpc.state.gov/admissions-and-arrivals/"
"""The page that links the report. The name of the file carries a date in changing forms: it cannot be put together."""

LINK = re.compile(r"/documents/[^/]*refugee%20admissions%20report[^/]*\.xlsx$", re.IGNORECASE)

MONTHS = ("OCT", "NOV", "DEC", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP")
HEADER = "Country of Chargeability"
TITLE_FIELDS = ("fiscal_year_title", "as_of", "region", "country")


def as_of_date(url: str) -> date | None:
    """Return the date in the name of a report (``31 Dec 2024``, ``March 31, 2026``), or ``None``."""
    name = unquote(url.rsplit("/", 1)[-1])
    for pattern, forms in (
        (r"\b(\d{1,2}) ([A-Za-z]+) (\d{4})", ("%d %b %Y", "%d %B %Y")),
        (r"\b([A-Za-z]+) (\d{1,2}), (\d{4})", ("%b %d %Y", "%B %d %Y")),
    ):
        match = re.search(pattern, name)
        for form in forms if match else ():
            try:
                return datetime.strptime(" ".join(match.groups()), form).date()  # type: ignore[union-attr]  # noqa: DTZ007
            except ValueError:
                continue
    return None


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield one release per report that the page links, oldest first; its label is the "as of" line inside.

    Raises:
        FetchError: the page links no report, or several whose names do not say which is newer.
    """
    page = getter.get(DISCOVERY, file="discovery.html", kind=Kind.HTML)
    found = {url: as_of_date(url) for url in links(page.path, page.final_url or DISCOVERY, LINK)}
    if not found or (len(found) > 1 and None in found.values()):
        raise FetchError(
            "the page links no report" if not found else "the names of the reports do not say which is newer",
            dataset_id=dataset.id,
            url=DISCOVERY,
            rule="discovery.no_links" if not found else "discovery.order",
            remedy="look at the page: the publisher may have moved or renamed the report",
        )
    for url in sorted(found, key=lambda url: found[url] or date.min):
        file = unquote(url.rsplit("/", 1)[-1])
        payload = getter.get(url, file=file, kind=Kind.XLSX)
        label = next((row.values["as_of"] for row in parse(dataset, file, payload.path)), None)
        yield Release(label=label, payloads=(payload,))


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the rows of every sheet whose name is a year; other sheets (a cumulative summary) are not read.

    A row is a region's heading (no country; its ceiling, as text, may be a range), a country, a region's total, or the
    grand total (no region). Months that had not come yet at the date of the report are left as they stand: 0 on
    countries, nothing on totals.

    Raises:
        ContractError: no sheet of a year, no header, a title that contradicts the sheet, or a sheet without its end.
    """
    with xlsx.workbook(path, file=file, dataset_id=dataset.id) as book:
        years = [name for name in book.sheet_names if re.fullmatch(r"(19|20)\d\d", name)]
        if not years:
            raise ContractError("no sheet is named by a year", dataset_id=dataset.id, file=file, rule="prm.sheets")
        yield from chain.from_iterable(_sheet(dataset, file, book, year) for year in years)


def _sheet(dataset: Dataset, file: str, book: python_calamine.CalamineWorkbook, year: str) -> Iterator[Row]:
    def broken(detail: str, rule: str, number: int | None = None) -> ContractError:
        record = f"{year}!{number}" if number else year
        remedy = "look at the sheet: its layout has changed"
        return ContractError(detail, dataset_id=dataset.id, file=file, record=record, rule=rule, remedy=remedy)

    raw = list(xlsx.sheet_rows(book, year, file=file, dataset_id=dataset.id))
    grid = [[xlsx.text(cell) for cell in cells] for _number, cells in raw]
    top = xlsx.find_row(grid, lambda row: HEADER in row)
    if top is None or top < 2 or len(grid) < top + 2:  # noqa: PLR2004 - the header is three rows high
        raise broken(f"no row holds {HEADER!r} in its place", "prm.header")
    merged = xlsx.fill_merged(grid[: top + 1], book.get_sheet_by_name(year).merged_cell_ranges)
    header = xlsx.join_header(merged[top - 2 :])
    # The header's first cell spans two columns: regions stand in the first, countries in the second.
    columns = align(
        dataset, [*TITLE_FIELDS[:2], "region", "country", *header[2:]], file=file, record=f"{year}!{top + 1}"
    )
    title, as_of = _title(grid[: top + 2])
    if title is None or as_of is None or not title.endswith(year):
        raise broken(f"the titles {title!r} and {as_of!r} do not fit the sheet {year}", "prm.title")

    region: str | None = None
    for number, cells in enumerate(grid[top + 2 :], start=top + 3):
        if not any(cells):
            continue
        heading, country = cells[0], cells[1]
        if heading is not None:
            region = heading
        if heading is not None and country not in {None, heading}:
            raise broken(f"both a region ({heading}) and a country ({country}) stand in the row", "prm.row", number)
        last = country == "Grand Totals"
        values = columns.values([title, as_of, None if last else region, None if heading else country, *cells[2:]])
        yield Row(f"{year}!{number}", values)
        if last:  # what follows are notes
            return
    raise broken("the sheet ends without its grand totals: it was cut short", "prm.end")


def _title(rows: Sequence[Sequence[str | None]]) -> tuple[str | None, str | None]:
    """Return the "Fiscal Year 2022" and "as of 31-December-2024" of a sheet."""
    cells = [cell.strip() for row in rows for cell in row if cell]
    year = next((cell for cell in cells if re.fullmatch(r"Fiscal Year \d{4}", cell)), None)
    return year, next((cell for cell in cells if cell.lower().startswith("as of ")), None)


ORIGINAL = "refugee_admissions_prm/PRM Refugee Admissions Report 2024.xlsx"


def record(_dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Keep the sheets of all fiscal years whole, titles and merged cells included."""
    source = from_dir / ORIGINAL
    original = openpyxl.load_workbook(source)
    years = [name for name in original.sheetnames if name.isdigit()]

    def fill(book: openpyxl.Workbook) -> None:
        for year in years:
            sheet = book.create_sheet(year)
            for cells in original[year].iter_rows():
                for cell in cells:
                    if cell.value is not None:
                        sheet.cell(cell.row, cell.column, cell.value)
            for merged in sorted(original[year].merged_cells.ranges, key=str):
                sheet.merge_cells(str(merged))

    url = "https://www.rpc.state.gov/documents/PRM%20Refugee%20Admissions%20Report%202024.xlsx"
    report = RecordedResponse(
        url=url,
        body=_recording.workbook_body(fill),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        original=ORIGINAL,
        original_sha256=_recording.sha256(source),
        cut="the sheet 'Cumulative Summary', which somebody had edited; styles",
        note=(
            "Cells, titles and merged cells of the kept sheets as in the original; the workbook was written anew. The "
            "original is a copy of the publisher's report kept in github.com/LMundy98/USRefugees2025 at commit "
            "24c4b27b6999ef29203202dd3ce3f8e9a45951ca. The name in the address is that of the copy: the publisher's "
            "own, with its date, is not recorded."
        ),
    )
    yield RecordedVintage(
        vintage_date=date(2024, 12, 31),
        date_basis='the date in the report ("as of 31-December-2024"); it was put up some days later',
        responses=(_recording.link_page(DISCOVERY, "Admissions and Arrivals", [url]), report),
    )


DATASET = Dataset(
    publisher=Publisher(
        id="state_prm",
        name="U.S. Department of State, Bureau of Population, Refugees, and Migration",
        homepage=DISCOVERY,
        country="USA",
    ),
    name="refugee_admissions",
    title="Refugee admissions report",
    description=(
        "Refugees admitted to the United States by country of chargeability (nearly always nationality), region, U.S. "
        "fiscal year (October to September) and month, beside the ceilings of the Presidential Determination. Totals "
        "of regions and of the year stand among the countries and may never be summed with them. In the year in "
        "progress, months to come are 0 on countries and empty on totals: neither is a count. The date of the report "
        "says which months have come; in a closed year an empty month on a total is a month without admissions "
        "(October 2019). Ceilings are text, since fiscal year 2024 often a range, and absent by region in 2020. Before "
        "fiscal year 2004 the former Soviet Union is a region of its own, and the regions may add up to less than the "
        "ceiling of all (2001, 2003). Fiscal year 2018 holds refugees who came since fiscal year 2020: a court "
        "settlement counts them toward its ceiling, as the sheet says. Not asylum, parole or immigrant visas."
    ),
    lines=(3, 8),
    licence=Licence(
        name="U.S. public domain",
        attribution=(
            "U.S. Department of State, Bureau of Population, Refugees, and Migration, Refugee Processing Center"
        ),
    ),
    cadence=Cadence.MONTHLY,
    hosts=("www.rpc.state.gov", "rpc.state.gov"),
    fields=(
        Field("fiscal_year_title", "Title of the block, 'Fiscal Year 2022': October 2021 to September 2022."),
        Field("as_of", "Date of the report as printed, 'as of 31-December-2024'."),
        Field("region", "Region of the block, carried down; null on the grand totals."),
        Field(
            "country",
            "Country of chargeability in the publisher's own names, or 'Total ...' or 'Grand Totals'; null on the "
            "heading of a region and on the nameless row of the unallocated reserve.",
        ),
        Field(
            "Ceiling",
            "Ceiling on admissions as printed: on headings '40,000' or '35,000 - 50,000', on totals '15000'.",
            aliases=("Refugee Admissions Ceiling",),
            unit="persons",
        ),
        Field("FY Total Admitted to the U.S.", "Refugees admitted in the fiscal year so far.", unit="persons"),
        *(Field(month, f"Refugees admitted in {month} of the fiscal year.", unit="persons") for month in MONTHS),
    ),
    fetch=fetch,
    parse=parse,
    record=record,
    file_drop=FileDrop(
        "the report (PRM Refugee Admissions Report as of ....xlsx)",
        (Kind.XLSX,),
    ),
    # No unique key: the unallocated reserve has two rows without a country.
    gate=Gate(
        closed_periods=ClosedPeriods(period="fiscal_year_title", values=("FY Total Admitted to the U.S.",)),
        min_bytes=10_000,
        max_bytes=32 * 1024 * 1024,
        min_rows=300,
        never_all_null=("fiscal_year_title", "as_of", "region", "country", "FY Total Admitted to the U.S."),
    ),
    documentation=DISCOVERY,
    period="fiscal_year_title",
)
