with records as (

    select
        figures.*,
        {{ flag_list({
            'provisional': 'figures.is_partial_year', 'unspecified_area': "figures.citizenship_area = 'XOT'"
        }) }} as flags
    from {{ ref('int_encounters__records') }} as figures

)

select
    'L6.1' as indicator_id,
    records.fiscal_year,
    {{ month_label('records.month_start') }} as time_period,
    records.month_start,
    records.is_partial_year,
    records.land_border_region,
    records.state_code,
    records.state_name,
    records.demographic_code,
    records.demographic_name,
    records.citizenship_area,
    citizenships.area_name as citizenship,
    records.title_of_authority,
    records.encounters,
    records.flags,
    {{ warning_text('records.flags') }} as warning,
    records.dataset_id,
    records.vintage_id
from records
left join {{ ref('dim_country') }} as citizenships on records.citizenship_area = citizenships.area_code
