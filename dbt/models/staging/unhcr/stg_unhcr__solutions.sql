{%- set measures = ['returned_refugees', 'resettlement', 'naturalisation', 'returned_idps'] -%}

with source as (

    select * from {{ source('unhcr', 'solutions') }}

),

renamed as (

    select
        {{ to_year(source_column('year')) }} as year,
        nullif(trim({{ source_column('coo') }}), '-') as origin_unhcr_code,
        nullif(trim({{ source_column('coo_iso') }}), '-') as origin_iso_code,
        nullif(trim({{ source_column('coo_name') }}), '-') as origin_name,
        nullif(trim({{ source_column('coa') }}), '-') as second_unhcr_code,
        nullif(trim({{ source_column('coa_iso') }}), '-') as second_iso_code,
        nullif(trim({{ source_column('coa_name') }}), '-') as second_name,
        split_part({{ source_column('_file') }}, '/', 1) as query_name,
        {%- for measure in measures %}
        {{ to_int(source_column(measure)) }} as {{ measure }},
        {{ value_status(source_column(measure), to_int(source_column(measure))) }} as {{ measure }}_status,
        {%- endfor %}
        {{ provenance_columns() }}
    from source

),

-- Two queries may answer the same pair of countries: one row per key is kept.
ranked as (

    select
        renamed.*,
        row_number() over (
            partition by vintage_id, year, origin_unhcr_code, second_unhcr_code
            order by case query_name when 'nca_origin' then 1 when 'pairs' then 2 else 3 end, source_file, source_record
        ) as copy_number
    from renamed

)

select
    year,
    origin_unhcr_code,
    origin_iso_code,
    origin_name,
    second_unhcr_code,
    second_iso_code,
    second_name,
    query_name,
    {%- for measure in measures %}
    {{ measure }},
    {{ measure }}_status,
    {%- endfor %}
    dataset_id,
    vintage_id,
    vintage_number,
    source_file,
    source_record,
    retrieved_at
from ranked
where copy_number = 1
