-- L8.4: H-2B visas issued to nationals of the countries that a set-aside is for, against the set-aside. An upper bound:
-- visas under the regular cap are among them. No figure where a nationality of the list has none.
with set_asides as (

    select
        fiscal_year,
        area_codes,
        sum(ceiling_high) as set_aside
    from {{ ref('ceilings') }}
    where subject = 'h2b_set_aside'
    group by fiscal_year, area_codes

),

visas as (

    select
        set_asides.fiscal_year,
        sum(issued.visas) as visas,
        count(issued.visas) as nationalities_with_figure,
        min(issued.dataset_id) as dataset_id,
        min(issued.vintage_id) as vintage_id
    from set_asides
    inner join {{ ref('int_pathways__h2_visas') }} as issued
        on set_asides.fiscal_year = issued.fiscal_year
        and issued.visa_class = 'H-2B'
        and ',' || set_asides.area_codes || ',' like '%,' || issued.nationality_area || ',%'
    group by set_asides.fiscal_year

),

compared as (

    select
        set_asides.fiscal_year,
        set_asides.area_codes,
        set_asides.set_aside,
        -- Codes have three letters, and a comma stands between two.
        case
            when visas.nationalities_with_figure = (length(set_asides.area_codes) + 1) / 4 then visas.visas
        end as visas_issued,
        visas.dataset_id,
        visas.vintage_id
    from set_asides
    left join visas on set_asides.fiscal_year = visas.fiscal_year

)

select
    fiscal_year,
    area_codes,
    set_aside,
    visas_issued,
    case when visas_issued is null then 'missing' else 'reported' end as value_status,
    {{ percentage('visas_issued', 'set_aside') }} as use_of_set_aside,
    {{ flag_list({'upper_bound': 'visas_issued is not null'}) }} as flags,
    dataset_id,
    vintage_id
from compared
