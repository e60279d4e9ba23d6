-- Decisions by stage and unit of count. Levels of one stage are added, persons and cases never are.
with summed as (

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
        max(
            case
                when
                    {{ holds_small_counts(
                        ['recognized', 'complementary', 'rejected', 'otherwise_closed'], small=[5, 10]
                    ) }}
                    then 1
                else 0
            end
        ) as small_parts,
        max(retrieved_at) as retrieved_at,
        dataset_id,
        vintage_id
    from {{ ref('int_protection__decision_records') }}
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
        'small_counts': 'small_parts = 1',
    }) }} as flags,
    dataset_id,
    vintage_id
from with_substantive
