{#-
    Every country label of the publisher is in the crosswalk, letter for letter. Returns the labels that are not.
    Remedy: decide what the label means and add it to seeds/country_labels.csv; nothing is guessed.
-#}
{% test label_is_mapped(model, columns, publisher) %}
{%- for column in columns %}
select
    labelled.{{ column }} as unmapped_label,
    '{{ column }}' as column_name,
    '{{ publisher }}' as publisher,
    count(*) as row_count
from (select * from {{ model }}) as labelled
left join {{ ref('country_labels') }} as crosswalk
    on labelled.{{ column }} = crosswalk.label
        and crosswalk.publisher = '{{ publisher }}'
where labelled.{{ column }} is not null
    and crosswalk.label is null
group by labelled.{{ column }}
{%- if not loop.last %}

union all
{% endif %}
{%- endfor %}
{% endtest %}
