"""IOM's copy of the returns that Guatemala registers (IGM): by month, returning country, sex and age."""

from __future__ import annotations

from datetime import date

from ingestion.contract import Cadence, ClosedPeriods, Dataset, Field, Gate
from ingestion.sources import _iom_gdidata

FRAME = "irreg_guatemala"

record = _iom_gdidata.recorder(
    FRAME, date(2025, 4, 30), "nothing of the table; only the classes that R keeps beside its columns"
)

DATASET = Dataset(
    publisher=_iom_gdidata.PUBLISHER,
    name="guatemala_returns",
    title="Returns to Guatemala (IOM's copy of the figures of IGM)",
    description=(
        "Guatemalans returned from Mexico and the United States and registered on arrival, by month, returning "
        "country, sex and age (adult, accompanied or unaccompanied child), from January 2020. The figures are those "
        "of the Instituto Guatemalteco de Migración (IGM), cleaned and copied by IOM; the authority's own files were "
        "not at hand. Its printed totals come out of the copy: 94,216 in 2022, 79,697 in 2023, 76,768 in 2024. From "
        "January 2024 the returning country is empty (NA) where it is not Mexico. Those rows are returns all the "
        "same: in May 2024 they hold the 5,526 that IGM printed for the United States. Returns are counted, not "
        "people: a person who is returned twice counts twice. A group without returns in a month has no row. Not a "
        "measure of reintegration."
    ),
    lines=(5,),
    licence=_iom_gdidata.LICENCE,
    cadence=Cadence.CLOSED,
    hosts=_iom_gdidata.HOSTS,
    fields=(
        _iom_gdidata.MONTH_FIELD,
        Field("sex", "Sex: male or female."),
        Field("age", "Age: adult, accompanied child or unaccompanied child; a child is under 18."),
        Field("origin", "Returning country, ISO 3166-1 alpha-3: MEX or USA; null where the copy does not say."),
        Field("n", "Returns in the month.", unit="returns"),
    ),
    fetch=_iom_gdidata.fetch(FRAME),
    parse=_iom_gdidata.parse(FRAME),
    record=record,
    file_drop=_iom_gdidata.file_drop(FRAME),
    gate=Gate(
        closed_periods=ClosedPeriods(period="t"),
        min_bytes=1_000,
        max_bytes=1024 * 1024,
        min_rows=700,
        unique=("t", "sex", "age", "origin"),
        never_all_null=("t", "sex", "age", "origin", "n"),
    ),
    documentation=_iom_gdidata.PUBLISHER.homepage,
    period="t",
)
