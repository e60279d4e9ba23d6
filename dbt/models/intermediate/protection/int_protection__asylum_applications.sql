with figures as (

    select * from {{ latest_vintage(ref('stg_unhcr__asylum_applications')) }} as newest

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
        figures.procedure_type,
        procedures.label as procedure_name,
        figures.application_type,
        types.label as application_type_name,
        figures.decision_level,
        levels.label as decision_level_name,
        units.label as counted_in,
        types.counts_as_new as is_new_claim,
        figures.applied,
        figures.applied_status,
        figures.correction_ids,
        figures.retrieved_at < cast(make_date(figures.year + 1, 6, 15) as {{ dbt.type_timestamp() }}) as is_provisional,
        others.file_name is not null as is_read_by_others,
        figures.dataset_id,
        figures.vintage_id,
        figures.source_file,
        figures.source_record,
        figures.retrieved_at
    from figures
    left join labels as asylum_labels on figures.asylum_unhcr_code = asylum_labels.label
    left join labels as origin_labels on figures.origin_unhcr_code = origin_labels.label
    left join {{ ref('unhcr_codes') }} as procedures
        on figures.procedure_type = procedures.code and procedures.kind = 'procedure_type'
    left join {{ ref('unhcr_codes') }} as levels
        on figures.decision_level = levels.code and levels.kind = 'dec_level'
    left join {{ ref('unhcr_codes') }} as types
        on figures.application_type = types.code and types.kind = 'app_type'
    left join {{ ref('unhcr_codes') }} as units
        on figures.unit_code = units.code and units.kind = 'unit'
    left join {{ ref('files_read_by_others') }} as others
        on figures.dataset_id = others.dataset_id
        and figures.vintage_id = others.vintage_id
        and figures.source_file = others.file_name

)

select
    conformed.*,
    -- The observation that a new claim is counted in; null for repeat claims and appeals.
    case
        when is_new_claim
            then {{ surrogate_key([
                "'L2.1'", "'new_asylum_applications'", 'asylum_area', 'origin_area', year_label('year'), 'counted_in'
            ]) }}
    end as observation_key,
    {{ flag_list({
        'corrected': 'correction_ids is not null',
        'provisional': 'is_provisional',
        'usa_half_year_2024': "asylum_area = 'USA' and year = 2024",
        'unknown_origin_2025': "asylum_area = 'USA' and year = 2025 and origin_scope = 'one_origin'",
        'comar_restates': "asylum_area = 'MEX'",
        'counted_in_cases': "counted_in = 'cases'",
        'small_counts': holds_small_counts(['applied']),
        'read_by_others': 'is_read_by_others',
    }) }} as flags
from conformed
