"""IDMC, Global Internal Displacement Database: displacement by conflict and violence, by country and year."""

from __future__ import annotations

from ingestion.contract import Cadence, ClosedPeriods, Dataset, Dropped, Field, FileDrop, Gate, Kind
from ingestion.sources import _idmc

record = _idmc.recorder(
    "idmc/gidd_conflicts_americas.jsonl", cut="countries outside the Americas (in the original already)", keep=dict
)

DATASET = Dataset(
    publisher=_idmc.PUBLISHER,
    name="gidd_conflicts",
    title="Internal displacement by conflict and violence",
    description=(
        "Per country and calendar year: new displacements (movements in the year; the same person may be counted "
        "twice) and people displaced on 31 December (a stock). The two may never be added, and neither may be added "
        "to UNHCR's stock of internally displaced people, which is another estimate. null is 'no figure', 0 is zero, "
        "and a country without a row was not monitored. Steps of the stock are often changes of method: Honduras "
        "falls from 247,090 to 100,637 in 2023. Only countries of the Americas are landed."
    ),
    lines=(3,),
    licence=_idmc.LICENCE,
    cadence=Cadence.ANNUAL,
    hosts=_idmc.HOSTS,
    fields=(
        Field("iso3", "ISO 3166-1 alpha-3 code of the country."),
        Field("country_name", "Name of the country."),
        Field("year", "Calendar year."),
        Field("new_displacement", "Displacements in the year; null when there is no figure.", unit="displacements"),
        Field("total_displacement", "People displaced on 31 December; null when there is no figure.", unit="persons"),
        _idmc.LAST_UPDATED,
    ),
    dropped=(Dropped("new_displacement_rounded"), Dropped("total_displacement_rounded")),
    fetch=_idmc.fetch,
    parse=_idmc.parse,
    record=record,
    file_drop=FileDrop(
        "the table of the mirror on HDX (internal-displacements-new-displacements-idps.csv)",
        (Kind.CSV,),
    ),
    gate=Gate(
        closed_periods=ClosedPeriods(period="year"),
        min_bytes=100,
        min_rows=80,
        unique=("iso3", "year"),
        never_all_null=("iso3", "year", "new_displacement", "total_displacement"),
    ),
    unknown_columns="warn",
    needs_setting="idmc_client_id",
    without_setting=_idmc.MIRROR,
    documentation=_idmc.PUBLISHER.homepage,
    period="year",
)
