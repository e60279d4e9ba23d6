"""UNHCR: end-year (and mid-year) population figures by country of origin and of asylum."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from ingestion.contract import ClosedPeriods, Dataset, Gate, RecordedVintage
from ingestion.sources import _unhcr

ENDPOINT = "population"
QUERIES = (_unhcr.PAIRS, _unhcr.NCA_ORIGIN)


AMERICAS = "unhcr/population_americas_2000_2025.csv"
NCA = "unhcr/population_nca_origin_or_asylum_all_years.csv"


def record(dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Lay out both queries from the tables of UNHCR's package; the pairs stand in two of them, a page each."""
    with (from_dir / AMERICAS).open(encoding="utf-8", newline="") as lines:
        on_page_1 = {_pair(row) for row in csv.DictReader(lines, strict=True)}
    yield _unhcr.vintage(
        _unhcr.record_query(
            dataset,
            from_dir,
            endpoint=ENDPOINT,
            query=_unhcr.PAIRS,
            original=AMERICAS,
            cut="nothing; years before 2000, and origins other than the countries of asylum asked for and 'unknown', "
            "are not in the original",
            number=1,
            pages=2,
        ),
        _unhcr.record_query(
            dataset,
            from_dir,
            endpoint=ENDPOINT,
            query=_unhcr.PAIRS,
            original=NCA,
            cut="rows of page 1; rows whose origin is Guatemala, Honduras or El Salvador",
            keep=lambda row: row["coo_iso"] not in _unhcr.NORTHERN_CENTRAL_AMERICA and _pair(row) not in on_page_1,
            number=2,
            pages=2,
        ),
        _unhcr.record_query(
            dataset,
            from_dir,
            endpoint=ENDPOINT,
            query=_unhcr.NCA_ORIGIN,
            original=NCA,
            cut="rows whose origin is not Guatemala, Honduras or El Salvador",
            keep=lambda row: row["coo_iso"] in _unhcr.NORTHERN_CENTRAL_AMERICA,
        ),
    )


def _pair(row: dict[str, str]) -> tuple[str, str, str]:
    return row["year"], row["coo_iso"], row["coa_iso"]


DATASET = Dataset(
    publisher=_unhcr.PUBLISHER,
    name="population",
    title="Refugees, asylum-seekers, displaced and stateless people",
    description=(
        "People of concern to UNHCR by country of origin and country of asylum, by calendar year: stocks at the end of "
        "the year, and the year's returns. Figures of mid-year stand under the same year and are overwritten in June "
        "of the next, so a year loaded before then is provisional. Small counts are rounded to multiples of 5, so "
        "sums of rows differ a little from published totals. Internally displaced persons are those protected or "
        "assisted by UNHCR, not the national estimate. Asked for as `pairs` (every origin in 20 countries of the "
        "Americas) and `nca_origin` (people from Guatemala, Honduras and El Salvador wherever they are): the two "
        "overlap. Not arrivals, and not deportees."
    ),
    lines=(2, 3),
    licence=_unhcr.LICENCE,
    cadence=_unhcr.CADENCE,
    hosts=_unhcr.HOSTS,
    fields=(
        *_unhcr.IDENTITY,
        _unhcr.persons("refugees", "Refugees and people in a refugee-like situation, end of year."),
        _unhcr.persons("asylum_seekers", "Asylum-seekers whose claim is pending, end of year."),
        _unhcr.persons("returned_refugees", "Refugees who returned to their country of origin in the year."),
        _unhcr.persons("idps", "Internally displaced persons of concern to UNHCR, end of year."),
        _unhcr.persons("returned_idps", "Internally displaced persons who returned in the year."),
        _unhcr.persons("stateless", "Stateless persons, end of year."),
        _unhcr.persons("ooc", "Others of concern to UNHCR, end of year."),
        _unhcr.persons("oip", "Other people in need of international protection (mostly Venezuelans), end of year."),
        _unhcr.persons("hst", "Host community, end of year."),
    ),
    fetch=_unhcr.fetcher(ENDPOINT, QUERIES),
    parse=_unhcr.parser(QUERIES),
    record=record,
    # No unique key: the two queries overlap (people from northern Central America in the 20 countries).
    gate=Gate(
        closed_periods=ClosedPeriods(
            period="year",
            values=("refugees", "asylum_seekers"),
            open_years=1,
            reason="figures of the middle of a year give way to those of its end in June of the next",
        ),
        min_bytes=80,
        min_rows=3_000,
        never_all_null=("year", "coo_iso", "coa_iso", "refugees", "asylum_seekers"),
    ),
    unknown_columns="warn",
    documentation=_unhcr.DOCUMENTATION,
    period="year",
)
