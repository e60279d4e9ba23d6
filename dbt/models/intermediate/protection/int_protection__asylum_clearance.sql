-- Work of an asylum system: decisions against applications (L2.3) and against the pending stock (L2.4).
-- Both sides must be counted in one and the same unit over all levels, or no ratio is made.
with applications as (

    select
        year,
        asylum_area,
        origin_area,
        origin_scope,
        counted_in,
        applied as applications,
        cast(null as {{ dbt.type_bigint() }}) as substantive_decisions,
        cast(null as {{ dbt.type_bigint() }}) as otherwise_closed,
        correction_ids,
        is_provisional,
        {{ holds_small_counts(['applied']) }} as holds_small_counts,
        is_read_by_others,
        dataset_id as application_dataset_id,
        vintage_id as application_vintage_id,
        cast(null as {{ dbt.type_string() }}) as decision_dataset_id,
        cast(null as {{ dbt.type_string() }}) as decision_vintage_id
    from {{ ref('int_protection__asylum_applications') }}
    where is_new_claim

),

decisions as (

    select
        year,
        asylum_area,
        origin_area,
        origin_scope,
        counted_in,
        cast(null as {{ dbt.type_bigint() }}) as applications,
        substantive_decisions,
        otherwise_closed,
        cast(null as {{ dbt.type_string() }}) as correction_ids,
        coalesce(',' || flags || ',' like '%,provisional,%', false) as is_provisional,
        {{ list_has('flags', ['small_counts']) }} as holds_small_counts,
        false as is_read_by_others,
        cast(null as {{ dbt.type_string() }}) as application_dataset_id,
        cast(null as {{ dbt.type_string() }}) as application_vintage_id,
        dataset_id as decision_dataset_id,
        vintage_id as decision_vintage_id
    from {{ ref('int_protection__asylum_decisions') }}
    where stage = 'first_instance'

),

both_sides as (

    select
        year,
        asylum_area,
        origin_area,
        origin_scope,
        counted_in,
        applications,
        substantive_decisions,
        otherwise_closed,
        correction_ids,
        is_provisional,
        holds_small_counts,
        is_read_by_others,
        application_dataset_id,
        application_vintage_id,
        decision_dataset_id,
        decision_vintage_id
    from applications
    union all
    select
        year,
        asylum_area,
        origin_area,
        origin_scope,
        counted_in,
        applications,
        substantive_decisions,
        otherwise_closed,
        correction_ids,
        is_provisional,
        holds_small_counts,
        is_read_by_others,
        application_dataset_id,
        application_vintage_id,
        decision_dataset_id,
        decision_vintage_id
    from decisions

),

combined as (

    select
        year,
        asylum_area,
        origin_area,
        origin_scope,
        case when count(distinct counted_in) = 1 then max(counted_in) else 'mixed' end as counted_in,
        cast(sum(applications) as {{ dbt.type_bigint() }}) as applications,
        cast(sum(substantive_decisions) as {{ dbt.type_bigint() }}) as substantive_decisions,
        cast(sum(otherwise_closed) as {{ dbt.type_bigint() }}) as otherwise_closed,
        max(correction_ids) as correction_ids,
        max(case when is_provisional then 1 else 0 end) = 1 as is_provisional,
        max(case when holds_small_counts then 1 else 0 end) = 1 as holds_small_counts,
        max(case when is_read_by_others then 1 else 0 end) = 1 as is_read_by_others,
        max(application_dataset_id) as application_dataset_id,
        max(application_vintage_id) as application_vintage_id,
        max(decision_dataset_id) as decision_dataset_id,
        max(decision_vintage_id) as decision_vintage_id
    from both_sides
    group by year, asylum_area, origin_area, origin_scope

),

-- A sum over two units would be a number of nothing.
one_unit as (

    select
        year,
        asylum_area,
        origin_area,
        origin_scope,
        counted_in,
        case when counted_in <> 'mixed' then applications end as applications,
        case when counted_in <> 'mixed' then substantive_decisions end as substantive_decisions,
        case when counted_in <> 'mixed' then otherwise_closed end as otherwise_closed,
        correction_ids,
        is_provisional,
        holds_small_counts,
        is_read_by_others,
        application_dataset_id,
        application_vintage_id,
        decision_dataset_id,
        decision_vintage_id
    from combined

)

select
    one_unit.year,
    one_unit.asylum_area,
    one_unit.origin_area,
    one_unit.origin_scope,
    one_unit.counted_in,
    one_unit.applications,
    one_unit.substantive_decisions,
    one_unit.otherwise_closed,
    pending.asylum_seekers as asylum_seekers_pending,
    {{ ratio('one_unit.substantive_decisions', 'one_unit.applications') }} as clearance_ratio,
    {{ ratio('one_unit.otherwise_closed', 'one_unit.applications') }} as closed_per_application,
    {{ ratio(
        "case when one_unit.counted_in = 'persons' then pending.asylum_seekers end", 'one_unit.substantive_decisions'
    ) }} as years_of_work,
    {{ flag_list({
        'corrected': 'one_unit.correction_ids is not null',
        'provisional': 'one_unit.is_provisional',
        'usa_half_year_2024': "one_unit.asylum_area = 'USA' and one_unit.year = 2024",
        'unknown_origin_2025':
            "one_unit.asylum_area = 'USA' and one_unit.year = 2025 and one_unit.origin_scope = 'one_origin'",
        'comar_restates': "one_unit.asylum_area = 'MEX' and one_unit.applications is not null",
        'counted_in_cases': "one_unit.counted_in = 'cases'",
        'mixed_units': "one_unit.counted_in = 'mixed'",
        'small_counts': 'one_unit.holds_small_counts or ' ~ holds_small_counts(['pending.asylum_seekers']),
        'read_by_others': 'one_unit.is_read_by_others',
    }) }} as flags,
    one_unit.application_dataset_id,
    one_unit.application_vintage_id,
    one_unit.decision_dataset_id,
    one_unit.decision_vintage_id,
    pending.dataset_id as pending_dataset_id,
    pending.vintage_id as pending_vintage_id
from one_unit
left join {{ ref('int_displacement__population') }} as pending
    on one_unit.year = pending.year
    and one_unit.asylum_area = pending.asylum_area
    and one_unit.origin_scope = pending.origin_scope
    and coalesce(one_unit.origin_area, '') = coalesce(pending.origin_area, '')
