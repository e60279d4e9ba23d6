{%- set flags = flags_with('figures.flags', {'small_counts': holds_small_counts([
    'figures.refugees', 'figures.asylum_seekers', 'figures.oip', 'figures.stateless', 'figures.ooc', 'figures.hst',
    'figures.returned_refugees', 'figures.returned_idps'
])}) -%}

with footnotes as (

    {{ footnotes_on(ref('int_displacement__population'), 'asylum_area', 'origin_area',
        ['REF', 'ASY', 'OIP', 'STA', 'OOC', 'HST', 'RET', 'RDP']) }}

)

select
    'L2.4' as indicator_id,
    figures.year,
    {{ year_end_label('figures.year') }} as time_period,
    figures.asylum_area,
    asylum.area_name as asylum_country,
    asylum.asylum_scope,
    asylum.is_closer_to_home_host,
    figures.origin_scope,
    figures.origin_area,
    origin.area_name as origin_country,
    figures.refugees,
    figures.asylum_seekers,
    figures.oip as other_people_in_need_of_protection,
    figures.stateless,
    figures.ooc as others_of_concern,
    figures.hst as host_community,
    figures.returned_refugees,
    figures.returned_idps,
    figures.refugees_status,
    figures.asylum_seekers_status,
    figures.oip_status as other_people_in_need_of_protection_status,
    {{ flags }} as flags,
    {{ warning_text(flags) }} as warning,
    footnotes.publisher_footnotes,
    figures.dataset_id,
    figures.vintage_id
from {{ ref('int_displacement__population') }} as figures
left join {{ ref('dim_country') }} as asylum on figures.asylum_area = asylum.area_code
left join {{ ref('dim_country') }} as origin on figures.origin_area = origin.area_code
left join footnotes
    on figures.year = footnotes.year
    and figures.asylum_area = footnotes.asylum_area
    and coalesce(figures.origin_area, '') = coalesce(footnotes.origin_area, '')
