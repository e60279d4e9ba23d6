{#-
    Every flag that an observation may carry, with the sentence that a reader must see. Stated here only;
    `flags` holds the names, `warning` the sentences.
-#}
{% macro flag_texts() %}
    {{ return({
        'provisional': 'Provisional: the publisher will replace this figure.',
        'corrected': 'Corrected: the publisher printed another value; which and why stands in reference.corrections.',
        'partial_year': 'The year is not complete in this release: only the months published so far are in it.',
        'partial_month': 'The month was not over on the day of the report.',
        'not_yet_reported': 'The period lies after the day of the report: there is no figure yet.',
        'zero_by_absence': 'Zero because the published file has no row for it, not because a zero was printed.',
        'usa_half_year_2024': 'United States 2024: the figures hold January to June only, so the fall and the rise around it are not real.',
        'unknown_origin_2025': 'United States 2025: claims without a known origin jumped from 10,494 to 1,437,190, so falls by origin are artefacts.',
        'mixed_units': 'Persons and cases are both published for this year: they are not added and no ratio is made.',
        'comar_restates': 'Mexico: the asylum authority, COMAR, restates its totals (2021: 131,448, then 129,329), and UNHCR keeps a figure of its own (131,418).',
        'counted_in_cases': 'Counted in cases: a case may hold several persons.',
        'carried_forward': 'Equal to the year before, or but for one person: an old estimate carried forward, not an observation of this year.',
        'step_of_method': 'First new estimate after an old one was carried forward: the step may be of method or of several years, not of this one alone.',
        'repeated_zero': 'Zero for two years or more: it may stand for no estimate, and not for nobody displaced.',
        'weak_estimate': 'Weak indicator: estimates of displaced people are years old or made anew by another method, so a change between two years says little.',
        'upper_bound': 'Upper bound: the publisher does not show the programmes apart.',
        'ceiling_not_by_region': 'The ceiling of this year was set by admission category, not by region.',
        'ceiling_superseded': 'The printed ceiling was superseded during the year.',
        'counted_toward_2018': 'Fiscal year 2018 holds refugees who came since fiscal year 2020: a court settlement counts them toward its ceiling.',
        'rounded_parts': 'Added from rounded parts: small counts are rounded to multiples of five by the publisher.',
        'share_of_regional_plan': 'A share of a regional plan: it is already in the figure of the whole plan, never add the two.',
        'requirement_not_by_country': 'The requirement of the regional plan is not given by country: there is no coverage.',
        'late_reports': 'Agencies still report for this fiscal year: the figure will change.',
        'booked_to_region': 'Booked to a region or a former state, not to a country.',
        'constant_base_unknown': 'The base year of the constant dollars could not be told.',
        'transition_quarter': 'July to September 1976, between two fiscal years: not a year.',
        'shared_between_countries': 'Money for several countries: it is not split among them.',
        'shared_between_years': 'Money for several years of use: it is not split among them.',
        'outside_plans': 'Money outside any plan: it has no requirement, so there is no coverage, and it may be negative.',
        'unspecified_area': 'Not a single country.',
        'h2r_apart': 'In this fiscal year visas of class H-2R stand beside H-2B and are not in the figure.',
        'preliminary': 'Preliminary: monthly reports are not the final count of a year.',
        'summed_from_months': 'Summed from the twelve monthly reports: the yearly table of this fiscal year is not at hand, and differs by a few visas.',
        'read_by_others': 'Read by others: not every file of the authority that counts was at hand; rows of the missing ones come from a table that others made from them.',
        'returning_country_not_stated': 'Returning country not stated: from January 2024 the copy names Mexico only. These are all other returns; in May 2024 they equal those from the United States that Guatemala printed.',
        'rounded_to_ten': 'Rounded to the nearest ten by the publisher: parts do not add up to totals.',
        'largest_ten_only': 'The publisher shows the ten largest citizenships of its last twelve months: Other holds the rest, and both change with each release.',
        'small_rounded_base': 'A ratio to fewer than 1,000 encounters, from figures rounded to ten: rounding alone may move it by more than half a percent of them.',
        'removals_and_returns': 'Removals and returns together: the publisher does not show them apart by citizenship.',
        'part_not_published': 'One of the parts is not shown for this citizenship: there is no sum and no ratio.',
        'chnv_confirmed_only': 'Confirmed paroles: about 2 percent below the arrivals that CBP announced (319,470 against 327,000 to December 2023). Approvals are a third number.',
        'encounters_not_published': 'CBP shows no encounters of this citizenship in this period: there is no rate.',
        'encounters_not_loaded': 'No file of CBP that is loaded holds this whole period: there is no rate over its encounters.',
        'encounters_of_two_files': 'The encounters of this year come from two files of the publisher: the newer is named here, both in quality.lineage.',
        'kinds_added_up': 'Visas and persons, temporary and permanent, are added up: read the parts, not the ratio alone.',
        'weak_proxy_of_messaging': 'Weak proxy: the number of daily slots sets it, not trust in messages.',
        'sex_not_known_of_all': 'The sex of some or of all is not known: shares are of those whose sex is known.',
        'age_not_known_of_all': 'The age of some or of all is not known: shares are of those whose age is known.',
        'small_counts': 'Holds counts of 5, or decisions of 10, which also stand for smaller ones: the publisher prints none from 1 to 4, and of decisions none from 6 to 9.',
        'projection': 'Projection: what was expected, not what was observed.',
        'part_of_country_analysed': 'Only a part of the country was analysed: not its national share.',
        'weak_proxy_of_attention': 'Weak proxy: attention to a subject, neither the reach nor the effect of a message.',
        'cases_with_findings_only': 'Only cases with findings under the programme: one in which nothing was found cannot be told from others.',
        'applications_not_employers': 'Certified applications stand for employers, by state of work; cases are by state of the employer.',
        'wage_out_of_bounds': 'Some wages lie outside 7 to 40 USD an hour: they are counted, and shown beside the median.',
        'members_not_marked': 'The file does not mark the members of joint applications: adding its positions up would count some of them twice.',
        'certified_not_published': 'The file of this fiscal year gives the positions asked for, not those certified.',
    }) }}
{% endmacro %}

{#- Flags of figures whose period is not whole in the file: neither they nor their neighbours make a change. -#}
{% macro partial_flags() %}
    {{ return(['partial_year', 'partial_month', 'usa_half_year_2024']) }}
{% endmacro %}

{#- Flags of figures that a change of method parts from the one before, and not from the one after. -#}
{% macro break_flags() %}
    {{ return(['step_of_method']) }}
{% endmacro %}

{#- Flags of figures that an artefact parts from the one before and from the one after. -#}
{% macro artefact_flags() %}
    {{ return(['unknown_origin_2025']) }}
{% endmacro %}

{#- Comma list of the flags whose condition holds, null when none does. `conditions`: flag name to SQL condition. -#}
{% macro flag_list(conditions) -%}
    nullif(
        concat_ws(
            ','
            {%- for flag, condition in conditions.items() %}
            {%- if flag not in flag_texts() %}
                {{ exceptions.raise_compiler_error('flag ' ~ flag ~ ' has no text in macros/flags.sql') }}
            {%- endif %},
            case when {{ condition }} then '{{ flag }}' end
            {%- endfor %}
        ),
        ''
    )
{%- endmacro %}

{#- A column of flags and those whose condition holds, null when there is none. `conditions` as in flag_list. -#}
{% macro flags_with(flags, conditions) -%}
    nullif(concat_ws(',', {{ flags }}, {{ flag_list(conditions) }}), '')
{%- endmacro %}

{#- Whether a count may stand for a smaller one. `counts`: expressions; of decisions, 10 may, too. -#}
{% macro holds_small_counts(counts, small=[5]) -%}
    (
        {%- for count in counts %}
        coalesce({{ count }} in ({{ small | join(', ') }}), false){% if not loop.last %} or{% endif %}
        {%- endfor %}
    )
{%- endmacro %}

{#- Whether an estimate repeats an earlier one: a slip of one person is no new estimate, and zero repeats only zero. -#}
{% macro repeats_estimate(figure, earlier) -%}
    (abs({{ figure }} - {{ earlier }}) <= 1 and ({{ figure }} > 0) = ({{ earlier }} > 0))
{%- endmacro %}

{#- The sentences for a column of flags, null when there is none. `only`: names of flags; none for all. -#}
{% macro warning_text(flags='flags', only=none) -%}
    nullif(
        concat_ws(
            ' '
            {%- for flag, sentence in flag_texts().items() if only is none or flag in only %},
            case when ',' || {{ flags }} || ',' like '%,{{ flag }},%' then '{{ sentence }}' end
            {%- endfor %}
        ),
        ''
    )
{%- endmacro %}

{#- 100 x part / whole as a decimal, null when the whole is zero or unknown. -#}
{% macro percentage(part, whole) -%}
    cast(100.0 * {{ part }} / nullif({{ whole }}, 0) as {{ dbt.type_numeric() }})
{%- endmacro %}

{#- 1000 x part / whole as a decimal, null when the whole is zero or unknown. -#}
{% macro per_thousand(part, whole) -%}
    cast(1000.0 * {{ part }} / nullif({{ whole }}, 0) as {{ dbt.type_numeric() }})
{%- endmacro %}

{#- numerator / denominator as a decimal, null when the denominator is zero or unknown. -#}
{% macro ratio(numerator, denominator) -%}
    cast(1.0 * {{ numerator }} / nullif({{ denominator }}, 0) as {{ dbt.type_numeric() }})
{%- endmacro %}
