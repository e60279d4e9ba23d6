-- Records behind the observations of refugee arrivals (L8.1, L8.2, L3.6), visas (L8.3, L8.5), asylum granted (L8.7) and
-- the ratio of all lawful ways (L8.8).
{%- set lawful_ways = {
    'indicator_id': "'L8.8'", 'measure': "'lawful_to_irregular_ratio'", 'reference_area': "'USA'",
    'unit_of_measure': "'ratio'",
} %}
{%- set of_nationality = dict(lawful_ways, counterpart_area='nationality_area') %}
{%- set yearly = {
    "'L8.2'": {'measure': "'refugee_arrivals'", 'reference_area': "'USA'", 'counterpart_area': 'nationality_area'},
    "'L3.6'": {
        'measure': "'in_country_processed_arrivals'", 'reference_area': 'nationality_area', 'counterpart_area': "'USA'"
    },
} %}
{%- set known_area = "(nationality_area is not null or nationality_scope = 'all_nationalities')" %}
with allocation as (

    select
        figures.*,
        labels.area_code
    from {{ latest_vintage(ref('stg_state_prm__refugee_admissions'), per=['fiscal_year']) }} as figures
    inner join {{ ref('country_labels') }} as labels
        on coalesce(figures.region, figures.country) = labels.label and labels.publisher = 'state_prm'

),

-- A fiscal year has its own sheet, or is summed from its monthly reports.
sheets as (

    select * from {{ ref('int_pathways__h2_visas') }}
    where source_record is not null

),

summed_months as (

    select months.*
    from {{ ref('int_pathways__h2_visas_by_month') }} as months
    left join sheets on months.fiscal_year = sheets.fiscal_year
    where sheets.fiscal_year is null

),

border_patrol as (

    select
        newest.*,
        labels.area_code as nationality_area
    from {{ latest_vintage(ref('stg_dhs_ohss__khsm_encounters')) }} as newest
    inner join {{ ref('country_labels') }} as labels
        on newest.citizenship = labels.label and labels.publisher = 'dhs_ohss'
    where newest.period_kind = 'fiscal_year' and newest.region = 'Southwest Land Border'

),

all_arrivals as (

    select
        records.*,
        -- The workbook has a column for each month.
        {{ month_name('records.month_start') }} as month_column
    from {{ ref('int_pathways__refugee_arrivals') }} as records
    where records.nationality_area is not null and records.arrivals is not null

),

arrivals as (

    select * from all_arrivals
    where observation_key is not null

)

{{ lineage_of_keyed('arrivals', 'arrivals', 'month_column', 'arrivals') }}

{%- for indicator, columns in yearly.items() %}

union all

{{ lineage_from('arrivals', dict(columns, indicator_id=indicator, unit_of_measure="'persons'"), 'fiscal_year',
    'fiscal_year', 'arrivals', 'month_column', 'arrivals') }}
{%- endfor %}

{%- for bound in ['low', 'high'] %}
{%- set rate = {
    'indicator_id': "'L8.1'", 'measure': "'fill_rate_of_" ~ bound ~ "_bound'", 'reference_area': "'USA'",
    'counterpart_area': 'area_code', 'unit_of_measure': "'percent'",
} %}

union all

{{ lineage_from('allocation', rate, 'fiscal_year', 'fiscal_year', 'arrivals', "'FY Total Admitted to the U.S.'",
    'admitted_in_year', "row_kind in ('region_total', 'grand_total')") }}

union all

{{ lineage_from('allocation', rate, 'fiscal_year', 'fiscal_year', 'ceiling_' ~ bound, "'Ceiling'",
    'ceiling_' ~ bound, "row_kind in ('region_header', 'grand_total')") }}
{%- endfor %}

union all

{{ lineage_of_keyed('sheets', 'visas', 'visa_class', 'visas') }}

{%- for nationality in ['nationality_area', 'cast(null as ' ~ dbt.type_string() ~ ')'] %}

