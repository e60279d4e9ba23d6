-- L2.1: new claims, added over levels and procedures of one unit of count.
select
    year,
    asylum_area,
    origin_area,
    counted_in,
    cast(sum(applied) as {{ dbt.type_bigint() }}) as new_claims,
    {{ flag_list({
        'corrected': 'max(case when correction_ids is not null then 1 else 0 end) = 1',
        'provisional': 'max(case when is_provisional then 1 else 0 end) = 1',
        'usa_half_year_2024': "asylum_area = 'USA' and year = 2024",
        'unknown_origin_2025': "asylum_area = 'USA' and year = 2025 and origin_area is not null",
        'comar_restates': "asylum_area = 'MEX'",
        'counted_in_cases': "counted_in = 'cases'",
        'small_counts': 'max(case when ' ~ holds_small_counts(['applied']) ~ ' then 1 else 0 end) = 1',
        'read_by_others': 'max(case when is_read_by_others then 1 else 0 end) = 1',
    }) }} as flags,
    dataset_id,
    vintage_id
from {{ ref('int_protection__asylum_applications') }}
where is_new_claim
group by year, asylum_area, origin_area, counted_in, dataset_id, vintage_id
