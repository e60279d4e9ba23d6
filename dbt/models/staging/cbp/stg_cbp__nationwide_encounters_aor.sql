with source as (

    select * from {{ source('cbp', 'nationwide_encounters_aor') }}

)

select
    {{ to_year("left(trim(" ~ source_column('Fiscal Year') ~ "), 4)") }} as fiscal_year,
    coalesce({{ source_column('Fiscal Year') }} like '%FYTD%', false) as is_partial_year,
    trim({{ source_column('Month Grouping') }}) as month_grouping,
    upper(trim({{ source_column('Month (abbv)') }})) as month_abbreviation,
    trim({{ source_column('Component') }}) as component,
    trim({{ source_column('Land Border Region') }}) as land_border_region,
    trim({{ source_column('Area of Responsibility') }}) as area_of_responsibility,
    trim({{ source_column('AOR (Abbv)') }}) as area_abbreviation,
    trim({{ source_column('Demographic') }}) as demographic,
    trim({{ source_column('Citizenship') }}) as citizenship,
    trim({{ source_column('Title of Authority') }}) as title_of_authority,
    trim({{ source_column('Encounter Type') }}) as encounter_type,
    {{ to_int(source_column('Encounter Count')) }} as encounters,
    {{ value_status(source_column('Encounter Count'), to_int(source_column('Encounter Count'))) }} as encounters_status,
    {{ provenance_columns() }}
from source
