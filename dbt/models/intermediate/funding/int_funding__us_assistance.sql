{%- set accounts = {
    'obligations': '2', 'disbursements': '3', 'appropriated_and_planned': '1', 'budget_request': '18'
} -%}

-- U.S. foreign assistance by recipient and fiscal year: the four accounts of the same money stand in columns of their
-- own, so that no sum over rows adds them.
with figures as (

    select * from {{ latest_vintage(ref('stg_foreign_assistance__country_totals')) }} as newest

),

-- The base year of constant dollars is not named: it is the year in which every amount equals its constant.
equal_years as (

    select fiscal_year
    from figures
    where fiscal_year is not null
    group by fiscal_year
    having count(*) > 1 and count(*) = sum(case when current_usd = constant_usd then 1 else 0 end)

),

release as (

    select
        max(figures.fiscal_year) as newest_fiscal_year,
        (select case when count(*) = 1 then max(equal_years.fiscal_year) end from equal_years) as base_year
    from figures
    where figures.transaction_type_id in ('2', '3')

),

wide as (

    select
        recipient_code,
        recipient_name,
        fiscal_year_label,
        fiscal_year,
        {%- for account, number in accounts.items() %}
        max(case when transaction_type_id = '{{ number }}' then current_usd end) as {{ account }}_usd,
        {%- endfor %}
        max(case when transaction_type_id = '2' then constant_usd end) as obligations_constant_usd,
        max(case when transaction_type_id = '3' then constant_usd end) as disbursements_constant_usd,
        dataset_id,
        vintage_id
    from figures
    where region_name = 'Western Hemisphere'
    group by recipient_code, recipient_name, fiscal_year_label, fiscal_year, dataset_id, vintage_id

)

select
    wide.recipient_code,
    wide.recipient_name,
    coalesce(labels.geo_type = 'country', false) as is_country,
    labels.area_code as recipient_area,
    wide.fiscal_year_label,
    wide.fiscal_year,
    {%- for account in accounts %}
    wide.{{ account }}_usd,
    {%- endfor %}
    wide.obligations_constant_usd,
    wide.disbursements_constant_usd,
    release.base_year as constant_dollar_base_year,
    {{ flag_list({
        'partial_year': 'wide.fiscal_year >= release.newest_fiscal_year',
        'late_reports': 'wide.fiscal_year = release.newest_fiscal_year - 1',
        'booked_to_region': "coalesce(labels.geo_type, 'aggregate') <> 'country'",
        'constant_base_unknown': 'release.base_year is null',
        'transition_quarter': 'wide.fiscal_year is null',
    }) }} as flags,
    wide.dataset_id,
    wide.vintage_id
from wide
cross join release
left join {{ ref('country_labels') }} as labels
    on wide.recipient_code = labels.label and labels.publisher = 'foreign_assistance'
