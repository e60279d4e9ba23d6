"""What the disclosure files of the Office of Foreign Labor Certification share: one table of headers, one reader.

One file per programme and fiscal year, and headers that change every year. :class:`Layouts` says, as plain data, which
header each field had in which year; everything else (aliases, what a year lacks) follows from it.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import python_calamine

from ingestion.contract import (
    Dataset,
    Dropped,
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
from ingestion.formats.csv import read_csv
from ingestion.formats.header import align, normalise
from ingestion.formats.links import links
from ingestion.sources import _recording

DISCOVERY = "https://www.dol.gov/agencies/eta/foreign-labor/performance"

PUBLISHER = Publisher(
    id="dol_oflc",
    name="U.S. Department of Labor, Office of Foreign Labor Certification",
    homepage=DISCOVERY,
    country="USA",
)
LICENCE = Licence(
    name="U.S. public domain",
    attribution="U.S. Department of Labor, Employment and Training Administration, Office of Foreign Labor "
    "Certification",
)

SIDE_FILE = re.compile(r"addendum|appendix|record_layout", re.IGNORECASE)
"""Lists of crops, worksites, housing and recruiters that come beside the main file of a year."""

NAME_YEAR = re.compile(r"FY(\d{4}|\d\d)(?!\d)", re.IGNORECASE)

GIVEN = ("fiscal_year", "members_marked")
"""Fields that are no columns of a file."""

ABSENT = "-"
NOT_TOLD = "?"
"""In a table of layouts: the year's files lack the field; nobody has said whether they have it."""


class Layouts:
    """Headers by field and year.

    Args:
        table: a line ``field`` with the first fiscal years of the layouts, then a line per field with its header in
            each: ``=`` the field's own name, ``-`` absent, ``?`` not told by anybody.
    """

    def __init__(self, table: str) -> None:
        first, *lines = [line.split() for line in table.strip().splitlines()]
        self.years = tuple(map(int, first[1:]))
        self.headers: Mapping[str, tuple[str, ...]] = {
            field: tuple(field if name == "=" else name for name in names) for field, *names in lines
        }
        if any(len(names) != len(self.years) for names in self.headers.values()):
            raise ValueError("every field needs one header per layout")

    def aliases(self, field: str, *others: str) -> tuple[str, ...]:
        """Return every other header that the field ever had, and ``others``."""
        known = {normalise(field): field, ABSENT: "", NOT_TOLD: ""}
        found = {normalise(n): n for n in (*self.headers[field], *others) if normalise(n) not in known}
        return tuple(found.values())

    def header(self, year: int) -> dict[str, str]:
        """Return field to header for the layout of a fiscal year, absent fields and those not told left out.

        A year between two layouts is read with the older one; of a year before the first one nothing is told.
        """
        place = sum(first <= year for first in self.years) - 1
        told = {field: NOT_TOLD if place < 0 else names[place] for field, names in self.headers.items()}
        return {field: name for field, name in told.items() if name not in {ABSENT, NOT_TOLD}}


@dataclass(frozen=True, slots=True)
class Programme:
    """What tells the files of one programme from those of the other.

    Args:
        name: ``H-2A`` or ``H-2B``.
        link: addresses of its files.
        years: fiscal years that are asked for; a file of another year goes in by hand.
        layouts: headers by year.
        in_part: fiscal years of which only the used columns were described: an unknown column in their files is left
            out of landing and reported, as nobody has looked at what it holds.
        member_marks: fields that tell the rows of members of joint applications apart; ``()`` when there are none.
    """

    name: str
    link: re.Pattern[str]
    years: frozenset[int]
    layouts: Layouts
    in_part: frozenset[int] = frozenset()
    member_marks: tuple[str, ...] = ()


def fiscal_year(name: str) -> int | None:
    """Return the fiscal year in the name of a file or sheet (``FY14``, ``FY2014``), or ``None``."""
    match = NAME_YEAR.search(name)
    return None if match is None else int(match[1]) % 100 + 2000


def _edition(url: str) -> tuple[int, int]:
    """Return ``(fiscal year, quarter)``; a name without a quarter is the file of the whole year."""
    name = unquote(url.rsplit("/", 1)[-1])
    quarter = re.search(r"_Q([1-4])", name, re.IGNORECASE)
    return fiscal_year(name) or 0, int(quarter[1]) if quarter else 4


