{#-
    UNHCR's footnotes on each row of `relation`, as one text beside the row's key (year, asylum, origin). `codes`: the
    population types that the row shows. A footnote that names no country of asylum, or none of origin, is about all;
    one that names an origin is not about the sum over all origins, whose origin is null.
-#}
{% macro footnotes_on(relation, asylum, origin, codes) -%}
    select
        year,
        asylum_area,
        origin_area,
        {{ dbt.listagg('footnote', "' '", 'order by footnote') }} as publisher_footnotes
    from (
        select distinct
            figures.year,
            figures.{{ asylum }} as asylum_area,
            figures.{{ origin }} as origin_area,
            '[' || notes.population_codes || '] ' || notes.footnote as footnote
        from {{ relation }} as figures
        inner join {{ ref('int_displacement__footnotes') }} as notes
            on figures.year between notes.first_year and notes.last_year
            and (notes.asylum_area is null or notes.asylum_area = figures.{{ asylum }})
            and (notes.origin_area is null or notes.origin_area = figures.{{ origin }})
            and {{ list_has('notes.population_codes', codes) }}
    ) as about
    group by year, asylum_area, origin_area
{%- endmacro %}
