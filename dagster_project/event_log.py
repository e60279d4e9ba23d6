"""Dagster's SQLite event log, with its connections kept open.

Dagster makes a new SQLAlchemy engine for every event. A run of this project writes about nine hundred, and making
engines cost six of its forty seconds. Named in ``dagster.yaml``; the files are the same, so removing it loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, create_engine

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
            engine = engines[shard]
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def dispose(self) -> None:
        """Close every connection."""
        for engine in self.__dict__.get("_engines", {}).values():
            engine.dispose()
        super().dispose()
