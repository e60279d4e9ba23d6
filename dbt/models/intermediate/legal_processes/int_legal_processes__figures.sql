-- L5.2, L5.3, L6.1, L6.2, L6.8, L7.4, L8.6: figures of the newest workbook by measure, type and citizenship. Only one
-- release is read: its top-ten columns, and what "Other" holds, are those of that release alone.
-- Totals are the publisher's own; referrals to a credible-fear screening have none. The same totals stand again in the
-- sheets by citizenship and are left out there.
with figures as (

    select
        newest.*,
        case
            when newest.sheet = 'DHS Removals by Citizenship' or newest.column_group = 'DHS Removals' then 'removals'
            when newest.sheet = 'DHS Enf Returns by Citizenship' or newest.column_group = 'DHS Enforcement Returns'
                then 'enforcement_returns'
            when newest.sheet = 'DHS Adm Returns by Citizens' or newest.column_group = 'DHS Administrative Returns'
                then 'administrative_returns'
            when newest.column_name = 'Title 42 Expulsions' then 'title_42_expulsions'
            when newest.sheet in ('ICE ERO R&R by Citizenship', 'ICE ERO R&R by Arrest Agcy')
                then 'ice_removals_and_returns'
            when newest.sheet = 'CBP One Appointments' then 'cbp_one_appointments'
            when newest.sheet = 'CHNV Paroles' then 'chnv_paroles'
            when newest.sheet = 'CHNV Travel Authorization' then 'chnv_travel_authorizations'
            when newest.sheet = 'CHNV I-134' then 'chnv_confirmed_beneficiaries'
            when newest.sheet = 'SWB CF Filed by Citp' then 'credible_fear_referrals'
            when newest.sheet = 'SWB CF Completed by Result' then 'credible_fear_screenings_completed'
            when newest.sheet = 'SWB Encounters by Citizenship' then
                case newest.column_group
                    when 'Total CBP' then 'southwest_encounters_dhs'
                    when 'USBP' then 'border_patrol_encounters_dhs'
                    when 'OFO' then 'field_office_encounters_dhs'
                end
        end as measure
    from {{ latest_vintage(ref('stg_dhs_ohss__monthly_tables')) }} as newest

),

measured as (

    select
        figures.*,
        case
            when figures.measure = 'ice_removals_and_returns' then 'L5.3'
            when figures.measure = 'southwest_encounters_dhs' then 'L6.1'
            when figures.measure = 'cbp_one_appointments' then 'L7.4'
            when figures.measure = 'chnv_paroles' then 'L8.6'
            when figures.measure in ('removals', 'enforcement_returns', 'administrative_returns', 'title_42_expulsions')
                then 'L5.2'
        end as indicator_id,
        case
            when figures.sheet = 'DHS Repats by Type' and figures.column_name not like 'Total %'
                and figures.measure <> 'title_42_expulsions'
                then figures.column_name
            when figures.sheet = 'ICE ERO R&R by Arrest Agcy' then 'Initial arrest by ' || figures.column_name
            when figures.sheet = 'SWB CF Completed by Result' and figures.column_name <> 'Total'
                then figures.column_name
            else 'all types'
        end as measure_type,
        case
            when figures.column_name = 'Total'
                or figures.sheet in ('DHS Repats by Type', 'ICE ERO R&R by Arrest Agcy', 'SWB CF Completed by Result')
                then 'all_citizenships'
            when figures.column_name in ('Other', 'All Other') then 'remainder'
            else 'citizenship'
        end as citizenship_scope
    from figures
    where figures.measure is not null
        and not (
            figures.column_name = 'Total'
            and (
                figures.measure in ('removals', 'enforcement_returns', 'administrative_returns')
                or figures.sheet = 'ICE ERO R&R by Arrest Agcy'
            )
        )

),

placed as (

    select
        measured.*,
        labels.area_code as citizenship_area,
        case
            when measured.row_kind = 'month' then {{ month_label('measured.month_start') }}
            else {{ fiscal_year_label('measured.fiscal_year') }}
        end as time_period,
        case
            when measured.measure = 'cbp_one_appointments' then 'appointments'
            when measured.measure in ('chnv_paroles', 'chnv_confirmed_beneficiaries') then 'persons'
            when measured.measure = 'chnv_travel_authorizations' then 'authorizations'
            when measured.measure like '%_encounters_dhs' then 'encounters'
            when measured.measure = 'credible_fear_screenings_completed' then 'screenings'
            when measured.measure = 'credible_fear_referrals' then 'referrals'
            else 'events'
        end as unit_of_measure
    from measured
    left join {{ ref('country_labels') }} as labels
        on measured.column_name = labels.label
        and labels.publisher = 'dhs_ohss'
        and measured.citizenship_scope <> 'all_citizenships'

)

select
    indicator_id,
    measure,
    measure_type,
    citizenship_scope,
    citizenship_area,
    column_name,
    fiscal_year,
    row_kind as period_kind,
    time_period,
    month_start,
    value,
    value_status,
    unit_of_measure,
    is_partial_year,
    -- The observation that the figure is; null for a type, which only its table shows, and where there is no figure.
    case
        when indicator_id is not null and measure_type = 'all types' and value_status = 'reported'
            then {{ surrogate_key([
                'indicator_id', 'measure', "'USA'", 'citizenship_area', 'time_period', 'unit_of_measure'
            ]) }}
    end as observation_key,
    {{ flag_list({
        'provisional': "is_partial_year and row_kind = 'month'",
        'partial_year': "is_partial_year and row_kind = 'year_total'",
        'rounded_to_ten': 'true',
        'largest_ten_only': "citizenship_scope <> 'all_citizenships' and measure not like 'chnv%'",
        'unspecified_area': "citizenship_scope = 'remainder'",
        'removals_and_returns': "measure = 'ice_removals_and_returns'",
        'chnv_confirmed_only': "measure = 'chnv_paroles'",
        'weak_proxy_of_messaging': "measure = 'cbp_one_appointments'",
    }) }} as flags,
    dataset_id,
    vintage_id,
    source_file,
    source_record,
    retrieved_at
from placed
