-- L8.3: H-2 visas issued by nationality, class and fiscal year. Totals are the publisher's own; those of regions are
-- left out, so that nothing stands in the table twice. A year without a sheet is summed from its twelve monthly
-- reports, before fiscal year 2020 only: from then on the publisher says that months must not be added up.
with figures as (

    select * from {{ latest_vintage(ref('stg_state_ca__niv_annual'), per=['fiscal_year']) }} as newest
    where newest.row_kind = 'grand_total'
        or (newest.row_kind = 'nationality' and newest.region in ('North America', 'South America'))

),

-- Each class in all twelve months; the newest state stands for all months of the year.
whole_years as (

    select
        fiscal_year,
        max(dataset_id) as dataset_id,
        max(vintage_id) as vintage_id,
        max(retrieved_at) as retrieved_at,
        -- A nationality without a row in a month rests on that month's file, too.
        max(case when {{ list_has('flags', ['read_by_others']) }} then 1 else 0 end) as read_by_others
    from {{ ref('int_pathways__h2_visas_by_month') }}
    where fiscal_year < 2020
        and fiscal_year not in (select figures.fiscal_year from figures)
    group by fiscal_year
    having count(distinct case when visa_class = 'H-2A' then month_start end) = 12
        and count(distinct case when visa_class = 'H-2B' then month_start end) = 12
        and count(visas) = count(*)

),

by_class as (
    {% for name, class in {'h2a': 'H-2A', 'h2b': 'H-2B', 'h2r': 'H-2R'}.items() %}
    select
        figures.fiscal_year,
        case when figures.row_kind = 'grand_total' then 'all_nationalities' else 'nationality' end as nationality_scope,
        labels.area_code as nationality_area,
        '{{ class }}' as visa_class,
        figures.{{ name }} as visas,
        figures.{{ name }}_status as value_status,
        {{ flag_list({'h2r_apart': 'figures.h2r > 0'} if class == 'H-2B' else {'h2r_apart': 'false'}) }} as flags,
        figures.dataset_id,
        figures.vintage_id,
        figures.source_file,
        figures.source_record,
        figures.retrieved_at
    from figures
    left join {{ ref('country_labels') }} as labels
        on figures.nationality = labels.label and labels.publisher = 'state_ca'

    union all
    {% endfor -%}
    {% for scope, area in {'nationality': 'months.nationality_area', 'all_nationalities': 'null'}.items() %}
    select
        whole_years.fiscal_year,
        '{{ scope }}' as nationality_scope,
        {{ area }} as nationality_area,
        months.visa_class,
        cast(sum(months.visas) as {{ dbt.type_bigint() }}) as visas,
        'reported' as value_status,
        {{ flag_list({
            'summed_from_months': 'true', 'preliminary': 'true', 'read_by_others': 'whole_years.read_by_others = 1'
        }) }} as flags,
        whole_years.dataset_id,
        whole_years.vintage_id,
        -- Many records, each of them in the table of months.
        null as source_file,
        null as source_record,
        whole_years.retrieved_at
    from whole_years
    inner join {{ ref('int_pathways__h2_visas_by_month') }} as months
        on whole_years.fiscal_year = months.fiscal_year
    {%- if scope == 'nationality' %}
    where months.nationality_area is not null
    {%- endif %}
    group by
        whole_years.fiscal_year, months.visa_class, whole_years.dataset_id, whole_years.vintage_id,
        whole_years.retrieved_at, whole_years.read_by_others
        {%- if scope == 'nationality' %}, months.nationality_area{% endif %}
    {%- if not loop.last %}

    union all
    {% endif -%}
    {% endfor %}

)

select
    by_class.fiscal_year,
    by_class.nationality_scope,
    by_class.nationality_area,
    countries.strategy_role,
    by_class.visa_class,
    by_class.visas,
    by_class.value_status,
    -- The observation that the figure is; null for classes outside the indicator.
    case
        when by_class.visa_class = 'H-2A' and by_class.value_status = 'reported'
            then {{ surrogate_key([
                "'L8.3'", "'h2a_visas_issued'", "'USA'", 'by_class.nationality_area',
                fiscal_year_label('by_class.fiscal_year'), "'visas'"
            ]) }}
    end as observation_key,
    by_class.flags,
    by_class.dataset_id,
    by_class.vintage_id,
    by_class.source_file,
    by_class.source_record,
    by_class.retrieved_at
from by_class
left join {{ ref('countries') }} as countries on by_class.nationality_area = countries.area_code
