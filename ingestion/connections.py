"""Connections of :mod:`ingestion.http`, and of nothing else: private addresses refused, sockets cut at the deadline."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from ingestion.politeness import Deadline


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """Switches that only code can turn, never the environment.

    Args:
        allow_loopback: let ``http``, any port and loopback addresses through: for tests against a local server.
        ca_file: trust this certificate bundle instead of the bundled public one.
        backoff: seconds before the second try; doubled before each further one.
    """

    allow_loopback: bool = False
    ca_file: Path | None = None
    backoff: float = 0.5


@contextmanager
def session(adapter: BaseAdapter | None, options: ClientOptions, deadline: Deadline) -> Iterator[requests.Session]:
    """Give a session for one request: no cookies, nothing from the environment, sockets cut at the deadline.

    Socket timeouts bound the wait for the next byte only; a server that drips one byte a second (in handshake, headers
    or body) would hold us for ever. So a watchdog shuts every socket when the deadline passes.

    Args:
        adapter: answers instead of the network.
        options: whether loopback is allowed, and which certificates are trusted.
        deadline: of the whole download.
    """
    sockets: list[socket.socket] = []

    def cut() -> None:
        for connection in sockets:
            with suppress(OSError):  # closed by the other side already
                connection.shutdown(socket.SHUT_RDWR)

    with requests.Session() as made:
        made.trust_env = False
        made.headers.clear()
        made.verify = str(options.ca_file) if options.ca_file else True
        if adapter is not None:
            made.mount("https://", adapter)
            made.mount("http://", adapter)
            yield made
            return
        for scheme in ("https", "http"):
            mounted = _Adapter(sockets, https=scheme == "https", allow_loopback=options.allow_loopback)
            made.mount(f"{scheme}://", mounted)
        watchdog = threading.Timer(deadline.remaining, cut)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield made
        finally:
            watchdog.cancel()
            for connection in sockets:
                connection.close()


class _Adapter(IPFilterAdapter):  # type: ignore[misc]
    """Refuses private addresses (and connects to the very address it checked); tells the watchdog every socket."""

    def __init__(self, sockets: list[socket.socket], *, https: bool, allow_loopback: bool) -> None:
        self._sockets = sockets
        super().__init__(is_https_proto=https, allow_loopback=allow_loopback)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make pools whose connections register a duplicate of their socket, made before TLS begins."""
        super().init_poolmanager(*args, **kwargs)
        sockets = self._sockets

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                connection = super()._new_conn()
                sockets.append(connection.dup())
                return connection

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                connection = super()._new_conn()
                sockets.append(connection.dup())
                return connection

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
