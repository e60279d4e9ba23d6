-- Decisions by stage and unit of count. Levels of one stage are added, persons and cases never are.
with figures as (

    select * from {{ latest_vintage(ref('stg_unhcr__asylum_decisions')) }} as newest

),

labels as (

    select
        label,
        area_code
    from {{ ref('country_labels') }}
    where publisher = 'unhcr'

),

conformed as (

    select
        figures.year,
        asylum_labels.area_code as asylum_area,
        origin_labels.area_code as origin_area,
        case when figures.origin_unhcr_code is null then 'all_origins' else 'one_origin' end as origin_scope,
        levels.stage,
        units.label as counted_in,
        figures.recognized,
        figures.complementary,
        figures.rejected,
        figures.otherwise_closed,
        figures.retrieved_at,
        figures.dataset_id,
        figures.vintage_id
    from figures
    left join labels as asylum_labels on figures.asylum_unhcr_code = asylum_labels.label
    left join labels as origin_labels on figures.origin_unhcr_code = origin_labels.label
    left join {{ ref('unhcr_codes') }} as levels
        on figures.decision_level = levels.code and levels.kind = 'dec_level'
    left join {{ ref('unhcr_codes') }} as units
        on figures.unit_code = units.code and units.kind = 'unit'

),

summed as (

    select
        year,
        asylum_area,
        origin_area,
        origin_scope,
        stage,
        counted_in,
        cast(sum(recognized) as {{ dbt.type_bigint() }}) as recognized,
        cast(sum(complementary) as {{ dbt.type_bigint() }}) as complementary,
        cast(sum(rejected) as {{ dbt.type_bigint() }}) as rejected,
        cast(sum(otherwise_closed) as {{ dbt.type_bigint() }}) as otherwise_closed,
        max(retrieved_at) as retrieved_at,
        dataset_id,
        vintage_id
    from conformed
    group by year, asylum_area, origin_area, origin_scope, stage, counted_in, dataset_id, vintage_id

),

with_substantive as (

    select
        summed.*,
        recognized + complementary + rejected as substantive_decisions,
        retrieved_at < cast(make_date(year + 1, 6, 15) as {{ dbt.type_timestamp() }}) as is_provisional
    from summed

)

select
    year,
    asylum_area,
    origin_area,
    origin_scope,
    stage,
    counted_in,
    recognized,
    complementary,
    rejected,
    otherwise_closed,
    substantive_decisions,
    {{ percentage('(recognized + complementary)', 'substantive_decisions') }} as total_protection_rate,
    {{ percentage('recognized', 'substantive_decisions') }} as refugee_recognition_rate,
    {{ flag_list({
        'provisional': 'is_provisional',
        'usa_half_year_2024': "asylum_area = 'USA' and year = 2024",
        'unknown_origin_2025': "asylum_area = 'USA' and year = 2025 and origin_scope = 'one_origin'",
        'counted_in_cases': "counted_in = 'cases'",
    }) }} as flags,
    dataset_id,
    vintage_id
from with_substantive
