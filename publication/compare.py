"""Compares the tables of a database with what a manifest says of them: rows and content hashes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from publication.export import STORAGE_VERSION, copy_tables, tables
from publication.history import NOT_COMPARED


@dataclass(frozen=True, slots=True)
class Difference:
    """One table that is not what was published.

    Args:
        table: ``schema.table``.
        published: rows and content hash in the manifest, or ``not published``.
        rebuilt: the same of the rebuilt table, or ``not built``.
    """

    table: str
    published: str
    rebuilt: str

    def as_row(self) -> dict[str, str]:
        """Return the fields as a flat mapping."""
        return asdict(self)


def contents(database: Path, scratch: Path) -> dict[str, dict[str, Any]]:
    """Return ``rows`` and ``content_hash`` of every public table of a build, made as publishing makes them.

    Args:
        database: the private file of the build, closed by its writer.
        scratch: file to copy the public tables into; it must not exist.
    """
    import duckdb  # noqa: PLC0415 - commands that only read small files must not pay for it

    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        connection.execute(f"attach '{database}' as built (read_only)")
        connection.execute(f"attach '{scratch}' as published (storage_version '{STORAGE_VERSION}')")
        copy_tables(connection, "built", "published")
        return {
            f"{table.schema}.{table.name}": {"rows": table.rows, "content_hash": table.content_hash}
            for table in tables(connection, "published")
        }


def differences(
    published: Mapping[str, Mapping[str, Any]], rebuilt: Mapping[str, Mapping[str, Any]]
) -> list[Difference]:
    """Return every table whose rows or content differ, in order of name; :data:`NOT_COMPARED` is left out."""
    found = []
    for name in sorted((set(published) | set(rebuilt)) - NOT_COMPARED):
        before, after = published.get(name), rebuilt.get(name)
        if before != after:
            found.append(Difference(name, _words(before, "not published"), _words(after, "not built")))
    return found


def _words(facts: Mapping[str, Any] | None, absent: str) -> str:
    return absent if facts is None else f"{facts['rows']:,} rows, content {facts['content_hash']}"
