{%- set months = ['oct', 'nov', 'dec', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep'] -%}

-- L8.2: refugee arrivals by nationality and month. In the year in progress the workbook prints 0 for months that
-- have not come yet: they become null.
with figures as (

    select * from {{ latest_vintage(ref('stg_state_prm__refugee_admissions'), per=['fiscal_year']) }} as newest
    where newest.row_kind = 'country'

),

by_month as (

    select
        figures.fiscal_year,
        figures.as_of_date,
        figures.region,
        figures.country,
        {{ fiscal_month_start('figures.fiscal_year', 'months.month') }} as month_start,
        case months.month_abbreviation
            {%- for month in months %}
            when '{{ month | upper }}' then figures.admitted_{{ month }}
            {%- endfor %}
        end as printed_arrivals,
        figures.dataset_id,
        figures.vintage_id,
        figures.source_file,
        figures.source_record,
        figures.retrieved_at
    from figures
    cross join {{ ref('months') }} as months

)

select
    by_month.fiscal_year,
    by_month.month_start,
    region_labels.area_code as region_area,
    by_month.country as nationality_label,
    country_labels.area_code as nationality_area,
    case when by_month.month_start <= by_month.as_of_date then by_month.printed_arrivals end as arrivals,
    -- The observation that the record is counted in; null for nationalities outside the indicator.
    case
        when countries.is_pathway_nationality
            then {{ surrogate_key([
                "'L8.2'", "'refugee_arrivals'", "'USA'", 'country_labels.area_code',
                month_label('by_month.month_start'), "'persons'"
            ]) }}
    end as observation_key,
    case when by_month.month_start <= by_month.as_of_date then 'reported' else 'not_yet_reported' end
        as arrivals_status,
    by_month.as_of_date < {{ fiscal_period_end('by_month.fiscal_year') }} as is_partial_year,
    by_month.as_of_date,
    {{ flag_list({
        'provisional': "by_month.as_of_date < " ~ fiscal_period_end('by_month.fiscal_year'),
        'partial_month':
            'by_month.month_start <= by_month.as_of_date and by_month.as_of_date < ' ~ month_end('by_month.month_start'),
        'not_yet_reported': 'by_month.month_start > by_month.as_of_date',
        'counted_toward_2018': 'by_month.fiscal_year = 2018',
    }) }} as flags,
    by_month.dataset_id,
    by_month.vintage_id,
    by_month.source_file,
    by_month.source_record,
    by_month.retrieved_at
from by_month
left join {{ ref('country_labels') }} as country_labels
    on by_month.country = country_labels.label and country_labels.publisher = 'state_prm'
left join {{ ref('countries') }} as countries on country_labels.area_code = countries.area_code
left join {{ ref('country_labels') }} as region_labels
    on by_month.region = region_labels.label and region_labels.publisher = 'state_prm'