def _kind(file: str) -> Kind:
    suffix = file.rsplit(".", 1)[-1].lower()
    return {"csv": Kind.CSV, "xls": Kind.XLS}.get(suffix, Kind.XLSX)


def fetch(dataset: Dataset, getter: Getter, programme: Programme) -> Iterator[Release]:
    """Yield one release: for every fiscal year on the page that is asked for, its newest main file.

    Raises:
        BlockedError: the workbooks are behind a challenge; hand the files over by hand.
        FetchError: the page lists no file.
    """
    page = getter.get(DISCOVERY, file="discovery.html", kind=Kind.HTML)
    newest: dict[int, str] = {}
    for url in sorted(links(page.path, page.final_url or DISCOVERY, programme.link), key=_edition):
        year, _quarter = _edition(url)
        if year in programme.years and not SIDE_FILE.search(url):
            newest[year] = url
    if not newest:
        raise FetchError(
            f"the page lists no {programme.name} disclosure file",
            dataset_id=dataset.id,
            url=DISCOVERY,
            rule="discovery.no_links",
            remedy="look at the page: the publisher may have moved the files or renamed them",
        )
    files = {url: unquote(url.rsplit("/", 1)[-1]) for url in newest.values()}
    payloads = tuple(getter.get(url, file=file, kind=_kind(file)) for url, file in files.items())
    yield Release(label=Path(payloads[-1].file).stem, payloads=payloads)


def parse(dataset: Dataset, file: str, path: Path, programme: Programme) -> Iterator[Row]:
    """Yield one row per row of the file: applications, and members of joint ones in the years that have them.

    Only the contract's fields leave this function: names, addresses and telephone numbers of employers and their
    agents are dropped here. ``members_marked`` says ``yes`` or ``no``: whether the file tells rows of members from
    the application's own row.

    Raises:
        ContractError: a header that the contract does not know or one that the year's files always had and this one
            lacks, a sheet of another year than the file's, or none; a year that nobody has described, and headers that
            are not those of another year either.
    """
    read = _csv_rows if _kind(file) is Kind.CSV else _sheet_rows
    rows = read(dataset, file, path, programme)
    first = next(rows, None)
    if first is None:
        return
    year = int(first.values["fiscal_year"] or 0)
    lacking = sorted(set(programme.layouts.header(year)) - set(first.values))
    if lacking:
        raise ContractError(
            f"the files of fiscal year {year} have {', '.join(lacking)}; this one does not",
            dataset_id=dataset.id,
            file=file,
            rule="oflc.layout",
            remedy="compare the header with the table of layouts in the contract",
        )
    marked = {"members_marked": "yes" if set(programme.member_marks) & set(first.values) else "no"}
    extra = marked if programme.member_marks else {}
    for row in itertools.chain([first], rows):
        yield Row(row.record, {**row.values, **extra})


def _of_year(dataset: Dataset, programme: Programme, year: int) -> Dataset:
    """Return the contract as the header of one year's file is aligned with it: the year is no column of the file."""
    fields = tuple(field for field in dataset.fields if field.name not in GIVEN)
    unknown = "warn" if year in programme.in_part else dataset.unknown_columns
    return replace(dataset, fields=fields, gate=Gate(), unknown_columns=unknown)


@contextmanager
def _described(dataset: Dataset, programme: Programme, file: str, year: int) -> Iterator[None]:
    """Say of a header that does not fit whether anybody has described the files of its year."""
    try:
        yield
    except ContractError as error:
        if programme.layouts.header(year) or not (error.rule or "").startswith("header."):
            raise
        raise ContractError(
            f"nobody has described the files of fiscal year {year}, and headers of other years do not fit this one: "
            f"{error.detail}",
            dataset_id=dataset.id,
            file=file,
            record=error.record,
            rule="oflc.year",
            remedy="add the columns of this year to the table of layouts in the contract",
        ) from error


def _csv_rows(dataset: Dataset, file: str, path: Path, programme: Programme) -> Iterator[Row]:
    year = fiscal_year(file)
    if year is None:
        raise _no_year(dataset, file, "a file whose name gives the fiscal year was expected")
    given = {"fiscal_year": str(year)}
    with _described(dataset, programme, file, year):
        for row in read_csv(_of_year(dataset, programme, year), file, path):
            yield Row(row.record, {**given, **row.values})


