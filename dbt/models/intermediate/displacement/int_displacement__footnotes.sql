-- UNHCR's footnotes by span of years: '2015 - 2018, 2020 - 2024' is two of them. A text that is no span of years has no
-- first and last year, and is about no figure.
with footnotes as (

    select * from {{ latest_vintage(ref('stg_unhcr__footnotes')) }} as newest

),

places as (

    select place
    from (
        values
        (1), (2), (3), (4), (5), (6), (7), (8), (9), (10),
        (11), (12), (13), (14), (15), (16), (17), (18), (19), (20)
    ) as numbers (place)

),

spans as (

    select
        footnotes.*,
        trim(split_part(footnotes.years_text, ',', places.place)) as span
    from footnotes
    cross join places

)

select
    footnote,
    {{ to_year('left(span, 4)') }} as first_year,
    {{ to_year('right(span, 4)') }} as last_year,
    origin_iso_code as origin_area,
    asylum_iso_code as asylum_area,
    population_codes,
    dataset_id,
    vintage_id,
    source_file,
    source_record
from spans
where span <> ''
