{%- for flag, sentence in flag_texts().items() %}
{{ 'select' if loop.first else 'union all\nselect' }}
    {{ dbt.string_literal(flag) }} as flag,
    {{ dbt.string_literal(dbt.escape_single_quotes(sentence)) }} as sentence
{%- endfor %}
