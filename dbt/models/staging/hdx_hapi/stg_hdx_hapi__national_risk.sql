with source as (

    select * from {{ source('hdx_hapi', 'national_risk') }}

)

select
    trim({{ source_column('location_code') }}) as country_code,
    {{ to_int(source_column('risk_class')) }} as risk_class,
    {{ to_int(source_column('global_rank')) }} as global_rank,
    {{ to_decimal(source_column('overall_risk')) }} as overall_risk,
    {{ to_decimal(source_column('hazard_exposure_risk')) }} as hazard_exposure_risk,
    {{ to_decimal(source_column('vulnerability_risk')) }} as vulnerability_risk,
    {{ to_decimal(source_column('coping_capacity_risk')) }} as coping_capacity_risk,
    {{ to_decimal(source_column('meta_missing_indicators_pct')) }} as missing_indicators_percent,
    {{ to_decimal(source_column('meta_avg_recentness_years')) }} as mean_age_years,
    {{ to_date(source_column('reference_period_start')) }} as reference_start,
    {{ to_date(source_column('reference_period_end')) }} as reference_end,
    {{ provenance_columns() }}
from source
