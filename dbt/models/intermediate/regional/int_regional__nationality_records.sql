-- Rows of the newest copies that count nationals of a country elsewhere: entries through Darién (L6.6), events in
-- Mexico (L6.7) and returns by Mexico (L5.4). Codes without a country stand together. A year without its December is
-- not over.
{%- set copies = [
    {
        'rows': ref('stg_iom_gdidata__darien_entries'), 'indicator': 'L6.6', 'measure': 'darien_entries',
        'place': 'PAN', 'role': 'location', 'kind': 'period_kind', 'start': 'period_start',
        'figure': 'persons_registered', 'unit': 'persons_registered', 'type': none
    },
    {
        'rows': ref('stg_iom_gdidata__mexico_irregular_events'), 'indicator': 'L6.7',
        'measure': 'irregular_situation_events', 'place': 'MEX', 'role': 'location', 'kind': "'month'",
        'start': 'month_start', 'figure': 'events', 'unit': 'events', 'type': none
    },
    {
        'rows': ref('stg_iom_gdidata__mexico_returns'), 'indicator': 'L5.4', 'measure': 'returns_by_mexico',
        'place': 'MEX', 'role': 'actor', 'kind': "'month'", 'start': 'month_start', 'figure': 'returns',
        'unit': 'events', 'type': 'return_type'
    },
] %}
with copied as (

    {%- for copy in copies %}

    select
        '{{ copy.indicator }}' as indicator_id,
        '{{ copy.measure }}' as measure,
        '{{ copy.place }}' as place_area,
        '{{ copy.role }}' as place_area_role,
        '{{ copy.unit }}' as unit_of_measure,
        {{ copy.kind }} as period_kind,
        {{ copy.start }} as period_start,
        nationality_code,
        {{ copy.type or 'cast(null as ' ~ dbt.type_string() ~ ')' }} as return_type,
        {{ copy.figure }} as figure,
        dataset_id,
        vintage_id,
        source_file,
        source_record,
        retrieved_at
    from {{ latest_vintage(copy.rows) }} as newest
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}

),

years as (

    select
        measure,
        extract(year from period_start) as year,
        min(period_kind) = 'month' and max(extract(month from period_start)) < 12 as is_partial_year
    from copied
    group by measure, extract(year from period_start)

)

select
    copied.indicator_id,
    copied.measure,
    copied.place_area,
    copied.place_area_role,
    copied.unit_of_measure,
    copied.period_kind,
    cast(extract(year from copied.period_start) as {{ dbt.type_int() }}) as year,
    case when copied.period_kind = 'month' then copied.period_start end as month_start,
    labels.area_code as nationality_area,
    copied.return_type,
    copied.figure,
    years.is_partial_year,
    copied.dataset_id,
    copied.vintage_id,
    copied.source_file,
    copied.source_record,
    copied.retrieved_at
from copied
inner join years
    on copied.measure = years.measure
    and extract(year from copied.period_start) = years.year
left join {{ ref('country_labels') }} as labels
    on copied.nationality_code = labels.label and labels.publisher = 'iom_gdidata'
