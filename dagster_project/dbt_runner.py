"""dbt in this process: the manifest ahead of time, one build, its results as check rows."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from dagster_project.unchanged import EVERYTHING, MANIFEST_NAME, Start
from ingestion.errors import LinesOfEffortError
from ingestion.progress import progress
from ingestion.results import Checker, CheckResult, Severity, Status
from ingestion.settings import PROJECT_ROOT, Settings, settings
from publication.build import DATABASE_NAME, Build

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.results import RunResult

PROJECT_DIR = PROJECT_ROOT / "dbt"
REVIEWED = PROJECT_ROOT / "ingestion" / "reviewed"
"""Seeds that lie with those who ask for them (``seed-paths`` of the dbt project)."""
SAMPLE_ROWS = 5
HISTORY_MODELS = ("source:history+", "source:publication+")
"""The models that need every other model first: dbt's selectors of what is built from older vintages, and of what
compares this build with the publication that is up."""


class DbtError(LinesOfEffortError):
    """dbt could not parse the project or start the build. Exit code 1."""


@dataclass(frozen=True, slots=True)
class NodeResult:
    """Outcome of one seed, model, test or unit test.

    Args:
        unique_id: dbt's id of the node.
        status: dbt's own word (``success``, ``pass``, ``fail``, ``warn``, ``error``, ``skipped``).
        message: dbt's message, or an empty text.
        check: the row for ``quality.check_results``, for tests only.
    """

    unique_id: str
    status: str
    message: str
    check: CheckResult | None

    @property
    def broken(self) -> bool:
        """Whether the build must not go on to the audit."""
        return self.status in {"error", "fail", "runtime error", "partial success"} or (
            self.check is not None and self.check.blocks
        )


def _work_file(config: Settings) -> Path:
    """Where dbt writes: always the same path, because a changed path in the profile makes dbt parse everything anew.

    The file is moved into the folder of its build as soon as dbt has closed it.
    """
    return config.builds_dir / "work" / DATABASE_NAME


def _target_dir() -> Path:
    """Where builds write dbt's artifacts; one per target, because manifests are target specific."""
    return settings().data_dir.resolve() / "dbt" / "duckdb"


def _parsed_dir() -> Path:
    """Where the parsed project lies: beside the project, because it is the same for every data folder."""
    return PROJECT_DIR / "target" / "parsed"


def _invoke(
    command: list[str],
    config: Settings,
    callbacks: list[Callable[[Any], None]] | None = None,
    database: Path | None = None,
    manifest: Manifest | None = None,
    target_dir: Path | None = None,
) -> Any:
    """Run dbt in this process and return its result object. With a manifest nothing is parsed."""
    from dbt.cli.main import dbtRunner  # noqa: PLC0415 - costs two seconds

    from dagster_project.dbt_events import hear_less  # noqa: PLC0415 - imports dbt

    hear_less()
    # Read by dbt/profiles.yml and the macro that makes the raw views.
    os.environ["LOE_BUILD_DATABASE"] = str(database or _work_file(config))
    os.environ["LOE_LANDING_DIR"] = str(config.landing_dir)
    os.environ["LOE_HISTORY_DIR"] = str(config.history_dir)
    os.environ["LOE_LAST_PUBLICATION_DIR"] = str(Build((database or _work_file(config)).parent).last_publication)
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    common = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
    artifacts = target_dir or _target_dir()
    common += ["--target-path", str(artifacts), "--log-path", str(artifacts / "logs")]
    runner = dbtRunner(manifest=manifest, callbacks=callbacks or [])
    return runner.invoke(
        [
            # What went wrong stands in the result; a logger looks through the environment at each of 8,000 events.
            "--log-level",
            "none",
            "--log-level-file",
            "none",
            "--no-version-check",
            "--no-send-anonymous-usage-stats",
            *command,
            *common,
        ]
    )


def collect_less() -> None:
    """Look for garbage less often: a run makes millions of objects that live to its end, and looking cost a tenth."""
    gc.set_threshold(100_000, 20, 20)


def _project_hash() -> str:
    """Hash of every file that dbt parses, and of the versions that parse them."""
    digest = hashlib.sha256(f"{version('dbt-core')} {version('dbt-duckdb')}".encode())
    for folder in (PROJECT_DIR, REVIEWED):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder).as_posix()
            if not name.startswith(("target/", "logs/")):
                digest.update(name.encode() + path.read_bytes())
    return digest.hexdigest()


