{%- set heading = source_column('column_name') -%}
with source as (

    select
        *,
        {{ to_int(source_column('value')) }} as figure
    from {{ source('dhs_ohss', 'yearbook_enforcement') }}

)

select
    {{ source_column('sheet') }} as sheet,
    {{ source_column('title') }} as title,
    {{ text_or_null(heading) }} as heading,
    case lower(trim({{ heading }}))
        when 'removals' then 'removals'
        when 'administrative returns' then 'administrative_returns'
        when 'enforcement returns' then 'enforcement_returns'
        when 'expulsions' then 'expulsions'
    end as measure,
    {{ yearbook_row_kind() }} as row_kind,
    {{ text_or_null(source_column('label')) }} as label,
    {{ to_year(source_column('Fiscal Year')) }} as fiscal_year,
    figure as events,
    {{ yearbook_status('figure', no_figure=['NA', '-']) }} as value_status,
    {{ provenance_columns() }}
from source