def _sheet_rows(dataset: Dataset, file: str, path: Path, programme: Programme) -> Iterator[Row]:
    with xlsx.workbook(path, file=file, dataset_id=dataset.id) as book:
        sheet, year = _sheet(dataset, file, book)
        rows = xlsx.sheet_rows(book, sheet, file=file, dataset_id=dataset.id)
        number, header = next(rows, (1, []))
        with _described(dataset, programme, file, year):
            contract = _of_year(dataset, programme, year)
            columns = align(contract, [*map(xlsx.text, header)], file=file, record=f"{sheet}!{number}").columns
        kept = [place for place, name in enumerate(columns) if name is not None]
        names = [str(columns[place]) for place in kept]
        for number, cells in rows:
            values = [xlsx.text(cells[place]) for place in kept]
            if any(value is not None for value in values):
                yield Row(f"{sheet}!{number}", {"fiscal_year": str(year), **dict(zip(names, values, strict=True))})


def _sheet(dataset: Dataset, file: str, book: python_calamine.CalamineWorkbook) -> tuple[str, int]:
    """Return the sheet of the file's fiscal year, and the year."""
    names = [name for name in book.sheet_names if fiscal_year(name) is not None] or book.sheet_names
    years = {year for year in (fiscal_year(file), *map(fiscal_year, names)) if year is not None}
    if len(names) != 1 or len(years) != 1:
        raise _no_year(
            dataset,
            file,
            f"one sheet of one fiscal year was expected; the workbook holds {', '.join(book.sheet_names)}",
        )
    return names[0], years.pop()


def _no_year(dataset: Dataset, file: str, message: str) -> ContractError:
    return ContractError(
        message,
        dataset_id=dataset.id,
        file=file,
        rule="oflc.sheet",
        remedy="look at the workbook, and at the name of the file",
    )


FOLDER = "https://www.dol.gov/sites/dolgov/files/ETA/oflc/pdfs"
NOTE = (
    "All rows; header, order and kept cells as in the original; the file was written anew. The original is a copy of "
    "the publisher's file, kept under its name in github.com/BuzzFeedNews/H-2-certification-data at commit "
    "bd2f1dc922ad6927e90b9fbb82ca001965a7dce0. The folder in the address is where such files lie on the publisher's "
    "site; the address of this file is not verified."
)
CSV_NOTE = " The publisher served this year as a database; the comma-separated copy was exported from it."


def record(dataset: Dataset, from_dir: Path, folder: str, names: tuple[str, ...]) -> Iterator[RecordedVintage]:
    """Keep every row of the files, and only the columns that reach landing, under the file's own header.

    Args:
        dataset: the dataset.
        from_dir: folder of original files.
        folder: folder of the dataset in it.
        names: the files, oldest fiscal year first.
    """
    answers = [_cut(dataset, from_dir, folder, name) for name in names]
    page = _recording.link_page(DISCOVERY, "Performance Data", [answer.url for answer in reversed(answers)])
    yield RecordedVintage(
        vintage_date=date(fiscal_year(names[-1]) or 0, 9, 30),
        date_basis="last day of the newest fiscal year in the files; the days of their release are not recorded",
        responses=(page, *answers),
    )


def _cut(dataset: Dataset, from_dir: Path, folder: str, name: str) -> RecordedResponse:
    source = from_dir / folder / name
    wanted = {normalise(n) for field in dataset.fields for n in (field.name, *field.aliases)}
    is_csv = _kind(name) is Kind.CSV
    return RecordedResponse(
        url=f"{FOLDER}/{name}",
        body=_cut_csv(source, wanted) if is_csv else _cut_workbook(source, wanted),
        content_type="text/csv" if is_csv else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        original=f"{folder}/{name}",
        original_sha256=_recording.sha256(source),
        cut="names, addresses and telephone numbers of employers and agents; columns that are not used; styles",
        note=NOTE + (CSV_NOTE if is_csv else ""),
    )


def _cut_csv(source: Path, wanted: set[str]) -> bytes:
    with source.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    kept = [place for place, header in enumerate(rows[0]) if normalise(header) in wanted]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([row[place] for place in kept] for row in rows)
    return out.getvalue().encode()


