"""Writes the database, the Parquet and the CSV files that readers open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

STORAGE_VERSION = "v1.0.0"
"""Oldest DuckDB storage version: every client from 1.0 on opens it (a newer file is refused by older ones)."""

DATABASE_NAME = "lines_of_effort.duckdb"
"""File name of the readers' database."""

PRIVATE_SCHEMAS = frozenset({"landing", "staging", "intermediate", "main", "information_schema", "pg_catalog"})
"""Schemas of the build that readers do not get."""

FORMULA_STARTS = "=+-@\t\r"
"""A spreadsheet may run a text cell that starts with one of these."""


@dataclass(frozen=True, slots=True)
class Column:
    """A published column."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Table:
    """A published table.

    Args:
        schema: database schema.
        name: table name.
        description: the table's comment.
        rows: number of rows.
        content_hash: order-independent hash of all values.
        columns: in order.
    """

    schema: str
    name: str
    description: str
    rows: int
    content_hash: str
    columns: tuple[Column, ...]

    @property
    def file_stem(self) -> str:
        """Name of its files, without the ending."""
        return f"{self.schema}.{self.name}"


def copy_tables(connection: duckdb.DuckDBPyConnection, source: str, target: str) -> None:
    """Copy every public table of the attached database ``source`` into ``target``, with comments.

    Views become tables: a reader's query must not depend on anything outside the file.
    """
    relations = connection.execute(
        "select schema_name, table_name, comment from duckdb_tables() where database_name = ? "
        "union all select schema_name, view_name, comment from duckdb_views() where database_name = ? and not internal "
        "order by 1, 2",
        [source, source],
    ).fetchall()
    columns = _columns(connection, source)
    for schema, name, comment in relations:
        if schema in PRIVATE_SCHEMAS:
            continue
        connection.execute(f"create schema if not exists {target}.{_quoted(schema)}")
        relation = f"{target}.{_quoted(schema)}.{_quoted(name)}"
        connection.execute(f"create table {relation} as from {source}.{_quoted(schema)}.{_quoted(name)}")
        comment_on(connection, "table", relation, comment)
        for column in columns[schema, name]:
            comment_on(connection, "column", f"{relation}.{_quoted(column.name)}", column.description)


def comment_on(connection: duckdb.DuckDBPyConnection, kind: str, name: str, text: str | None) -> None:
    """Attach a comment; DuckDB takes no bound parameter here, so the text is quoted."""
    if text:
        connection.execute(f"comment on {kind} {name} is '{text.replace(chr(39), chr(39) * 2)}'")


def tables(
    connection: duckdb.DuckDBPyConnection, database: str, leave_out: Collection[str] = frozenset()
) -> list[Table]:
    """Return every table of the attached ``database`` with row count, content hash and columns.

    Args:
        connection: with the database attached.
        database: its name.
        leave_out: tables that are not wanted, as ``schema.table``.
    """
    columns = _columns(connection, database)
    found = []
    for schema, name, comment in connection.execute(
        "select schema_name, table_name, comment from duckdb_tables() where database_name = ? order by 1, 2", [database]
    ).fetchall():
        if f"{schema}.{name}" in leave_out:
            continue
        relation = f"{database}.{_quoted(schema)}.{_quoted(name)}"
        rows, content_hash = connection.execute(
            # A sum does not depend on the order of rows, and unlike an exclusive-or it counts duplicates.
            "select count(*), "
            "coalesce(cast(sum(cast(md5_number_lower(cast(t as varchar)) as hugeint)) as varchar), '0') "
            f"from {relation} as t"
        ).fetchall()[0]
        found.append(Table(schema, name, comment or "", rows, content_hash, columns[schema, name]))
    return found


def _columns(connection: duckdb.DuckDBPyConnection, database: str) -> dict[tuple[str, str], tuple[Column, ...]]:
    """Return the columns of every relation of ``database``: DuckDB reads its whole catalogue for one as for all."""
    found: dict[tuple[str, str], list[Column]] = defaultdict(list)
    for schema, table, *column in connection.execute(
        "select schema_name, table_name, column_name, data_type, coalesce(comment, '') from duckdb_columns() "
        "where database_name = ? order by schema_name, table_name, column_index",
        [database],
    ).fetchall():
        found[schema, table].append(Column(*column))
    return {relation: tuple(columns) for relation, columns in found.items()}


def write_files(connection: duckdb.DuckDBPyConnection, database: str, table: Table, folder: Path) -> None:
    """Write one table as ``parquet/<schema>.<table>.parquet`` and ``csv/<schema>.<table>.csv``."""
    relation = f"{database}.{_quoted(table.schema)}.{_quoted(table.name)}"
    for suffix in ("parquet", "csv"):
        (folder / suffix).mkdir(parents=True, exist_ok=True)
    parquet = folder / "parquet" / f"{table.file_stem}.parquet"
    connection.execute(f"copy {relation} to '{_path(parquet)}' (format parquet, compression zstd)")
    csv = folder / "csv" / f"{table.file_stem}.csv"
    selected = ", ".join(_csv_column(column) for column in table.columns)
    connection.execute(
        f"copy (select {selected} from {relation}) to '{_path(csv)}' "
        "(format csv, header true, timestampformat '%Y-%m-%dT%H:%M:%SZ')"
    )


def _csv_column(column: Column) -> str:
    """SQL of one CSV column: text that a spreadsheet would run as a formula gets a leading apostrophe."""
    name = _quoted(column.name)
    if column.type != "VARCHAR":
        return name
    tests = " or ".join(f"starts_with({name}, chr({ord(start)}))" for start in FORMULA_STARTS)
    return f"case when {tests} then chr(39) || {name} else {name} end as {name}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _path(path: Path) -> str:
    return str(path).replace("'", "''")
