"""Connections of :mod:`ingestion.http`, and of nothing else: private addresses refused, sockets cut at the deadline."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
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
def opening(
    url: str,
    headers: Mapping[str, str],
    timeouts: tuple[float, float],
    *,
    adapter: BaseAdapter | None,
    options: ClientOptions,
    deadline: Deadline,
) -> Iterator[requests.Response]:
    """Send one GET over a connection of its own and give the answer, its body unread.

    A ``requests`` session is not used: it reads the body of a redirect whole (whatever its size) even when it is told
    not to follow it, keeps cookies, and takes proxies and ``.netrc`` from the environment.

    Socket timeouts bound the wait for the next byte only; a server that drips one byte a second (in handshake, headers
    or body) would hold us for ever. So a watchdog shuts every socket when the deadline passes.

    Args:
        url: the address, allowed already.
        headers: all that are sent.
        timeouts: seconds for connecting, and between two bytes.
        adapter: answers instead of the network.
        options: whether loopback is allowed, and which certificates are trusted.
        deadline: of the whole download.
    """
    request = requests.Request("GET", url, headers=dict(headers)).prepare()
    if adapter is not None:
        with adapter.send(request, stream=True, timeout=timeouts) as response:
            yield response
        return
    sockets: list[socket.socket] = []

    def cut() -> None:
        for connection in sockets:
            with suppress(OSError):  # closed by the other side already
                connection.shutdown(socket.SHUT_RDWR)

    watchdog = threading.Timer(deadline.remaining, cut)
    watchdog.daemon = True
    watchdog.start()
    own = _Adapter(sockets, https=url.lower().startswith("https:"), allow_loopback=options.allow_loopback)
    verify: bool | str = str(options.ca_file) if options.ca_file else True
    try:
        with own.send(request, stream=True, timeout=timeouts, verify=verify) as response:
            yield response
    finally:
        watchdog.cancel()
        own.close()
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
