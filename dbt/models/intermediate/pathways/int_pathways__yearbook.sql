-- Refugee arrivals (L8.2, second series) and asylum granted (L8.7) as the DHS yearbook counts them, by nationality and
-- fiscal year. Totals are the publisher's own: everything is rounded to the nearest ten.
with figures as (
    {% for table in ['refugees', 'asylees'] %}
    select
        measure,
        row_kind,
        label,
        fiscal_year,
        persons,
        value_status,
        dataset_id,
        vintage_id,
        source_file,
        source_record,
        retrieved_at
    from {{ latest_vintage(ref('stg_dhs_ohss__yearbook_' ~ table), per=['fiscal_year']) }} as newest_{{ table }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

-- The table by year carries the totals of asylum granted, that of refugees by nationality its own.
kept as (

    select
        *,
        case
            when row_kind <> 'nationality' then 'all_nationalities'
            when label in ('All other countries', 'Unknown') then 'remainder'
            else 'nationality'
        end as nationality_scope
    from figures
    where row_kind in ('nationality', 'year_total')
        or (row_kind = 'table_total' and measure = 'refugee_arrivals')

)

select
    kept.fiscal_year,
    kept.measure,
    kept.nationality_scope,
    case when kept.nationality_scope <> 'all_nationalities' then kept.label end as nationality_label,
    case when kept.nationality_scope <> 'all_nationalities' then labels.area_code end as nationality_area,
    countries.strategy_role,
    kept.persons,
    kept.value_status,
    kept.dataset_id,
    kept.vintage_id,
    kept.source_file,
    kept.source_record,
    kept.retrieved_at
from kept
left join {{ ref('country_labels') }} as labels
    on kept.label = labels.label and labels.publisher = 'dhs_ohss'
left join {{ ref('countries') }} as countries on labels.area_code = countries.area_code
