-- Cells behind the observations of the DHS monthly tables (L5.2, L5.3, L7.4, L8.6) and of returns per encounter (L5.5).
{%- set rate = {
    'indicator_id': "'L5.5'", 'measure': "'returns_per_100_encounters'", 'reference_area': "'USA'",
    'unit_of_measure': "'per_100'",
} %}
with months as (

    select distinct month_start
    from {{ ref('int_legal_processes__figures') }}
    where period_kind = 'month' and measure = 'removals'

),

encounters as (

    select records.*
    from {{ ref('int_encounters__records') }} as records
    inner join months on records.month_start = months.month_start
    where records.land_border_region = 'Southwest Land Border'

)

{{ lineage_of_keyed(ref('int_legal_processes__figures'), 'figure', "'value'", 'value') }}

{%- for measure in ['removals', 'enforcement_returns', 'administrative_returns'] %}

union all

{{ lineage_from(ref('int_legal_processes__figures'), dict(rate, counterpart_area='citizenship_area'), 'fiscal_year',
    'fiscal_year', measure, "'value'", 'value', "measure = '" ~ measure ~ "' and period_kind = 'year_total' and "
    ~ "measure_type = 'all types' and citizenship_scope <> 'remainder'") }}
{%- endfor %}

union all

{{ lineage_from('encounters', dict(rate, counterpart_area='citizenship_area'), 'fiscal_year', 'fiscal_year',
    'encounters', "'Encounter Count'", 'encounters', "citizenship_area <> 'XOT'") }}

union all

{{ lineage_from('encounters', rate, 'fiscal_year', 'fiscal_year', 'encounters', "'Encounter Count'", 'encounters') }}
