{%- set models = [
    'int_displacement__observations', 'int_protection__observations', 'int_encounters__observations',
    'int_pathways__observations', 'int_labor__observations', 'int_funding__observations',
    'int_legal_processes__observations', 'int_regional__observations', 'int_context__observations'
] -%}

with united as (

    {%- for model in models %}

    select
        {{ observation_column_names() | join(',\n        ') }}
    from {{ ref(model) }}
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}

)

select
    {{ observation_column_names() | join(',\n    ') }},
    {{ warning_text('flags') }} as warning
from united
