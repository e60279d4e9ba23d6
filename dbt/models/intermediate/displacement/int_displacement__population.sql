{%- set measures = [
    'refugees', 'asylum_seekers', 'returned_refugees', 'idps', 'returned_idps', 'stateless', 'ooc', 'oip', 'hst'
] -%}

with figures as (

    select * from {{ latest_vintage(ref('stg_unhcr__population')) }} as newest

),

labels as (

    select
        label,
        area_code
    from {{ ref('country_labels') }}
    where publisher = 'unhcr'

),

conformed as (

    select
        figures.year,
        asylum_labels.area_code as asylum_area,
        origin_labels.area_code as origin_area,
        case when figures.origin_unhcr_code is null then 'all_origins' else 'one_origin' end as origin_scope,
        figures.query_name,
        {%- for measure in measures %}
        figures.{{ measure }},
        figures.{{ measure }}_status,
        {%- endfor %}
        -- End-year figures come out in mid-June of the next year and overwrite the mid-year ones.
        figures.retrieved_at < cast(make_date(figures.year + 1, 6, 15) as {{ dbt.type_timestamp() }}) as is_provisional,
        figures.dataset_id,
        figures.vintage_id,
        figures.source_file,
        figures.source_record,
        figures.retrieved_at
    from figures
    left join labels as asylum_labels on figures.asylum_unhcr_code = asylum_labels.label
    left join labels as origin_labels on figures.origin_unhcr_code = origin_labels.label

)

select
    conformed.*,
    -- The observation that the pending asylum-seekers of the record are.
    case
        when asylum_seekers_status = 'reported'
            then {{ surrogate_key([
                "'L2.4'", "'asylum_seekers_pending'", 'asylum_area', 'origin_area', year_end_label('year'), "'persons'"
            ]) }}
    end as pending_observation_key,
    {{ flag_list({
        'provisional': 'is_provisional',
        'usa_half_year_2024': "asylum_area = 'USA' and year = 2024",
        'unknown_origin_2025': "asylum_area = 'USA' and year = 2025",
    }) }} as flags
from conformed
