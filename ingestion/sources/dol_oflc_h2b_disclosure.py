"""Labor Department, OFLC: H-2B disclosure files, one per fiscal year, headers that change every year."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

from ingestion.contract import Cadence, ClosedPeriods, Dataset, Dropped, Field, FileDrop, Gate, Kind, RecordedVintage
from ingestion.sources import _oflc

LAYOUTS = _oflc.Layouts("""
field                 2005            2006 2008             2010             2011             2013             2014                 2015      2016      2018                2019           2020
CASE_NUMBER           Case_Num        ?    CASE_NO          CASE_NO          CASE_NO          =                =                    =         =         =                   =              =
DECISION_DATE         Last_Event_Date ?    =                =                =                =                RECENT_DECISION_DATE =         =         =                   =              =
VISA_CLASS            Case_Type       ?    -                APPLICATION_TYPE =                =                =                    =         =         VISA_TYPE           ?              ?
CASE_STATUS           Last_Sig_Event  ?    =                =                =                =                =                    =         =         =                   =              =
EMPLOYER_STATE        Emp_State       ?    =                =                =                =                =                    =         =         =                   ?              ?
SOC_CODE              -               ?    -                -                =                =                =                    =         =         =                   =              ?
NAICS_CODE            -               ?    -                -                -                -                -                    NAIC_CODE NAIC_CODE =                   ?              ?
NBR_WORKERS_REQUESTED Num_Aliens      ?    -                =                =                -                -                    =         =         =                   =              TOTAL_WORKERS_REQUESTED
NBR_WORKERS_CERTIFIED -               ?    =                =                =                =                =                    =         =         =                   =              TOTAL_WORKERS_CERTIFIED
BASIC_RATE_OF_PAY     Salary          ?    =                =                =                =                =                    =         =         =                   =              ?
BASIC_UNIT_OF_PAY     Unit_of_Pay     ?    =                =                =                =                =                    =         =         PAY_RANGE_UNIT      PAY_RANGE_UNIT PER
WORKSITE_STATE        Work_State      ?    ALIEN_WORK_STATE ALIEN_WORK_STATE ALIEN_WORK_STATE ALIEN_WORK_STATE ALIEN_WORK_STATE     =         =         EMPLOYEE_WORK_STATE =              =
""")  # noqa: E501 - a table
"""Fiscal years 2005, 2014 to 2016 and 2018 as in the files; the others as far as they were described by people who held
the files, or as programs that read the files name their columns. Nobody has described fiscal years 2006 and 2007."""

PROGRAMME = _oflc.Programme(
    name="H-2B",
    link=re.compile(r"/H-?2B_[^/]*\.(xlsx?|csv)$", re.IGNORECASE),
    years=frozenset({2005, *range(2008, 2100)}),
    layouts=LAYOUTS,
)

ORIGINALS = (
    "H-2B_FY2005.csv",
    "H-2B_FY14_Q4.xlsx",
    "H-2B_Disclosure_Data_FY15_Q4.xlsx",
    "H-2B_Disclosure_Data_FY16.xlsx",
    "H-2B_Disclosure_Data_FY2018_EOY.xlsx",
)

fetch = functools.partial(_oflc.fetch, programme=PROGRAMME)
parse = functools.partial(_oflc.parse, programme=PROGRAMME)


def record(dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Keep every row of five years, and only the columns that reach landing."""
    yield from _oflc.record(dataset, from_dir, "dol_oflc_h2b", ORIGINALS)


