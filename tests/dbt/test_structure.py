"""What holds for every model: descriptions, tests, layers, contracts, portable SQL."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ingestion import registry
from ingestion.contract import LINES_OF_EFFORT, PROVENANCE_COLUMNS
from publication.export import PRIVATE_SCHEMAS
from tests.dbt.conftest import DBT, Project, models

FORBIDDEN = {
    "qualify": r"\bqualify\b",
    "group by all, order by all": r"\b(group|order)\s+by\s+all\b",
    "* exclude, * replace, columns()": r"\*\s*(exclude|replace)\b|\bcolumns\s*\(",
    "union by name": r"\bunion\s+(all\s+)?by\s+name\b",
    "asof, semi, anti join": r"\b(asof|semi|anti)\s+join\b",
    "pivot, unpivot": r"\b(un)?pivot\b",
    "arg_max and kin": r"\b(arg_max|arg_min|max_by|min_by|median|count_if|any_value)\s*\(",
    "ignore nulls": r"\bignore\s+nulls\b",
    "count(distinct a, b)": r"count\s*\(\s*distinct\s+[^()]*,",
    "read_parquet": r"\bread_(parquet|csv|json)\b",
    "formatting of dates": r"\b(strftime|strptime|to_char|date_format)\s*\(",
    "regular expressions": r"\b(rlike|regexp_\w+)\b|\s!?~\*?\s",
    "json operators": r"->>?",
    "casts of the engine": r"\btry_cast\b|::",
    "uuid, hash": r"\b(uuid|hash)\s*\(",
    "powers": r"\*\*|\^",
    "extract(epoch, dow)": r"extract\s*\(\s*(epoch|dow|dayofweek)\b",
    "interval arithmetic": r"\binterval\b",
    "initcap, strip_accents": r"\b(initcap|strip_accents)\s*\(",
    "generate_series, unnest": r"\b(generate_series|unnest|range)\s*\(",
    "type names of one engine": r"\bas\s+(varchar|text|string|double|hugeint)\b",
    "double-quoted identifiers": r'"',
    "trailing comma": r",\s*(\bfrom\b|\))",
}


def sql_only(text: str) -> str:
    """Return the SQL of a model without comments, Jinja and text literals."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}", " ", text, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", " jinja_expression ", text, flags=re.DOTALL)
    text = re.sub(r"--[^\n]*", " ", text)
    return re.sub(r"'(?:[^']|'')*'", "'text'", text).lower()


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_models_keep_to_portable_sql(rule: str) -> None:
    files = [*DBT.glob("models/**/*.sql"), *DBT.glob("tests/**/*.sql")]
    assert len(files) > 50
    found = [path.name for path in files if re.search(FORBIDDEN[rule], sql_only(path.read_text()))]
    assert found == []


@pytest.mark.parametrize(
    ("rule", "sql"),
    [
        ("qualify", "select a from b qualify row_number() over () = 1"),
        ("casts of the engine", "select a::int from b"),
        ("count(distinct a, b)", "select count(distinct a, b) from c"),
        ("trailing comma", "select a, from b"),
        ("regular expressions", "select a from b where a ~ 'x'"),
        ("* exclude, * replace, columns()", "select * exclude (a) from b"),
    ],
)
def test_rules_of_portable_sql_bite(rule: str, sql: str) -> None:
    assert re.search(FORBIDDEN[rule], sql_only(sql))


def test_folder_holds_no_python() -> None:
    assert list(DBT.rglob("*.py")) == []


def test_everything_is_described(warehouse: Project) -> None:
    missing = []
    names = "select table_schema || '.' || table_name, list(column_name) from information_schema.columns group by 1"
    columns = dict(warehouse.query(names))
    for node in models(warehouse.manifest, ("model", "seed")):
        missing += [node["name"]] if not node["description"].strip() else []
        described = {name for name, column in node["columns"].items() if column["description"].strip()}
        actual = set(columns[f"{node['schema']}.{node['name']}"])
        missing += [f"{node['name']}.{column}" for column in actual ^ described]
    assert missing == []


def test_descriptions_are_comments_in_the_database(warehouse: Project) -> None:
    ours = "database_name = 'loe_build' and schema_name not in ('landing', 'main')"
    tables = f"""
        select table_name from (
            select table_name, comment, schema_name, database_name from duckdb_tables()
            union all select view_name, comment, schema_name, database_name from duckdb_views() where not internal
        ) where {ours} and comment is null
    """
    assert warehouse.query(tables) == []
    columns = f"select table_name, column_name from duckdb_columns() where {ours} and comment is null and not internal"
    assert warehouse.query(columns) == []


def test_every_test_says_what_it_checks(warehouse: Project) -> None:
    silent = [node["name"] for node in models(warehouse.manifest, ("test",)) if not node["description"].strip()]
    silent += [name for name, node in warehouse.manifest["unit_tests"].items() if not node["description"].strip()]
    assert silent == []


def test_everything_is_tested(warehouse: Project) -> None:
    tested = {parent for test in models(warehouse.manifest, ("test",)) for parent in test["depends_on"]["nodes"]}
    untested = [
        node["name"] for node in models(warehouse.manifest, ("model", "seed")) if node["unique_id"] not in tested
    ]
    assert untested == []


def test_formulas_have_a_worked_example(warehouse: Project) -> None:
    examples = {test["model"] for test in warehouse.manifest["unit_tests"].values()}
    intermediate = {node["name"] for node in models(warehouse.manifest) if node["schema"] == "intermediate"}
    plain = {name for name in intermediate if name.endswith(("__observations", "__lineage"))}
    plain |= {"int_displacement__population"}
    assert intermediate - plain <= examples


