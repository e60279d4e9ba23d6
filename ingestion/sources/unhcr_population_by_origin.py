"""UNHCR: people from Guatemala, Honduras and El Salvador, all countries of asylum together, edition by edition."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path

from ingestion.contract import ClosedPeriods, Dataset, Dropped, Gate, RecordedVintage
from ingestion.sources import _unhcr
from ingestion.sources._unhcr import Query, Side

ENDPOINT = "population"
EVERYWHERE = Query("nca_everywhere", coo=Side(_unhcr.NORTHERN_CENTRAL_AMERICA), coa=Side())
"""The side of asylum is left out, so the publisher sums it."""

ORIGINAL = "unhcr/vintages_nca_by_origin.csv"
COUNTED = ("refugees", "asylum_seekers", "returned_refugees", "idps")
ORIGINS = {"GTM": ("Guatemala", "GUA"), "HND": ("Honduras", "HON"), "SLV": ("El Salvador", "SAL")}
"""ISO code → name and code of UNHCR."""

READ_BY_OTHERS = (
    "sums over the countries of asylum that others made from UNHCR's package at the commit of that day; the sums of "
    "the newest edition are those of the rows of the recorded population figures"
)


def record(dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Lay out each edition that differs from the one before as a page of the interface."""
    with (from_dir / ORIGINAL).open(encoding="utf-8", newline="") as lines:
        rows = sorted(csv.DictReader(lines, strict=True), key=lambda row: (row["vintage_date"], row["year"]))
    before: list[dict[str, object]] = []
    for (day, commit), edition in groupby(rows, key=lambda row: (row["vintage_date"], row["commit"])):
        items: list[dict[str, object]] = [_item(dataset, row) for row in edition]
        if items != before:
            yield RecordedVintage(
                vintage_date=date.fromisoformat(day),
                date_basis="date of the commit of UNHCR's own package (`refugees`) that the sums were made from",
                responses=(
                    _unhcr.page(
                        from_dir,
                        ENDPOINT,
                        EVERYWHERE,
                        items,
                        original=ORIGINAL,
                        cut="other editions; columns of other tables of the package (naturalisation, resettlement, "
                        "applications in the United States)",
                        note="Years before 2022, and other columns of the interface, are not in the original, nor are "
                        f"`coo_id` and `coa_id` (null here). Package at commit {commit}. An edition with the same "
                        "figures as the one before is not recorded again (2026-03-30, 2026-06-25).",
                        read_by_others=READ_BY_OTHERS,
                    ),
                ),
            )
        before = items


def _item(dataset: Dataset, row: dict[str, str]) -> dict[str, object]:
    name, code = ORIGINS[row["origin"]]
    item: dict[str, object] = {field.name: "-" for field in dataset.fields}
    item |= {"year": int(row["year"]), "coo_id": None, "coo_name": name, "coo": code, "coo_iso": row["origin"]}
    return item | {"coa_id": None} | {measure: _unhcr.wire(row[measure]) for measure in COUNTED}


DATASET = Dataset(
    publisher=_unhcr.PUBLISHER,
    name="population_by_origin",
    title="Refugees and asylum-seekers by origin, all countries of asylum together",
    description=(
        "People of concern to UNHCR from Guatemala, Honduras and El Salvador, summed over every country of asylum, by "
        "calendar year: stocks at the end of the year, and the year's returns. One query of the population figures, "
        "kept apart because earlier editions are at hand for it: figures of mid-year stand under the same year and "
        "are overwritten in June of the next. Never add it to the figures by country of asylum: they are its parts. "
        "Not arrivals, and not deportees."
    ),
    lines=(2,),
    licence=_unhcr.LICENCE,
    cadence=_unhcr.CADENCE,
    hosts=_unhcr.HOSTS,
    fields=(
        *_unhcr.IDENTITY[:5],
        *_unhcr.SUMMED_ASYLUM,
        _unhcr.persons("refugees", "Refugees and people in a refugee-like situation, end of year."),
        _unhcr.persons("asylum_seekers", "Asylum-seekers whose claim is pending, end of year."),
        _unhcr.persons("returned_refugees", "Refugees who returned to their country of origin in the year."),
        _unhcr.persons("idps", "Internally displaced persons of concern to UNHCR, end of year."),
    ),
    fetch=_unhcr.fetcher(ENDPOINT, (EVERYWHERE,)),
    parse=_unhcr.parser((EVERYWHERE,)),
    record=record,
    dropped=tuple(Dropped(name) for name in ("returned_idps", "stateless", "ooc", "oip", "hst")),
    gate=Gate(
        closed_periods=ClosedPeriods(
            period="year",
            values=("refugees", "asylum_seekers"),
            open_years=1,
            reason="figures of the middle of a year give way to those of its end in June of the next",
        ),
        min_bytes=80,
        min_rows=6,
        unique=("year", "coo_iso"),
        never_all_null=("year", "coo_iso", "refugees", "asylum_seekers"),
    ),
    unknown_columns="warn",
    documentation=_unhcr.DOCUMENTATION,
    period="year",
)
