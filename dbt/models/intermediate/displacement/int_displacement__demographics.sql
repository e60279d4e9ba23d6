{%- set bands = ['0_4', '5_11', '12_17', '18_59', '60'] -%}

-- People by sex and age over all places of a country of asylum. Zero in every cell beside a total means that the
-- breakdown is not known: it becomes null here, and is never a share of zero.
with figures as (

    select * from {{ latest_vintage(ref('stg_unhcr__demographics')) }} as newest

),

summed as (

    select
        year,
        origin_unhcr_code,
        asylum_unhcr_code,
        population_code,
        case when count(people) = count(*) then cast(sum(people) as {{ dbt.type_bigint() }}) end as people,
        cast(sum(female_total) as {{ dbt.type_bigint() }}) as female_known,
        cast(sum(male_total) as {{ dbt.type_bigint() }}) as male_known,
        {%- for band in bands %}
        cast(sum(female_{{ band }} + male_{{ band }}) as {{ dbt.type_bigint() }}) as aged_{{ band }},
        {%- endfor %}
        max(
            case
                when
                    people = 5
                    {%- for band in bands + ['other'] %}
                    or female_{{ band }} = 5
                    or male_{{ band }} = 5
                    {%- endfor %}
                    then 1
                else 0
            end
        ) as small_cells,
        min(retrieved_at) as retrieved_at,
        dataset_id,
        vintage_id
    from figures
    group by year, origin_unhcr_code, asylum_unhcr_code, population_code, dataset_id, vintage_id

),

known as (

    select
        summed.*,
        aged_0_4 + aged_5_11 + aged_12_17 as children_known,
        female_known + male_known as sex_known,
        aged_0_4 + aged_5_11 + aged_12_17 + aged_18_59 + aged_60 as age_known
    from summed

)

select
    known.year,
    asylum_labels.area_code as asylum_area,
    origin_labels.area_code as origin_area,
    known.population_code,
    codes.label as population_group,
    known.people,
    case when known.sex_known > 0 or known.people = 0 then known.female_known end as female,
    case when known.sex_known > 0 or known.people = 0 then known.male_known end as male,
    known.people - known.sex_known as sex_not_known,
    case when known.age_known > 0 or known.people = 0 then known.children_known end as children,
    case when known.age_known > 0 or known.people = 0 then known.aged_18_59 end as adults_18_to_59,
    case when known.age_known > 0 or known.people = 0 then known.aged_60 end as adults_60_and_over,
    known.people - known.age_known as age_not_known,
    {{ percentage('known.female_known', 'known.sex_known') }} as female_percent,
    {{ percentage('known.children_known', 'known.age_known') }} as children_percent,
    {{ flag_list({
        'provisional': "known.retrieved_at < cast(make_date(known.year + 1, 6, 15) as " ~ dbt.type_timestamp() ~ ")",
        'sex_not_known_of_all': 'known.sex_known < known.people',
        'age_not_known_of_all': 'known.age_known < known.people',
        'small_counts': 'known.small_cells = 1',
        'usa_half_year_2024': "asylum_labels.area_code = 'USA' and known.year = 2024 and known.population_code = 'ASY'",
        'unknown_origin_2025':
            "asylum_labels.area_code = 'USA' and known.year = 2025 and known.population_code = 'ASY'",
        'carried_forward': 'coalesce(stocks.is_carried_forward, false)',
    }) }} as flags,
    known.dataset_id,
    known.vintage_id
from known
left join {{ ref('unhcr_codes') }} as codes
    on known.population_code = codes.code and codes.kind = 'pop_type'
left join {{ ref('country_labels') }} as asylum_labels
    on known.asylum_unhcr_code = asylum_labels.label and asylum_labels.publisher = 'unhcr'
left join {{ ref('country_labels') }} as origin_labels
    on known.origin_unhcr_code = origin_labels.label and origin_labels.publisher = 'unhcr'
left join {{ ref('int_displacement__internally_displaced') }} as stocks
    on known.population_code = 'IDP'
    and known.origin_unhcr_code = known.asylum_unhcr_code
    and known.year = stocks.year
    and asylum_labels.area_code = stocks.area_code