def _cut_workbook(source: Path, wanted: set[str]) -> bytes:
    with xlsx.workbook(source, file=source.name) as book:
        (sheet_name,) = book.sheet_names
        rows = [cells for _number, cells in xlsx.sheet_rows(book, sheet_name, file=source.name)]
    kept = [place for place, header in enumerate(rows[0]) if normalise(header) in wanted]

    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.create_sheet(sheet_name)
        for cells in rows:
            sheet.append([_cell(cells[place]) for place in kept])

    return _recording.workbook_body(fill)


def _cell(value: Any) -> Any:
    """Return a cell as it is written again: whole numbers as such, nothing for ''."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None if value == "" else value


PERSONAL = """
EMPLOYER_NAME TRADE_NAME_DBA EMPLOYER_FEIN EMPLOYER_ADDRESS1 EMPLOYER_ADDRESS2 EMPLOYER_ADDRESS_1 EMPLOYER_ADDRESS_2
EMPLOYER_CITY EMPLOYER_POSTAL_CODE EMPLOYER_COUNTRY EMPLOYER_PROVINCE EMPLOYER_PHONE EMPLOYER_PHONE_EXT
EMPLOYER_POC_LAST_NAME EMPLOYER_POC_FIRST_NAME EMPLOYER_POC_MIDDLE_NAME EMPLOYER_POC_JOB_TITLE EMPLOYER_POC_ADDRESS1
EMPLOYER_POC_ADDRESS2 EMPLOYER_POC_CITY EMPLOYER_POC_STATE EMPLOYER_POC_POSTAL_CODE EMPLOYER_POC_COUNTRY
EMPLOYER_POC_PROVINCE EMPLOYER_POC_PHONE EMPLOYER_POC_PHONE_EXT EMPLOYER_POC_EMAIL
LAWFIRM_NAME LAWFIRM_NAME_BUSINESS_NAME AGENT_ATTORNEY_NAME AGENT_ATTORNEY_CITY AGENT_ATTORNEY_STATE
ATTORNEY_AGENT_LAST_NAME ATTORNEY_AGENT_FIRST_NAME ATTORNEY_AGENT_MIDDLE_NAME ATTORNEY_AGENT_ADDRESS_1
ATTORNEY_AGENT_ADDRESS_2 ATTORNEY_AGENT_ADDRESS1 ATTORNEY_AGENT_ADDRESS2 ATTORNEY_AGENT_CITY ATTORNEY_AGENT_STATE
ATTORNEY_AGENT_POSTAL_CODE ATTORNEY_AGENT_COUNTRY ATTORNEY_AGENT_PROVINCE ATTORNEY_AGENT_PHONE
ATTORNEY_AGENT_PHONE_EXT ATTORNEY_AGENT_EMAIL_ADDRESS STATE_OF_HIGHEST_COURT NAME_OF_HIGHEST_STATE_COURT
PREPARER_LAST_NAME PREPARER_FIRST_NAME PREPARER_MIDDLE_INITIAL PREPARER_BUSINESS_NAME PREPARER_EMAIL
WORKSITE_ADDRESS HOUSING_ADDRESS_LOCATION PHONE_TO_APPLY EMAIL_TO_APPLY WEBSITE_TO_APPLY
EMP_NAME EMP_CITY CONTACT_LAST CONTACT_FIRST ATT_FIRM_NAME ATT_LAST ATT_FIRST ATT_CITY ATT_STATE
AGENT_POC_EMPLOYER_REP_BY_AGENT AGENT_ATTORNEY_ADDRESS
"""
"""Columns about persons: as seen in the files, those since fiscal year 2020 as users of the files list them."""

UNUSED = """
CASE_RECEIVED_DATE RECEIVED_DATE REQUESTED_START_DATE_OF_NEED REQUESTED_END_DATE_OF_NEED JOB_TITLE PRIMARY_CROP
FULL_TIME_POSITION NATURE_OF_TEMPORARY_NEED HOURLY_WORK_SCHEDULE_AM HOURLY_WORK_SCHEDULE_PM OVERTIME_RATE_FROM
OVERTIME_RATE_TO SUPERVISE_OTHER_EMP SUPERVISE_HOW_MANY EDUCATION_LEVEL OTHER_EDU MAJOR SECOND_DIPLOMA
SECOND_DIPLOMA_MAJOR TRAINING_REQ NUM_MONTHS_TRAINING NAME_REQD_TRAINING EMP_EXPERIENCE_REQD EMP_EXP_NUM_MONTHS
WORKSITE_CITY WORKSITE_LOCATION_CITY ALIEN_WORK_CITY WORKSITE_COUNTY WORKSITE_POSTAL_CODE OTHER_WORKSITE_LOCATION
SWA_NAME JOB_IDNUMBER JOB_START_DATE JOB_END_DATE
STATE_CASE_NUM REC_LOCAL_OFFICE REC_STATE_OFFICE REC_REGIONAL_OFFICE REGION_ID OCC_CODE OCC_TITLE PREVAIL_WAGE
UNIT_OF_PAY_PREV NPC_SUBMITTED_DATE SUBMITTED_DATE PREVAILING_WAGE PREVIALING_WAGE PW_UNIT_OF_PAY OTHER_EDUCATION
TRAINING_REQUIRED NAME_REQUIRED_TRAINING NUMBER_OF_HOURS EMPLOYEE_WORKSITE_CITY EMPLOYEE_WORKSITE_COUNTY
EMPLOYEE_POSTAL_CODE DOT_OCCUPATIONAL_CODE DOT_NAME
H2A_LABOR_CONTRACTOR AG_ASSN_OR_AGENCY_STATUS EMERGENCY_FILING TYPE_OF_REPRESENTATION 790A_ADDENDUM_A_ATTACHED
790A_ADDENDUM_B_ATTACHED WORK_CONTRACTS_ATTACHED EMPLOYER_MSPA_ATTACHED SURETY_BOND_ATTACHED HOUSING_TRANSPORTATION
APPENDIX_A_ATTACHED JOINT_EMPLOYER_APPENDIX_A_ATTACHED JNT_EMPLOYER_APPEND_A_ATTACHED JOB_ORDER_NUMBER
TOTAL_WORKERS_NEEDED REQUESTED_BEGIN_DATE REQUESTED_END_DATE EMPLOYMENT_BEGIN_DATE EMPLOYMENT_END_DATE
ON_CALL_REQUIREMENT SUNDAY_HOURS MONDAY_HOURS TUESDAY_HOURS WEDNESDAY_HOURS THURSDAY_HOURS FRIDAY_HOURS SATURDAY_HOURS
HOURLY_SCHEDULE_BEGIN HOURLY_SCHEDULE_END HOURLY_WORK_SCHEDULE_START HOURLY_WORK_SCHEDULE_END PIECE_RATE_OFFER
PIECE_RATE_UNIT FREQUENCY_OF_PAY OTHER_FREQUENCY_OF_PAY DEDUCTIONS_FROM_PAY WORK_EXPERIENCE_MONTHS TRAINING_MONTHS
CERTIFICATION_REQUIREMENTS DRIVER_REQUIREMENTS CRIMINAL_BACKGROUND_CHECK DRUG_SCREEN LIFTING_REQUIREMENTS
LIFTING_AMOUNT EXPOSURE_TO_TEMPERATURES EXTENSIVE_PUSHING_PULLING EXTENSIVE_SITTING_WALKING
FREQUENT_STOOPING_BENDING_OVER REPETITIVE_MOVEMENTS SPECIAL_REQUIREMENTS ADDENDUM_B_WORKSITE_ATTACHED
TOTAL_WORKSITE_RECORDS TOTAL_WORKSITES_RECORDS HOUSING_CITY HOUSING_STATE HOUSING_POSTAL_CODE HOUSING_COUNTY
TYPE_OF_HOUSING TOTAL_UNITS TOTAL_OCCUPANCY HOUSING_COMPLIANCE_LOCAL HOUSING_COMPLIANCE_STATE
HOUSING_COMPLIANCE_FEDERAL ADDENDUM_B_HOUSING_ATTACHED TOTAL_HOUSING_RECORDS MEALS_PROVIDED MEALS_CHARGE
MEAL_REIMBURSEMENT_MINIMUM MEAL_REIMBURSEMENT_MAXIMUM ADDENDUM_C_ATTACHED TOTAL_ADDENDUM_A_RECORDS
"""
"""Columns known and not used. One that is in neither list stops the file, so that somebody looks at what it holds."""

DROPPED = tuple(
    Dropped(name, reason)
    for names, reason in ((PERSONAL, "personal data"), (UNUSED, "not used"))
    for name in names.split()
)
