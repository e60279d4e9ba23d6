"""A finished build as the audit report reads it: read-only, and honest about what is not there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from ingestion.contract import LINES_OF_EFFORT

Row = dict[str, Any]


class ReportDatabase:
    """A build opened read-only; tables that are not there are noted, not raised."""

    def __init__(self, path: Path, missing: list[str]) -> None:
        self._path = path
        self._missing = missing
        self._connection: Any = None

    def __enter__(self) -> Self:
        if self._path.is_file():
            import duckdb  # noqa: PLC0415 (only a build that exists needs it)

            self._connection = duckdb.connect(str(self._path), read_only=True)
        else:
            self._missing.append("the database of this build (it was refused before it was built)")
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()

    def rows(self, table: str) -> list[Row]:
        """Return all rows of a small table as mappings of plain values."""
        if self._connection is None:
            return []
        if not self._has(table):
            return []
        schema, name = table.split(".")
        return self._fetch(f'select * from "{schema}"."{name}" order by all')  # noqa: S608 (our names)

    def query(self, sql: str, *tables: str) -> list[Row]:
        """Return the rows of a query as mappings of plain values; none where one of its tables is not there."""
        if self._connection is None or [table for table in tables if not self._has(table)]:
            return []
        return self._fetch(sql)

    def relations(self) -> list[Row]:
        """Return every table and view with its comment and its number of rows."""
        if self._connection is None:
            return []
        found = self._connection.execute(
            "select schema_name, table_name, comment from duckdb_tables() where not internal "
            "union all select schema_name, view_name, comment from duckdb_views() where not internal order by 1, 2"
        ).fetchall()
        return [
            {"schema": schema, "table": name, "description": comment or "", "rows": self._count(schema, name)}
            for schema, name, comment in found
            if schema in LINES_OF_EFFORT.values()
        ]

    def _has(self, table: str) -> bool:
        """Tell whether a table is there; note it as missing when it is not."""
        schema, name = table.split(".")
        known = self._connection.execute(
            "select 1 from information_schema.tables where table_schema = ? and table_name = ?", [schema, name]
        ).fetchone()
        if known is None and table not in self._missing:
            self._missing.append(table)
        return known is not None

    def _fetch(self, sql: str) -> list[Row]:
        cursor = self._connection.execute(sql)
        names = [column[0] for column in cursor.description]
        return [{n: plain(v) for n, v in zip(names, row, strict=True)} for row in cursor.fetchall()]

    def _count(self, schema: str, name: str) -> int:
        return int(self._connection.execute(f'select count(*) from "{schema}"."{name}"').fetchone()[0])  # noqa: S608


def plain(value: object) -> Any:
    """Return a value that JSON can hold."""
    if isinstance(value, datetime):
        moment = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
        return f"{moment.isoformat(sep='T', timespec='seconds')}Z"
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)
