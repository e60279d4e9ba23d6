-- L8.3: H-2 visas issued by nationality, class and fiscal year. Totals are the publisher's own; those of regions are
-- left out, so that nothing stands in the table twice.
with figures as (

    select * from {{ latest_vintage(ref('stg_state_ca__niv_annual'), per=['fiscal_year']) }} as newest
    where newest.row_kind = 'grand_total'
        or (newest.row_kind = 'nationality' and newest.region in ('North America', 'South America'))

),

by_class as (
    {% for name, class in {'h2a': 'H-2A', 'h2b': 'H-2B', 'h2r': 'H-2R'}.items() %}
    select
        fiscal_year,
        nationality,
        row_kind,
        '{{ class }}' as visa_class,
        {{ name }} as visas,
        {{ name }}_status as value_status,
        h2r,
        dataset_id,
        vintage_id,
        source_file,
        source_record,
        retrieved_at
    from figures
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    by_class.fiscal_year,
    case when by_class.row_kind = 'grand_total' then 'all_nationalities' else 'nationality' end as nationality_scope,
    labels.area_code as nationality_area,
    countries.strategy_role,
    by_class.visa_class,
    by_class.visas,
    by_class.value_status,
    -- The observation that the figure is; null for classes outside the indicator.
    case
        when by_class.visa_class = 'H-2A' and by_class.value_status = 'reported'
            then {{ surrogate_key([
                "'L8.3'", "'h2a_visas_issued'", "'USA'", 'labels.area_code', fiscal_year_label('by_class.fiscal_year'),
                "'visas'"
            ]) }}
    end as observation_key,
    {{ flag_list({'h2r_apart': "by_class.visa_class = 'H-2B' and by_class.h2r > 0"}) }} as flags,
    by_class.dataset_id,
    by_class.vintage_id,
    by_class.source_file,
    by_class.source_record,
    by_class.retrieved_at
from by_class
left join {{ ref('country_labels') }} as labels
    on by_class.nationality = labels.label and labels.publisher = 'state_ca'
left join {{ ref('countries') }} as countries on labels.area_code = countries.area_code
