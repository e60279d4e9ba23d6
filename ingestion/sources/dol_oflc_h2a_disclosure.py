"""Labor Department, OFLC: H-2A disclosure files, one workbook per fiscal year, headers that change every year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import python_calamine

from ingestion.contract import (
    Cadence,
    Dataset,
    Dropped,
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
from ingestion.errors import ContractError, FetchError
from ingestion.formats import xlsx
from ingestion.formats.header import align, normalise
from ingestion.formats.links import links
from ingestion.sources import _recording

DISCOVERY = "https://www.dol.gov/agencies/eta/foreign-labor/performance"

LINK = re.compile(r"/H-?2A_[^/]*\.xlsx?$", re.IGNORECASE)
SIDE_FILE = re.compile(r"addendum|appendix|record_layout", re.IGNORECASE)
"""Lists of crops, worksites and housing that come beside the main file of a year."""

FIRST_YEAR = 2014
"""Files before it have other formats (.mdb, .xls) and other codes for master applications."""

NAME_YEAR = re.compile(r"FY(\d{4}|\d\d)(?!\d)", re.IGNORECASE)


def fiscal_year(name: str) -> int | None:
    """Return the fiscal year in the name of a file or sheet (``FY14``, ``FY2014``), or ``None``."""
    match = NAME_YEAR.search(name)
    return None if match is None else int(match[1]) % 100 + 2000


def _edition(url: str) -> tuple[int, int]:
    """Return ``(fiscal year, quarter)``; a name without a quarter is the file of the whole year."""
    name = unquote(url.rsplit("/", 1)[-1])
    quarter = re.search(r"_Q([1-4])", name, re.IGNORECASE)
    return fiscal_year(name) or 0, int(quarter[1]) if quarter else 4


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield one release: for every fiscal year on the page, its newest main file.

    Raises:
        BlockedError: the workbooks are behind a challenge; hand the files over by hand.
        FetchError: the page lists no file.
    """
    page = getter.get(DISCOVERY, file="discovery.html", kind=Kind.HTML)
    newest: dict[int, str] = {}
    for url in sorted(links(page.path, page.final_url or DISCOVERY, LINK), key=_edition):
        year, _quarter = _edition(url)
        if year >= FIRST_YEAR and not SIDE_FILE.search(url):
            newest[year] = url
    if not newest:
        raise FetchError(
            "the page lists no H-2A disclosure file",
            dataset_id=dataset.id,
            url=DISCOVERY,
            rule="discovery.no_links",
            remedy="look at the page: the publisher may have moved the files or renamed them",
        )
    files = {url: unquote(url.rsplit("/", 1)[-1]) for url in newest.values()}
    payloads = tuple(
        getter.get(url, file=file, kind=Kind.XLSX if file.lower().endswith("x") else Kind.XLS)
        for url, file in files.items()
    )
    yield Release(label=Path(payloads[-1].file).stem, payloads=payloads)


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield one row per application or, in the years that have them, per member of a joint application.

    Only the contract's fields leave this function: names, addresses and telephone numbers of employers and their
    agents are dropped here.

    Raises:
        ContractError: a header that the contract does not know, a sheet of another year than the file's, or none.
    """
    with xlsx.workbook(path, file=file, dataset_id=dataset.id) as book:
        sheet, year = _sheet(dataset, file, book)
        rows = xlsx.sheet_rows(book, sheet, file=file, dataset_id=dataset.id)
        number, header = next(rows, (1, []))
        columns = align(dataset, ["fiscal_year", *map(xlsx.text, header)], file=file, record=f"{sheet}!{number}")
        kept = [place for place, name in enumerate(columns.columns) if name is not None][1:]
        names = [str(columns.columns[place]) for place in kept]
        for number, cells in rows:
            values = [xlsx.text(cells[place - 1]) for place in kept]
            if any(value is not None for value in values):
                yield Row(f"{sheet}!{number}", {"fiscal_year": str(year), **dict(zip(names, values, strict=True))})


def _sheet(dataset: Dataset, file: str, book: python_calamine.CalamineWorkbook) -> tuple[str, int]:
    """Return the sheet of the file's fiscal year, and the year."""
    names = [name for name in book.sheet_names if fiscal_year(name) is not None] or book.sheet_names
    years = {year for year in (fiscal_year(file), *map(fiscal_year, names)) if year is not None}
    if len(names) != 1 or len(years) != 1:
        raise ContractError(
            f"one sheet of one fiscal year was expected; the workbook holds {', '.join(book.sheet_names)}",
            dataset_id=dataset.id,
            file=file,
            rule="oflc.sheet",
            remedy="look at the workbook, and at the name of the file",
        )
    return names[0], years.pop()


