"""Runs of the real main job, on the bundled recordings, in processes of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from ingestion.settings import PROJECT_ROOT

NO_NETWORK = PROJECT_ROOT / "tests" / "fixtures" / "no_network"


@dataclass(frozen=True)
class Workplace:
    """A data folder, and the command line working in it with the network blocked."""

    data_dir: Path
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def published(self) -> Path:
        return self.data_dir / "recorded" / "published"

    @property
    def builds(self) -> Path:
        return self.data_dir / "recorded" / "builds"

    @property
    def network_log(self) -> Path:
        return self.data_dir / "network.log"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LOE_", "DAGSTER_", "DBT_"))}
        return kept | {
            "LOE_DATA_DIR": str(self.data_dir),
            "PYTHONPATH": str(NO_NETWORK),
            "NO_NETWORK_LOG": str(self.network_log),
            "HOME": str(self.data_dir / "home"),
            **self.extra,
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        (self.data_dir / "home").mkdir(parents=True, exist_ok=True)
        return subprocess.Popen(
            [sys.executable, "-m", "ingestion.cli", *arguments],
            cwd=PROJECT_ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=240)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def query(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.published / "lines_of_effort.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@dataclass(frozen=True)
class FirstRun:
    """The first run in an empty data folder."""

    workplace: Workplace
    result: subprocess.CompletedProcess[str]


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> FirstRun:
    """One run from nothing, unit tests included, shared by all tests that only read."""
    data_dir = tmp_path_factory.mktemp("first") / "data"
    return FirstRun(Workplace(data_dir), Workplace(data_dir, {"LOE_UNIT_TESTS": "true"}).call("run"))


@pytest.fixture
def workplace(first_run: FirstRun, tmp_path: Path) -> Iterator[Workplace]:
    """A copy of the published workplace, for tests that break something."""
    shutil.copytree(first_run.workplace.data_dir, tmp_path / "data", symlinks=True)
    yield Workplace(tmp_path / "data")
    shutil.rmtree(tmp_path / "data")
