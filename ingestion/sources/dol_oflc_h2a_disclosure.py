"""Labor Department, OFLC: H-2A disclosure files, one per fiscal year, headers that change every year."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

from ingestion.contract import Cadence, ClosedPeriods, Dataset, Field, FileDrop, Gate, Kind, RecordedVintage
from ingestion.sources import _oflc

LAYOUTS = _oflc.Layouts("""
field                    2006                     2007 2008             2009             2011             2012             2013             2014                    2015 2016        2017        2018    2019       2020
CASE_NUMBER              Case_Number              ?    CASE_NO          CASE_NO          CASE_NO          CASE_NO          CASE_NO          CASE_NO                 =    =           =           CASE_NO =          =
DECISION_DATE            -                        ?    ?                =                =                =                =                =                       =    =           =           =       =          =
VISA_CLASS               -                        ?    ?                ?                APPLICATION_TYPE =                =                =                       =    =           ?           ?       ?          ?
CASE_STATUS              Case_Status              ?    =                =                =                =                =                =                       =    =           =           =       =          =
EMPLOYER_STATE           Employer_State           ?    =                =                =                =                =                =                       =    =           =           =       =          =
SOC_CODE                 -                        ?    ?                ?                -                ?                ?                SOC_CODE_ID             =    =           =           =       =          =
SOC_TITLE                -                        ?    ?                ?                -                ?                ?                =                       =    =           ?           ?       ?          =
NAIC_CODE                -                        ?    ?                ?                -                ?                ?                -                       =    =           ?           ?       ?          NAICS_CODE
NBR_WORKERS_REQUESTED    Nbr_Workers_Requsted     ?    -                -                =                =                -                -                       =    =           =           =       =          TOTAL_WORKERS_H2A_REQUESTED
NBR_WORKERS_CERTIFIED    Nbr_Workers_Certified    ?    =                =                =                =                =                =                       =    =           =           =       =          TOTAL_WORKERS_H2A_CERTIFIED
BASIC_RATE_OF_PAY        Basic_Rate_of_Pay        ?    =                =                =                =                =                =                       =    =           =           =       =          WAGE_OFFER
BASIC_UNIT_OF_PAY        Wage_Rate_Per            ?    =                =                =                =                =                =                       =    =           =           =       =          PER
BASIC_NUMBER_OF_HOURS    Basic_Nbr_Hours          ?    -                -                =                =                =                =                       =    =           ?           ?       ?          ANTICIPATED_NUMBER_OF_HOURS
WORKSITE_STATE           -                        ?    ALIEN_WORK_STATE ALIEN_WORK_STATE ALIEN_WORK_STATE ALIEN_WORK_STATE ALIEN_WORK_STATE WORKSITE_LOCATION_STATE =    =           =           =       =          =
ORGANIZATION_FLAG        -                        ?    =                =                =                =                =                =                       =    =           =           =       =          TYPE_OF_EMPLOYER_APPLICATION
PRIMARY_SUB              -                        ?    -                -                -                -                -                -                       -    PRIMARY/SUB PRIMARY/SUB =       PRMARY/SUB -
CERTIFICATION_BEGIN_DATE Certification_Begin_Date ?    =                =                =                =                =                =                       =    -           ?           ?       ?          ?
CERTIFICATION_END_DATE   Certification_End_Date   ?    =                =                =                =                =                =                       =    -           ?           ?       ?          ?
""")  # noqa: E501 - a table
"""Fiscal years 2006, 2011 and 2014 to 2016 as in the files; the others as far as they were described by people who held
the files, or as programs that read the files name their columns. Nobody has described fiscal year 2007."""

PROGRAMME = _oflc.Programme(
    name="H-2A",
    link=re.compile(r"/H-?2A_[^/]*\.(xlsx?|csv)$", re.IGNORECASE),
    years=frozenset({2006, *range(2008, 2100)}),
    # Only their columns that are used were described: others are left out of landing and reported.
    in_part=frozenset({2005, *range(2007, 2011), 2012, 2013}),
    layouts=LAYOUTS,
    member_marks=("ORGANIZATION_FLAG", "PRIMARY_SUB"),
)

ORIGINALS = (
    "H2a_FY2006.csv",
    "H-2A_FY2011.xlsx",
    "H-2A_FY14_Q4.xlsx",
    "H-2A_Disclosure_Data_FY15_Q4.xlsx",
    "H-2A_Disclosure_Data_FY16_updated.xlsx",
)

fetch = functools.partial(_oflc.fetch, programme=PROGRAMME)
parse = functools.partial(_oflc.parse, programme=PROGRAMME)


def record(dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Keep every row of five years, and only the columns that reach landing."""
    yield from _oflc.record(dataset, from_dir, "dol_oflc_h2a", ORIGINALS)


