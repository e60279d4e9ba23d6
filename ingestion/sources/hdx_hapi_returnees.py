"""HDX Humanitarian API: returnees by origin and asylum."""

from __future__ import annotations

from ingestion.sources import _hdx_hapi

DATASET = _hdx_hapi.dataset(
    "returnees",
    path="affected-people/returnees",
    place="origin_location_code",
    title="Returnees, as OCHA's interface repeats them",
    description=(
        "Refugees and displaced people who returned to El Salvador, Guatemala and Honduras, by country of asylum, sex "
        "and age, as context. Not deportations. Rows with sex or age 'all' are totals and stand beside their parts. "
        "Used as a second figure beside UNHCR's returned refugees (RET, totals); returned displaced people (RDP) are "
        "staged only, because no observation counts them."
    ),
    lines=(5,),
    fields=_hdx_hapi.people_fields(),
    unique=_hdx_hapi.PEOPLE_KEY,
    never_all_null=("origin_location_code", "population"),
)
