-- L6.2 and L6.3: southwest encounters by component, by month and fiscal year, by citizenship and all together.
-- A share of a year is made of its sums, never of the shares of its months. Inside a published file a missing
-- combination is zero. Newest file of each fiscal year; 'Remaining' is data in a closed year and an empty promise in
-- the year in progress.
with figures as (

    select
        newest.fiscal_year,
        newest.is_partial_year,
        {{ fiscal_month_start('newest.fiscal_year', 'months.month') }} as month_start,
        labels.area_code as citizenship_area,
        newest.component = 'U.S. Border Patrol' as is_between_ports,
        demographics.demographic_code = 'unaccompanied_children' as is_unaccompanied_child,
        newest.encounters,
        newest.dataset_id,
        newest.vintage_id
    from {{ latest_vintage(ref('stg_cbp__southwest_land_border_encounters'), per=['fiscal_year']) }} as newest
    left join {{ ref('months') }} as months on newest.month_abbreviation = months.month_abbreviation
    left join {{ ref('cbp_demographics') }} as demographics on newest.demographic = demographics.label
    left join {{ ref('country_labels') }} as labels
        on newest.citizenship_grouping = labels.label and labels.publisher = 'cbp'
    where not (newest.is_partial_year and newest.month_grouping = 'Remaining')

),

summed as (
    {%- for month in ['month_start', 'cast(null as date)'] %}
    {%- for area in ['citizenship_area', 'cast(null as ' ~ dbt.type_string() ~ ')'] %}
    select
        fiscal_year,
        {{ month }} as month_start,
        {{ area }} as citizenship_area,
        is_partial_year,
        cast(count(distinct month_start) as {{ dbt.type_int() }}) as months,
        sum(encounters) as encounters,
        sum(case when is_between_ports then encounters else 0 end) as border_patrol,
        sum(case when is_between_ports and is_unaccompanied_child then encounters else 0 end) as children,
        dataset_id,
        vintage_id
    from figures
    group by
        fiscal_year, is_partial_year, dataset_id, vintage_id
        {%- if month == 'month_start' %}, month_start{% endif %}
        {%- if area == 'citizenship_area' %}, citizenship_area{% endif %}
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}

)

select
    fiscal_year,
    case when month_start is null then 'fiscal_year' else 'month' end as period_kind,
    case
        when month_start is null then {{ fiscal_year_label('fiscal_year') }}
        else {{ month_label('month_start') }}
    end as time_period,
    month_start,
    months,
    citizenship_area,
    is_partial_year,
    cast(encounters as {{ dbt.type_bigint() }}) as encounters,
    cast(border_patrol as {{ dbt.type_bigint() }}) as border_patrol_encounters,
    cast(encounters - border_patrol as {{ dbt.type_bigint() }}) as field_office_encounters,
    cast(children as {{ dbt.type_bigint() }}) as border_patrol_unaccompanied_children,
    {{ percentage('border_patrol', 'encounters') }} as between_ports_share,
    {{ percentage('children', 'border_patrol') }} as unaccompanied_children_share,
    {{ flag_list({
        'provisional': 'is_partial_year and month_start is not null',
        'partial_year': 'is_partial_year and month_start is null',
        'unspecified_area': "citizenship_area = 'XOT'",
    }) }} as flags,
    dataset_id,
    vintage_id
from summed
