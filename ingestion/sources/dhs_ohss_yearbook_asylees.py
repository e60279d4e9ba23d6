"""DHS, Office of Homeland Security Statistics: Yearbook, asylum granted by nationality and fiscal year."""

from __future__ import annotations

from ingestion.sources import _ohss_yearbook

DATASET = _ohss_yearbook.workbook(
    "asylees",
    [
        "INDIVIDUALS GRANTED ASYLUM AFFIRMATIVELY OR DEFENSIVELY:",
        "INDIVIDUALS GRANTED ASYLUM AFFIRMATIVELY BY REGION AND COUNTRY OF NATIONALITY:",
        "INDIVIDUALS GRANTED ASYLUM DEFENSIVELY BY REGION AND COUNTRY OF NATIONALITY:",
    ],
    name="yearbook_asylees",
    title="Yearbook of Immigration Statistics: asylum granted",
    description=(
        "Individuals granted asylum in the United States by region, country of nationality and U.S. fiscal year: "
        "affirmatively (by U.S. Citizenship and Immigration Services) and defensively (by an immigration judge, in "
        "removal proceedings), with both together since 1990. Persons, rounded to the nearest ten, so parts do not "
        "add up to totals. Countries with fewer than ten a year are in 'All other countries', separately in each "
        "table: a country may stand in one and not in the other. It holds no applications: no approval rate follows."
    ),
    min_rows=1_500,
)
