with source as (

    select * from {{ source('hdx_hapi', 'funding') }}

)

select
    trim({{ source_column('location_code') }}) as country_code,
    trim({{ source_column('appeal_code') }}) as appeal_code,
    trim({{ source_column('appeal_name') }}) as appeal_name,
    {{ text_or_null(source_column('appeal_type')) }} as appeal_type,
    {{ to_decimal(source_column('requirements_usd')) }} as requirements_usd,
    {{ to_decimal(source_column('funding_usd')) }} as funding_usd,
    {{ to_date(source_column('reference_period_start')) }} as reference_start,
    {{ to_date(source_column('reference_period_end')) }} as reference_end,
    {{ provenance_columns() }}
from source
