{%- set lists = {
    'destination_location_count': 'destinationLocations',
    'destination_year_count': 'destinationUsageYears',
} -%}

with source as (

    select * from {{ source('ocha_fts', 'flows') }}

)

select
    {{ source_column('askedCountry') }} as asked_country,
    {{ to_year(source_column('askedYear')) }} as asked_year,
    {{ source_column('id') }} as flow_id,
    {{ to_int(source_column('amountUSD')) }} as amount_usd,
    {{ value_status(source_column('amountUSD'), to_int(source_column('amountUSD'))) }} as amount_status,
    {{ to_int(source_column('fullParkedAmountUSD')) }} as full_parked_amount_usd,
    {{ text_or_null(source_column('parentFlowId')) }} as parent_flow_id,
    {{ to_date(source_column('date')) }} as flow_date,
    {{ to_year(source_column('budgetYear')) }} as budget_year,
    {{ source_column('status') }} as flow_status,
    {{ source_column('flowType') }} as flow_type,
    {{ source_column('contributionType') }} as contribution_type,
    {{ source_column('boundary') }} as boundary,
    {{ source_column('onBoundary') }} as on_boundary,
    {{ text_or_null(source_column('sourceOrganizations')) }} as source_organizations,
    {{ text_or_null(source_column('destinationOrganizations')) }} as destination_organizations,
    {{ text_or_null(source_column('destinationLocations')) }} as destination_locations,
    {{ text_or_null(source_column('destinationUsageYears')) }} as destination_usage_years,
    {{ text_or_null(source_column('destinationPlans')) }} as destination_plans,
    {{ text_or_null(source_column('destinationGlobalClusters')) }} as destination_sectors,
    {%- for name, column in lists.items() %}
    case
        when {{ text_or_null(source_column(column)) }} is not null
            then
                1
                + length({{ source_column(column) }})
                - length(replace({{ source_column(column) }}, '|', ''))
        else 0
    end as {{ name }},
    {%- endfor %}
    {{ provenance_columns() }}
from source
