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
    Label, frequency, year basis, first and last day of a period over a time column; `time` is one of calendar_year,
    year_end, fiscal_year, plan_year (over a year column; a plan's days stand in plan_start and plan_end) and month
    (over its first day).
-#}
{% macro observation_period(time, time_column) %}
    {{ return({
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
    }[time]) }}
{% endmacro %}

{#- Key of an observation from the expressions of its parts; the same for the observation and for its records. -#}
{% macro observation_key(columns, time, time_column) -%}
    {{ surrogate_key([
        columns.get('indicator_id', 'cast(null as ' ~ dbt.type_string() ~ ')'), columns['measure'],
        columns['reference_area'], columns.get('counterpart_area', 'cast(null as ' ~ dbt.type_string() ~ ')'),
        observation_period(time, time_column)['label'], columns['unit_of_measure']
    ]) }}
{%- endmacro %}

{#-
    One select of observations from `relation`. `columns` gives an SQL expression for each part that differs;
    `time` and `time_column` as in observation_period.
    Status (SDMX list): Q missing because the publisher keeps a part back, O missing for another reason, I carried
    forward, P provisional or part of a period, A normal.
-#}
{% macro observations_from(relation, columns, time, time_column, where='true') -%}
    {%- set period = observation_period(time, time_column) -%}
    {%- set text = dbt.type_string() -%}
    {%- set none_text = 'cast(null as ' ~ text ~ ')' -%}
    {%- set flags = columns.get('flags', none_text) -%}
    {%- set indicator = columns.get('indicator_id', none_text) -%}
    {%- set counterpart = columns.get('counterpart_area', none_text) -%}
    select
        {{ observation_key(columns, time, time_column) }} as observation_key,
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
            when {{ columns['observation_value'] }} is null and {{ list_has(flags, ['part_not_published']) }} then 'Q'
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

{#-
    The records of `relation` that one component of an observation is added from. `columns`, `time` and `time_column`
    as for the observation, over the record's columns; `field` is the SQL expression of the publisher's column name,
    `value` that of the record's value. The relation carries the provenance columns.
-#}
{% macro lineage_from(relation, columns, time, time_column, component, field, value, where='true') -%}
    select
        {{ observation_key(columns, time, time_column) }} as observation_key,
        '{{ component }}' as component,
        {{ field }} as landing_field,
        cast({{ value }} as {{ dbt.type_numeric() }}) as record_value,
        dataset_id,
        vintage_id,
        source_file,
        source_record
    from {{ relation }}
    where {{ where }}
{%- endmacro %}

{#- The records of a relation that carries the key of the one observation that each is, or is counted in. -#}
{% macro lineage_of_keyed(relation, component, field, value, key='observation_key') -%}
    select
        {{ key }} as observation_key,
        '{{ component }}' as component,
        {{ field }} as landing_field,
        cast({{ value }} as {{ dbt.type_numeric() }}) as record_value,
        dataset_id,
        vintage_id,
        source_file,
        source_record
    from {{ relation }}
    where {{ key }} is not null
{%- endmacro %}

{#-
    The country that a figure of an indicator is about, for tables by indicator and country: the reference area, or,
    where the indicator has one reference area only (the United States, most often), the area on the other side. A
    country of origin is always what its figure is about.
-#}
{% macro framework_area() -%}
    case
        when counterpart_area is not null
            and coalesce(reference_area_role, 'none') <> 'origin'
            and min(reference_area) over (partition by indicator_id)
            = max(reference_area) over (partition by indicator_id)
            then counterpart_area
        else reference_area
    end
{%- endmacro %}

{#- Whether a comma list of names holds one of `names`. A list that is null holds none. -#}
{% macro list_has(list, names) -%}
    (
        {%- for name in names %}
        coalesce(',' || {{ list }} || ',', '') like '%,{{ name }},%'{% if not loop.last %} or{% endif %}
        {%- endfor %}
    )
{%- endmacro %}
