"""OCHA: the list of humanitarian plans on HDX, with the requirement of each as first asked for and as revised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    RecordedResponse,
    RecordedVintage,
)
from ingestion.sources import _hdx, _ocha_fts, _recording
from ingestion.sources import ocha_fts_requirements_funding as current

FILE = "humanitarian-response-plans.csv"

ADDRESS = (
    "https://data.humdata.org/dataset/f0e95437-b6d9-4897-9e3f-84853bcbfaee"
    f"/resource/d4e67ae7-a910-47c9-b283-304877c7e5eb/download/{FILE}"
)
"""The publisher's file on the Humanitarian Data Exchange, as others quote its address; it was not asked from here."""


fetch = _ocha_fts.fetch_of(ADDRESS, FILE)
parse = _ocha_fts.parse_of("code")

ORIGINAL = f"fts/{FILE}"


def _in_region(row: Mapping[str, str]) -> bool:
    # The line of tags is kept: the parser has to leave it out of a recording, too.
    codes = {code.strip() for code in row["locations"].split("|")}
    return row["code"].startswith("#") or bool(current.REGION & codes)


def record(_dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Keep the plans for a country of the region."""
    source = from_dir / ORIGINAL
    yield RecordedVintage(
        vintage_date=date(2026, 4, 1),
        date_basis="first day of the month of the other files kept beside the copy; the day of the edition is not "
        "recorded",
        responses=(
            RecordedResponse(
                url=ADDRESS,
                body=_ocha_fts.cut(source, _in_region),
                content_type="text/csv",
                original=ORIGINAL,
                original_sha256=_recording.sha256(source),
                cut="plans for no country of the region",
                note=(
                    "Header, tags, order of rows and every kept cell as in the original, a copy of the publisher's "
                    "file kept in github.com/michand071203/UNDatathon at commit "
                    "01c1e5e72b2522d2c4ded32c308a1b50aaae3645. The address is quoted by others and was not verified."
                ),
            ),
        ),
    )


DATASET = Dataset(
    publisher=current.DATASET.publisher,
    name="plan_requirements",
    title="Humanitarian plans: requirement as first asked for and as revised",
    description=(
        "Humanitarian plans with their first and their revised requirement, US dollars of the day. One row is one "
        "whole plan, for all its countries together. Its internalId is NOT the number of the plan in the other files "
        "(HHND25 is 7230 here and 1270 there): plans are matched by code and year. A 0 as the first requirement of a "
        "plan that asks for money says that none was entered, not that nothing was asked for. Requirements are UN "
        "estimates; a revision may follow a change of scope, and is no measure of need met."
    ),
    lines=(1,),
    licence=current.DATASET.licence,
    cadence=Cadence.MONTHLY,
    hosts=_hdx.HOSTS,
    fields=(
        Field("code", "Code of the plan; a few old ones stand on several plans."),
        Field("internalId", "Number of the row in this list: not the number of the plan in the other files."),
        Field("startDate", "First day of the plan."),
        Field("endDate", "Last day of the plan."),
        Field("planVersion", "Name of the plan."),
        Field("categories", "Kind of plan, language and way of coordination, between vertical bars, in no order."),
        Field("locations", "Countries of the plan, ISO 3166-1 alpha-3, between vertical bars."),
        Field("years", "Year of the plan."),
        Field("origRequirements", "Requirement as first asked for; 0 where none was entered.", unit="USD"),
        Field("revisedRequirements", "Requirement as last revised.", unit="USD"),
    ),
    fetch=fetch,
    parse=parse,
    record=record,
    file_drop=FileDrop(f"the file on HDX ({FILE})", (Kind.CSV,)),
    gate=Gate(
        closed_periods=ClosedPeriods(
            period="years",
            values=("origRequirements", "revisedRequirements"),
            open_years=1,
            movement=0.10,
            reason="requirements are revised while a plan runs, and hardly after its year",
        ),
        min_bytes=5_000,
        max_bytes=32 * 1024 * 1024,
        min_rows=80,
        unique=("internalId",),
        never_all_null=("code", "internalId", "years", "origRequirements", "revisedRequirements"),
    ),
    documentation="https://fts.unocha.org",
    period="years",
)
