{#- Columns of every observation, in order. All observation models and fct_observations use this list. -#}
{% macro observation_column_names() %}
    {{ return([
        'observation_key', 'line_of_effort', 'indicator_id', 'measure', 'reference_area', 'reference_area_role',
        'counterpart_area', 'time_period', 'frequency', 'period_start', 'period_end', 'year_basis',
        'observation_value', 'unit_of_measure', 'measure_kind', 'observation_status', 'flags',
        'dataset_id', 'vintage_id', 'second_dataset_id', 'second_vintage_id'
    ]) }}
{% endmacro %}

{#-
    One select of observations from `relation`. `columns` gives an SQL expression for each part that differs;
    `time` is one of calendar_year, year_end, fiscal_year, plan_year (over a year column; a plan's days stand in
    plan_start and plan_end) and month (over its first day).
    Status (SDMX list): O missing, I carried forward, P provisional or part of a period, A normal.
-#}
{% macro observations_from(relation, columns, time, time_column, where='true') -%}
    {%- set periods = {
        'calendar_year': {
            'label': year_label(time_column), 'frequency': 'A', 'basis': 'calendar',
            'start': 'make_date(' ~ time_column ~ ', 1, 1)', 'end': 'make_date(' ~ time_column ~ ', 12, 31)'
        },
        'year_end': {
            'label': year_end_label(time_column), 'frequency': 'A', 'basis': 'point_in_time',
            'start': 'make_date(' ~ time_column ~ ', 12, 31)', 'end': 'make_date(' ~ time_column ~ ', 12, 31)'
        },
        'fiscal_year': {
            'label': fiscal_year_label(time_column), 'frequency': 'A', 'basis': 'us_fiscal',
            'start': fiscal_period_start(time_column), 'end': fiscal_period_end(time_column)
        },
        'plan_year': {
            'label': plan_year_label(time_column), 'frequency': 'A', 'basis': 'plan',
            'start': 'plan_start', 'end': 'plan_end'
        },
        'month': {
            'label': month_label(time_column), 'frequency': 'M', 'basis': 'calendar',
            'start': time_column, 'end': month_end(time_column)
        },
    } -%}
    {%- set period = periods[time] -%}
    {%- set text = dbt.type_string() -%}
    {%- set none_text = 'cast(null as ' ~ text ~ ')' -%}
    {%- set flags = columns.get('flags', none_text) -%}
    {%- set indicator = columns.get('indicator_id', none_text) -%}
    {%- set counterpart = columns.get('counterpart_area', none_text) -%}
    select
        {{ surrogate_key([
            indicator, columns['measure'], columns['reference_area'], counterpart, period['label'],
            columns['unit_of_measure']
        ]) }} as observation_key,
        {{ columns['line_of_effort'] }} as line_of_effort,
        {{ indicator }} as indicator_id,
        {{ columns['measure'] }} as measure,
        {{ columns['reference_area'] }} as reference_area,
        {{ columns['reference_area_role'] }} as reference_area_role,
        {{ counterpart }} as counterpart_area,
        {{ period['label'] }} as time_period,
        '{{ period["frequency"] }}' as frequency,
        {{ period['start'] }} as period_start,
        {{ period['end'] }} as period_end,
        '{{ period["basis"] }}' as year_basis,
        cast({{ columns['observation_value'] }} as {{ dbt.type_numeric() }}) as observation_value,
        {{ columns['unit_of_measure'] }} as unit_of_measure,
        {{ columns['measure_kind'] }} as measure_kind,
        case
            when {{ columns['observation_value'] }} is null then 'O'
            when ',' || {{ flags }} || ',' like '%,carried_forward,%' then 'I'
            when ',' || {{ flags }} || ',' like '%,provisional,%' then 'P'
            when ',' || {{ flags }} || ',' like '%,preliminary,%' then 'P'
            when ',' || {{ flags }} || ',' like '%,partial_year,%' then 'P'
            when ',' || {{ flags }} || ',' like '%,partial_month,%' then 'P'
            else 'A'
        end as observation_status,
        {{ flags }} as flags,
        {{ columns.get('dataset_id', 'dataset_id') }} as dataset_id,
        {{ columns.get('vintage_id', 'vintage_id') }} as vintage_id,
        {{ columns.get('second_dataset_id', none_text) }} as second_dataset_id,
        {{ columns.get('second_vintage_id', none_text) }} as second_vintage_id
    from {{ relation }}
    where {{ where }}
{%- endmacro %}
