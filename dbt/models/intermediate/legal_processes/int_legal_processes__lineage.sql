-- Cells behind the observations of the DHS monthly tables (L5.2, L5.3, L6.1, L7.4, L8.6) and of its rates (L5.5, L6.8).
{%- set rate = {
    'indicator_id': "'L5.5'", 'measure': "'returns_per_100_encounters'", 'reference_area': "'USA'",
    'unit_of_measure': "'per_100'",
} %}
{%- set referral_rate = {
    'indicator_id': "'L6.8'", 'measure': "'credible_fear_referrals_per_1000_encounters'", 'reference_area': "'USA'",
    'counterpart_area': 'citizenship_area', 'unit_of_measure': "'per_1000'",
} %}
{%- set referral_rate_dhs = dict(referral_rate, measure="'credible_fear_referrals_per_1000_encounters_dhs'") %}
with months as (

    select distinct month_start
    from {{ ref('int_legal_processes__figures') }}
    where period_kind = 'month' and measure = 'removals'

),

referral_months as (

    select distinct month_start
    from {{ ref('int_legal_processes__figures') }}
    where period_kind = 'month' and measure = 'credible_fear_referrals'

),

referral_encounters as (

    select records.*
    from {{ ref('int_encounters__records') }} as records
    inner join referral_months on records.month_start = referral_months.month_start
    where records.land_border_region = 'Southwest Land Border'

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

{%- for time, time_column, kind in [('month', 'month_start', 'month'), ('fiscal_year', 'fiscal_year', 'year_total')] %}

union all

{{ lineage_from(ref('int_legal_processes__figures'), referral_rate, time, time_column, 'referrals', "'value'", 'value',
    "measure = 'credible_fear_referrals' and citizenship_scope = 'citizenship' and period_kind = '" ~ kind ~ "'") }}

union all

{{ lineage_from('referral_encounters', referral_rate, time, time_column, 'encounters', "'Encounter Count'",
    'encounters') }}

{%- for component, measure in [('referrals', 'credible_fear_referrals'), ('encounters', 'southwest_encounters_dhs')] %}

union all

{{ lineage_from(ref('int_legal_processes__figures'), referral_rate_dhs, time, time_column, component, "'value'",
    'value', "measure = '" ~ measure ~ "' and citizenship_scope = 'citizenship' and period_kind = '" ~ kind ~ "'") }}
{%- endfor %}
{%- endfor %}
