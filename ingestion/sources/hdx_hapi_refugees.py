"""HDX Humanitarian API: refugees and other persons of concern by origin and asylum."""

from __future__ import annotations

from ingestion.sources import _hdx_hapi

DATASET = _hdx_hapi.dataset(
    "refugees",
    path="affected-people/refugees-persons-of-concern",
    place="origin_location_code",
    title="Refugees and persons of concern, as OCHA's interface repeats them",
    description=(
        "People from El Salvador, Guatemala and Honduras by country of asylum, group, sex and age, as context. Rows "
        "with sex or age 'all' are totals and stand beside their parts. They are UNHCR's statistics by sex and age, "
        "with the whole year as the period of a count at its end. Used as a second figure beside pending "
        "asylum-seekers (ASY, totals); refugees and the other groups are staged only, because no observation counts "
        "them by origin and asylum."
    ),
    lines=(2,),
    fields=_hdx_hapi.people_fields(),
    unique=_hdx_hapi.PEOPLE_KEY,
    never_all_null=("origin_location_code", "population"),
)
