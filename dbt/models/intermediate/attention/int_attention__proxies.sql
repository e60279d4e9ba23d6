-- Attention to a subject, from two sources whose units may not be added. A period without a row is missing, not zero.
with pageviews as (

    select * from {{ latest_vintage(ref('stg_wikimedia__pageviews')) }} as newest

),

news as (

    select * from {{ latest_vintage(ref('stg_gdelt__news_volume')) }} as newest

),

united as (

    select
        'article_views' as measure,
        concat(wiki, ': ', article) as subject,
        'month' as period_kind,
        month_start as period_start,
        views as amount,
        'views' as unit,
        cast(null as {{ dbt.type_bigint() }}) as all_amount,
        dataset_id,
        vintage_id
    from pageviews

    union all

    select
        'news_articles' as measure,
        query_name as subject,
        'day' as period_kind,
        day_start as period_start,
        articles as amount,
        'articles' as unit,
        all_articles as all_amount,
        dataset_id,
        vintage_id
    from news

)

select
    united.*,
    {{ percentage('united.amount', 'united.all_amount') }} as share_percent,
    {{ flag_list({'weak_proxy_of_attention': 'united.measure is not null'}) }} as flags
from united