DATASET = Dataset(
    publisher=_oflc.PUBLISHER,
    name="h2a_disclosure",
    title="H-2A temporary agricultural labor certifications",
    description=(
        "Employers' applications for temporary agricultural workers (H-2A) that were decided in a U.S. fiscal year "
        "(October to September), with the workers requested and certified, occupation, wage and state of work. It "
        "counts positions certified: not visas issued, not workers who came, not petitions. Joint applications are "
        "followed by one row per member that repeats its workers: only rows with an organization flag, or marked PRI "
        "where PRIMARY_SUB is there, may be summed; the file of fiscal year 2006 marks none, so that its positions "
        "may not be summed at all. 'Certification expired' still counts as certified. Wages come in several units, "
        "some filed under the wrong one: medians per unit, never a mean. Asked for are fiscal years 2006 and 2008 to "
        "now, as far as the publisher's page lists them. Not asked for are 2005, of which no file is known, and 2007: "
        "the page starts with 2008, the archive that held older years was discontinued in 2024, and nobody has "
        "described that year's columns. A file of such a year that is handed over is read by the headers of the other "
        "years, or refused. Of 2008 to 2010, 2012 and 2013 only the used columns were described; others are left out "
        "of landing and reported. Names, addresses and telephone numbers of employers and their agents are dropped "
        "before landing."
    ),
    lines=(4,),
    licence=_oflc.LICENCE,
    cadence=Cadence.QUARTERLY,
    hosts=("www.dol.gov", "dol.gov"),
    fields=(
        Field("fiscal_year", "U.S. fiscal year of the decision, from the name of the sheet or file."),
        Field(
            "CASE_NUMBER",
            "Number of the application; members of a joint application share it.",
            LAYOUTS.aliases("CASE_NUMBER"),
        ),
        Field(
            "DECISION_DATE", "Date, often with time, of the last decision; absent in fiscal year 2006.", required=False
        ),
        Field(
            "VISA_CLASS",
            "Kind of application: H-2A.",
            aliases=LAYOUTS.aliases("VISA_CLASS", "VISA_TYPE"),
            required=False,
        ),
        Field("CASE_STATUS", "Outcome; '... EXPIRED' is a certification whose period has ended."),
        Field(
            "EMPLOYER_STATE", "State of the employer's address, postal code (fiscal year 2006: name).", required=False
        ),
        Field(
            "SOC_CODE", "Occupation, Standard Occupational Classification.", LAYOUTS.aliases("SOC_CODE"), required=False
        ),
        Field("SOC_TITLE", "Title of the occupation.", LAYOUTS.aliases("SOC_TITLE", "SOC_NAME"), required=False),
        Field(
            "NAIC_CODE",
            "Industry, North American Industry Classification System.",
            LAYOUTS.aliases("NAIC_CODE"),
            required=False,
        ),
        Field(
            "NBR_WORKERS_REQUESTED",
            "Workers asked for; absent in fiscal years 2008 to 2010, 2013 and 2014.",
            LAYOUTS.aliases("NBR_WORKERS_REQUESTED"),
            required=False,
            unit="positions",
        ),
        Field(
            "NBR_WORKERS_CERTIFIED",
            "Workers certified; 0 or empty when denied or withdrawn (in 2011 withdrawn ones may keep theirs).",
            LAYOUTS.aliases("NBR_WORKERS_CERTIFIED"),
            unit="positions",
        ),
        Field(
            "BASIC_RATE_OF_PAY",
            "Wage offered, per BASIC_UNIT_OF_PAY.",
            LAYOUTS.aliases("BASIC_RATE_OF_PAY"),
            unit="U.S. dollars",
        ),
        Field(
            "BASIC_UNIT_OF_PAY",
            "Unit of the wage: Hour, Hourly or HR, and so on; 'Select Pay Range': none chosen.",
            LAYOUTS.aliases("BASIC_UNIT_OF_PAY", "PAY_RANGE_UNIT"),
        ),
        Field(
            "BASIC_NUMBER_OF_HOURS",
            "Hours of work a week; absent in fiscal years 2008 to 2010.",
            LAYOUTS.aliases("BASIC_NUMBER_OF_HOURS"),
            required=False,
            unit="hours",
        ),
        Field(
            "WORKSITE_STATE",
            "State of the place of work, postal code; absent in fiscal year 2006.",
            LAYOUTS.aliases("WORKSITE_STATE"),
            required=False,
        ),
        Field(
            "ORGANIZATION_FLAG",
            "Kind of applicant; empty on the rows of members of a joint application; absent in fiscal year 2006.",
            LAYOUTS.aliases("ORGANIZATION_FLAG"),
            required=False,
        ),
        Field(
            "PRIMARY_SUB",
            "PRI on the application, SUB on a member of it; only since fiscal year 2016.",
            LAYOUTS.aliases("PRIMARY_SUB"),
            required=False,
        ),
        Field(
            "members_marked",
            "Whether the file marks the rows of members of joint applications: yes or no.",
            required=False,
        ),
        Field("CERTIFICATION_BEGIN_DATE", "First day of the certified period.", required=False),
        Field("CERTIFICATION_END_DATE", "Last day of the certified period.", required=False),
    ),
    fetch=fetch,
    parse=parse,
    record=record,
    file_drop=FileDrop(
        "the main file of one fiscal year, whose name or sheet says the year (H-2A_..._FY....xlsx)",
        (Kind.XLSX, Kind.XLS, Kind.CSV),
        part=True,
    ),
    dropped=_oflc.DROPPED,
    # No unique key: members of a joint application repeat the case number, and two may be alike.
    gate=Gate(
        closed_periods=ClosedPeriods(period="fiscal_year", values=("NBR_WORKERS_CERTIFIED",)),
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
    documentation=_oflc.DISCOVERY,
    period="fiscal_year",
)
