-- L4.6: share of El Salvador, Guatemala and Honduras in the H-2A and H-2B visas of a fiscal year. A nationality
-- without a figure makes no share: missing is not zero.
with by_class as (

    select
        fiscal_year,
        visa_class,
        sum(case when strategy_role = 'priority_origin' then visas end) as nca_visas,
        count(case when strategy_role = 'priority_origin' then visas end) as nationalities,
        max(case when nationality_scope = 'all_nationalities' then visas end) as all_visas,
        max(case when ',' || flags || ',' like '%,summed_from_months,%' then 1 else 0 end) as from_months,
        max(case when {{ list_has('flags', ['read_by_others']) }} then 1 else 0 end) as read_by_others,
        dataset_id,
        vintage_id
    from {{ ref('int_pathways__h2_visas') }}
    group by fiscal_year, visa_class, dataset_id, vintage_id

),

with_both as (

    select
        fiscal_year,
        visa_class,
        case when nationalities = 3 then nca_visas end as nca_visas,
        all_visas,
        from_months,
        read_by_others,
        dataset_id,
        vintage_id
    from by_class
    where visa_class in ('H-2A', 'H-2B')
    union all
    select
        fiscal_year,
        'H-2A and H-2B' as visa_class,
        case when sum(nationalities) = 6 then sum(nca_visas) end as nca_visas,
        case when count(all_visas) = 2 then sum(all_visas) end as all_visas,
        max(from_months) as from_months,
        max(read_by_others) as read_by_others,
        dataset_id,
        vintage_id
    from by_class
    where visa_class in ('H-2A', 'H-2B')
    group by fiscal_year, dataset_id, vintage_id

)

select
    with_both.fiscal_year,
    with_both.visa_class,
    cast(with_both.nca_visas as {{ dbt.type_bigint() }}) as nca_visas,
    cast(with_both.all_visas as {{ dbt.type_bigint() }}) as all_visas,
    {{ percentage('with_both.nca_visas', 'with_both.all_visas') }} as nca_share,
    cast(apart.all_visas as {{ dbt.type_bigint() }}) as h2r_visas,
    {{ flag_list({
        'h2r_apart': "with_both.visa_class <> 'H-2A' and apart.all_visas > 0",
        'summed_from_months': 'with_both.from_months = 1',
        'preliminary': 'with_both.from_months = 1',
        'read_by_others': 'with_both.read_by_others = 1',
    }) }} as flags,
    with_both.dataset_id,
    with_both.vintage_id
from with_both
left join by_class as apart on with_both.fiscal_year = apart.fiscal_year and apart.visa_class = 'H-2R'
