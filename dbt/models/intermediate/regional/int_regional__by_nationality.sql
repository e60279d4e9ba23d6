-- Entries, events and returns by nationality and printed period: rows of one nationality are added up.
select
    indicator_id,
    measure,
    place_area,
    place_area_role,
    unit_of_measure,
    period_kind,
    year,
    month_start,
    case when period_kind = 'month' then {{ month_label('month_start') }} else {{ year_label('year') }} end
        as time_period,
    nationality_area,
    return_type,
    cast(sum(figure) as {{ dbt.type_bigint() }}) as figure,
    is_partial_year,
    {{ flag_list({'unspecified_area': "nationality_area = 'XOT'", 'read_by_others': 'true'}) }} as flags,
    dataset_id,
    vintage_id
from {{ ref('int_regional__nationality_records') }}
group by
    indicator_id, measure, place_area, place_area_role, unit_of_measure, period_kind, year, month_start,
    nationality_area, return_type, is_partial_year, dataset_id, vintage_id
