-- Humanitarian flows whose donor is the government of the United States (L1.2), by country and year. A flow comes once
-- for each country and year that was asked for: it is counted once, by its id. Money for several countries, or for
-- several years of use, is no single one's and stands apart.
with answers as (

    select
        flows.*,
        row_number() over (
            partition by flows.flow_id order by flows.asked_country, flows.asked_year
        ) as answer_number
    from {{ latest_vintage(ref('stg_ocha_fts__flows'), per=['asked_country', 'asked_year']) }} as flows
    where flows.source_organizations = 'United States of America, Government of'
        and flows.boundary in ('incoming', 'internal')

),

flows as (

    select
        *,
        case when destination_location_count = 1 then asked_country else 'FTS_SHARED' end as location_area,
        case when destination_year_count = 1 then {{ to_year('destination_usage_years') }} end as usage_year
    from answers
    where answer_number = 1

),

dated as (

    select
        'calendar' as year_basis,
        usage_year as year,
        flows.*
    from flows

    union all

    select
        'us_fiscal' as year_basis,
        {{ us_fiscal_year('flow_date') }} as year,
        flows.*
    from flows

),

totals as (

    select
        location_area,
        year_basis,
        year,
        count(*) as flows,
        cast(
            sum(case when flow_status in ('paid', 'commitment') then amount_usd end) as {{ dbt.type_bigint() }}
        ) as funding_usd,
        cast(sum(case when flow_status = 'paid' then amount_usd end) as {{ dbt.type_bigint() }}) as paid_usd,
        cast(
            sum(case when flow_status = 'commitment' then amount_usd end) as {{ dbt.type_bigint() }}
        ) as committed_usd,
        cast(
            sum(case when flow_status in ('paid', 'commitment') and destination_plans is not null then amount_usd end)
            as {{ dbt.type_bigint() }}
        ) as funding_in_plans_usd,
        cast(sum(case when flow_status = 'pledge' then amount_usd end) as {{ dbt.type_bigint() }}) as pledged_usd,
        max(cast(retrieved_at as date)) as retrieved_on,
        dataset_id,
        vintage_id
    from dated
    group by location_area, year_basis, year, dataset_id, vintage_id

)

select
    location_area,
    year_basis,
    year,
    case year_basis
        when 'calendar' then {{ year_label('year') }}
        else {{ fiscal_year_label('year') }}
    end as time_period,
    flows,
    funding_usd,
    paid_usd,
    committed_usd,
    funding_in_plans_usd,
    pledged_usd,
    {{ flag_list({
        'shared_between_countries': "location_area = 'FTS_SHARED'",
        'shared_between_years': 'year is null',
        'partial_year': "(case year_basis when 'calendar' then make_date(year, 12, 31) else make_date(year, 9, 30) end)"
            ~ ' >= retrieved_on',
    }) }} as flags,
    dataset_id,
    vintage_id
from totals
