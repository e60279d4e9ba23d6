# ruff: noqa: PLC0415 (Great Expectations costs seconds to import: only when rules run)
"""Great Expectations on a finished DuckDB file: opened here, and imported only inside functions.

What was measured with great-expectations 1.24.1, duckdb-engine 0.17.0 and duckdb 2.0.0, and is handled here:

- Great Expectations executes inside ``with engine.connect()`` and fetches after it closed; the rollback empties a
  DuckDB cursor, so every rule crashes and is reported as a plain failure. It has a way out, one connection kept
  open, for SQLite and others: :func:`_kept_connection` adds DuckDB to that list while a session is open. A test
  asserts that this is still needed.
- ``schema_name`` of a table asset is dropped: batches are query assets over the quoted name.
- It keeps two engines, both with the file open: :func:`session` closes both, so that a writer can open the file
  afterwards in the same process.
- Something in it outlives the interpreter and holds the SQLAlchemy dialect of DuckDB; DuckDB's binding then prints
  dozens of lines about leaked objects at exit. :func:`_let_go_of_dialect` prevents that.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from expectations.custom.sql import SAMPLE_SIZE, escape_colons
from expectations.rules import Rule
from ingestion.results import Severity


def import_library() -> Any:
    """Import Great Expectations, quietly, and return it. It takes seconds."""
    # Read when the library is imported; set here too, so that no environment is needed for it.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    os.environ["TQDM_DISABLE"] = "1"
    import great_expectations

    return great_expectations


@contextmanager
def session(database: Path, *, read_only: bool = True) -> Iterator[Session]:
    """Open a finished build and close every handle on it at the end.

    Args:
        database: a DuckDB file that no writer has open.
        read_only: whether nothing may be changed in it while it is open.

    Raises:
        FileNotFoundError: there is no such file.
    """
    if not database.is_file():
        raise FileNotFoundError(f"there is no database to validate at {database}")
    gx = import_library()
    from great_expectations.data_context.types.base import ProgressBarsConfig

    atexit.register(_let_go_of_dialect)
    with _kept_connection():
        context = gx.get_context(mode="ephemeral")
        context.enable_analytics(enable=False)
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        # Each asset and each batch definition would write the whole configuration as YAML, for a context that is
        # never saved: two fifths of the time of an audit.
        context._save_project_config = lambda: None  # noqa: SLF001
        source = context.data_sources.add_sql(
            "warehouse",
            connection_string=f"duckdb:///{database.resolve()}?access_mode={'read_only' if read_only else 'automatic'}",
            create_temp_table=False,
        )
        opened = Session(source)
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def _kept_connection() -> Iterator[None]:
    """Make Great Expectations keep one connection to DuckDB open, as it does for SQLite."""
    from great_expectations.execution_engine import sqlalchemy_execution_engine as module

    class _Dialect(str):
        __slots__ = ()
        value = "duckdb"

    before = module._PERSISTED_CONNECTION_DIALECTS  # noqa: SLF001
    module._PERSISTED_CONNECTION_DIALECTS = (*before, _Dialect("duckdb"))  # noqa: SLF001
    try:
        yield
    finally:
        module._PERSISTED_CONNECTION_DIALECTS = before  # noqa: SLF001


def _let_go_of_dialect() -> None:
    """Empty the modules of the dialect at exit. Called twice, it does nothing the second time."""
    for name in [name for name in sys.modules if name.split(".")[0] == "duckdb_engine"]:
        vars(sys.modules.pop(name)).clear()


class Session:
    """An open database with Great Expectations on it. Made by :func:`session`."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._batches: dict[str, Any] = {}
        self._sizes: dict[str, int] = {}

    def tables(self) -> frozenset[str]:
        """Return every table and view of the database as ``schema.table``, and forget what was counted in them."""
        self._sizes.clear()
        found = self.rows("select table_schema || '.' || table_name as name from information_schema.tables")
        return frozenset(str(row["name"]) for row in found)

    def descriptions(self) -> dict[str, str]:
        """Return what each table and view holds, as the build says it."""
        found = self.rows(
            "select schema_name || '.' || table_name as name, comment from duckdb_tables() where comment is not null "
            "union all select schema_name || '.' || view_name, comment from duckdb_views() where comment is not null"
        )
        return {str(row["name"]): str(row["comment"]) for row in found}

    def rows(self, query: str) -> Sequence[Mapping[str, Any]]:
        """Return the rows of a query, or raise what the database raises."""
        import sqlalchemy

        engine = self._source.get_execution_engine()
        return [dict(row._mapping) for row in engine.execute_query(sqlalchemy.text(escape_colons(query)))]  # noqa: SLF001

    def size(self, query: str) -> int:
        """Return the number of rows of a batch, counted once until :meth:`tables` is asked again."""
        if query not in self._sizes:
            self._sizes[query] = int(self.rows(f"select count(*) as n from ({query}) as batch")[0]["n"])  # noqa: S608
        return self._sizes[query]

    def measure(self, rules: Iterable[Rule]) -> None:
        """Count the rows of the batches of many rules, each table read once. What cannot be counted so is left out."""
        tables: dict[str, dict[str, str]] = {}
        for rule in rules:
            counted = "count(*)" if rule.where is None else f"count(*) filter (where {rule.where})"
            tables.setdefault(rule.table_query, {})[rule.batch_query] = counted
        for table, batches in tables.items():
            counts = ", ".join(f"{counted} as n{n}" for n, counted in enumerate(batches.values()))
            with suppress(Exception):  # one condition is wrong: each batch is then counted by itself
                (found,) = self.rows(f"select {counts} from ({table}) as batch")  # noqa: S608
                self._sizes.update(zip(batches, map(int, found.values()), strict=True))
            self.recover()

    def run(self, rule: Rule) -> Any:
        """Run one rule and return the result object of Great Expectations."""
        if rule.batch_query not in self._batches:
            asset = self._source.add_query_asset(
                f"{rule.table} {len(self._batches)}", query=escape_colons(rule.batch_query)
            )
            self._batches[rule.batch_query] = asset.add_batch_definition_whole_table("all rows").get_batch()
        # COMPLETE would fetch every offending row of a built-in expectation.
        result_format: dict[str, Any] = {"result_format": "SUMMARY", "partial_unexpected_count": SAMPLE_SIZE}
        if rule.key:
            result_format["unexpected_index_column_names"] = list(rule.key)
        return self._batches[rule.batch_query].validate(expectation_of(rule), result_format=result_format)

    def recover(self) -> None:
        """Undo an aborted transaction, so that a crashed rule does not take the next one with it."""
        connection = self._source.get_execution_engine()._connection  # noqa: SLF001
        if connection is not None:
            connection.rollback()

    @property
    def handle(self) -> Any:
        """The DuckDB connection below Great Expectations, or ``None`` before the first query."""
        connection = self._source.get_execution_engine()._connection  # noqa: SLF001
        return None if connection is None else connection.connection.driver_connection

    def close(self) -> None:
        """Close both engines of Great Expectations and the DuckDB handle below."""
        engine = self._source.get_execution_engine()
        connection, handle = engine._connection, self.handle  # noqa: SLF001
        if connection is not None:
            connection.close()
            if handle is not None:
                handle.close()
            engine._connection = None  # noqa: SLF001
        engine.engine.dispose()
        self._source.get_engine().dispose()


def expectation_of(rule: Rule) -> Any:
    """Return the rule as an expectation object.

    Raises:
        Exception: what Great Expectations raises for a type or argument that it does not know.
    """
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    from expectations.custom import register

    common: dict[str, Any] = {
        "severity": "critical" if rule.severity is Severity.ERROR else "warning",
        "meta": {"rule_id": rule.id, "severity": str(rule.severity), "reason": rule.reason},
        # The only text of ours that the result page of the Data Docs prints.
        "description": f"{rule.statement} [{rule.id} · {rule.severity}]",
    }
    register()
    if rule.sql is not None:
        form: tuple[str, dict[str, Any]] = ("expect_no_row_to_break_the_rule", {"sql": rule.sql})
    elif rule.expectation is not None:
        form = (rule.expectation.type, dict(rule.expectation.kwargs))
    else:  # the catalogue refuses such a rule
        raise ValueError(f"rule {rule.id} has no form")
    return ExpectationConfiguration(type=form[0], kwargs=form[1], **common).to_domain_obj()
