"""UNHCR: returns of refugees, resettlement arrivals and naturalisation, by calendar year."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingestion.contract import ClosedPeriods, Dataset, Gate, RecordedVintage
from ingestion.sources import _unhcr

ENDPOINT = "solutions"
QUERIES = (_unhcr.PAIRS, _unhcr.NCA_ORIGIN)
ORIGINAL = "unhcr/solutions_americas_1959_2025.csv"
FIRST_RECORDED = 2000


def record(dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Lay out both queries from the table of UNHCR's package."""
    yield _unhcr.vintage(
        _unhcr.record_query(
            dataset,
            from_dir,
            endpoint=ENDPOINT,
            query=_unhcr.PAIRS,
            original=ORIGINAL,
            cut=f"years before {FIRST_RECORDED}; other countries than those asked for as coa",
            keep=lambda row: row["coa_iso"] in _unhcr.REGION and int(row["year"]) >= FIRST_RECORDED,
        ),
        _unhcr.record_query(
            dataset,
            from_dir,
            endpoint=ENDPOINT,
            query=_unhcr.NCA_ORIGIN,
            original=ORIGINAL,
            cut="rows whose origin is not Guatemala, Honduras or El Salvador",
            keep=lambda row: row["coo_iso"] in _unhcr.NORTHERN_CENTRAL_AMERICA,
        ),
    )


DATASET = Dataset(
    publisher=_unhcr.PUBLISHER,
    name="solutions",
    title="Returns of refugees, resettlement and naturalisation",
    description=(
        "Durable solutions in a calendar year, by country of origin and a second country whose meaning changes with "
        "the column: of departure for returned refugees, of arrival for resettlement, of citizenship for "
        "naturalisation. Resettlement is counted on arrival: departures by country of asylum are in another tool of "
        "UNHCR. Returned refugees are not deportees: they are recognised refugees who went home. Arrivals in the "
        "United States are by calendar year and of another universe than the admissions of the State Department. "
        "Small counts are rounded to multiples of 5. Asked for as `pairs` (every origin, 20 countries of the "
        "Americas) and `nca_origin` (people from Guatemala, Honduras and El Salvador everywhere): the two overlap."
    ),
    lines=(2, 5),
    licence=_unhcr.LICENCE,
    cadence=_unhcr.CADENCE,
    hosts=_unhcr.HOSTS,
    fields=(
        *_unhcr.IDENTITY,
        _unhcr.persons("returned_refugees", "Refugees who returned to their country of origin from coa in the year."),
        _unhcr.persons("resettlement", "Refugees who arrived in coa for resettlement in the year."),
        _unhcr.persons("naturalisation", "Refugees who became citizens of coa in the year."),
        _unhcr.persons("returned_idps", "Internally displaced persons who returned in the year."),
    ),
    fetch=_unhcr.fetcher(ENDPOINT, QUERIES),
    parse=_unhcr.parser(QUERIES),
    record=record,
    # No unique key: the two queries overlap (people from northern Central America in the 20 countries).
    # A column of nothing but '-' has happened (October 2024): a rule on the staged table sees it.
    gate=Gate(
        closed_periods=ClosedPeriods(
            period="year",
            values=("returned_refugees", "resettlement", "naturalisation"),
            open_years=1,
            reason="figures of the middle of a year give way to those of its end in June of the next",
        ),
        min_bytes=80,
        min_rows=3_000,
        never_all_null=("year", "coo_iso", "coa_iso", "returned_refugees", "resettlement", "naturalisation"),
    ),
    unknown_columns="warn",
    documentation=_unhcr.DOCUMENTATION,
    period="year",
)
