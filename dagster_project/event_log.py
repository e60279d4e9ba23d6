"""Dagster's SQLite event log, with its connections kept open.

Dagster makes a new SQLAlchemy engine for every event, asks for every event which tables and columns there are, and
waits for the disk after each. A run of this project writes two thousand: that cost ten of its seconds. Named in
``dagster.yaml``; the files are the same, so removing it loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, create_engine, event

BUSY_TIMEOUT_SECONDS = 60
"""How long to wait for another process (the UI) that writes to the same file."""


class PooledSqliteEventLogStorage(SqliteEventLogStorage):
    """One engine for each file instead of one for each event."""

    @staticmethod
    def from_config_value(
        inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> PooledSqliteEventLogStorage:
        """Return the storage that ``dagster.yaml`` asks for (the parent would return itself)."""
        return PooledSqliteEventLogStorage(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        """Yield a connection in a transaction, as the parent does, from a pooled engine."""
        with self._db_lock:
            engines = self.__dict__.setdefault("_engines", {})
            if shard not in engines:
                engines[shard] = create_engine(
                    self.conn_string_for_shard(shard),
                    pool_size=1,
                    connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
                )
                event.listen(engines[shard], "connect", _wait_less)
            engine = engines[shard]
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def has_table(self, table_name: str) -> bool:
        """Return whether the index has a table; one that was seen stays."""
        known: set[str] = self.__dict__.setdefault("_known_tables", set())
        if table_name not in known and super().has_table(table_name):
            known.add(table_name)
        return table_name in known

    def _has_asset_key_index_cols_on_connection(self, conn: Connection) -> bool:
        """Return whether the index keeps the time of an asset's last event; a column that was seen stays."""
        if not self.__dict__.get("_knows_columns", False):
            self.__dict__["_knows_columns"] = super()._has_asset_key_index_cols_on_connection(conn)
        return bool(self.__dict__["_knows_columns"])

    def dispose(self) -> None:
        """Close every connection."""
        for engine in self.__dict__.get("_engines", {}).values():
            engine.dispose()
        super().dispose()


def _wait_less(connection: Any, _record: Any) -> None:
    """Sync at checkpoints only: with a write-ahead log a power cut can lose the last events, but spoils no file."""
    connection.execute("pragma synchronous = normal")
