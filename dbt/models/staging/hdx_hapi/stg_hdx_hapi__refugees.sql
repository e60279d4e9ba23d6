with source as (

    select * from {{ source('hdx_hapi', 'refugees') }}

)

select
    trim({{ source_column('origin_location_code') }}) as origin_code,
    trim({{ source_column('asylum_location_code') }}) as asylum_code,
    trim({{ source_column('population_group') }}) as population_group,
    trim({{ source_column('gender') }}) as sex,
    trim({{ source_column('age_range') }}) as age_range,
    {{ to_int(source_column('population')) }} as people,
    {{ to_date(source_column('reference_period_start')) }} as reference_start,
    {{ to_date(source_column('reference_period_end')) }} as reference_end,
    {{ provenance_columns() }}
from source
