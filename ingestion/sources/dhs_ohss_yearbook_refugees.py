"""DHS, Office of Homeland Security Statistics: Yearbook, refugee arrivals by nationality and fiscal year."""

from __future__ import annotations

from ingestion.sources import _ohss_yearbook

DATASET = _ohss_yearbook.workbook(
    "refugees",
    ["REFUGEE ARRIVALS BY REGION AND COUNTRY OF NATIONALITY:"],
    name="yearbook_refugees",
    title="Yearbook of Immigration Statistics: refugee arrivals",
    description=(
        "Refugee arrivals by region, country of nationality and U.S. fiscal year, as the Department of Homeland "
        "Security counts them: by the day of arrival. Persons, rounded to the nearest ten, so parts do not add up to "
        "totals. A second count beside the State Department's report of admissions, from which it differs by tens "
        "(fiscal year 2022: 25,520 against 25,465); the two are never joined into one series. Countries with fewer "
        "than ten arrivals a year are in 'All other countries'. Not asylum and not parole."
    ),
    min_rows=600,
)
