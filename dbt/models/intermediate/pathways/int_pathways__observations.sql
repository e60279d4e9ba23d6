-- Allocation fill rate (L8.1), arrivals by nationality (L8.2) and, for northern Central America, the upper bound of
-- in-country processing (L3.6). A nationality that one of the yearbook's two tables on asylum does not show has no sum,
-- nor have the rests of both: observations without a value (status O), whose flag says why. Lawful ways against
-- irregular ones (L8.8) only where every part is held.
with arrivals as (

    select
        arrivals.fiscal_year,
        arrivals.month_start,
        arrivals.nationality_area,
        countries.strategy_role,
        sum(arrivals.arrivals) as arrivals,
        min(arrivals.flags) as flags,
        max(case when arrivals.is_partial_year then 1 else 0 end) = 1 as is_partial_year,
        arrivals.dataset_id,
        arrivals.vintage_id
    from {{ ref('int_pathways__refugee_arrivals') }} as arrivals
    inner join {{ ref('countries') }} as countries on arrivals.nationality_area = countries.area_code
    where countries.is_pathway_nationality
    group by
        arrivals.fiscal_year, arrivals.month_start, arrivals.nationality_area, countries.strategy_role,
        arrivals.dataset_id, arrivals.vintage_id

),

by_year as (

    select
        fiscal_year,
        nationality_area,
        strategy_role,
        sum(arrivals) as arrivals,
        {{ flag_list({
            'partial_year': 'max(case when is_partial_year then 1 else 0 end) = 1',
            'counted_toward_2018': 'fiscal_year = 2018',
        }) }} as flags,
        {{ flag_list({
            'partial_year': 'max(case when is_partial_year then 1 else 0 end) = 1',
            'upper_bound': 'true',
            'counted_toward_2018': 'fiscal_year = 2018',
        }) }} as upper_bound_flags,
        dataset_id,
        vintage_id
    from arrivals
    group by fiscal_year, nationality_area, strategy_role, dataset_id, vintage_id

),

allocation as (

    select * from {{ ref('int_pathways__refugee_allocation') }}
    where region_area = 'PRM_LAC'

),

-- All classes of a state together: classes are not the same in every report.
immigrant_visas as (

    select
        month_start,
        chargeability_area,
        sum(visas) as visas,
        min(flags) as flags,
        dataset_id,
        vintage_id
    from {{ ref('int_pathways__immigrant_visas') }}
    group by month_start, chargeability_area, dataset_id, vintage_id

),

-- A report may print a nationality twice; its printed total is of all classes, so there is none of H-2A.
h2a_by_month as (

    select
        month_start,
        nationality_area,
        sum(visas) as visas,
        min(flags) as flags,
        dataset_id,
        vintage_id
    from {{ ref('int_pathways__h2_visas_by_month') }}
    where visa_class = 'H-2A' and nationality_area is not null
    group by month_start, nationality_area, dataset_id, vintage_id
    having count(visas) = count(*)

)

{{ observations_from('arrivals', {
    'line_of_effort': '8',
    'indicator_id': "'L8.2'",
    'measure': "'refugee_arrivals'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'counterpart_area': 'nationality_area',
    'observation_value': 'arrivals',
    'unit_of_measure': "'persons'",
    'measure_kind': "'flow'",
    'flags': 'flags',
}, 'month', 'month_start') }}

union all

{{ observations_from('by_year', {
    'line_of_effort': '8',
    'indicator_id': "'L8.2'",
    'measure': "'refugee_arrivals'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'counterpart_area': 'nationality_area',
    'observation_value': 'arrivals',
    'unit_of_measure': "'persons'",
    'measure_kind': "'flow'",
    'flags': 'flags',
}, 'fiscal_year', 'fiscal_year') }}

union all

{{ observations_from('by_year', {
    'line_of_effort': '3',
    'indicator_id': "'L3.6'",
    'measure': "'in_country_processed_arrivals'",
    'reference_area': 'nationality_area',
    'reference_area_role': "'origin'",
    'counterpart_area': "'USA'",
    'observation_value': 'arrivals',
    'unit_of_measure': "'persons'",
    'measure_kind': "'flow'",
    'flags': 'upper_bound_flags',
}, 'fiscal_year', 'fiscal_year', "strategy_role = 'priority_origin'") }}