union all

{{ lineage_from('summed_months', {
    'indicator_id': "'L8.3'", 'measure': "'h2a_visas_issued'", 'reference_area': "'USA'",
    'counterpart_area': nationality, 'unit_of_measure': "'visas'",
}, 'fiscal_year', 'fiscal_year', 'visas', "'Issuances'", 'visas', "visa_class = 'H-2A'"
    ~ (' and nationality_area is not null' if loop.first else '')) }}
{%- endfor %}

union all

{{ lineage_from(ref('int_pathways__h2_visas_by_month'), {
    'indicator_id': "'L8.3'", 'measure': "'h2a_visas_issued'", 'reference_area': "'USA'",
    'counterpart_area': 'nationality_area', 'unit_of_measure': "'visas'",
}, 'month', 'month_start', 'visas', "'Issuances'", 'visas',
    "visa_class = 'H-2A' and nationality_area is not null") }}

union all

{{ lineage_from(ref('int_pathways__yearbook'), {
    'indicator_id': "'L8.2'", 'measure': "'refugee_arrivals_dhs_yearbook'", 'reference_area': "'USA'",
    'counterpart_area': 'nationality_area', 'unit_of_measure': "'persons'",
}, 'fiscal_year', 'fiscal_year', 'persons', "'value'", 'persons', "measure = 'refugee_arrivals' and " ~ known_area) }}

{%- for measure, parts in {
    'asylum_granted': ['granted_affirmatively', 'granted_defensively', 'granted'],
    'asylum_granted_affirmatively': ['granted_affirmatively'],
    'asylum_granted_defensively': ['granted_defensively'],
}.items() %}
{%- for part in parts %}

union all

{{ lineage_from(ref('int_pathways__yearbook'), {
    'indicator_id': "'L8.7'", 'measure': "'" ~ measure ~ "'", 'reference_area': "'USA'",
    'counterpart_area': 'nationality_area', 'unit_of_measure': "'persons'",
}, 'fiscal_year', 'fiscal_year', part, "'value'", 'persons', "measure = '" ~ part ~ "' and " ~ known_area) }}
{%- endfor %}
{%- endfor %}

union all

{{ lineage_of_keyed(ref('int_pathways__immigrant_visas'), 'visas', "'Issuances'", 'visas') }}

union all

{{ lineage_from('all_arrivals', of_nationality, 'fiscal_year', 'fiscal_year', 'arrivals', 'month_column',
    'arrivals') }}

{%- for component, class in {'h2a_visas': 'H-2A', 'h2b_visas': 'H-2B'}.items() %}

union all

{{ lineage_from('sheets', of_nationality, 'fiscal_year', 'fiscal_year', component, 'visa_class', 'visas',
    "nationality_area is not null and visa_class = '" ~ class ~ "'") }}

union all

{{ lineage_from('summed_months', of_nationality, 'fiscal_year', 'fiscal_year', component, "'Issuances'", 'visas',
    "nationality_area is not null and visa_class = '" ~ class ~ "'") }}
{%- endfor %}

union all

{{ lineage_from(ref('int_pathways__immigrant_visas'), dict(lawful_ways, counterpart_area='chargeability_area'),
    'fiscal_year', 'fiscal_year', 'immigrant_visas', "'Issuances'", 'visas', 'chargeability_area is not null') }}

union all

{{ lineage_from(ref('int_legal_processes__figures'), dict(lawful_ways, counterpart_area='citizenship_area'),
    'fiscal_year', 'fiscal_year', 'paroles', "'value'", 'value',
    "measure = 'chnv_paroles' and period_kind = 'year_total' and citizenship_scope = 'citizenship'") }}

union all

{{ lineage_from('border_patrol', of_nationality, 'fiscal_year', 'fiscal_year', 'border_patrol', "'Quantity'",
    'encounters') }}