FOLDER = "https://www.dol.gov/sites/dolgov/files/ETA/oflc/pdfs"
ORIGINALS = ("H-2A_FY14_Q4.xlsx", "H-2A_Disclosure_Data_FY15_Q4.xlsx", "H-2A_Disclosure_Data_FY16_updated.xlsx")


def record(dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Keep every row of three years, and only the columns that reach landing, under the file's own header."""
    answers = [_cut(dataset, from_dir, name) for name in ORIGINALS]
    page = _recording.link_page(DISCOVERY, "Performance Data", [answer.url for answer in reversed(answers)])
    yield RecordedVintage(
        vintage_date=date(2016, 9, 30),
        date_basis="last day of the newest fiscal year in the files; the days of their release are not recorded",
        responses=(page, *answers),
    )


def _cut(dataset: Dataset, from_dir: Path, name: str) -> RecordedResponse:
    source = from_dir / "dol_oflc_h2a" / name
    wanted = {normalise(n) for field in dataset.fields for n in (field.name, *field.aliases)}
    with xlsx.workbook(source, file=name) as book:
        (sheet_name,) = book.sheet_names
        rows = [cells for _number, cells in xlsx.sheet_rows(book, sheet_name, file=name)]
    kept = [place for place, header in enumerate(rows[0]) if normalise(header) in wanted]

    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.create_sheet(sheet_name)
        for cells in rows:
            sheet.append([_cell(cells[place]) for place in kept])

    return RecordedResponse(
        url=f"{FOLDER}/{name}",
        body=_recording.workbook_body(fill),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        original=f"dol_oflc_h2a/{name}",
        original_sha256=_recording.sha256(source),
        cut="names, addresses and telephone numbers of employers and agents; columns that are not used; styles",
        note=(
            "All rows; header, order and kept cells as in the original; the workbook was written anew. The "
            "original is a copy of the publisher's file, kept under its name in "
            "github.com/BuzzFeedNews/H-2-certification-data at commit bd2f1dc922ad6927e90b9fbb82ca001965a7dce0. The "
            "folder in the address is where such files lie on the publisher's site; the address of this file is not "
            "verified."
        ),
    )


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
"""
"""Columns about persons: fiscal years 2011 to 2017 as seen, later ones as users of the files list them."""

UNUSED = """
CASE_RECEIVED_DATE RECEIVED_DATE REQUESTED_START_DATE_OF_NEED REQUESTED_END_DATE_OF_NEED JOB_TITLE PRIMARY_CROP
FULL_TIME_POSITION NATURE_OF_TEMPORARY_NEED HOURLY_WORK_SCHEDULE_AM HOURLY_WORK_SCHEDULE_PM OVERTIME_RATE_FROM
OVERTIME_RATE_TO SUPERVISE_OTHER_EMP SUPERVISE_HOW_MANY EDUCATION_LEVEL OTHER_EDU MAJOR SECOND_DIPLOMA
SECOND_DIPLOMA_MAJOR TRAINING_REQ NUM_MONTHS_TRAINING NAME_REQD_TRAINING EMP_EXPERIENCE_REQD EMP_EXP_NUM_MONTHS
WORKSITE_CITY WORKSITE_LOCATION_CITY ALIEN_WORK_CITY WORKSITE_COUNTY WORKSITE_POSTAL_CODE OTHER_WORKSITE_LOCATION
SWA_NAME JOB_IDNUMBER JOB_START_DATE JOB_END_DATE
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


DATASET = Dataset(
    publisher=Publisher(
        id="dol_oflc",
        name="U.S. Department of Labor, Office of Foreign Labor Certification",
        homepage=DISCOVERY,
        country="USA",
    ),
    name="h2a_disclosure",
    title="H-2A temporary agricultural labor certifications",
    description=(
        "Employers' applications for temporary agricultural workers (H-2A) that were decided in a U.S. fiscal year "
        "(October to September), with the workers requested and certified, occupation, wage and state of work. It "
        "counts positions certified: not visas issued, not workers who came, not petitions. Joint applications are "
        "followed by one row per member that repeats its workers: only rows with an organization flag, or marked PRI "
        "where PRIMARY_SUB is there, may be summed. 'Certification expired' still counts as certified. Wages come in "
        "several units, some filed under the wrong one: medians per unit, never a mean. Names, addresses and "
        "telephone numbers of employers and their agents are dropped before landing."
    ),
    lines=(4,),
    licence=Licence(
        name="U.S. public domain",
        attribution="U.S. Department of Labor, Employment and Training Administration, Office of Foreign Labor "
        "Certification",
    ),
    cadence=Cadence.QUARTERLY,
    hosts=("www.dol.gov", "dol.gov"),
    fields=(
        Field("fiscal_year", "U.S. fiscal year of the decision, from the name of the sheet or file."),
        Field("CASE_NUMBER", "Number of the application; members of a joint application share it.", ("CASE_NO",)),
        Field("DECISION_DATE", "Date, often with time, of the last decision."),
        Field(
            "VISA_CLASS",
            "Kind of application: H-2A.",
            aliases=("VISA_TYPE", "APPLICATION_TYPE"),
            required=False,
        ),
        Field("CASE_STATUS", "Outcome; '... EXPIRED' is a certification whose period has ended."),
        Field("EMPLOYER_STATE", "State of the employer's address, postal code."),
        Field("SOC_CODE", "Occupation, Standard Occupational Classification.", ("SOC_CODE_ID",), required=False),
        Field("SOC_TITLE", "Title of the occupation.", ("SOC_NAME",), required=False),
        Field(
            "NAIC_CODE",
            "Industry, North American Industry Classification System.",
            ("NAICS_CODE",),
            required=False,
        ),
        Field(
            "NBR_WORKERS_REQUESTED",
            "Workers asked for; absent in fiscal year 2014.",
            ("TOTAL_WORKERS_H2A_REQUESTED",),
            required=False,
            unit="positions",
        ),
        Field(
            "NBR_WORKERS_CERTIFIED",
            "Workers certified; 0 or empty when denied or withdrawn.",
            ("TOTAL_WORKERS_H2A_CERTIFIED",),
            unit="positions",
        ),
        Field(
            "BASIC_RATE_OF_PAY",
            "Wage offered, per BASIC_UNIT_OF_PAY.",
            ("WAGE_OFFER",),
            unit="U.S. dollars",
        ),
        Field(
            "BASIC_UNIT_OF_PAY",
            "Unit of the wage: Hour, Week, Bi-Weekly, Month, Year, 'Select Pay Range' (none chosen).",
            ("PAY_RANGE_UNIT", "PER"),
        ),
        Field(
            "BASIC_NUMBER_OF_HOURS",
            "Hours of work a week.",
            ("ANTICIPATED_NUMBER_OF_HOURS",),
            unit="hours",
        ),
        Field(
            "WORKSITE_STATE",
            "State of the place of work, postal code.",
            ("WORKSITE_LOCATION_STATE", "ALIEN_WORK_STATE"),
        ),
        Field(
            "ORGANIZATION_FLAG",
            "Kind of applicant; empty on the rows of members of a joint application.",
            ("TYPE_OF_EMPLOYER_APPLICATION",),
            required=False,
        ),
        Field(
            "PRIMARY_SUB",
            "PRI on the application, SUB on a member of it; only since fiscal year 2016.",
            ("PRIMARY/SUB", "PRMARY/SUB"),
            required=False,
        ),
        Field("CERTIFICATION_BEGIN_DATE", "First day of the certified period.", required=False),
        Field("CERTIFICATION_END_DATE", "Last day of the certified period.", required=False),
    ),
    fetch=fetch,
    parse=parse,
    record=record,
    dropped=DROPPED,
    # No unique key: members of a joint application repeat the case number, and two may be alike.
    gate=Gate(
        min_bytes=100_000,
        min_rows=5_000,
        never_all_null=(
            "CASE_NUMBER",
            "DECISION_DATE",
            "CASE_STATUS",
            "NBR_WORKERS_CERTIFIED",
            "BASIC_RATE_OF_PAY",
            "WORKSITE_STATE",
        ),
    ),
    documentation=DISCOVERY,
)
