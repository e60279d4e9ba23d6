with source as (

    select * from {{ source('foreign_assistance', 'complete') }}

)

-- The publisher writes the word NULL where a value is missing.
select
    nullif({{ text_or_null(source_column('Country Code')) }}, 'NULL') as recipient_code,
    trim({{ source_column('Country Name') }}) as recipient_name,
    trim({{ source_column('Region Name') }}) as region_name,
    nullif({{ text_or_null(source_column('Managing Agency Acronym')) }}, 'NULL') as managing_agency,
    nullif({{ text_or_null(source_column('US Category Name')) }}, 'NULL') as us_category,
    nullif({{ text_or_null(source_column('US Sector Name')) }}, 'NULL') as us_sector,
    nullif({{ text_or_null(source_column('International Purpose Code')) }}, 'NULL') as purpose_code,
    nullif({{ text_or_null(source_column('International Purpose Name')) }}, 'NULL') as purpose_name,
    trim({{ source_column('Transaction Type ID') }}) as transaction_type_id,
    trim({{ source_column('Fiscal Year') }}) as fiscal_year_label,
    -- Null for 1976tq, the quarter between two fiscal years.
    {{ to_year(source_column('Fiscal Year')) }} as fiscal_year,
    {{ to_decimal(source_column('Current Dollar Amount')) }} as current_usd,
    {{ to_decimal(source_column('Constant Dollar Amount')) }} as constant_usd,
    {{ provenance_columns() }}
from source
