"""The dbt project as the first run built it, and builds of parts of it in temporary folders."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.dbt_runner import ensure_manifest
from ingestion.settings import PROJECT_ROOT
from tests.builds import FirstRun, made_once

DBT = PROJECT_ROOT / "dbt"
WITHOUT_EXAMPLES = ("--exclude-resource-type", "unit_test")


@dataclass(frozen=True)
class Project:
    """The dbt project writing to one folder, reading one landing folder."""

    folder: Path
    landing: Path

    @property
    def database(self) -> Path:
        return self.folder / "loe_build.duckdb"

    def call(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run dbt in a process of its own; dbt's exit code tells whether every node went well.

        The path of the database is told relative to the folder: with another path dbt would parse everything anew.
        """
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LOE_", "DBT_"))}
        paths = ["--project-dir", DBT, "--profiles-dir", DBT]
        paths += ["--target-path", self.folder / "target", "--log-path", self.folder / "logs"]
        return subprocess.run(
            [
                sys.executable,
                "-c",
                "from dbt.cli.main import cli; cli()",
                "--no-version-check",
                *command,
                *map(str, paths),
            ],
            cwd=self.folder,
            env=kept | {"LOE_BUILD_DATABASE": self.database.name, "LOE_LANDING_DIR": str(self.landing)},
            capture_output=True,
            text=True,
            check=False,
        )

    def build(self, *arguments: str) -> Project:
        """Build, and fail the test with dbt's own words when a node did not go well."""
        done = self.call("build", *arguments)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
        return self

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def scalar(self, sql: str) -> Any:
        return self.query(sql)[0][0]

    @property
    def manifest(self) -> dict[str, Any]:
        return json.loads((self.folder / "target" / "manifest.json").read_text())

    @property
    def results(self) -> dict[str, dict[str, Any]]:
        """Outcome of each node of the last command, by name."""
        rows = json.loads((self.folder / "target" / "run_results.json").read_text())["results"]
        nodes = self.manifest["nodes"] | self.manifest["unit_tests"]
        return {nodes[row["unique_id"]]["name"]: row for row in rows if row["unique_id"] in nodes}

    def failing_rows(self, test: str) -> list[tuple[Any, ...]]:
        """Return the rows that a failed data test shows."""
        return self.query(self.results[test]["compiled_code"])


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory, first_run: FirstRun) -> Project:
    """The whole project as the first run built it, every test and unit test of it passed. Not to be changed."""
    assert first_run.result.returncode == 0, first_run.result.stderr
    with made_once(tmp_path_factory, "warehouse") as (folder, is_made):
        project = Project(folder, first_run.workplace.data_dir / "recorded" / "landing")
        if not is_made:
            shutil.copy(first_run.workplace.newest_build.database, project.database)
            (folder / "target").mkdir()
            for name in ("manifest.json", "partial_parse.msgpack"):
                shutil.copy(ensure_manifest().with_name(name), folder / "target")
    return project


@pytest.fixture(scope="session")
def landing(warehouse: Project) -> Path:
    """Every recording, landed. Not to be changed."""
    return warehouse.landing


@pytest.fixture
def parsed(tmp_path: Path, warehouse: Project) -> Path:
    """A folder to build in where dbt finds the parsed project."""
    (tmp_path / "target").mkdir()
    shutil.copy(warehouse.folder / "target" / "partial_parse.msgpack", tmp_path / "target")
    return tmp_path


@pytest.fixture
def copied(parsed: Path, warehouse: Project) -> Project:
    """A copy of the good build, for tests that change it."""
    project = Project(parsed, warehouse.landing)
    shutil.copy(warehouse.database, project.database)
    return project


def models(manifest: dict[str, Any], resource_types: Sequence[str] = ("model",)) -> Iterator[dict[str, Any]]:
    """Yield the nodes of our project of these types."""
    for node in manifest["nodes"].values():
        if node["resource_type"] in resource_types and node["package_name"] == "lines_of_effort":
            yield node
