select
    'L8.4' as indicator_id,
    fiscal_year,
    {{ fiscal_year_label('fiscal_year') }} as time_period,
    area_codes,
    cast(set_aside as bigint) as set_aside,
    cast(visas_issued as bigint) as visas_issued,
    value_status,
    use_of_set_aside,
    flags,
    {{ warning_text('flags') }} as warning,
    dataset_id,
    vintage_id
from {{ ref('int_pathways__h2b_set_aside') }}
