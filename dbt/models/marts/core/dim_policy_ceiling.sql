select
    ceiling_id,
    subject,
    fiscal_year,
    {{ fiscal_year_label('fiscal_year') }} as time_period,
    area_codes,
    ceiling_low,
    ceiling_high,
    unit_of_measure,
    'ceiling' as measure_kind,
    -- A later determination replaces the one before; set-asides of one year stand side by side.
    (
        subject = 'h2b_set_aside'
        or document_date = max(document_date) over (partition by subject, fiscal_year, area_codes)
    ) as is_in_force,
    document,
    document_date,
    source_url,
    note
from {{ ref('ceilings') }}
