"""The main job from nothing, on the bundled recordings, as a newcomer sees it."""

from __future__ import annotations

import json
import re

import pytest
from frictionless import Package

from expectations.acceptances import load_acceptances
from expectations.rules import load_rules
from ingestion.registry import datasets
from publication.report_tables import TABLES
from tests.builds import FirstRun, Workplace

SOUTHWEST = """
    select sum(encounters) from loe_6_border_management.encounters
    where fiscal_year = {year} and land_border_region = 'Southwest Land Border'
"""


def test_the_run_ends_well_and_says_what_it_did(first_run: FirstRun) -> None:
    assert first_run.result.returncode == 0, first_run.result.stderr
    out = first_run.result.stdout
    for dataset_id in datasets():
        assert dataset_id in out
    for words in ("loe_1_acute_needs", "loe_8_lawful_pathways", "Audit", "checks passed", "Time", "audit report:"):
        assert words in out
    assert re.search(r"Built  all \d+ models: it was asked for", out), out
    assert first_run.result.stderr.strip() == ""


def test_no_dependency_calls_home(first_run: FirstRun) -> None:
    """Telemetry of dbt, Dagster and Great Expectations is off in code: no switch is set in this environment."""
    assert first_run.result.returncode == 0
    log = first_run.workplace.network_log
    assert not log.exists(), log.read_text()


def test_nothing_is_left_outside_the_data_folder(first_run: FirstRun) -> None:
    home = first_run.workplace.data_dir / "home"
    assert [path.relative_to(home) for path in home.rglob("*")] == []


@pytest.mark.parametrize(
    ("sql", "published"),
    [
        (SOUTHWEST.format(year=2020), 458_088),
        (SOUTHWEST.format(year=2021), 1_734_686),
        (SOUTHWEST.format(year=2022), 2_378_944),
        (SOUTHWEST.format(year=2023), 2_475_669),
    ],
)
def test_published_figures_recompute_exactly(first_run: FirstRun, sql: str, published: int) -> None:
    assert first_run.workplace.query(sql) == [(published,)]


def test_every_published_table_and_column_is_described(first_run: FirstRun) -> None:
    undescribed = first_run.workplace.query(
        "select schema_name || '.' || table_name from duckdb_tables() where comment is null "
        "union all select schema_name || '.' || table_name || '.' || column_name from duckdb_columns() "
        "where not internal and comment is null"
    )
    assert undescribed == []


def test_the_data_package_holds_what_it_says(first_run: FirstRun) -> None:
    """The first rows of every file fit the declared types, keys and headers."""
    package = Package(str(first_run.workplace.published / "current" / "datapackage.json"))
    undescribed = [
        f"{resource.name}.{field.name}"
        for resource in package.resources
        for field in resource.schema.fields
        if field.type == "any" or not field.description
    ]
    assert undescribed == []
    report = package.validate(limit_rows=200)
    assert report.valid, report.to_summary()


def test_every_check_is_a_row(first_run: FirstRun) -> None:
    checkers = dict(
        first_run.workplace.query("select checker, count(*) from quality.check_results group by checker")  # type: ignore[arg-type]
    )
    assert set(checkers) == {"gate", "dbt_test", "dbt_unit_test", "expectation", "acceptance"}
    assert first_run.workplace.query("select count(*) from quality.check_results where status = 'errored'") == [(0,)]


def test_every_part_of_the_report_is_a_table(first_run: FirstRun) -> None:
    report = json.loads((first_run.workplace.published / "current" / "reports" / "audit.json").read_text())
    for table in TABLES:
        assert first_run.workplace.query(f"select count(*) from {table.relation}") == [(len(report[table.key]),)]
    checks = first_run.workplace.query(
        "select count(distinct (checker, rule_id, table_name)) from quality.check_results"
    )
    assert checks == [(len(report["rule_catalogue"]),)]
    [(verdict, passed)] = first_run.workplace.query("select verdict, checks_passed from quality.publications")
    assert (verdict, passed) == (report["verdict"]["word"], report["verdict"]["counts"]["passed"])


def test_accepted_findings_are_shown_with_who_accepted_them(first_run: FirstRun) -> None:
    accepted = "warning, accepted by maintainers until 2027-12-31: "
    assert first_run.result.stdout.count(accepted) == len(load_acceptances())
    rows = first_run.workplace.query(
        "select rule_id from quality.check_results where status = 'failed' and disposition = 'accepted' order by 1"
    )
    assert rows == [(rule_id,) for rule_id in sorted(entry.rule_id for entry in load_acceptances())]
    report = json.loads((first_run.workplace.published / "current" / "reports" / "audit.json").read_text())
    dispositions = [finding["disposition"] for finding in report["findings"]]
    assert dispositions == sorted(dispositions, key=("open", "accepted").index)


def test_a_second_run_with_nothing_new_does_nothing(workplace: Workplace) -> None:
    builds = sorted(path.name for path in workplace.builds.iterdir())
    result = workplace.call("run", "--json")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["nothing_new"] is True
    assert sorted(path.name for path in workplace.builds.iterdir()) == builds


def test_rules_run_from_the_command_line(first_run: FirstRun) -> None:
    result = first_run.workplace.call("check", "staging_idmc", "core.fct_observations", "--json")
    assert result.returncode == 0, result.stderr
    done = json.loads(result.stdout)
    rules = [rule for rule in load_rules() if rule.suite == "staging_idmc" or rule.table == "core.fct_observations"]
    assert [row["rule_id"] for row in done["results"]] == [rule.id for rule in rules]
    assert done["counts"]["passed"] + done["counts"]["warned"] == len(rules) > 30
    wrong = first_run.workplace.call("check", "staging_nobody")
    assert wrong.returncode == 2
    assert "staging_nobody" in wrong.stderr


def test_status_and_plan_answer_and_write_nothing(first_run: FirstRun) -> None:
    status = json.loads(first_run.workplace.call("status", "--json").stdout)
    assert status["published"] is True
    assert status["up_to_date"] is True
    plan = json.loads(first_run.workplace.call("plan", "--json").stdout)
    assert [row["dataset"] for row in plan] == list(datasets())


def test_a_publication_is_signed_and_verified(workplace: Workplace) -> None:
    assert "Not signed." in workplace.call("status").stdout
    signed = workplace.call("sign", "--name", "A Tester", "--role", "test")
    assert signed.returncode == 0, signed.stderr
    assert "Signed by A Tester, test, on " in workplace.call("status").stdout
    verified = workplace.call("verify", "--json")
    assert verified.returncode == 0, verified.stdout
    found = json.loads(verified.stdout)
    assert (found["problems"], [one["valid"] for one in found["signatures"]]) == ([], [True])


def test_plan_writes_nothing_in_an_empty_place(tmp_path_factory: pytest.TempPathFactory) -> None:
    place = Workplace(tmp_path_factory.mktemp("empty") / "data")
    assert place.call("plan").returncode == 0
    assert [path for path in place.data_dir.rglob("*") if path.is_file()] == []


def test_dagster_validates_the_workspace_file(workplace: Workplace) -> None:
    result = workplace.dagster("definitions", "validate", "-w", "workspace.yaml")
    assert result.returncode == 0, result.stderr
