"""Stand-ins for what dbt and our macros provide, so that sqlfluff can lint the SQL without dbt and without a database.

Each function returns SQL of the right shape, not of the right meaning: only layout and style are looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace

dbt = SimpleNamespace(
    type_string=lambda: "text",
    type_int=lambda: "int",
    type_bigint=lambda: "bigint",
    type_numeric=lambda: "numeric(28, 6)",
    type_timestamp=lambda: "timestamp",
    type_boolean=lambda: "boolean",
    string_literal=lambda text: f"'{text}'",
    escape_single_quotes=lambda text: text,
    listagg=lambda measure, delimiter, order: f"string_agg({measure}, {delimiter} {order})",
)


def ref(name: str) -> str:
    return f"some_schema.{name}"


def source(publisher: str, dataset: str) -> str:
    return f"landing.{publisher}__{dataset}"


def var(name: str, default: object = None) -> object:
    return default or name


def source_column(name: str) -> str:
    plain = "".join(letter if letter.isalnum() else "_" for letter in name.lower())
    return f"{plain}_" if plain in {"from", "to"} else plain


def flag_texts() -> dict[str, str]:
    return {"some_flag": "What it says."}


def _function(name: str, *arguments: object) -> str:
    return f"{name}({', '.join(str(argument) for argument in arguments)})"


def to_int(expression: str) -> str:
    return _function("to_int", expression)


def to_year(expression: str) -> str:
    return _function("to_year", expression)


def to_decimal(expression: str) -> str:
    return _function("to_decimal", expression)


def to_date(expression: str) -> str:
    return _function("to_day", expression)


def from_us_short_date(expression: str) -> str:
    return _function("from_us_short_date", expression)


def unit_of_pay(expression: str) -> str:
    return _function("unit_of_pay", expression)


def is_certified(case_status: str) -> str:
    return _function("is_certified", case_status)


def is_wage_out_of_bounds(rate_of_pay: str, unit_of_pay: str) -> str:
    return _function("is_wage_out_of_bounds", rate_of_pay, unit_of_pay)


def certified_by_state(cases: str) -> str:
    return f"select * from {cases}"


def utc_timestamp(expression: str) -> str:
    return _function("utc_moment", expression)


def text_or_null(expression: str) -> str:
    return _function("text_or_null", expression)


def without_separators(expression: str) -> str:
    return _function("without_separators", expression)


def month_number(expression: str) -> str:
    return _function("month_number", expression)


def value_status(expression: str, parsed: str) -> str:
    return _function("value_status", expression, parsed)


def us_fiscal_year(expression: str) -> str:
    return _function("us_fiscal_year", expression)


def fiscal_period_start(fiscal_year: str) -> str:
    return _function("fiscal_period_start", fiscal_year)


def fiscal_period_end(fiscal_year: str) -> str:
    return _function("fiscal_period_end", fiscal_year)


def fiscal_month_start(fiscal_year: str, month: str) -> str:
    return _function("fiscal_month_start", fiscal_year, month)


def month_end(expression: str) -> str:
    return _function("month_end", expression)


def year_label(year: str) -> str:
    return _function("year_label", year)


def year_end_label(year: str) -> str:
    return _function("year_end_label", year)


def fiscal_year_label(fiscal_year: str) -> str:
    return _function("fiscal_year_label", fiscal_year)


def plan_year_label(plan_year: str) -> str:
    return _function("plan_year_label", plan_year)


def month_label(expression: str) -> str:
    return _function("month_label", expression)


def surrogate_key(expressions: Sequence[str]) -> str:
    return _function("surrogate_key", *expressions)


def latest_vintage(relation: str, per: Sequence[str] = ()) -> str:
    return f"newest_of.{relation.rpartition('.')[2]}" + "_per" * bool(per)


def provenance_columns() -> str:
    return "dataset_id, vintage_id, vintage_number, source_file, source_record, retrieved_at"


def flag_list(conditions: Mapping[str, str]) -> str:
    return _function("flag_list", *conditions.values())


def flags_with(flags: str, conditions: Mapping[str, str]) -> str:
    return _function("concat_ws", "','", flags, *conditions.values())


def holds_small_counts(counts: Sequence[str], small: Sequence[int] = (5,)) -> str:
    return f"({_function('coalesce', counts[0], 'false')} and {small[0]} = 5)"


def warning_text(flags: str = "flags", only: object = None) -> str:
    return _function("warning_text", flags)


def percentage(part: str, whole: str) -> str:
    return _function("percentage", part, whole)


def per_thousand(part: str, whole: str) -> str:
    return _function("per_thousand", part, whole)


def ratio(numerator: str, denominator: str) -> str:
    return _function("ratio", numerator, denominator)


def observation_column_names() -> list[str]:
    return ["observation_key", "indicator_id"]


def observations_from(
    relation: str, columns: Mapping[str, str], time: str, time_column: str, where: str = "true"
) -> str:
    return f"select observation_key, {time_column} as {time} from {relation} where {where} and {len(columns)} > 0"


def line_indicators(line_of_effort: int) -> str:
    return f"select indicator_id from some_schema.dim_indicator where line_of_effort = {line_of_effort}"


def monthly_visa_rows(table: str, country_column: str, country_name: str) -> str:
    return f"select visas from landing.state_ca__{table} where '{country_column}' = {country_name}"


def yearbook_rows(table: str) -> str:
    return f"select sheet from landing.dhs_ohss__{table}"


def yearbook_row_kind() -> str:
    return "section"


def yearbook_status(figure: str, no_figure: list[str] | None = None) -> str:
    return _function("yearbook_status", figure)


def month_name(expression: str) -> str:
    return _function("month_name", expression)


def lineage_from(
    relation: str,
    columns: Mapping[str, str],
    time: str,
    time_column: str,
    component: str,
    field: str,
    value: str,
    where: str = "true",
) -> str:
    return f"select {columns['measure']} as observation_key from {relation}"


def lineage_of_keyed(relation: str, component: str, field: str, value: str, key: str = "observation_key") -> str:
    return f"select {key} as observation_key from {relation}"


def world_bank_indicators() -> dict[str, list[str]]:
    return {"CODE": ["1", "L1.5", "measure", "percent"]}


def months_between(earlier: str, later: str) -> str:
    return _function("months_between", earlier, later)


def follows(period_start: str, period_end: str, previous_end: str, frequency: str, year_basis: str) -> str:
    return _function("follows", period_start, period_end, previous_end, frequency, year_basis)


def partial_flags() -> list[str]:
    return ["partial"]


def break_flags() -> list[str]:
    return ["break"]


def artefact_flags() -> list[str]:
    return ["artefact"]


def framework_area() -> str:
    return _function("framework_area")


def repeats_estimate(figure: str, earlier: str) -> str:
    return _function("repeats_estimate", figure, earlier)


def list_has(column: str, names: Sequence[str]) -> str:
    return f"coalesce({column}, '') like '{names[0]}'"


def footnotes_on(relation: str, asylum: str, origin: str, codes: Sequence[str]) -> str:
    return f"select {asylum}, {origin} from {relation} where '{codes[0]}' <> ''"


def corrected_source(publisher: str, table: str, columns: Sequence[str], key: Sequence[str]) -> str:
    return f"landing.{publisher}__{table}"


def corrected_name(name: str) -> str:
    return f"corrected_{name}"


def change_size(percent: str, percent_of_usual: str) -> str:
    return _function("change_size", percent, percent_of_usual)


def published_row_counts() -> str:
    return "select table_name, row_count from some_schema.row_counts"