def manifest_is_current() -> bool:
    """Whether there is a manifest that fits the dbt project as it is now."""
    key = _parsed_dir() / "manifest.sha256"
    return (_parsed_dir() / "manifest.json").exists() and key.exists() and key.read_text() == _project_hash()


def ensure_manifest() -> Path:
    """Return the path of a manifest that fits the dbt project, parsing it only when a file changed.

    Raises:
        DbtError: the project does not parse; the message is dbt's.
    """
    _parsed_dir().mkdir(parents=True, exist_ok=True)
    with FileLock(_parsed_dir() / "parsing.lock"):  # one process parses, the others wait for what it found
        if not manifest_is_current():
            _parse()
            (_parsed_dir() / "manifest.sha256").write_text(_project_hash())
    return _parsed_dir() / "manifest.json"


@cache
def read_project() -> Manifest:
    """Return the parsed project; all builds of one process share it.

    Raises:
        DbtError: the project does not parse; the message is dbt's.
    """
    ensure_manifest()
    return _parse("--no-write-json")


def _parse(*flags: str) -> Manifest:
    # The path of the database is part of what dbt compares before it takes over an earlier parse. It is not opened.
    result = _invoke([*flags, "parse"], settings(), database=Path(DATABASE_NAME), target_dir=_parsed_dir())
    if not result.success:
        raise DbtError(f"dbt cannot parse the project: {result.exception}")
    manifest: Manifest = result.result
    return manifest


def dbt_build(build: Build, config: Settings, start: Start = EVERYTHING) -> list[NodeResult]:
    """Run ``dbt build`` into the private database of ``build`` and return the outcome of every node that was built.

    Everything but :data:`HISTORY_MODELS`, which follow in :func:`dbt_build_history`.

    Args:
        build: opened.
        config: names the workspace.
        start: what is taken over from the build before; an empty database when left out.

    Raises:
        DbtError: dbt did not get as far as running nodes.
    """

    def count(event: Any) -> None:
        if event.info.name == "LogStartLine":
            progress("build", event.data.index, event.data.total, event.data.node_info.node_name)

    command = ["--no-write-json", "build", "--threads", str(config.threads), *start.selection]
    command += ["--exclude", *HISTORY_MODELS, *_skipped(config)]
    result = _into_work_file(command, config, build.database, [count], start)
    if result.result is None:
        raise DbtError(f"dbt did not start: {result.exception}")
    manifest = start.complete(_with_compiled_code(result.result.results))
    (build.folder / MANIFEST_NAME).write_text(json.dumps(manifest))
    return _outcomes(build, list(result.result.results))


def _with_compiled_code(results: Iterable[RunResult]) -> dict[str, Any]:
    """Return the manifest of the parsed project, without macros, with the SQL of the nodes that were built.

    dbt would write the same, macros and all, from its objects: that takes it a second and a half.
    """
    manifest: dict[str, Any] = json.loads(ensure_manifest().read_text())
    del manifest["macros"]
    for result in results:
        if node := manifest["nodes"].get(result.node.unique_id):
            node["compiled_code"] = getattr(result.node, "compiled_code", None)
    return manifest


def dbt_build_history(build: Build, config: Settings) -> list[NodeResult]:
    """Build and test :data:`HISTORY_MODELS` in the database of ``build`` and return the outcome of every node.

    Raises:
        DbtError: dbt did not get as far as running nodes.
    """
    command = ["--no-write-json", "build", "--threads", str(config.threads), "--select", *HISTORY_MODELS]
    result = _invoke([*command, *_skipped(config)], config, database=build.database, manifest=read_project())
    _close_dbt_connections()
    if result.result is None:
        raise DbtError(f"dbt did not start: {result.exception}")
    return _outcomes(build, list(result.result.results))


def dbt_build_as_of(day: str, config: Settings, database: Path) -> None:
    """Build seeds and models as they stood on ``day`` (ISO date) into ``database``. Tests are not run.

    Raises:
        DbtError: a model could not be built; the message is dbt's.
    """
    command = ["--no-write-json", "build", "--threads", str(config.threads), "--exclude", *HISTORY_MODELS]
    command += ["--resource-type", "seed", "--resource-type", "model", "--vars", json.dumps({"as_of": day})]
    result = _into_work_file(command, config, database)
    if not result.success:
        failed = [f"{r.node.name}: {r.message}" for r in (result.result or ()) if str(r.status) == "error"]
        raise DbtError("\n".join([f"the warehouse of {day} could not be built", *failed, str(result.exception or "")]))


