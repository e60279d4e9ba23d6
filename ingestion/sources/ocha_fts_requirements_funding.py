"""OCHA Financial Tracking Service: requirements and funding of humanitarian plans, by country, plan and year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from ingestion.contract import (
    Cadence,
    ClosedPeriods,
    Dataset,
    Field,
    FileDrop,
    Gate,
    Kind,
    Licence,
    Publisher,
    RecordedResponse,
    RecordedVintage,
)
from ingestion.sources import _ocha_fts, _recording

FILE = "fts_requirements_funding_global.csv"

ADDRESS = (
    "https://data.humdata.org/dataset/b2bbb33c-2cfb-4809-8dd3-6bbdc080cbb9"
    f"/resource/b3232da8-f1e4-41ab-9642-b22dae10a1d7/download/{FILE}"
)
"""The publisher's file on the Humanitarian Data Exchange, as others quote its address; it was not asked from here."""

OUTSIDE_PLANS = "Not specified"
"""Name of the rows of money that is outside any plan."""

REGIONAL_PLAN = "Venezuela Regional Refugee and Migrant Response Plan"


fetch = _ocha_fts.fetch_of(ADDRESS, FILE)
parse = _ocha_fts.parse_of("countryCode")

REGION = frozenset(
    (
        *("BLZ", "BOL", "BRA", "CAN", "CHL", "COL", "CRI", "CUB", "DOM", "ECU"),
        *("GTM", "HND", "HTI", "MEX", "NIC", "PAN", "PER", "SLV", "USA", "VEN"),
    )
)


def record(_dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Keep two editions of the file, cut to the countries of the region and the whole of the Venezuela plan."""
    for month, repository in (
        (3, "afnanbirahim/humanitarian-funding-gap-dashboard at commit 618a13dc3edca44af3b26af560cd97216f3b8f2f"),
        (4, "michand071203/UNDatathon at commit 01c1e5e72b2522d2c4ded32c308a1b50aaae3645"),
    ):
        original = f"fts/fts_requirements_funding_global__2026-{month:02}.csv"
        yield RecordedVintage(
            vintage_date=date(2026, month, 1),
            date_basis="first day of the month of the copy; the day of the edition is not recorded",
            responses=(_cut(from_dir, original, repository),),
        )


def _cut(from_dir: Path, original: str, repository: str) -> RecordedResponse:
    source = from_dir / original
    return RecordedResponse(
        url=ADDRESS,
        body=_ocha_fts.cut(source, lambda row: row["countryCode"] in REGION or row["name"].startswith(REGIONAL_PLAN)),
        content_type="text/csv",
        original=original,
        original_sha256=_recording.sha256(source),
        cut="countries outside the region, but for all rows of the Venezuela regional plan",
        note=(
            "Header, order of rows and every kept cell as in the original, a copy of the publisher's file kept in "
            f"github.com/{repository}. The address is quoted by others and was not verified."
        ),
    )


DATASET = Dataset(
    publisher=Publisher(
        id="ocha_fts",
        name="UN OCHA, Financial Tracking Service",
        homepage="https://fts.unocha.org",
    ),
    name="requirements_funding",
    title="Requirements and funding of humanitarian plans",
    description=(
        "Requirements and funding of humanitarian plans by country, plan and plan year, US dollars of the day, as "
        "reported to OCHA. Rows named 'Not specified' are money outside any plan: they have no requirement, may be "
        "negative, and are no part of a coverage. A regional plan has one row per country with that country's share; "
        "in some of them one requirement stands on many rows (2020: on 13 of 17) and is nobody's share. Codes of plans "
        "are used again (RREG26 and RREG26b are two plans): a plan is its id and year. percentFunded is rounded and "
        "is not used. Requirements are UN estimates that are revised, and past years keep moving."
    ),
    lines=(1,),
    licence=Licence(
        name="CC BY 4.0",
        attribution="OCHA Financial Tracking Service (FTS), https://fts.unocha.org",
    ),
    cadence=Cadence.MONTHLY,
    hosts=("data.humdata.org",),
    fields=(
        Field("countryCode", "Country, ISO 3166-1 alpha-3 code."),
        Field("id", "Number of the plan; empty for money outside plans."),
        Field("name", "Name of the plan, or 'Not specified': money outside any plan."),
        Field("code", "Code of the plan; used again for other plans, never a key."),
        Field("typeId", "Number of the kind of plan: 4 and 2070 response plans, 5 flash appeal, 111 regional plan."),
        Field("typeName", "Kind of plan in words."),
        Field("startDate", "First day of the plan."),
        Field("endDate", "Last day of the plan."),
        Field("year", "Year of the plan, or of the money outside plans."),
        Field("requirements", "Current requirement of the plan (in a regional one, of the country).", unit="USD"),
        Field("funding", "Funding reported so far; may be negative outside plans.", unit="USD"),
        Field("percentFunded", "Funding over requirement, rounded: not used.", unit="percent"),
    ),
    fetch=fetch,
    parse=parse,
    record=record,
    file_drop=FileDrop(
        "the file on HDX (fts_requirements_funding_global.csv)",
        (Kind.CSV,),
    ),
    gate=Gate(
        closed_periods=ClosedPeriods(
            period="year",
            values=("requirements", "funding"),
            open_years=1,
            movement=0.10,
            reason="agencies report and correct funding for years; closed years moved by up to 0.7 per cent in a month",
        ),
        min_bytes=10_000,
        max_bytes=32 * 1024 * 1024,
        min_rows=500,
        unique=("countryCode", "id", "name", "year"),
        never_all_null=("countryCode", "id", "year", "requirements", "funding"),
    ),
    documentation="https://fts.unocha.org",
    period="year",
)
