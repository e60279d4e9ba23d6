{#- Worked examples of the macros that every engine must answer alike: (what it shows, expression, answer as text). -#}
{%- set examples = [
    ('to_int reads a whole number', to_int("' -12 '"), '-12'),
    ('to_int does not round', to_int("'12.5'"), none),
    ('to_int does not read separators', to_int("'1,234'"), none),
    ('without_separators takes them out', to_int(without_separators("'40,000'")), '40000'),
    ('to_decimal reads a number', to_decimal("'11.66'"), '11.660000'),
    ('to_decimal leaves text out', to_decimal("'n/a'"), none),
    ('to_date reads the day of a moment', to_date("'2015-06-25 15:59:29'"), '2015-06-25'),
    ('to_date leaves text out', to_date("'June 2015'"), none),
    ('from_us_short_date turns the day round', to_date(from_us_short_date("'12/15/04 00:00:00'")), '2004-12-15'),
    ('from_us_short_date keeps other days', to_date(from_us_short_date("'2015-06-25'")), '2015-06-25'),
    ('unit_of_pay reads words and letters', unit_of_pay("'HR'") ~ ' || ' ~ unit_of_pay("'A'"), 'HourYear'),
    ('value_status: a zero is reported', value_status("'0'", to_int("'0'")), 'reported'),
    ('value_status: a dash is not applicable', value_status("'-'", to_int("'-'")), 'not_applicable'),
    ('value_status: a blank is missing', value_status("' '", to_int("' '")), 'missing'),
    ('value_status: a star is unparsed', value_status("'*'", to_int("'*'")), 'unparsed'),
    ('month_number reads a name', month_number("'December'"), '12'),
    ('a fiscal year ends in September', us_fiscal_year("date '2022-09-30'"), '2022'),
    ('the next one begins in October', us_fiscal_year("date '2022-10-01'"), '2023'),
    ('October lies in the calendar year before', fiscal_month_start('2023', '10'), '2022-10-01'),
    ('January lies in the same', fiscal_month_start('2023', '1'), '2023-01-01'),
    ('a fiscal period starts in October', fiscal_period_start('2023'), '2022-10-01'),
    ('a fiscal period ends in September', fiscal_period_end('2023'), '2023-09-30'),
    ('month_end knows leap years', month_end("date '2024-02-01'"), '2024-02-29'),
    ('a fiscal year follows the one before', follows("date '2022-10-01'", "date '2023-09-30'", "date '2022-09-30'",
        "'A'", "'us_fiscal'"), 'true'),
    ('a calendar year does not follow a fiscal one', follows("date '2023-01-01'", "date '2023-12-31'",
        "date '2022-09-30'", "'A'", "'calendar'"), 'false'),
    ('March follows February of a leap year', follows("date '2024-03-01'", "date '2024-03-31'", "date '2024-02-29'",
        "'M'", "'calendar'"), 'true'),
    ('a quarter does not follow the one before the last', follows("date '2024-07-01'", "date '2024-09-30'",
        "date '2024-03-31'", "'Q'", "'calendar'"), 'false'),
    ('a stock follows that of a year before', follows("date '2023-12-31'", "date '2023-12-31'", "date '2022-12-31'",
        "'A'", "'point_in_time'"), 'true'),
    ('a stock does not follow that of two years before', follows("date '2023-12-31'", "date '2023-12-31'",
        "date '2021-12-31'", "'A'", "'point_in_time'"), 'false'),
    ('a stock at the end of March follows that of December', follows("date '2024-03-31'", "date '2024-03-31'",
        "date '2023-12-31'", "'Q'", "'point_in_time'"), 'true'),
    ('a plan that starts later leaves a gap', follows("date '2011-10-25'", "date '2012-04-25'", "date '2010-05-31'",
        "'A'", "'plan'"), 'false'),
    ('month_label pads the month', month_label("date '2024-02-01'"), '2024-02'),
    ('surrogate_key tells null from empty', surrogate_key(["'a'", 'null', "''"]), '6ee33b6e3a5175852c33396c72a0d02e'),
    ('percentage of nothing is nothing', percentage('1', '0'), none),
    ('ratio is not whole-number division', ratio('7', '2'), '3.500000'),
    ('flag_list joins what holds', flag_list({'provisional': '1 = 1', 'mixed_units': '1 = 2', 'upper_bound': '1 = 1'}),
        'provisional,upper_bound'),
    ('flag_list of nothing is null', flag_list({'provisional': '1 = 2'}), none),
    ('flags_with adds a flag that holds', flags_with("'provisional'", {'small_counts': '1 = 1'}), 'provisional,small_counts'),
    ('flags_with of nothing is null', flags_with('cast(null as ' ~ dbt.type_string() ~ ')', {'small_counts': '1 = 2'}), none),
    ('holds_small_counts sees a five', holds_small_counts(['null', '5']), 'true'),
    ('holds_small_counts lets a ten of persons pass', holds_small_counts(['6', '10']), 'false'),
    ('warning_text reads whole flags only', warning_text("'not_provisional'"), none),
    ('warning_text prints the sentence', warning_text("'provisional'"),
        'Provisional: the publisher will replace this figure.'),
] -%}
with answers as (

    {%- for example, expression, expected in examples %}
    select
        '{{ example }}' as example,
        cast({{ expression }} as {{ dbt.type_string() }}) as answer,
        {% if expected is none %}null{% else %}'{{ expected }}'{% endif %} as expected
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    example,
    answer,
    expected
from answers
where answer is distinct from expected
