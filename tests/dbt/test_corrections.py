"""Corrections of published values: applied, seen, and taken out when the source has fixed itself."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path

import duckdb

from tests.dbt.conftest import DBT, Project

KEY = "concat_ws('|', year, coo, coa, procedure_type, app_type, dec_level, app_pc)"
GUARD = "stg_unhcr__asylum_applications__corrections_are_needed"


def without_effect(datasets: Iterable[str]) -> list[str]:
    """Datasets whose staging view does not read corrections, or has no guard: a correction would do nothing."""
    models = {path.stem: path.read_text() for path in DBT.glob("models/staging/**/*.sql")}
    tests = "\n".join(path.read_text() for path in DBT.glob("models/staging/**/*.yml"))
    return [
        dataset
        for dataset in datasets
        if "corrected_source(" not in models[f"stg_{dataset.replace('/', '__')}"]
        or f"dataset_id: {dataset}\n" not in tests
    ]


def test_every_correction_has_an_effect_and_a_guard() -> None:
    with (DBT / "seeds" / "corrections.csv").open(newline="") as lines:
        assert without_effect({row["dataset_id"] for row in csv.DictReader(lines)}) == []
    assert without_effect(["unhcr/asylum_applications", "world_bank/wdi"]) == ["world_bank/wdi"]


def test_correction_reaches_the_figure_and_ends_with_its_cause(warehouse: Project, tmp_path: Path) -> None:
    """An invented correction of a real record, in a copy of the build."""
    shutil.copytree(warehouse.folder, tmp_path, dirs_exist_ok=True)
    project = Project(tmp_path, warehouse.landing)
    landed = project.manifest["sources"]["source.lines_of_effort.unhcr.asylum_applications"]["relation_name"]
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(f"""
            insert into reference.corrections
            select 'invented', 'unhcr/asylum_applications', {KEY}, 'applied', applied,
                cast(cast(applied as bigint) + 1000 as varchar), 'invented', 'invented', 'invented'
            from {landed} where year = '2023' and coo = 'HON' and coa = 'MEX' and app_type = 'N' limit 1
        """)
        assert connection.execute("select count(*) from reference.corrections").fetchone() == (1,)
    done = project.call("run", "--select", "int_protection__asylum_applications", "int_protection__new_claims")
    assert done.returncode == 0, done.stdout[-2000:]
    table = "intermediate.int_protection__new_claims"
    claims = f"from {table} where year = 2023 and asylum_area = 'MEX' and origin_area = 'HND'"
    before = warehouse.scalar(f"select new_claims {claims}")
    assert project.query(f"select new_claims, flags {claims}") == [(before + 1000, "corrected,comar_restates")]
    assert project.scalar(f"select count(*) from {table} where flags like '%corrected%'") == 1
    assert project.call("test", "--select", GUARD).returncode == 0
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("update reference.corrections set published_value = 'what the source printed before'")
    assert project.call("test", "--select", GUARD).returncode == 1
    [(correction, *_, what_to_do)] = project.failing_rows(GUARD)
    assert (correction, what_to_do) == ("invented", "remove the correction")
