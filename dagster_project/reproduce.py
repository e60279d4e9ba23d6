"""Rebuilds a publication from its archived bytes and compares: the proof that figures follow from bytes and code."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dagster_project.dbt_runner import dbt_build, dbt_build_history
from dagster_project.older_vintages import write_older_states
from ingestion.again import land_again
from ingestion.code_version import code_version
from ingestion.errors import LinesOfEffortError
from ingestion.lock import writer_lock
from ingestion.settings import Settings
from publication.build import Build
from publication.compare import Difference, contents, differences
from publication.history import NOT_COMPARED
from publication.manifest import lock_sha256
from publication.publish import publications


class NotReproducibleError(LinesOfEffortError):
    """The rebuild cannot be judged: there is no such publication, or this is other code. Exit code 2."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Reproduced:
    """What a rebuild showed.

    Args:
        build_id: the publication that was rebuilt.
        vintages: number of vintages read from the archive.
        compared: number of tables compared.
        left_out: tables that hold build ids and times, or what differs from the build before.
        different: tables that are not what was published.
    """

    build_id: str
    vintages: int
    compared: int
    left_out: tuple[str, ...]
    different: tuple[Difference, ...]


def reproduce(settings: Settings, build_id: str | None = None) -> Reproduced:
    """Rebuild a publication in a private folder and compare every table with its manifest. Nothing is published.

    Args:
        settings: names the workspace.
        build_id: which publication; the one that is up when left out.

    Raises:
        NotReproducibleError: no such publication is kept, or code or locked dependencies are not those that made it.
        ingestion.again.NotLandedAgainError: the archive does not give the vintages any more.
        LinesOfEffortError: dbt refuses the rebuilt tables.
    """
    manifest = _manifest(settings, build_id)
    _refuse_other_code(manifest)
    folder = settings.builds_dir / "reproduce"
    with writer_lock(settings):
        shutil.rmtree(folder, ignore_errors=True)
        try:
            return _rebuild(manifest, settings, Build(folder))
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _rebuild(manifest: Mapping[str, Any], settings: Settings, build: Build) -> Reproduced:
    private = settings.model_copy(update={"data_dir": build.folder / "data"})
    wanted = {(vintage["dataset_id"], vintage["vintage_id"]) for vintage in manifest["vintages"]}
    ended = datetime.fromisoformat(manifest["started_at"]) + timedelta(seconds=sum(manifest["stages"].values()))
    land_again(wanted, ended, settings, private)
    outcomes = dbt_build(build, private)
    if not any(outcome.broken for outcome in outcomes):
        write_older_states(build, private)
        outcomes += dbt_build_history(build, private)
    broken = [outcome for outcome in outcomes if outcome.broken]
    if broken:
        names = ", ".join(outcome.unique_id for outcome in broken[:5])
        raise LinesOfEffortError(f"The rebuild of {manifest['build_id']} fails in dbt: {names}")
    rebuilt = contents(build.database, build.folder / "loe_compared.duckdb")
    published = manifest["tables"]
    return Reproduced(
        build_id=manifest["build_id"],
        vintages=len(wanted),
        compared=len((set(published) | set(rebuilt)) - NOT_COMPARED),
        left_out=tuple(sorted(NOT_COMPARED)),
        different=tuple(differences(published, rebuilt)),
    )


def _manifest(settings: Settings, build_id: str | None) -> dict[str, Any]:
    name = build_id or (settings.published_dir / "current").resolve().name
    kept = {path.name: path for path in publications(settings)}
    if name not in kept:
        raise NotReproducibleError(
            f"There is no publication {build_id or 'that is up'}; kept: {', '.join(kept) or 'none'}.\n"
            "  next: lines-of-effort status shows what is published"
        )
    manifest: dict[str, Any] = json.loads((kept[name] / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def _refuse_other_code(manifest: Mapping[str, Any]) -> None:
    now = {"code version": code_version(), "requirements.lock": lock_sha256()}
    then = {"code version": manifest["code_version"], "requirements.lock": manifest["lock_sha256"]}
    other = [f"  {name}: {then[name]} then, {now[name]} now" for name in now if then[name] != now[name]]
    if other:
        raise NotReproducibleError(
            "\n".join(
                [f"Build {manifest['build_id']} was made by other code, so a difference would prove nothing:", *other]
            )
            + "\n  next: check out the code of that build (and its locked dependencies), then reproduce it"
        )
