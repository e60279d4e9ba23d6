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
        concat(pageviews.wiki, ': ', pageviews.article) as subject,
        listed.topic,
        listed.language,
        'month' as period_kind,
        pageviews.month_start as period_start,
        pageviews.views as amount,
        'views' as unit,
        cast(null as {{ dbt.type_bigint() }}) as all_amount,
        pageviews.dataset_id,
        pageviews.vintage_id
    from pageviews
    left join {{ ref('wikipedia_articles') }} as listed
        on pageviews.wiki = listed.project and pageviews.article = listed.article

    union all

    select
        'news_articles' as measure,
        news.query_name as subject,
        listed.topic,
        listed.language,
        'day' as period_kind,
        news.day_start as period_start,
        news.articles as amount,
        'articles' as unit,
        news.all_articles as all_amount,
        news.dataset_id,
        news.vintage_id
    from news
    left join {{ ref('gdelt_queries') }} as listed on news.query_name = listed.query_name

)

select
    united.*,
    {{ percentage('united.amount', 'united.all_amount') }} as share_percent,
    {{ flag_list({'weak_proxy_of_attention': 'united.measure is not null'}) }} as flags
from united
