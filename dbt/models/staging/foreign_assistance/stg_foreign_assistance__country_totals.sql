with source as (

    select * from {{ source('foreign_assistance', 'country_totals') }}

)

-- The publisher writes the word NULL where a value is missing.
select
    nullif({{ text_or_null(source_column('Country Code')) }}, 'NULL') as recipient_code,
    trim({{ source_column('Country Name') }}) as recipient_name,
    nullif({{ text_or_null(source_column('Region Name')) }}, 'NULL') as region_name,
    nullif({{ text_or_null(source_column('Income Group Name')) }}, 'NULL') as income_group,
    trim({{ source_column('Transaction Type ID') }}) as transaction_type_id,
    trim({{ source_column('Transaction Type Name') }}) as transaction_type,
    trim({{ source_column('Fiscal Year') }}) as fiscal_year_label,
    -- Null for 1976tq, the quarter between two fiscal years.
    {{ to_year(source_column('Fiscal Year')) }} as fiscal_year,
    {{ to_int(source_column('current_amount')) }} as current_usd,
    {{ value_status(source_column('current_amount'), to_int(source_column('current_amount'))) }} as current_usd_status,
    {{ to_int(source_column('constant_amount')) }} as constant_usd,
    {{ provenance_columns() }}
from source
