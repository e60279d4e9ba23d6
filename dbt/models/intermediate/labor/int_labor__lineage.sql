-- Records behind the observations of temporary labour (L4.6, and certified H-2A and H-2B positions).
{%- set share = {
    'indicator_id': "'L4.6'", 'measure': "'nca_share_of_h2_visas'", 'reference_area': "'USA'",
    'counterpart_area': "'NCA'", 'unit_of_measure': "'percent'",
} %}
-- A fiscal year has its own sheet of visas, or is summed from its monthly reports.
with summed_months as (

    select months.*
    from {{ ref('int_pathways__h2_visas_by_month') }} as months
    left join {{ ref('int_pathways__h2_visas') }} as sheets
        on months.fiscal_year = sheets.fiscal_year
        and sheets.source_record is not null
    where sheets.fiscal_year is null

)

{% for programme in ['h2a', 'h2b'] %}
{{ lineage_from(ref('int_labor__' ~ programme ~ '_cases'), {
    'measure': "'" ~ programme ~ "_workers_certified'", 'reference_area': "'USA'", 'unit_of_measure': "'positions'",
}, 'fiscal_year', 'fiscal_year', 'workers_certified', "'NBR_WORKERS_CERTIFIED'", 'workers_certified',
    'is_certified') }}
{%- if not loop.last %}

union all
{% endif %}
{%- endfor %}

{%- for component, whose, of_months in [
    ('nca_visas', "strategy_role = 'priority_origin'", "strategy_role = 'priority_origin'"),
    ('all_visas', "nationality_scope = 'all_nationalities'", 'true'),
] %}

union all

{{ lineage_from(ref('int_pathways__h2_visas'), share, 'fiscal_year', 'fiscal_year', component, 'visa_class', 'visas',
    "source_record is not null and visa_class in ('H-2A', 'H-2B') and " ~ whose) }}

union all

{{ lineage_from('summed_months', share, 'fiscal_year', 'fiscal_year', component, "'Issuances'", 'visas', of_months) }}
{%- endfor %}