def _skipped(config: Settings) -> list[str]:
    return [] if config.unit_tests else ["--exclude-resource-type", "unit_test"]


def _into_work_file(
    command: list[str],
    config: Settings,
    database: Path,
    callbacks: list[Callable[[Any], None]] | None = None,
    start: Start = EVERYTHING,
) -> Any:
    work = _work_file(config)
    shutil.rmtree(work.parent, ignore_errors=True)  # what a killed build left
    work.parent.mkdir(parents=True)
    start.copy_database(work)
    result = _invoke(command, config, callbacks, manifest=read_project())
    _close_dbt_connections()
    work.rename(database)
    return result


def write_dbt_docs(build: Build, config: Settings) -> Path:
    """Write dbt's documentation of the last build as one static page and return its path.

    Raises:
        DbtError: dbt could not read the catalogue of the build.
    """
    result = _invoke(["docs", "generate", "--static"], config, database=build.database, manifest=read_project())
    _close_dbt_connections()
    if not result.success:
        raise DbtError(f"dbt cannot write its documentation: {result.exception}")
    return _target_dir() / "static_index.html"


def _close_dbt_connections() -> None:
    """Let go of the file: a second opening of the same file with other settings fails in this process."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415

    DuckDBConnectionManager.close_all_connections()


def _outcomes(build: Build, results: list[RunResult]) -> list[NodeResult]:
    import duckdb  # noqa: PLC0415

    nodes: dict[str, Any] = json.loads((build.folder / MANIFEST_NAME).read_text())["nodes"]
    with duckdb.connect(str(build.database), read_only=True) as connection:
        return [
            NodeResult(
                result.node.unique_id,
                str(result.status),
                result.message or "",
                _check(result, nodes, connection.cursor())
                if result.node.resource_type in {"test", "unit_test"}
                else None,
            )
            for result in results
        ]


_STATUS = {"pass": Status.PASSED, "success": Status.PASSED, "warn": Status.FAILED, "fail": Status.FAILED}


def _check(result: RunResult, nodes: dict[str, Any], cursor: Any) -> CheckResult:
    """Turn a dbt test result into a check row, with the first offending rows as sample."""
    node: Any = result.node
    unit = node.resource_type == "unit_test"
    config = node.config
    meta: dict[str, Any] = getattr(config, "meta", None) or {}
    status = _STATUS.get(str(result.status), Status.ERRORED)
    failed_rows = result.failures or None
    sample = ""
    if status is Status.ERRORED or (unit and status is Status.FAILED):
        sample = result.message or ""
    elif status is Status.FAILED:
        sample = _sample(node.compiled_code, cursor)
    severity = str(getattr(config, "severity", "error") or "error").lower()
    return CheckResult(
        checker=Checker.DBT_UNIT_TEST if unit else Checker.DBT_TEST,
        rule_id=node.name,
        statement=node.description or node.name.replace("_", " "),
        reason=str(meta.get("reason", "")),
        rule_source=str(meta.get("source", "dbt project")),
        severity=Severity.WARNING if severity == "warn" else Severity.ERROR,
        owner=str(meta.get("owner", "warehouse")),
        table_name=_table_of(node, nodes),
        column_name=getattr(node, "column_name", None),
        status=status,
        observed=result.message or "",
        expected="the worked example" if unit else "no rows",
        failing_count=failed_rows,
        sample=sample[:2000],
        seconds=round(result.execution_time, 4),
    )


def _table_of(node: Any, nodes: dict[str, Any]) -> str:
    """``schema.table`` that a test is about: the node it is attached to, or the first that it reads."""
    parents = [getattr(node, "attached_node", None), *node.depends_on.nodes]
    for parent in parents:
        if parent in nodes:
            return f"{nodes[parent]['schema']}.{nodes[parent]['name']}"
    return str(next((parent for parent in parents if parent), node.name))


def _sample(sql: str | None, cursor: Any) -> str:
    """First offending rows of a failed test, as text: the message must name what is wrong."""
    if not sql:
        return ""
    cursor.execute(f"select * from ({sql}) as failing limit {SAMPLE_ROWS}")  # noqa: S608 - dbt's own compiled test
    names = [column[0] for column in cursor.description]
    rows = [", ".join(f"{name}={value}" for name, value in zip(names, row, strict=True)) for row in cursor.fetchall()]
    return " | ".join(rows)


if __name__ == "__main__":
    collect_less()
    # A failure to parse is told by whoever needs the manifest next, with dbt's message.
    with contextlib.suppress(DbtError):
        ensure_manifest()
