with source as (

    select * from {{ source('federal_register', 'documents') }}

)

select
    trim({{ source_column('query_name') }}) as query_name,
    trim({{ source_column('document_number') }}) as document_number,
    trim({{ source_column('type') }}) as document_type,
    trim({{ source_column('title') }}) as title,
    {{ to_date(source_column('publication_date')) }} as publication_date,
    {{ text_or_null(source_column('html_url')) }} as document_url,
    {{ provenance_columns() }}
from source
