"""The nine rules that every figure keeps, over the whole built warehouse, and what each of them catches.

Rules of the framework of indicators: year basis; three country roles; units of count; stock and flow apart; vintages;
rounding and suppression; missing is not zero; kinds never mixed; H-2 visas in line 8.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from tests.dbt.conftest import DBT, Project

Rows = list[tuple[Any, ...]]

DERIVED_UNITS = "('percent', 'ratio', 'years', 'per_100', 'per_1000', 'per_100000')"
"""Units of ratios; what is counted has one of its own."""

WITHOUT_VINTAGE = {
    "loe_8_lawful_pathways.h2b_set_aside_use": "visas_issued is not null and vintage_id is null",
}
"""Tables with rows that no dataset holds, but a document of its own day: what would be a row without any date."""


def has_flag(name: str) -> str:
    """SQL condition: the row carries the flag."""
    return f"',' || coalesce(flags, '') || ',' like '%,{name},%'"


def marts(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Columns of every table of figures of the eight lines, by table."""
    rows = connection.execute("""
        select table_schema || '.' || table_name, list(column_name order by ordinal_position)
        from information_schema.columns
        where table_schema like 'loe\\_%' escape '\\' and table_name not like 'loe\\_%\\_indicators' escape '\\'
        group by all order by all
    """).fetchall()
    return dict(rows)


def over_observations(condition: str) -> Callable[[duckdb.DuckDBPyConnection], Rows]:
    """Observations that break a rule, where one row is enough to see it."""
    query = f"select measure, reference_area, time_period from core.fct_observations where {condition}"
    return lambda connection: connection.execute(query).fetchall()


def over_measures(*columns: str, where: str = "true") -> Callable[[duckdb.DuckDBPyConnection], Rows]:
    """Measures that have more than one value in these columns."""
    several = " or ".join(f"count(distinct {column}) > 1" for column in columns)
    query = f"select measure from core.fct_observations where {where} group by measure having {several}"
    return lambda connection: connection.execute(query).fetchall()


def over_marts(
    broken: Callable[[str, list[str]], list[str]],
) -> Callable[[duckdb.DuckDBPyConnection], Rows]:
    """Rows of the tables of the lines for which one of the conditions that `broken` gives for a table holds."""

    def offending(connection: duckdb.DuckDBPyConnection) -> Rows:
        found: Rows = []
        for table, columns in marts(connection).items():
            for condition in broken(table, columns):
                rows = connection.execute(f"select count(*) from {table} where {condition}").fetchone()
                found += [(table, condition)] if rows and rows[0] else []
        return found

    return offending


def over_columns(
    wrong: Callable[[str, list[str]], list[str]],
) -> Callable[[duckdb.DuckDBPyConnection], Rows]:
    """Columns of the tables of the lines that must not be there, or are missed."""
    return lambda connection: [
        (table, name) for table, columns in marts(connection).items() for name in wrong(table, columns)
    ]


def query(sql: str) -> Callable[[duckdb.DuckDBPyConnection], Rows]:
    return lambda connection: connection.execute(sql).fetchall()


def country_without_role(_: str, columns: list[str]) -> list[str]:
    """A plain `country` stands only beside its code, in a table about one place and no second one."""
    areas = [name for name in columns if name.endswith("_area") or name == "area_code"]
    wrong = ["country"] if "country" in columns and areas != ["area_code"] else []
    wrong += ["area_code"] if "area_code" in columns and areas != ["area_code"] else []
    named = [name.removesuffix("_country") for name in columns if name.endswith("_country") and name != "is_country"]
    return wrong + [f"{role}_country" for role in named if f"{role}_area" not in columns]


def undated(table: str, columns: list[str]) -> list[str]:
    """Conditions under which a row has no vintage."""
    vintages = [name for name in columns if name.endswith("vintage_id")]
    return [WITHOUT_VINTAGE[table] if table in WITHOUT_VINTAGE else f"coalesce({', '.join(vintages)}) is null"]


def unknown_periods(_: str, columns: list[str]) -> list[str]:
    """Conditions under which the label of a period is not in the calendar, or lies in another fiscal year."""
    labels = [name for name in columns if name.endswith("time_period")]
    broken = [f"{name} not in (select time_period from core.dim_period)" for name in labels]
    if "fiscal_year" in columns and "time_period" in columns:
        broken.append(
            "time_period is not null and (time_period, fiscal_year) not in ("
            "select (time_period, us_fiscal_year) from core.dim_period where us_fiscal_year is not null)"
        )
    return broken


