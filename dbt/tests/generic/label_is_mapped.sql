{#-
    Every country label of the publisher is in the crosswalk, letter for letter. Returns the labels that are not.
    Remedy: decide what the label means and add it to seeds/country_labels.csv; nothing is guessed.
-#}
{% test label_is_mapped(model, column_name, publisher) %}
select
    labelled.{{ column_name }} as unmapped_label,
    '{{ publisher }}' as publisher,
    count(*) as row_count
from (select * from {{ model }}) as labelled
left join {{ ref('country_labels') }} as crosswalk
    on labelled.{{ column_name }} = crosswalk.label
        and crosswalk.publisher = '{{ publisher }}'
where labelled.{{ column_name }} is not null
    and crosswalk.label is null
group by labelled.{{ column_name }}
{% endtest %}
