"""IOM's copy of the irregular entries through Darién that Panama registers (SNM): by nationality and month."""

from __future__ import annotations

from datetime import date

from ingestion.contract import Cadence, ClosedPeriods, Dataset, Dropped, Field, Gate
from ingestion.sources import _iom_gdidata

FRAME = "irreg_darien_nat"

record = _iom_gdidata.recorder(FRAME, date(2025, 4, 30), "the column of quarters, which says less than the months")

DATASET = Dataset(
    publisher=_iom_gdidata.PUBLISHER,
    name="darien_entries",
    title="Irregular entries through Darién (IOM's copy of the figures of SNM)",
    description=(
        "Persons whom Panama registered on irregular entry through Darién, by nationality: by calendar year from 2010 "
        "to 2019 and by month from January 2020. The figures are those of the Servicio Nacional de Migración (SNM), "
        "cleaned and copied by IOM; the authority's own files were not at hand. A figure of a whole year stands under "
        "its January, as if it were one of the month. The totals of eleven whole years equal those that were printed "
        "(133,726 in 2021, 520,085 in 2023); the total of 2022 exists as 248,284, 248,283 and 247,810, and the copy "
        "holds the first. Nationalities without entries have no row, nor have April, May and July 2020. Not all "
        "movement to the north."
    ),
    lines=(6,),
    licence=_iom_gdidata.LICENCE,
    cadence=Cadence.CLOSED,
    hosts=_iom_gdidata.HOSTS,
    fields=(
        Field("t", "First day of the month; of the year where the figure is of a whole one (2010 to 2019)."),
        Field("nat", "Nationality, ISO 3166-1 alpha-3; OOO for others, TIB for Tibetans, XKX for Kosovo."),
        Field("n", "Persons registered in the month or year.", unit="persons registered"),
    ),
    dropped=(Dropped("q"),),
    fetch=_iom_gdidata.fetch(FRAME),
    parse=_iom_gdidata.parse(FRAME),
    record=record,
    file_drop=_iom_gdidata.file_drop(FRAME),
    gate=Gate(
        closed_periods=ClosedPeriods(period="t"),
        min_bytes=1_000,
        max_bytes=1024 * 1024,
        min_rows=2_000,
        unique=("t", "nat"),
        never_all_null=("t", "nat", "n"),
    ),
    documentation=_iom_gdidata.PUBLISHER.homepage,
    period="t",
)