def empty_but_reported(_: str, columns: list[str]) -> list[str]:
    """Conditions under which a figure and what is said of it differ: `figure` beside `figure_status`."""
    pairs = [name.removesuffix("_status") for name in columns if name.endswith("_status")]
    return [f"({name} is not null) <> ({name}_status = 'reported')" for name in pairs if name in columns]


@dataclass(frozen=True)
class Rule:
    """A rule: what breaks it, and a damage after which it must speak."""

    number: int
    says: str
    offending: Callable[[duckdb.DuckDBPyConnection], Rows]
    damage: str


def change(assignment: str, condition: str) -> str:
    return f"update core.fct_observations set {assignment} where {condition}"


RULES = [
    Rule(
        1,
        "every observation has a year basis, and its label, frequency and days are those of the calendar",
        query("""
            select observed.measure, observed.time_period
            from core.fct_observations as observed
            left join core.dim_period as known on observed.time_period = known.time_period
            where known.time_period is null
                or observed.year_basis is distinct from known.year_basis
                or observed.frequency is distinct from known.frequency
                or (observed.year_basis <> 'plan' and observed.period_start is distinct from known.period_start)
                or (observed.year_basis <> 'plan' and observed.period_end is distinct from known.period_end)
        """),
        change("year_basis = 'calendar'", "time_period = 'FY2022' and measure = 'southwest_encounters'"),
    ),
    Rule(
        1,
        "a U.S. fiscal year runs from October of the year before to September",
        over_observations("""
            (year_basis = 'us_fiscal') <> (time_period like 'FY%') or (
                time_period like 'FY%' and (
                    period_start <> make_date(cast(right(time_period, 4) as integer) - 1, 10, 1)
                    or period_end <> make_date(cast(right(time_period, 4) as integer), 9, 30)
                )
            )
        """),
        change("period_start = date '2022-01-01'", "time_period = 'FY2022'"),
    ),
    Rule(
        1,
        "a year of 31 December is a point in time, a plain year and a month are of the calendar",
        over_observations("""
            (time_period similar to '[0-9]{4}-12-31') <> (year_basis = 'point_in_time')
            or (time_period similar to '[0-9]{4}(-[0-9]{2})?') <> (year_basis = 'calendar')
            or (time_period similar to 'PLAN[0-9]{4}') <> (year_basis = 'plan')
        """),
        change("time_period = '2022'", "time_period = '2022-12-31'"),
    ),
    Rule(
        1,
        "periods of the tables are those of the calendar, and months lie in the fiscal year beside them",
        over_marts(unknown_periods),
        "update loe_8_lawful_pathways.refugee_arrivals set fiscal_year = 2022 where time_period = '2022-10'",
    ),
    Rule(
        2,
        "the role of an area is origin, location or actor",
        over_observations("reference_area is null or reference_area_role not in ('origin', 'location', 'actor')"),
        change("reference_area_role = 'country'", "reference_area = 'MEX'"),
    ),
    Rule(
        2,
        "the areas of a measure have one role",
        over_measures("reference_area_role"),
        change("reference_area_role = 'origin'", "measure = 'refugee_arrivals' and time_period = 'FY2022'"),
    ),
    Rule(
        2,
        "no table has a country whose role is not told",
        over_columns(country_without_role),
        "alter table loe_2_international_protection.asylum_applications add column country varchar",
    ),
    Rule(
        3,
        "every observation has a unit, and the unit of a ratio is a derived one",
        over_observations(
            f"unit_of_measure is null or (measure_kind = 'ratio') <> (unit_of_measure in {DERIVED_UNITS})"
        ),
        change("measure_kind = 'flow'", "measure = 'closer_to_home_share'"),
    ),
    Rule(
        3,
        "a measure has one unit; persons and cases of a claim are told apart by the unit and the flag",
        over_measures("unit_of_measure", where="unit_of_measure <> 'cases'"),
        change("unit_of_measure = 'events'", "measure = 'southwest_encounters' and time_period = 'FY2022'"),
    ),
    Rule(
        3,
        "what is counted in cases is flagged, and only that",
        over_observations(
            f"measure_kind <> 'ratio' and (unit_of_measure = 'cases') <> ({has_flag('counted_in_cases')})"
        ),
        change("flags = null", "unit_of_measure = 'cases'"),
    ),
    Rule(
        4,
        "a measure is a stock, a flow or a ratio, never two of them",
        over_measures("measure_kind"),
        change("measure_kind = 'stock'", "measure = 'refugee_arrivals' and time_period = 'FY2022'"),
    ),
    Rule(
        4,
        "a stock stands at a point in time, a flow never does",
        over_observations("measure_kind <> 'ratio' and (measure_kind = 'stock') <> (year_basis = 'point_in_time')"),
        change("measure_kind = 'flow'", "measure = 'asylum_seekers_pending'"),
    ),
    Rule(
        5,
        "every observation has its dataset and vintage, also the second of a ratio",
        query("""
            select observed.measure, observed.time_period
            from core.fct_observations as observed
            left join core.dim_vintage as first
                on observed.dataset_id = first.dataset_id and observed.vintage_id = first.vintage_id
            left join core.dim_vintage as second
                on observed.second_dataset_id = second.dataset_id and observed.second_vintage_id = second.vintage_id
            where first.vintage_id is null
                or (observed.second_dataset_id is null) <> (observed.second_vintage_id is null)
                or (observed.second_dataset_id is not null and second.vintage_id is null)
        """),
        change("vintage_id = null", "measure = 'homicide_rate'"),
    ),
    Rule(
        5,
        "every row of the tables has a vintage",
        over_marts(undated),
        "update loe_1_acute_needs.appeal_coverage set vintage_id = null, earlier_vintage_id = null",
    ),
    Rule(
        6,
        "every figure of the DHS statistics says that it is rounded, and is",
        over_observations(f"""
            (dataset_id like 'dhs_ohss/%' or second_dataset_id like 'dhs_ohss/%') and (
                not ({has_flag("rounded_to_ten")})
                or (measure_kind <> 'ratio' and observation_value % 10 <> 0)
            )
        """),
        change("flags = 'removals_and_returns'", "measure = 'ice_removals_and_returns' and time_period = 'FY2023'"),
    ),
    Rule(
        6,
        "totals of rounded figures are printed ones: one record of the publisher, not a sum",
        query("""
            select observed.measure, observed.time_period
            from core.fct_observations as observed
            left join intermediate.int_legal_processes__figures as printed
                on observed.observation_key = printed.observation_key
            where observed.dataset_id = 'dhs_ohss/monthly_tables' and observed.measure_kind <> 'ratio'
            group by observed.observation_key, observed.measure, observed.time_period, observed.observation_value
            having count(printed.source_record) <> 1 or max(printed.value) is distinct from observed.observation_value
        """),
        change("observation_value = observation_value - 10", "measure = 'removals' and counterpart_area is null"),
    ),
    Rule(
        7,
        "what is missing has status O and no value, and what has a value is not missing",
        over_observations("(observation_value is null) <> (observation_status in ('O', 'Q'))"),
        change("observation_value = 0", "observation_value is null"),
    ),
    Rule(
        7,
        "a figure beside a status is there when the status says reported, and only then",
        over_marts(empty_but_reported),
        """
            update loe_2_international_protection.displaced_population set other_people_in_need_of_protection = 0
            where other_people_in_need_of_protection_status <> 'reported'
        """,
    ),
    Rule(
        7,
        "carried forward is flagged and has status I, and nothing else has",
        over_observations(f"(observation_status = 'I') <> ({has_flag('carried_forward')})"),
        change("observation_status = 'A'", "observation_status = 'I'"),
    ),
    Rule(
        7,
        "a stock of displaced people that equals the year before to the unit is carried forward",
        query("""
            select now.measure, now.reference_area, now.time_period
            from core.fct_observations as now
            inner join core.fct_observations as before
                on now.measure = before.measure and now.reference_area = before.reference_area
                and year(now.period_end) = year(before.period_end) + 1
                and now.observation_value = before.observation_value
            where now.measure in ('internally_displaced', 'internally_displaced_idmc')
                and now.observation_value > 0 and now.observation_status <> 'I'
        """),
        change("observation_status = 'A', flags = null", "measure = 'internally_displaced'"),
    ),
    Rule(
        8,
        "observations are statistics: no ceiling, pledge or target stands among them, and what a plan requires says so",
        query("""
            select measure, time_period
            from core.fct_observations
            where measure_kind not in ('stock', 'flow', 'ratio', 'requirement')
                or (measure_kind = 'requirement') <> (measure like 'appeal_requirements_%')
                or measure in (select subject from core.dim_policy_ceiling)
            union all
            select subject, time_period from core.dim_policy_ceiling where measure_kind <> 'ceiling'
        """),
        "update core.dim_policy_ceiling set measure_kind = 'flow' where fiscal_year = 2022",
    ),
    Rule(
        8,
        "pledges are not in the funding",
        query("""
            select location, time_period from loe_1_acute_needs.us_humanitarian_flows
            where funding_usd is distinct from coalesce(paid_usd, 0) + coalesce(committed_usd, 0)
        """),
        "update loe_1_acute_needs.us_humanitarian_flows set funding_usd = funding_usd + 1",
    ),
    Rule(
        9,
        "visas belong to line 8; line 4 only has the share that its indicator L4.6 is about",
        over_observations("""
            line_of_effort <> 8 and (
                unit_of_measure = 'visas' or (measure like '%visa%' and indicator_id is distinct from 'L4.6')
            )
        """),
        change("line_of_effort = 4", "measure = 'h2a_visas_issued'"),
    ),
    Rule(
        9,
        "no table of another line has a column of visas, but that share's own",
        over_columns(
            lambda table, columns: [
                name
                for name in columns
                if "visas" in name
                and not table.startswith("loe_8_")
                and table != "loe_4_labor_programs.nca_share_of_h2_visas"
            ]
        ),
        "alter table loe_4_labor_programs.h2a_certified_workers add column visas_issued bigint",
    ),
]


