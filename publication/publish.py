"""Write, audit, publish: the last step puts an audited build in place, whole or not at all.

Layout under ``data/<mode>/published/``::

    builds/<build_id>/      immutable: lines_of_effort.duckdb, parquet/, csv/, reports/, manifest.json, its descriptions
    current                 symbolic link to the publication that is up
    lines_of_effort.duckdb  the readers' database file, replaced in one step
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from ingestion.errors import LinesOfEffortError
from ingestion.settings import Settings
from publication.build import Build
from publication.dcat import write_dcat
from publication.export import DATABASE_NAME, Table
from publication.files import hash_files
from publication.fingerprint import fingerprint
from publication.history import keep_publication, write_history
from publication.manifest import read_vintages, write_manifest
from publication.package import write_datapackage
from publication.prepared import take, write_tables


class NotPublishedError(LinesOfEffortError):
    """A blocking rule failed: the last publication stays up. Exit code 4."""

    exit_code = 4


def publish(build: Build, settings: Settings) -> dict[str, Any]:
    """Publish an audited build and return its manifest.

    Raises:
        NotPublishedError: the build was not audited, or a rule of severity ``error`` did not pass.
    """
    blocking = [result for result in build.results() if result.blocks]
    if build.state["state"] != "audited" or blocking:
        names = ", ".join(sorted({result.rule_id for result in blocking})[:5]) or "the audit did not run"
        raise NotPublishedError(f"Build {build.id} is not published: {names}. The last publication stays up.")
    folder = settings.published_dir / "builds" / build.id
    temporary = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.parent.mkdir(parents=True, exist_ok=True)
    with build.stage("publish"):
        published = _with_history(take(build, temporary), build, settings, temporary)
        if build.reports.exists():
            shutil.copytree(build.reports, temporary / "reports")
        vintages = read_vintages(build)
        files = hash_files(temporary)
        write_datapackage(temporary, published, vintages, files, build)
        write_dcat(temporary, published, vintages, files, build)
    manifest = write_manifest(temporary, build, published, vintages, files, settings)
    _sync(temporary)
    temporary.rename(folder)
    put_in_place(folder, settings)
    keep_publication(build, settings)
    build.note(state="published", fingerprint=fingerprint(settings))
    prune(settings)
    return manifest


def _with_history(prepared: list[Table], build: Build, settings: Settings, folder: Path) -> list[Table]:
    """Add what is known only after the audit to the files in ``folder`` and return all tables, in order."""
    import duckdb  # noqa: PLC0415 - the gate in front must not pay for it

    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        target = folder / DATABASE_NAME
        connection.execute(f"attach '{target}' as published")
        connection.begin()
        write_history(connection, "published", build, settings)
        connection.commit()
        added = write_tables(connection, folder, done=prepared)
        connection.execute("detach published")
    if target.with_suffix(".duckdb.wal").exists():
        raise NotPublishedError(f"{target.name} was not closed cleanly: its write-ahead log is still there.")
    return sorted([*prepared, *added], key=lambda table: (table.schema, table.name))


def put_in_place(folder: Path, settings: Settings) -> None:
    """Make ``folder`` the publication that is up: readers see the old one or the new one, never between.

    Each of the two steps is one rename. A reader that has the old file open keeps the old, complete data.
    """
    replacement = settings.published_dir / f".{DATABASE_NAME}.tmp"
    shutil.copyfile(folder / DATABASE_NAME, replacement)
    _sync_file(replacement)
    replacement.replace(settings.published_dir / DATABASE_NAME)
    link = settings.published_dir / ".current.tmp"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("builds") / folder.name)
    link.replace(settings.published_dir / "current")
    _sync_file(settings.published_dir)


def publications(settings: Settings) -> list[Path]:
    """Return the folders of all whole publications, oldest first."""
    return sorted(path.parent for path in (settings.published_dir / "builds").glob("[!.]*/manifest.json"))


def rollback(settings: Settings, build_id: str | None = None) -> str:
    """Put an earlier publication back and return its build id.

    Args:
        settings: names the workspace.
        build_id: which one; the one before the current when left out.

    Raises:
        NotPublishedError: there is no such publication.
    """
    current = (settings.published_dir / "current").resolve().name
    names = [path.name for path in publications(settings)]
    wanted = build_id or next((name for name in reversed(names) if name < current), None)
    if wanted not in names:
        kept = ", ".join(names) or "none"
        raise NotPublishedError(f"There is no publication {wanted or 'before the current one'}; kept: {kept}.")
    put_in_place(settings.published_dir / "builds" / wanted, settings)
    return wanted


def prune(settings: Settings) -> None:
    """Keep the newest ``settings.keep_publications`` and the current one; remove the rest and half-written folders."""
    current = (settings.published_dir / "current").resolve().name
    kept = {path.name for path in publications(settings)[-settings.keep_publications :]} | {current}
    for path in (settings.published_dir / "builds").iterdir():
        if path.name not in kept:
            shutil.rmtree(path)


def _sync(folder: Path) -> None:
    """Force every file of ``folder``, and the folders, to disk."""
    for path in folder.rglob("*"):
        _sync_file(path)
    _sync_file(folder)


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
