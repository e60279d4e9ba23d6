with source as (

    select * from {{ source('unhcr', 'footnotes') }}

)

select
    {{ text_or_null(source_column('footnote')) }} as footnote,
    {{ text_or_null(source_column('year')) }} as years_text,
    {{ text_or_null(source_column('coo_iso')) }} as origin_iso_code,
    {{ text_or_null(source_column('coo')) }} as origin_name,
    {{ text_or_null(source_column('coa_iso')) }} as asylum_iso_code,
    {{ text_or_null(source_column('coa')) }} as asylum_name,
    nullif(replace({{ source_column('population_type') }}, ' ', ''), '') as population_codes,
    {{ provenance_columns() }}
from source
