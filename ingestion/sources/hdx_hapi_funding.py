"""HDX Humanitarian API: requirements and funding of humanitarian appeals."""

from __future__ import annotations

from ingestion.contract import Field
from ingestion.sources import _hdx_hapi

DATASET = _hdx_hapi.dataset(
    "funding",
    path="coordination-context/funding",
    place="location_code",
    title="Funding of humanitarian appeals, as OCHA's interface repeats it",
    description=(
        "Requirement and funding of appeals for El Salvador, Guatemala and Honduras, as context: a part of what "
        "OCHA's Financial Tracking Service holds, and not the source of any indicator. Money outside plans has no "
        "requirement. Used as a second figure beside requirement and funding of the plans of one country, found by "
        "code and days, and money outside plans; rows of regional plans are staged only, because how the share of a "
        "country is written was not seen."
    ),
    lines=(1,),
    fields=(
        *_hdx_hapi.place_fields("", "Country of the appeal"),
        Field("appeal_code", "Code of the appeal; not a key over the years."),
        Field("appeal_name", "Name of the appeal, or Not specified."),
        Field("appeal_type", "Kind of the appeal; null outside plans."),
        Field("requirements_usd", "Requirement; null outside plans.", unit="USD"),
        Field("funding_usd", "Funding.", unit="USD"),
        Field("funding_pct", "Funding of the requirement, rounded; null outside plans.", unit="percent"),
        Field("resource_hdx_id", "Identifier of the file on HDX that the figure comes from."),
    ),
    unique=("location_code", "appeal_code", "reference_period_start"),
    never_all_null=("location_code", "funding_usd"),
)
