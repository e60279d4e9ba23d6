-- L5.1: returns that Guatemala registers, one row per printed row of the newest copy. Where the copy does not say the
-- returning country the area is 'not stated': the row stays in every total. A year without its December is not over.
with newest as (

    select
        returns.*,
        cast(extract(year from returns.month_start) as {{ dbt.type_int() }}) as year
    from {{ latest_vintage(ref('stg_iom_gdidata__guatemala_returns')) }} as returns

),

years as (

    select
        year,
        max(extract(month from month_start)) < 12 as is_partial_year
    from newest
    group by year

)

select
    newest.month_start,
    newest.year,
    'GTM' as origin_area,
    case when newest.returning_country_code is null then 'XNS' else labels.area_code end as returning_area,
    newest.sex,
    newest.age_group,
    newest.returns_received,
    newest.returns_received_status,
    years.is_partial_year,
    {{ flag_list({
        'returning_country_not_stated': 'newest.returning_country_code is null', 'read_by_others': 'true'
    }) }} as flags,
    newest.dataset_id,
    newest.vintage_id,
    newest.source_file,
    newest.source_record,
    newest.retrieved_at
from newest
inner join years on newest.year = years.year
left join {{ ref('country_labels') }} as labels
    on newest.returning_country_code = labels.label and labels.publisher = 'iom_gdidata'
