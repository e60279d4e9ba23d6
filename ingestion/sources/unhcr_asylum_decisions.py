"""UNHCR: decisions on applications for asylum by country of origin and of asylum."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingestion.contract import ClosedPeriods, Dataset, Field, Gate, RecordedVintage
from ingestion.sources import _unhcr

ENDPOINT = "asylum-decisions"
QUERIES = (_unhcr.PAIRS, _unhcr.TOTALS)

WIRE = "unhcr/wire_json/asylum_decisions_coa_USA_2015_2016.json"


def record(dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Lay out the pairs from UNHCR's package, and the totals that were recorded from the interface."""
    yield _unhcr.vintage(
        _unhcr.record_query(
            dataset,
            from_dir,
            endpoint=ENDPOINT,
            query=_unhcr.PAIRS,
            original="unhcr/asylum_decisions_americas_2000_2025.csv",
            cut="origins other than the countries of asylum asked for and 'unknown'",
        ),
        _unhcr.page(
            from_dir,
            ENDPOINT,
            _unhcr.TOTALS,
            _unhcr.wire_items(from_dir, WIRE),
            original=WIRE,
            cut="nothing; other countries of asylum and years are not in the original",
            note=(
                "Rows as recorded from the interface on 2026-09-26 by "
                "github.com/cyanheads/unhcr-refugees-mcp-server; envelope rebuilt. Only the United States, "
                "2015 and 2016: any other total is missing in the recording, not zero."
            ),
        ),
    )


def _decisions(name: str, description: str) -> Field:
    return Field(name, f"{description} {_unhcr.MARKS}", unit="persons or cases")


DATASET = Dataset(
    publisher=_unhcr.PUBLISHER,
    name="asylum_decisions",
    title="Asylum decisions",
    description=(
        "Decisions on applications for asylum taken in a calendar year, by country of origin and of asylum, instance "
        "and unit. Persons (P) and cases (C) may never be added. A rate of recognition divides by recognised, other "
        "protection and rejected, not by dec_total, which holds cases closed without a decision. Decisions of a year "
        "are not decisions on the applications of that year. Small counts are rounded to multiples of 5. Asked for as "
        "`pairs` (every origin, 20 countries of asylum in the Americas) and `totals` (the publisher's own sum over all "
        "origins, coo columns '-'): never add pairs to totals."
    ),
    lines=(2,),
    licence=_unhcr.LICENCE,
    cadence=_unhcr.CADENCE,
    hosts=_unhcr.HOSTS,
    fields=(
        *_unhcr.IDENTITY,
        _unhcr.PROCEDURE,
        _unhcr.LEVEL,
        Field("dec_pc", "Unit of the counts: P persons, C cases (a case may hold several persons)."),
        _decisions("dec_recognized", "Recognised as refugees under the Convention."),
        _decisions("dec_other", "Granted complementary or other protection."),
        _decisions("dec_rejected", "Rejected on the merits."),
        _decisions("dec_closed", "Otherwise closed: withdrawn, transferred, inadmissible, no decision on the merits."),
        _decisions("dec_total", "All decisions: the sum of the four, with a few exceptions in the source."),
    ),
    fetch=_unhcr.fetcher(ENDPOINT, QUERIES),
    parse=_unhcr.parser(QUERIES),
    record=record,
    gate=Gate(
        closed_periods=ClosedPeriods(
            period="year",
            series=("dec_pc",),
            values=("dec_total",),
            open_years=1,
            reason="figures of the middle of a year give way to those of its end in June of the next",
        ),
        min_bytes=80,
        min_rows=3_000,
        unique=("year", "coo_iso", "coa_iso", "procedure_type", "dec_level", "dec_pc"),
        never_all_null=("year", "coo_iso", "coa_iso", "dec_pc", "dec_total"),
    ),
    unknown_columns="warn",
    documentation=_unhcr.DOCUMENTATION,
    period="year",
)