DATASET = Dataset(
    publisher=_oflc.PUBLISHER,
    name="h2b_disclosure",
    title="H-2B temporary non-agricultural labor certifications",
    description=(
        "Employers' applications for temporary workers outside agriculture (H-2B) that were decided in a U.S. fiscal "
        "year (October to September), with the workers requested and certified, occupation, wage and state of work. It "
        "counts positions certified: not visas issued, not workers who came, not petitions, and more than the yearly "
        "limit of visas. Fiscal year 2005 gives the workers asked for only; 2008, 2009, 2013 and 2014 those certified "
        "only. Asked for are fiscal years 2005 and 2008 to now, as far as the publisher's page lists them. Not asked "
        "for are 2006 and 2007: the page starts with 2008, the archive that held older years was discontinued in 2024, "
        "and nobody has described those years' columns. A file of such a year that is handed over is read by the "
        "headers of the other years, or refused. A few applications stand twice. 'Certification expired' still counts "
        "as certified. Wages come in several units: medians per unit, never a mean. Names, addresses and telephone "
        "numbers of employers and their agents are dropped before landing; a column that nobody has looked at (headers "
        "since fiscal year 2019 are known in part) is left out of landing and reported."
    ),
    lines=(4,),
    licence=_oflc.LICENCE,
    cadence=Cadence.QUARTERLY,
    hosts=("www.dol.gov", "dol.gov"),
    fields=(
        Field("fiscal_year", "U.S. fiscal year of the decision, from the name of the sheet or file."),
        Field("CASE_NUMBER", "Number of the application.", LAYOUTS.aliases("CASE_NUMBER")),
        Field(
            "DECISION_DATE",
            "Date of the last decision; empty where the application was rejected before one.",
            LAYOUTS.aliases("DECISION_DATE"),
        ),
        Field(
            "VISA_CLASS",
            "Kind of application: H-2B (fiscal year 2005: TEMP).",
            LAYOUTS.aliases("VISA_CLASS"),
            required=False,
        ),
        Field(
            "CASE_STATUS",
            "Outcome; '... Expired' is a certification whose period has ended.",
            LAYOUTS.aliases("CASE_STATUS"),
        ),
        Field(
            "EMPLOYER_STATE",
            "State of the employer's address, postal code.",
            LAYOUTS.aliases("EMPLOYER_STATE"),
            required=False,
        ),
        Field(
            "SOC_CODE",
            "Occupation, Standard Occupational Classification; fiscal year 2005 used another one.",
            LAYOUTS.aliases("SOC_CODE"),
            required=False,
        ),
        Field("SOC_TITLE", "Title of the occupation.", ("SOC_NAME",), required=False),
        Field(
            "NAICS_CODE",
            "Industry, North American Industry Classification System.",
            LAYOUTS.aliases("NAICS_CODE"),
            required=False,
        ),
        Field(
            "NBR_WORKERS_REQUESTED",
            "Workers asked for; absent in fiscal years 2008, 2009, 2013 and 2014.",
            LAYOUTS.aliases("NBR_WORKERS_REQUESTED"),
            required=False,
            unit="positions",
        ),
        Field(
            "NBR_WORKERS_CERTIFIED",
            "Workers certified; 0 or, since fiscal year 2016, empty when not certified; absent in fiscal year 2005.",
            LAYOUTS.aliases("NBR_WORKERS_CERTIFIED"),
            required=False,
            unit="positions",
        ),
        Field(
            "BASIC_RATE_OF_PAY",
            "Wage offered, per BASIC_UNIT_OF_PAY; fiscal years 2016 to 2018 as text with a dollar sign.",
            LAYOUTS.aliases("BASIC_RATE_OF_PAY"),
            required=False,
            unit="U.S. dollars",
        ),
        Field(
            "BASIC_UNIT_OF_PAY",
            "Unit of the wage: Hour, Hourly or H, and so on; 'Select Pay Range': none chosen.",
            LAYOUTS.aliases("BASIC_UNIT_OF_PAY"),
        ),
        Field(
            "WORKSITE_STATE",
            "State of the place of work, postal code (fiscal year 2019: name).",
            LAYOUTS.aliases("WORKSITE_STATE"),
        ),
    ),
    fetch=fetch,
    parse=parse,
    record=record,
    file_drop=FileDrop(
        "the main file of one fiscal year, whose name or sheet says the year (H-2B_..._FY....xlsx)",
        (Kind.XLSX, Kind.XLS, Kind.CSV),
        part=True,
    ),
    dropped=(
        *_oflc.DROPPED,
        Dropped("CERTIFICATION_BEGIN_DATE"),
        Dropped("CERTIFICATION_END_DATE"),
    ),
    # No unique key: a few applications stand twice.
    gate=Gate(
        closed_periods=ClosedPeriods(
            period="fiscal_year",
            values=("NBR_WORKERS_CERTIFIED",),
            reason="the file of a whole year is not revised: a larger move is a cut file or another layout",
        ),
        min_bytes=100_000,
        min_rows=5_000,
        never_all_null=("CASE_NUMBER", "DECISION_DATE", "CASE_STATUS", "NBR_WORKERS_CERTIFIED", "WORKSITE_STATE"),
    ),
    unknown_columns="warn",
    documentation=_oflc.DISCOVERY,
    period="fiscal_year",
)
