-- Ceilings with their documents; of one in the Federal Register also the title and the page that it serves, once it was
-- asked. A document is known by its number and its day: numbers were used twice.
with ceilings as (

    select
        ceilings.*,
        nullif(split_part(ceilings.document, 'document ', 2), '') as federal_register_number
    from {{ ref('ceilings') }} as ceilings

),

documents as (

    select
        newest.document_number,
        newest.publication_date,
        max(newest.title) as title,
        max(newest.document_url) as document_url
    from {{ latest_vintage(ref('stg_federal_register__documents')) }} as newest
    group by newest.document_number, newest.publication_date

)

select
    ceilings.ceiling_id,
    ceilings.subject,
    ceilings.fiscal_year,
    {{ fiscal_year_label('ceilings.fiscal_year') }} as time_period,
    ceilings.area_codes,
    ceilings.ceiling_low,
    ceilings.ceiling_high,
    ceilings.unit_of_measure,
    'ceiling' as measure_kind,
    -- A later determination replaces the one before; set-asides of one year stand side by side.
    (
        ceilings.subject = 'h2b_set_aside'
        or ceilings.document_date
        = max(ceilings.document_date) over (partition by ceilings.subject, ceilings.fiscal_year, ceilings.area_codes)
    ) as is_in_force,
    ceilings.document,
    ceilings.document_date,
    ceilings.source_url,
    ceilings.federal_register_number,
    documents.title as federal_register_title,
    documents.document_url as federal_register_url,
    ceilings.note
from ceilings
left join documents
    on ceilings.federal_register_number = documents.document_number
    and ceilings.document_date = documents.publication_date
