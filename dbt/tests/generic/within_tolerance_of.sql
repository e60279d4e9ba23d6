{#- A figure differs from another by no more than the tolerance, row by row. Returns key and both figures. -#}
{% test within_tolerance_of(model, value, other, key, tolerance=0) %}
select
    {{ key | join(', ') }},
    {{ value }} as observed_value,
    {{ other }} as expected_value
from {{ model }}
where abs({{ value }} - ({{ other }})) > {{ tolerance }}
{% endtest %}
