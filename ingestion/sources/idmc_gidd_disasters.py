"""IDMC, Global Internal Displacement Database: displacement by disasters, one row per event and country."""

from __future__ import annotations

from typing import Any

from ingestion.contract import Cadence, ClosedPeriods, Dataset, Dropped, Field, FileDrop, Gate, Kind
from ingestion.sources import _idmc

FIELDS = (
    Field("iso3", "ISO 3166-1 alpha-3 code of the country."),
    Field("country_name", "Name of the country."),
    Field("year", "Calendar year that the displacements are counted in: not always the year of the dates."),
    Field("start_date", "First day of the event; of some events only the month or the year is exact."),
    Field("end_date", "Last day of the event; '' or null where none is given, and on some rows before the first day."),
    Field("event_name", "Name of the event."),
    Field("new_displacement", "Displacements by the event in the country.", unit="displacements"),
    Field("hazard_category_name", "Class of the hazard: Geophysical, Weather related or Mixed disasters."),
    Field("hazard_type_name", "Hazard: Flood, Storm, Earthquake and so on."),
    Field(
        "hazard_sub_type_name",
        "Kind of the hazard; the mirror on HDX has the column and leaves it empty.",
        aliases=("hazard_subtype_name",),
    ),
    _idmc.LAST_UPDATED,
)


def kept(item: dict[str, Any]) -> dict[str, Any]:
    """Return one row with the landed columns only."""
    names = {field.name for field in FIELDS}
    return {name: value for name, value in item.items() if name in names}


record = _idmc.recorder(
    "idmc/gidd_disasters_nca_neighbours.jsonl",
    cut="countries other than Belize, Colombia, Costa Rica, El Salvador, Guatemala, Haiti, Honduras, Mexico, Nicaragua "
    "and Panama (in the original already); stocks, rounded figures, numbers of hazards, codes of events",
    keep=kept,
)

DATASET = Dataset(
    publisher=_idmc.PUBLISHER,
    name="gidd_disasters",
    title="Internal displacement by disasters",
    description=(
        "Per event, country and calendar year: displacements by a disaster. They are movements, not people: the same "
        "person may be counted twice. An event has no identifier and may stand on several rows, one for each hazard or "
        "country; two rows that are alike in everything are both counted. The stock of "
        "people still displaced is not landed: it may never be added to the flow. A country and year without a row "
        "has no figure, which is not zero. Only countries of the Americas are landed."
    ),
    lines=(1,),
    licence=_idmc.LICENCE,
    cadence=Cadence.ANNUAL,
    hosts=_idmc.HOSTS,
    fields=FIELDS,
    dropped=tuple(
        Dropped(name)
        for name in (
            *("start_date_accuracy", "end_date_accuracy", "new_displacement_rounded"),
            *("total_displacement", "total_displacement_rounded"),
            *("hazard_category", "hazard_sub_category", "hazard_sub_category_name", "hazard_type", "hazard_sub_type"),
            *("event_codes", "event_codes_type", "glide_numbers"),
        )
    ),
    fetch=_idmc.fetch,
    parse=_idmc.parse,
    record=record,
    file_drop=FileDrop(
        "the table of the mirror on HDX (internal-displacements-new-displacements-associated-with-disasters.csv)",
        (Kind.CSV,),
    ),
    # No unique key: an event has no identifier, and two of its rows may be alike.
    gate=Gate(
        closed_periods=ClosedPeriods(period="year"),
        min_bytes=100,
        min_rows=1_000,
        never_all_null=("iso3", "year", "new_displacement", "hazard_type_name"),
    ),
    unknown_columns="warn",
    needs_setting="idmc_client_id",
    without_setting=_idmc.MIRROR,
    documentation=_idmc.PUBLISHER.homepage,
    period="year",
)
