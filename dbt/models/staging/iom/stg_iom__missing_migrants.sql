with source as (

    select * from {{ source('iom', 'missing_migrants') }}

)

select
    {{ text_or_null(source_column('web_id')) }} as incident_label,
    {{ text_or_null(source_column('region')) }} as region,
    {{ to_date(source_column('reported_date')) }} as incident_date,
    -- Some incidents have no date: they belong to the year of the answer.
    coalesce({{ to_year("left(" ~ source_column('reported_date') ~ ", 4)") }}, {{ to_year(source_column('year')) }})
        as year,
    {{ to_int(without_separators(source_column('number_dead'))) }} as dead,
    {{ to_int(without_separators(source_column('number_missing'))) }} as missing,
    -- The table of 2026 has no total.
    coalesce(
        {{ to_int(without_separators(source_column('total_dead_and_missing'))) }},
        coalesce(
            {{ to_int(without_separators(source_column('number_dead'))) }},
            0 * {{ to_int(without_separators(source_column('number_missing'))) }}
        ) + coalesce({{ to_int(without_separators(source_column('number_missing'))) }}, 0)
    ) as dead_and_missing,
    {{ to_int(without_separators(source_column('number_of_female'))) }} as women,
    {{ to_int(without_separators(source_column('number_of_male'))) }} as men,
    {{ to_int(without_separators(source_column('number_of_children'))) }} as children,
    {{ text_or_null(source_column('cause_death')) }} as cause_of_death,
    {{ text_or_null(source_column('country_of_incident')) }} as country_label,
    {{ text_or_null(source_column('migration_route')) }} as migration_route,
    {{ to_int(source_column('source_quality')) }} as source_quality,
    {{ provenance_columns() }}
from source
