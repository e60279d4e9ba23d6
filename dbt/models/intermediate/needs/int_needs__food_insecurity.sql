-- L1.4: people in phase 3 or worse among the people analysed, for each analysis. The totals of the file are columns
-- here, so that no sum adds them to their parts. Of two analyses of one date the one with the larger coverage stays.
with figures as (

    select
        rows_of_analysis.*,
        labels.area_code
    from {{ latest_vintage(ref('stg_ipc__acute_food_insecurity')) }} as rows_of_analysis
    inner join {{ ref('country_labels') }} as labels
        on rows_of_analysis.country_code = labels.label and labels.publisher = 'ipc'

),

analyses as (

    select
        area_code,
        analysis_month,
        validity_period,
        valid_from,
        valid_to,
        max(country_population) as country_population,
        max(case when phase = 'all' then people end) as population_analysed,
        max(case when phase = '3+' then people end) as phase_3_plus,
        {%- for phase in range(1, 6) %}
        max(case when phase = '{{ phase }}' then people end) as phase_{{ phase }},
        {%- endfor %}
        dataset_id,
        vintage_id,
        row_number() over (
            partition by area_code, analysis_month, validity_period
            order by
                max(case when phase = 'all' then people end) desc, valid_from asc, valid_to asc, analysis_number asc
        ) as coverage_rank
    from figures
    group by
        area_code, analysis_month, validity_period, valid_from, valid_to, analysis_number, dataset_id, vintage_id

)

select
    area_code,
    analysis_month,
    validity_period,
    valid_from,
    valid_to,
    country_population,
    population_analysed,
    {{ percentage('population_analysed', 'country_population') }} as analysed_percent,
    {%- for phase in range(1, 6) %}
    phase_{{ phase }},
    {%- endfor %}
    phase_3_plus,
    {{ percentage('phase_3_plus', 'population_analysed') }} as phase_3_plus_percent,
    {{ flag_list({
        'projection': "validity_period <> 'current'",
        'part_of_country_analysed': '100 * population_analysed < 99 * country_population',
    }) }} as flags,
    dataset_id,
    vintage_id
from analyses
where coverage_rank = 1
