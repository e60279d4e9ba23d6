-- The years that the loaded records of each dataset are about, whatever they say of it: whether a figure is missing
-- because no file of the year is here, or although one is. Months are in a year of either kind.
{%- set yearly = [
    ('stg_ocha_fts__requirements_funding', 'plan', 'plan_year'),
    ('stg_ocha_fts__flows', 'calendar', 'asked_year'),
    ('stg_ocha_fts__flows', 'us_fiscal', 'asked_year'),
    ('stg_idmc__gidd_conflicts', 'calendar', 'year'),
    ('stg_idmc__gidd_disasters', 'calendar', 'year'),
    ('stg_unhcr__population', 'calendar', 'year'),
    ('stg_unhcr__asylum_applications', 'calendar', 'year'),
    ('stg_unhcr__asylum_decisions', 'calendar', 'year'),
    ('stg_unhcr__solutions', 'calendar', 'year'),
    ('stg_world_bank__wdi', 'calendar', 'year'),
    ('stg_iom__missing_migrants', 'calendar', 'year'),
    ('stg_state_prm__refugee_admissions', 'us_fiscal', 'fiscal_year'),
    ('stg_state_ca__niv_annual', 'us_fiscal', 'fiscal_year'),
    ('stg_dhs_ohss__monthly_tables', 'us_fiscal', 'fiscal_year'),
    ('stg_dhs_ohss__yearbook_refugees', 'us_fiscal', 'fiscal_year'),
    ('stg_dhs_ohss__yearbook_asylees', 'us_fiscal', 'fiscal_year'),
] -%}
{%- set monthly = [
    'stg_state_ca__niv_monthly', 'stg_state_ca__iv_monthly', 'int_encounters__southwest_monthly',
    'int_encounters__between_ports',
] %}
with records as (
    {%- for model, basis, year in yearly %}
    select
        dataset_id,
        '{{ basis }}' as year_basis,
        {{ year }} as year
    from {{ ref(model) }}

    union all
    {%- endfor %}
    {%- for model in monthly %}
    {%- for basis, year in {
        'calendar': 'cast(extract(year from month_start) as ' ~ dbt.type_int() ~ ')',
        'us_fiscal': us_fiscal_year('month_start'),
    }.items() %}
    select
        dataset_id,
        '{{ basis }}' as year_basis,
        {{ year }} as year
    from {{ ref(model) }}
    where month_start is not null
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}

)

select distinct
    dataset_id,
    year_basis,
    year
from records
where year is not null
