"""IOM's copy of the returns that Mexico carries out (SEGOB/UPMRIP): three nationalities, by type and month."""

from __future__ import annotations

from datetime import date

from ingestion.contract import Cadence, ClosedPeriods, Dataset, Field, Gate
from ingestion.sources import _iom_gdidata

FRAME = "irreg_mexico_exp"
NATIONALITIES = ("GTM", "HND", "SLV")


def keep(values: dict[str, str | None]) -> bool:
    """Return whether a row is about one of the nationalities that are asked for."""
    return values["nat"] in NATIONALITIES


record = _iom_gdidata.recorder(FRAME, date(2025, 4, 30), "nationals of other countries", keep)

DATASET = Dataset(
    publisher=_iom_gdidata.PUBLISHER,
    name="mexico_returns",
    title="Returns by Mexico (IOM's copy of the figures of SEGOB/UPMRIP)",
    description=(
        "Returns of foreigners by Mexico, by nationality, type (deportation, assisted return, assisted return of "
        "children) and month from January 2015. The figures are those of the Unidad de Política Migratoria "
        "(SEGOB/UPMRIP), cleaned and copied by IOM; the authority's own files were not at hand, and no printed total "
        "to set them against. Events, not persons. A type without returns in a month has no row. Only nationals of El "
        "Salvador, Guatemala and Honduras are landed. Guatemala registers fewer returns from Mexico than Mexico "
        "counts in some years and more in others: two authorities, two counts."
    ),
    lines=(5,),
    licence=_iom_gdidata.LICENCE,
    cadence=Cadence.CLOSED,
    hosts=_iom_gdidata.HOSTS,
    fields=(
        _iom_gdidata.MONTH_FIELD,
        Field("nat", "Nationality, ISO 3166-1 alpha-3."),
        Field("type", "Type: deportation, assisted return or assisted return of children."),
        Field("n", "Returns in the month.", unit="events"),
    ),
    fetch=_iom_gdidata.fetch(FRAME),
    parse=_iom_gdidata.parse(FRAME, keep),
    record=record,
    file_drop=_iom_gdidata.file_drop(FRAME),
    gate=Gate(
        closed_periods=ClosedPeriods(period="t"),
        min_bytes=1_000,
        max_bytes=1024 * 1024,
        min_rows=800,
        unique=("t", "nat", "type"),
        never_all_null=("t", "nat", "type", "n"),
    ),
    documentation=_iom_gdidata.PUBLISHER.homepage,
    period="t",
)
