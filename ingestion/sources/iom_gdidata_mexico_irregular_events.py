"""IOM's copy of Mexico's events of persons in an irregular situation (SEGOB/UPMRIP): by nationality and month."""

from __future__ import annotations

from datetime import date

from ingestion.contract import Cadence, ClosedPeriods, Dataset, Field, Gate
from ingestion.sources import _iom_gdidata

FRAME = "irreg_mexico_nat"

record = _iom_gdidata.recorder(
    FRAME, date(2025, 4, 30), "nothing of the table; only the classes that R keeps beside its columns"
)

DATASET = Dataset(
    publisher=_iom_gdidata.PUBLISHER,
    name="mexico_irregular_events",
    title="Events of persons in an irregular situation in Mexico (IOM's copy of the figures of SEGOB/UPMRIP)",
    description=(
        "Events in which Mexico's institute of migration met foreigners in an irregular situation and opened a "
        "procedure or sent them to a shelter, by nationality and month from January 2018. The figures are those of "
        "the Unidad de Política Migratoria (SEGOB/UPMRIP, table 3.1.1), cleaned and copied by IOM; the authority's "
        "own files were not at hand. Events, not persons: one person may be counted several times, above all in 2023 "
        "and 2024, and an event is not a detention. Nationalities are codes that IOM gave. Guinea and France stand "
        "several times in some months and are added up; they may hold other nationalities, too. STL is no code of a "
        "country. Nationalities without events have no row. The same package's table by sex and age is "
        "1,194 lower in 2024 (1,230,126 against 1,231,320 here), with differences in all of its months; why is not "
        "known."
    ),
    lines=(6,),
    licence=_iom_gdidata.LICENCE,
    cadence=Cadence.CLOSED,
    hosts=_iom_gdidata.HOSTS,
    fields=(
        _iom_gdidata.MONTH_FIELD,
        Field("nat", "Nationality, ISO 3166-1 alpha-3; OOO for others, XKX for Kosovo. One may stand several times."),
        Field("n", "Events in the month.", unit="events"),
    ),
    fetch=_iom_gdidata.fetch(FRAME),
    parse=_iom_gdidata.parse(FRAME),
    record=record,
    file_drop=_iom_gdidata.file_drop(FRAME),
    # No unique key: a code of a nationality may stand for several printed labels.
    gate=Gate(
        closed_periods=ClosedPeriods(period="t"),
        min_bytes=1_000,
        max_bytes=1024 * 1024,
        min_rows=5_000,
        never_all_null=("t", "nat", "n"),
    ),
    documentation=_iom_gdidata.PUBLISHER.homepage,
    period="t",
)
