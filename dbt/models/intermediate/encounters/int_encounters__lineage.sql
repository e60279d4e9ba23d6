-- Records behind the observations of encounters (L6.1 to L6.3) and of deaths on the way (L6.4, L6.5).
{%- set l6_1 = {
    'indicator_id': "'L6.1'", 'measure': "'southwest_encounters'", 'reference_area': "'USA'",
    'unit_of_measure': "'encounters'",
} -%}
{%- set rate = {
    'indicator_id': "'L6.5'", 'measure': "'deaths_per_100k_encounters'", 'reference_area': "'USA'",
    'unit_of_measure': "'per_100000'",
} %}
with southwest as (

    select
        records.*,
        cast(extract(year from records.month_start) as {{ dbt.type_int() }}) as calendar_year
    from {{ ref('int_encounters__records') }} as records
    where records.land_border_region = 'Southwest Land Border'

),

components as (

    select
        newest.*,
        {{ fiscal_month_start('newest.fiscal_year', 'months.month') }} as month_start,
        labels.area_code as citizenship_area,
        newest.component = 'U.S. Border Patrol' as is_between_ports,
        demographics.demographic_code = 'unaccompanied_children' as is_unaccompanied_child
    from {{ latest_vintage(ref('stg_cbp__southwest_land_border_encounters'), per=['fiscal_year']) }} as newest
    inner join {{ ref('months') }} as months on newest.month_abbreviation = months.month_abbreviation
    inner join {{ ref('cbp_demographics') }} as demographics on newest.demographic = demographics.label
    inner join {{ ref('country_labels') }} as labels
        on newest.citizenship_grouping = labels.label and labels.publisher = 'cbp'
    where not (newest.is_partial_year and newest.month_grouping = 'Remaining')

),

deaths as (

    select * from {{ latest_vintage(ref('stg_iom__missing_migrants')) }} as newest
    where newest.migration_route = 'US-Mexico border crossing'

)

{{ lineage_of_keyed('southwest', 'encounters', "'Encounter Count'", 'encounters') }}

{%- for time, time_column, counterpart in [
    ('month', 'month_start', none),
    ('fiscal_year', 'fiscal_year', 'citizenship_area'),
    ('fiscal_year', 'fiscal_year', none),
] %}

union all

{{ lineage_from('southwest', dict(l6_1, counterpart_area=counterpart) if counterpart else l6_1, time, time_column,
    'encounters', "'Encounter Count'", 'encounters') }}
{%- endfor %}

union all

{{ lineage_from('southwest', rate, 'calendar_year', 'calendar_year', 'encounters', "'Encounter Count'",
    'encounters') }}

{%- for columns in [rate, {
    'indicator_id': "'L6.4'", 'measure': "'dead_and_missing_us_mexico_route'", 'reference_area': "'USA'",
    'unit_of_measure': "'persons'",
}] %}

union all

{{ lineage_from('deaths', columns, 'calendar_year', 'year', 'dead_and_missing', "'total_dead_and_missing'",
    'dead_and_missing') }}
{%- endfor %}

{%- for indicator, measure, parts in [
    ('L6.2', 'between_ports_share', {'border_patrol': 'is_between_ports', 'encounters': 'true'}),
    ('L6.3', 'unaccompanied_children_share', {
        'children': 'is_between_ports and is_unaccompanied_child', 'border_patrol': 'is_between_ports'
    }),
] %}
{%- for component, which in parts.items() %}
{%- for time, time_column in [('month', 'month_start'), ('fiscal_year', 'fiscal_year')] %}
{%- for counterpart in ['citizenship_area', 'cast(null as ' ~ dbt.type_string() ~ ')'] %}

union all

{{ lineage_from('components', {
    'indicator_id': "'" ~ indicator ~ "'", 'measure': "'" ~ measure ~ "'", 'reference_area': "'USA'",
    'counterpart_area': counterpart, 'unit_of_measure': "'percent'",
}, time, time_column, component, "'Encounter Count'", 'encounters', which) }}
{%- endfor %}
{%- endfor %}
{%- endfor %}
{%- endfor %}

{%- for component, measure in [('border_patrol', 'border_patrol_encounters_dhs'),
    ('encounters', 'southwest_encounters_dhs')] %}
{%- for time, time_column, kind in [('month', 'month_start', 'month'), ('fiscal_year', 'fiscal_year', 'year_total')] %}

union all

{{ lineage_from(ref('int_legal_processes__figures'), {
    'indicator_id': "'L6.2'", 'measure': "'between_ports_share_dhs'", 'reference_area': "'USA'",
    'counterpart_area': 'citizenship_area', 'unit_of_measure': "'percent'",
}, time, time_column, component, "'value'", 'value', "measure = '" ~ measure ~ "' and period_kind = '" ~ kind ~ "'") }}
{%- endfor %}
{%- endfor %}
