"""The files that readers get, written while the audit runs: nothing that it finds changes a table.

They wait in the private folder of the build. Publishing moves them; a refused build keeps them to itself.
"""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from publication.build import Build
from publication.export import DATABASE_NAME, STORAGE_VERSION, Column, Table, copy_tables, tables, write_files

if TYPE_CHECKING:
    import duckdb

_MARK = "prepared.json"


def prepare(build: Build) -> None:
    """Write database, Parquet and CSV of every public table of a finished build, unless that is done already."""
    if (build.folder / _MARK).exists():
        return
    import duckdb  # noqa: PLC0415 - the gate in front must not pay for it

    folder = _folder(build)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        connection.execute(f"attach '{build.database}' as built (read_only)")
        connection.execute(f"attach '{folder / DATABASE_NAME}' as published (storage_version '{STORAGE_VERSION}')")
        connection.begin()  # one commit to disk for thousands of statements
        copy_tables(connection, "built", "published")
        connection.commit()
        written = write_tables(connection, folder)
        connection.execute("detach published")
    (build.folder / _MARK).write_text(json.dumps([asdict(table) for table in written]))


def take(build: Build, target: Path) -> list[Table]:
    """Move the prepared files to ``target`` and return their tables."""
    prepare(build)
    mark = build.folder / _MARK
    rows = json.loads(mark.read_text())
    mark.unlink()
    _folder(build).rename(target)
    return [Table(**row | {"columns": tuple(Column(**column) for column in row["columns"])}) for row in rows]


def write_tables(connection: duckdb.DuckDBPyConnection, folder: Path, done: list[Table] | None = None) -> list[Table]:
    """Write the files of the tables of the attached database ``published`` and return these tables.

    Args:
        connection: with that database attached.
        folder: where the files go.
        done: tables to leave out.
    """
    names = {table.file_stem for table in done or ()}
    written = tables(connection, "published", leave_out=names)
    # One thread of DuckDB does nearly all the work of a table of this size: two tables at a time use two cores.
    with ThreadPoolExecutor(2) as pool:
        for _ in pool.map(lambda table: write_files(connection.cursor(), "published", table, folder), written):
            pass
    connection.execute("checkpoint published")
    return written


def _folder(build: Build) -> Path:
    return build.folder / "prepared"