{%- for bound in ['low', 'high'] %}

union all

{{ observations_from('allocation', {
    'line_of_effort': '8',
    'indicator_id': "'L8.1'",
    'measure': "'fill_rate_of_" ~ bound ~ "_bound'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'counterpart_area': 'region_area',
    'observation_value': 'fill_rate_of_' ~ bound ~ '_bound',
    'unit_of_measure': "'percent'",
    'measure_kind': "'ratio'",
    'flags': 'flags',
}, 'fiscal_year', 'fiscal_year') }}
{%- endfor %}

union all

{{ observations_from(ref('int_pathways__h2_visas'), {
    'line_of_effort': '8',
    'indicator_id': "'L8.3'",
    'measure': "'h2a_visas_issued'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'counterpart_area': 'nationality_area',
    'observation_value': 'visas',
    'unit_of_measure': "'visas'",
    'measure_kind': "'flow'",
    'flags': 'flags',
}, 'fiscal_year', 'fiscal_year', "observation_key is not null") }}

union all

{{ observations_from('h2a_by_month', {
    'line_of_effort': '8',
    'indicator_id': "'L8.3'",
    'measure': "'h2a_visas_issued'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'counterpart_area': 'nationality_area',
    'observation_value': 'visas',
    'unit_of_measure': "'visas'",
    'measure_kind': "'flow'",
    'flags': 'flags',
}, 'month', 'month_start') }}

union all

{{ observations_from('immigrant_visas', {
    'line_of_effort': '8',
    'indicator_id': "'L8.5'",
    'measure': "'immigrant_visas_issued'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'counterpart_area': 'chargeability_area',
    'observation_value': 'visas',
    'unit_of_measure': "'visas'",
    'measure_kind': "'flow'",
    'flags': 'flags',
}, 'month', 'month_start') }}

union all

{{ observations_from(ref('int_pathways__yearbook'), {
    'line_of_effort': '8',
    'indicator_id': "'L8.2'",
    'measure': "'refugee_arrivals_dhs_yearbook'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'counterpart_area': 'nationality_area',
    'observation_value': 'persons',
    'unit_of_measure': "'persons'",
    'measure_kind': "'flow'",
    'flags': "'rounded_to_ten'",
}, 'fiscal_year', 'fiscal_year', "measure = 'refugee_arrivals' and strategy_role <> 'other' and persons is not null") }}

{%- for measure in ['granted', 'granted_affirmatively', 'granted_defensively'] %}

union all

{{ observations_from(ref('int_pathways__asylum_granted'), {
    'line_of_effort': '8',
    'indicator_id': "'L8.7'",
    'measure': "'asylum_" ~ measure ~ "'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'counterpart_area': 'nationality_area',
    'observation_value': measure,
    'unit_of_measure': "'persons'",
    'measure_kind': "'flow'",
    'flags': 'flags',
}, 'fiscal_year', 'fiscal_year',
    "(strategy_role <> 'other' or nationality_scope = 'all_nationalities'"
    ~ (" or nationality_area = 'XOT')" if measure == 'granted' else ')')) }}
{%- endfor %}

union all

{{ observations_from(ref('int_pathways__lawful_to_irregular'), {
    'line_of_effort': '8',
    'indicator_id': "'L8.8'",
    'measure': "'lawful_to_irregular_ratio'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'counterpart_area': 'nationality_area',
    'observation_value': 'lawful_to_irregular_ratio',
    'unit_of_measure': "'ratio'",
    'measure_kind': "'ratio'",
    'flags': 'flags',
    'second_dataset_id': 'immigrant_visas_dataset_id',
    'second_vintage_id': 'immigrant_visas_vintage_id',
}, 'fiscal_year', 'fiscal_year', 'lawful_to_irregular_ratio is not null') }}
