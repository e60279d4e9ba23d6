"""UNHCR: people of concern by sex and age, by country of origin and of asylum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ingestion.contract import ClosedPeriods, Dataset, Field, Gate, RecordedVintage
from ingestion.sources import _unhcr

ENDPOINT = "demographics"
# Without ptype_show all groups are added, the host community too.
SHOWN = ("ptype_show", "locationDescription_show", "locationUR_show", "locationAccType_show")
PAIRS = replace(_unhcr.PAIRS, shown=SHOWN)
AGES = {
    "0_4": "aged 0 to 4",
    "5_11": "aged 5 to 11",
    "12_17": "aged 12 to 17",
    "18_59": "aged 18 to 59",
    "60": "aged 60 and over",
    "other": "of an age that is not known",
    "total": "of all ages",
}


def record(dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Lay out the pairs of 2025 from UNHCR's package."""
    yield _unhcr.vintage(
        _unhcr.record_query(
            dataset,
            from_dir,
            endpoint=ENDPOINT,
            query=PAIRS,
            original="unhcr/demographics_americas_2025.csv",
            cut="years before 2025, which the package does not carry; origins other than the countries of asylum asked "
            "for and 'unknown'; one row whose country of asylum is 'unknown'",
            keep=lambda row: row["coa_iso"] in _unhcr.REGION,
        )
    )


DATASET = Dataset(
    publisher=_unhcr.PUBLISHER,
    name="demographics",
    title="People of concern by sex and age",
    description=(
        "People of concern to UNHCR at the end of a year by country of origin and of asylum, population group, place, "
        "sex and age. Where a country reports no breakdown, every cell by sex and age is 0 beside a total: that is "
        "'not known', not 'nobody'. A count of 5 also stands for smaller counts, so sums of rows differ a little from "
        "published totals. Groups may not be added: the host community is one of them. The names of the three columns "
        "on place are those of UNHCR's own package; an answer of the interface that carries them was not seen, and "
        "another name stops the load. Asked for as `pairs`: every origin in 20 countries of the Americas."
    ),
    lines=(2,),
    licence=_unhcr.LICENCE,
    cadence=_unhcr.CADENCE,
    hosts=_unhcr.HOSTS,
    fields=(
        *_unhcr.IDENTITY,
        Field(
            "pop_type",
            "Population group: REF refugees, ASY asylum-seekers, IDP internally displaced, OIP other people in need of "
            "international protection, OOC others of concern, STA stateless, RET returned refugees, RDP returned "
            "internally displaced, HST host community.",
        ),
        Field("location", "Place inside the country of asylum.", required=False),
        Field("loc_type", "Kind of place: U urban, R rural, V various or unknown.", required=False),
        Field("acc_type", "Kind of accommodation, in UNHCR's codes (I, C, U).", required=False),
        *(
            _unhcr.persons(f"{letter}_{band}", f"{sex} {words}; 0 also where it is not known.")
            for letter, sex in {"f": "Women and girls", "m": "Men and boys"}.items()
            for band, words in AGES.items()
        ),
        _unhcr.persons("total", "People of both sexes, of any age or of an age not known."),
    ),
    fetch=_unhcr.fetcher(ENDPOINT, (PAIRS,)),
    parse=_unhcr.parser((PAIRS,)),
    record=record,
    gate=Gate(
        closed_periods=ClosedPeriods(
            period="year",
            series=("pop_type",),
            values=("total",),
            open_years=1,
            least=1_000,
            reason="figures of the middle of a year give way to those of its end in June of the next",
        ),
        min_bytes=80,
        min_rows=1_000,
        unique=("year", "coo_iso", "coa_iso", "pop_type", "location", "loc_type", "acc_type"),
        never_all_null=("year", "coo_iso", "coa_iso", "pop_type", "total"),
    ),
    documentation=_unhcr.DOCUMENTATION,
    period="year",
)
