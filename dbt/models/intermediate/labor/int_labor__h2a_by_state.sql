-- Certified positions and wages by worksite state, and for the country as a whole.
{{ certified_by_state(ref('int_labor__h2a_cases')) }}
