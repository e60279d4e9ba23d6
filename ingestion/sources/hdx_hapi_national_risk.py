"""HDX Humanitarian API: the national risk index."""

from __future__ import annotations

from ingestion.contract import Field
from ingestion.sources import _hdx_hapi

DATASET = _hdx_hapi.dataset(
    "national_risk",
    path="coordination-context/national-risk",
    place="location_code",
    title="National risk index, as OCHA's interface repeats it",
    description=(
        "Composite index of the risk of humanitarian crises of El Salvador, Guatemala and Honduras with its three "
        "parts (INFORM), as context: a table of its own in line 1. An index is not a measure of need, and its editions "
        "are not a trend."
    ),
    lines=(1, 3),
    fields=(
        *_hdx_hapi.place_fields("", "Country"),
        Field("risk_class", "Class of risk, 1 to 5."),
        Field("global_rank", "Rank among all countries; a small number is a high risk."),
        Field("overall_risk", "Index of risk, out of 10.", unit="index"),
        Field("hazard_exposure_risk", "Index of hazard and exposure, out of 10.", unit="index"),
        Field("vulnerability_risk", "Index of vulnerability, out of 10.", unit="index"),
        Field("coping_capacity_risk", "Index of the lack of coping capacity, out of 10.", unit="index"),
        Field("meta_missing_indicators_pct", "Indicators that are missing.", unit="percent"),
        Field("meta_avg_recentness_years", "Mean age of the indicators.", unit="years"),
        Field("resource_hdx_id", "Identifier of the file on HDX that the figure comes from."),
    ),
    unique=("location_code", "reference_period_start"),
    never_all_null=("location_code", "overall_risk"),
)
