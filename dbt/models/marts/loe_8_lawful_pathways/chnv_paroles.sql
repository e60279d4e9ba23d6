-- Three counts of the same processes side by side, each by a date of its own: never divided, never added.
with figures as (

    select
        *,
        max(case when measure = 'chnv_confirmed_beneficiaries' then value end)
            over (partition by time_period, citizenship_area) as confirmed_beneficiaries,
        max(case when measure = 'chnv_travel_authorizations' then value end)
            over (partition by time_period, citizenship_area) as travel_authorizations
    from {{ ref('int_legal_processes__figures') }}
    where measure in ('chnv_paroles', 'chnv_confirmed_beneficiaries', 'chnv_travel_authorizations')

)

select
    figures.indicator_id,
    figures.fiscal_year,
    figures.period_kind,
    figures.time_period,
    figures.month_start,
    figures.citizenship_scope,
    figures.citizenship_area,
    citizenships.area_name as citizenship,
    citizenships.strategy_role,
    figures.value as paroles,
    figures.confirmed_beneficiaries,
    figures.travel_authorizations,
    figures.value_status,
    figures.is_partial_year,
    figures.flags,
    {{ warning_text('figures.flags') }} as warning,
    figures.dataset_id,
    figures.vintage_id
from figures
left join {{ ref('dim_country') }} as citizenships on figures.citizenship_area = citizenships.area_code
where figures.measure = 'chnv_paroles'
