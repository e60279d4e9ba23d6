"""The run that tests share: the main job on the bundled recordings, once for all of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from ingestion.settings import PROJECT_ROOT
from publication.build import Build

NO_NETWORK = PROJECT_ROOT / "tests" / "fixtures" / "no_network"
OWN_RECORDINGS = (
    "import pathlib, sys\nimport ingestion.settings as settings\n"
    "settings.RECORDINGS = pathlib.Path(sys.argv.pop(1))\n"
    "from ingestion.cli import command_line\ncommand_line()"
)


@dataclass(frozen=True)
class Workplace:
    """A data folder, and the command line working in it with the network blocked.

    Args:
        data_dir: all run-time data.
        extra: environment variables.
        recordings: folder of recordings in place of the bundled ones.
    """

    data_dir: Path
    extra: dict[str, str] = field(default_factory=dict)
    recordings: Path | None = None

    @property
    def workspace(self) -> Path:
        return self.data_dir / self.extra.get("LOE_SOURCES", "recorded")

    @property
    def published(self) -> Path:
        return self.workspace / "published"

    @property
    def builds(self) -> Path:
        return self.workspace / "builds"

    @property
    def newest_build(self) -> Build:
        """The build that was started last, with its private database."""
        return Build(max(path for path in self.builds.glob("*Z-*") if path.is_dir()))

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
        own = ["-c", OWN_RECORDINGS, str(self.recordings)] if self.recordings else ["-m", "ingestion.cli"]
        return subprocess.Popen(
            [sys.executable, *own, *arguments],
            cwd=PROJECT_ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=600)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def dagster(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Dagster's own command line, in the home of this workplace."""
        return subprocess.run(
            [str(Path(sys.executable).with_name("dagster")), *arguments],
            cwd=PROJECT_ROOT,
            env=self.environment | {"DAGSTER_HOME": str(self.data_dir / "dagster")},
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def query(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.published / "lines_of_effort.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@dataclass(frozen=True)
class FirstRun:
    """The first run in an empty data folder. Several processes read it: nothing may be written there."""

    workplace: Workplace
    result: subprocess.CompletedProcess[str]


@contextmanager
def made_once(factory: pytest.TempPathFactory, name: str, folder: Path | None = None) -> Iterator[tuple[Path, bool]]:
    """Give a folder that all processes of this test session share, and whether it is already made.

    The first that asks makes it; the others wait for it to leave the block.

    Args:
        factory: knows the temporary folder of the session.
        name: of the folder.
        folder: where it lies, when it is to outlive the session.
    """
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = folder or base / name
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "made.lock"):
        yield folder, (folder / "made").exists()
        (folder / "made").touch()


def first_run_of(factory: pytest.TempPathFactory, folder: Path | None = None) -> FirstRun:
    """Run the main job from nothing, unit tests included, unless a test of this session has.

    Everything is built anyway; that it is also asked for shows that asking has an effect.
    """
    with made_once(factory, "first", folder and folder.resolve()) as (base, is_made):
        place, told = Workplace(base / "data"), base / "told.json"
        if not is_made:
            done = Workplace(place.data_dir, {"LOE_UNIT_TESTS": "true"}).call("run", "--force")
            told.write_text(json.dumps([done.args, done.returncode, done.stdout, done.stderr]))
        return FirstRun(place, subprocess.CompletedProcess(*json.loads(told.read_text())))