def layer(node: dict[str, Any]) -> str:
    return "source" if node["resource_type"] == "source" else str(node["fqn"][1])


ALLOWED = {
    "staging": {"source", "seed"},
    "intermediate": {"staging", "intermediate", "seed"},
    "quality": {"staging"},
}


def test_data_flows_one_way(warehouse: Project) -> None:
    nodes = warehouse.manifest["nodes"] | warehouse.manifest["sources"]
    wrong = []
    for node in models(warehouse.manifest):
        parents = [nodes[name] for name in node["depends_on"]["nodes"]]
        for parent in parents:
            kind = "seed" if parent["resource_type"] == "seed" else layer(parent)
            if node["name"].startswith("publication_"):  # compares what was built with what is published
                fine = kind == "staging" or parent["schema"] in {"core", "scorecard"}
            elif node["name"] == "lineage":  # joins the figures with the records that they are made of
                fine = parent["name"].endswith("__lineage") or parent["name"] == "fct_observations"
            elif layer(node) in ALLOWED:
                fine = kind in ALLOWED[layer(node)]
            elif node["schema"] in LINES_OF_EFFORT.values():
                fine = kind == "intermediate" or (parent["schema"] == "core" and parent["name"].startswith("dim_"))
            elif node["schema"] == "core":
                fine = kind in {"staging", "intermediate", "seed"} or parent["schema"] == "core"
            else:
                fine = parent["schema"] in {"core", "scorecard"} or kind == "seed"
                fine = fine or parent["name"].startswith("int_reconciliation__")
            wrong += [] if fine else [f"{node['name']} reads {parent['name']}"]
    assert wrong == []


def test_what_may_not_be_passed_on_reaches_no_published_table(warehouse: Project) -> None:
    """dbt refuses a model outside the group; nothing that reads these sources lies in a schema that readers get."""
    manifest = warehouse.manifest
    local = {dataset.id for dataset in registry.datasets().values() if dataset.local_use}
    assert local
    found = [key for key, node in manifest["sources"].items() if f"{node['source_name']}/{node['name']}" in local]
    reached: set[str] = set()
    while found:
        reached |= set(found)
        found = [child for key in found for child in manifest["child_map"][key] if child not in reached]
    built = [manifest["nodes"][key] for key in reached if key.startswith("model.")]
    assert len(built) == len(local), "the staging view of each, and nothing on it"
    for node in built:
        assert (node["config"]["group"], node["access"], node["schema"]) == ("local_use_only", "private", "staging")
    assert "staging" in PRIVATE_SCHEMAS
    tests = [manifest["nodes"][key] for key in reached if key.startswith("test.")]
    assert tests
    for test in tests:
        shown = test["test_metadata"]["kwargs"]["columns"]
        assert set(shown) == {"vintage_id", "source_file", "source_record"}, "a finding is published with its rows"


def test_marts_have_contracts_and_their_own_schema(warehouse: Project) -> None:
    for node in models(warehouse.manifest):
        if layer(node) in {"marts", "quality"}:
            assert node["contract"]["enforced"], node["name"]
            assert node["schema"] == (node["fqn"][2] if layer(node) == "marts" else "quality"), node["name"]
    schemas = {node["schema"] for node in models(warehouse.manifest)}
    assert set(LINES_OF_EFFORT.values()) <= schemas


def test_framework_is_never_called_the_governments(warehouse: Project) -> None:
    for node in models(warehouse.manifest):
        if node["schema"] in LINES_OF_EFFORT.values() or node["name"] in {"dim_indicator", "fct_indicator_values"}:
            assert re.search("framework of indicators.* own", node["description"]), node["name"]


def test_sources_are_the_contracts_of_ingestion(warehouse: Project) -> None:
    declared = {
        f"{source['source_name']}/{source['name']}": [*source["columns"]]
        for source in warehouse.manifest["sources"].values()
        if source["source_name"] not in {"ingestion", "history", "publication"}
    }
    assert declared == {
        dataset.id: [*(field.name for field in dataset.fields), *PROVENANCE_COLUMNS]
        for dataset in registry.datasets().values()
    }
    assert all(source["schema"] == "landing" for source in warehouse.manifest["sources"].values())


def test_staging_names_the_source_field_of_each_column(warehouse: Project) -> None:
    derived = {"year_status", "row_kind", "query_name"}
    for node in models(warehouse.manifest):
        if layer(node) == "staging":
            for name, column in node["columns"].items():
                if name not in derived and not name.endswith("_status"):
                    assert "`" in column["description"], f"{node['name']}.{name}"


def test_lines_without_data_still_say_what_is_missing(warehouse: Project) -> None:
    for number, schema in LINES_OF_EFFORT.items():
        rows = warehouse.query(f"select distinct what_is_missing from {schema}.loe_{number}_indicators")
        assert len(rows) == 1
        assert len(rows[0][0]) > 40
    messaging = "select what_is_missing from loe_7_public_messaging.loe_7_indicators limit 1"
    assert "No public statistic supports it" in warehouse.scalar(messaging)


def test_every_flag_used_has_a_sentence(warehouse: Project) -> None:
    silent = """
        select distinct flags from scorecard.fct_indicator_values
        where flags is not null and (warning is null or length(warning) < 10)
    """
    assert warehouse.query(silent) == []
