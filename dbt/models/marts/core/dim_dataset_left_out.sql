select
    dataset,
    publisher,
    lines_of_effort,
    indicators,
    reason
from {{ ref('datasets_left_out') }}