def named(rule: Rule) -> str:
    return f"{rule.number} {rule.says}"


@pytest.fixture(scope="module")
def damaged(warehouse: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the good build, to be damaged in transactions that are rolled back."""
    copy = tmp_path_factory.mktemp("nine_rules") / warehouse.database.name
    shutil.copy(warehouse.database, copy)
    with duckdb.connect(str(copy)) as connection:
        yield connection


def test_all_nine_are_here() -> None:
    assert {rule.number for rule in RULES} == set(range(1, 10))


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_rule_holds(damaged: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    assert rule.offending(damaged)[:20] == []


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_rule_bites(damaged: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    damaged.begin()
    try:
        damaged.execute(rule.damage)
        assert rule.offending(damaged) != []
    finally:
        damaged.rollback()


ZERO_FOR_NULL = {
    "int_encounters__southwest_monthly.sql": "the closed matrix of a file: such a zero is flagged zero_by_absence",
    "int_protection__closer_to_home.sql": "refugees or asylum-seekers of a pair of which at least one is reported",
    "rpt_coverage.sql": "a count of figures in a cell of the grid, not a figure",
    "stg_iom__missing_migrants.sql": "dead or missing of an incident of which at least one is reported",
}
"""Models that may read an empty cell as nothing in a sum, and why."""


def zero_for_null(sql: str) -> bool:
    """Whether a `coalesce(…, 0)` stands in the text."""
    for start in (match.end() for match in re.finditer(r"coalesce\(", sql)):
        depth, end = 1, start
        while depth and end < len(sql):
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        if re.search(r",\s*0\s*\)$", sql[start:end]):
            return True
    return False


def test_no_model_turns_an_empty_cell_into_zero() -> None:
    found = {path.name for path in DBT.glob("models/**/*.sql") if zero_for_null(path.read_text())}
    assert found == set(ZERO_FOR_NULL)
    assert zero_for_null("select coalesce(max(case when (a) then b end), 0 )")
    assert not zero_for_null("select coalesce(a, b), 0")


def flags_with_a_text() -> list[str]:
    return re.findall(r"^\s+'(\w+)': '", (DBT / "macros" / "flags.sql").read_text(), flags=re.MULTILINE)


def test_every_flag_is_used() -> None:
    files = [*DBT.glob("models/**/*.sql"), *DBT.glob("macros/*.sql")]
    models = "\n".join(path.read_text() for path in files if path.name != "flags.sql")
    flags = flags_with_a_text()
    assert len(flags) > 30
    assert [flag for flag in flags if f"'{flag}':" not in models] == []


REPORTS = ("scorecard.fct_indicator_values", "scorecard.rpt_revisions", "scorecard.rpt_cross_source")
"""Tables that show figures of the lines again."""


def test_where_a_flag_is_shown_its_sentence_is(warehouse: Project) -> None:
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        silent = []
        shown = {table: [row[0] for row in connection.execute(f"describe {table}").fetchall()] for table in REPORTS}
        silent += [table for table, columns in shown.items() if not any(name.endswith("flags") for name in columns)]
        for table, columns in (marts(connection) | shown).items():
            for name in columns:
                if name == "flags" or name.endswith("_flags"):
                    warning = f"{name.removesuffix('flags')}warning"
                    if warning not in columns:
                        silent.append(f"{table} has no {warning}")
                        continue
                    rows = connection.execute(
                        f"select count(*) from {table} where ({name} is null) <> ({warning} is null)"
                    ).fetchone()
                    silent += [f"{table}.{warning} is empty"] if rows and rows[0] else []
    assert silent == []


def test_known_artefacts_are_on_the_figures_concerned(warehouse: Project) -> None:
    """COMAR's revisions on claims in Mexico, the definition of CHNV on its paroles, and on nothing else."""
    flagged = "select measure, count(*), count(distinct reference_area) from core.fct_observations"
    chnv = warehouse.query(f"{flagged} where {has_flag('chnv_confirmed_only')} group by measure")
    assert chnv == warehouse.query(f"{flagged} where measure = 'chnv_paroles' group by measure")
    flagged += " where observation_value is not null and"
    claims = f"{flagged} measure in ('new_asylum_applications', 'clearance_ratio') and reference_area = 'MEX'"
    comar = f"{flagged} {has_flag('comar_restates')} and measure not in ('closed_per_application', 'years_of_work')"
    assert sorted(warehouse.query(f"{claims} group by measure")) == sorted(warehouse.query(f"{comar} group by measure"))


UNHCR_COUNTS = (
    "'new_asylum_applications', 'asylum_seekers_pending', 'resettlement_arrivals', 'returned_refugees', "
    "'internally_displaced'"
)
CLAIMS = """
    'new_asylum_applications', 'asylum_seekers_pending', 'clearance_ratio', 'closed_per_application', 'years_of_work',
    'total_protection_rate_of_persons', 'total_protection_rate_of_cases', 'refugee_recognition_rate_of_persons',
    'refugee_recognition_rate_of_cases'
"""
BY_ORIGIN = "'refugees_by_origin', 'asylum_seekers_by_origin'"
STEPS = {("internally_displaced_idmc", "HND", 2023), ("internally_displaced_idmc", "GTM", 2024)}
STEPS |= {("internally_displaced", "HND", 2025)}
"""Stocks of displaced people that stepped to another method, as their publishers' figures show."""

TOUCHED = {
    "usa_half_year_2024": f"""
        year(period_end) = 2024
        and (measure in ('closer_to_home_share', {BY_ORIGIN}) or (measure in ({CLAIMS}) and reference_area = 'USA'))
    """,
    "unknown_origin_2025": f"""
        year(period_end) = 2025 and (
            measure in ('closer_to_home_share', {BY_ORIGIN})
            or (measure in ({CLAIMS}) and reference_area = 'USA' and counterpart_area is not null)
            or (measure = 'asylum_seekers_pending' and reference_area = 'USA')
        )
    """,
    "counted_toward_2018": """
        dataset_id = 'state_prm/refugee_admissions' and period_start between date '2017-10-01' and date '2018-09-30'
        and indicator_id in ('L3.6', 'L8.1', 'L8.2')
    """,
    "largest_ten_only": """
        dataset_id = 'dhs_ohss/monthly_tables' and counterpart_area is not null and measure <> 'chnv_paroles'
        and measure_kind <> 'ratio'
    """,
}
"""Artefact → the figures that it touches."""


@pytest.mark.parametrize("flag", TOUCHED)
def test_an_artefact_is_on_every_figure_that_it_touches_and_on_no_other(warehouse: Project, flag: str) -> None:
    counted = "select measure, time_period, count(*) from core.fct_observations where {} group by all order by all"
    of_counts = "and measure_kind <> 'ratio'" if flag == "largest_ten_only" else ""
    touched = warehouse.query(counted.format(TOUCHED[flag]))
    assert touched != []
    assert warehouse.query(counted.format(f"{has_flag(flag)} {of_counts}")) == touched


def test_a_count_of_five_says_that_it_stands_for_smaller_ones(warehouse: Project) -> None:
    """UNHCR prints no count from 1 to 4: a 5 is one of them or a 5; a sum with a 5 in it holds one, too."""
    found = warehouse.query(f"""
        select
            count(*) filter (where observation_value = 5),
            count(*) filter (where observation_value between 1 and 4),
            count(*) filter (where observation_value = 5 and not {has_flag("small_counts")}),
            count(*) filter (
                where {has_flag("small_counts")} and observation_value <> 5 and measure <> 'new_asylum_applications'
            )
        from core.fct_observations where measure in ({UNHCR_COUNTS})
    """)
    ((fives, smaller, silent, wrong),) = found
    assert fives > 100
    assert (smaller, silent, wrong) == (0, 0, 0)


def test_a_step_of_a_stock_after_years_of_one_figure_is_no_movement(warehouse: Project) -> None:
    """Honduras: 247,090 for years, then 100,637 in IDMC's series of 2023 and 423,845 in UNHCR's of 2025."""
    found = warehouse.query(
        "select measure, reference_area, year(period_end) from core.fct_observations "
        f"where {has_flag('step_of_method')}"
    )
    assert set(found) >= STEPS
