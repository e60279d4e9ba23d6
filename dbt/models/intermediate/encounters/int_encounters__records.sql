-- Records of the newest file of each fiscal year, under stable labels.
-- Month Grouping compares a month with the progress of the year in progress: 'Remaining' is data in a closed year
-- and an empty promise in the year in progress.
with figures as (

    select * from {{ latest_vintage(ref('stg_cbp__nationwide_encounters_state'), per=['fiscal_year']) }} as newest
    where not (newest.is_partial_year and newest.month_grouping = 'Remaining')

)

select
    figures.fiscal_year,
    figures.is_partial_year,
    {{ fiscal_month_start('figures.fiscal_year', 'months.month') }} as month_start,
    figures.land_border_region,
    figures.state_code,
    states.state_name,
    demographics.demographic_code,
    demographics.demographic_name,
    labels.area_code as citizenship_area,
    figures.title_of_authority,
    figures.encounters,
    -- The observation that the record is counted in; null outside the southwest border.
    case
        when figures.land_border_region = 'Southwest Land Border'
            then {{ surrogate_key([
                "'L6.1'", "'southwest_encounters'", "'USA'", 'labels.area_code',
                month_label(fiscal_month_start('figures.fiscal_year', 'months.month')), "'encounters'"
            ]) }}
    end as observation_key,
    figures.dataset_id,
    figures.vintage_id,
    figures.source_file,
    figures.source_record,
    figures.retrieved_at
from figures
left join {{ ref('months') }} as months on figures.month_abbreviation = months.month_abbreviation
left join {{ ref('cbp_demographics') }} as demographics on figures.demographic = demographics.label
left join {{ ref('us_states') }} as states on figures.state_code = states.state_code
left join {{ ref('country_labels') }} as labels
    on figures.citizenship = labels.label and labels.publisher = 'cbp'
