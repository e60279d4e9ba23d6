"""One build: its private folder, its state, and how long each stage took.

A build goes ``started`` → ``built`` → ``audited`` → ``published``. Its folder is
``data/<mode>/builds/<build_id>/``; nothing reads the database in it but the build itself.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingestion.results import Checker, CheckResult, Disposition, Severity, Status
from ingestion.settings import Settings

DATABASE_NAME = "loe_build.duckdb"


@dataclass(frozen=True, slots=True)
class Build:
    """A build on disk.

    Args:
        folder: the private folder.
    """

    folder: Path

    @property
    def id(self) -> str:
        """Build id: UTC start time and a random part, so that text order is time order."""
        return self.folder.name

    @property
    def database(self) -> Path:
        """The private DuckDB file."""
        return self.folder / DATABASE_NAME

    @property
    def last_publication(self) -> Path:
        """What is compared with: the publication that was up while this build was made, as Parquet files."""
        return self.folder / "last_publication"

    @property
    def reports(self) -> Path:
        """Reports of this build, written whether or not it is published."""
        return self.folder / "reports"

    @property
    def state(self) -> dict[str, Any]:
        """What is known of the build: ``state``, ``started_at``, ``stages`` and what stages noted."""
        state: dict[str, Any] = json.loads((self.folder / "build.json").read_text())
        return state

    def note(self, **facts: Any) -> None:
        """Add facts to the state."""
        path = self.folder / "build.json"
        state = self.state if path.exists() else {}
        temporary = path.with_suffix(".tmp")
        temporary.write_text(json.dumps(state | facts, indent=1, sort_keys=True, default=str))
        temporary.replace(path)

    @contextmanager
    def stage(self, name: str, already: float = 0.0) -> Iterator[None]:
        """Time a stage (seconds of wall clock), whether or not it succeeds.

        Args:
            name: of the stage.
            already: seconds that it took before the build was opened.
        """
        start = time.perf_counter() - already
        try:
            yield
        finally:
            self.note(stages=self.state.get("stages", {}) | {name: round(time.perf_counter() - start, 3)})

    def write_results(self, name: str, results: list[CheckResult]) -> None:
        """Keep the check results of one stage."""
        (self.folder / f"results_{name}.json").write_text(json.dumps([result.as_row() for result in results]))

    @property
    def refused(self) -> bool:
        """Whether it cannot be published: it was refused, or a blocking rule did not pass."""
        return bool(self.state.get("refused")) or any(result.blocks for result in self.results())

    def write_report_tables(self, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Keep the rows of the audit report that are published as tables, by their key in the report."""
        (self.folder / "report_tables.json").write_text(json.dumps(tables, default=str))

    def report_tables(self) -> dict[str, list[dict[str, Any]]]:
        """Return the rows kept by :meth:`write_report_tables`; none where no report was written yet."""
        path = self.folder / "report_tables.json"
        tables: dict[str, list[dict[str, Any]]] = json.loads(path.read_text()) if path.exists() else {}
        return tables

    def results(self) -> list[CheckResult]:
        """Return the check results of all stages so far."""
        return [result for results in self.results_by_stage().values() for result in results]

    def results_by_stage(self) -> dict[str, list[CheckResult]]:
        """Return the check results of each stage so far, under the names with which they were written."""
        return {
            path.stem.removeprefix("results_"): [_result(row) for row in json.loads(path.read_text())]
            for path in sorted(self.folder.glob("results_*.json"))
        }


def _result(row: dict[str, Any]) -> CheckResult:
    typed = row | {
        "checker": Checker(row["checker"]),
        "severity": Severity(row["severity"]),
        "status": Status(row["status"]),
        "disposition": Disposition(row["disposition"]) if row.get("disposition") else None,
    }
    return CheckResult(**typed)


def start_build(settings: Settings, run_id: str) -> Build:
    """Open a new private folder, after sweeping what killed builds left.

    Args:
        settings: names the workspace.
        run_id: id of the run that builds; its first eight characters go into the build id.
    """
    sweep(settings)
    now = datetime.now(UTC)
    build = Build(settings.builds_dir / f"{now:%Y%m%dT%H%M%SZ}-{run_id[:8]}")
    build.folder.mkdir(parents=True)
    build.note(build_id=build.id, started_at=now.isoformat(timespec="seconds"), state="started", stages={})
    (settings.builds_dir / "current").write_text(build.id)
    return build


def current_build(settings: Settings) -> Build | None:
    """Return the build that was started last, or ``None``."""
    pointer = settings.builds_dir / "current"
    if not pointer.exists():
        return None
    build = Build(settings.builds_dir / pointer.read_text().strip())
    return build if build.folder.exists() else None


def sweep(settings: Settings, keep: int = 2) -> list[str]:
    """Remove all but the newest ``keep`` build folders and return the names removed.

    Only called while the writer lock is held, so no folder is in use. The newest are kept, whatever their
    state: a build that was refused stays to be looked into.
    """
    if not settings.builds_dir.exists():
        return []
    folders = sorted(path for path in settings.builds_dir.glob("*Z-*") if path.is_dir())
    removed = folders[: max(0, len(folders) - keep)]
    for folder in removed:
        shutil.rmtree(folder)
    return [folder.name for folder in removed]
