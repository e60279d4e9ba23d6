"""A raw socket server on loopback, for answers that no well-behaved server gives."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence

Handler = Callable[[socket.socket], None]


class RawServer:
    """Answers connection number n with handler number n (the last one again when there are more)."""

    def __init__(self, handlers: Sequence[Handler | bytes]) -> None:
        self.requests: list[bytes] = []
        self._handlers = handlers
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.stopping = threading.Event()
        self._connections: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def url(self, path: str = "/harvest.csv", scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}{path}"

    def stop(self) -> None:
        self.stopping.set()
        for connection in [self._socket, *self._connections]:
            with contextlib.suppress(OSError):
                connection.close()

    def _serve(self) -> None:
        while not self.stopping.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._connections.append(connection)
            threading.Thread(target=self._answer, args=(connection, len(self._connections) - 1), daemon=True).start()

    def _answer(self, connection: socket.socket, number: int) -> None:
        handler = self._handlers[min(number, len(self._handlers) - 1)]
        with contextlib.suppress(OSError), connection:
            if callable(handler) and getattr(handler, "before_request", False):
                handler(connection)
                return
            received = b""
            while b"\r\n\r\n" not in received:
                piece = connection.recv(65536)
                if not piece:
                    break
                received += piece
            self.requests.append(received)
            if callable(handler):
                handler(connection)
            else:
                connection.sendall(handler)


def answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """Return a whole HTTP answer; ``length`` may lie."""
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/csv", f"Content-Length: {size}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def dripping(
    pieces: Iterator[bytes] | Sequence[bytes], pause: float = 0.05, *, before_request: bool = False
) -> Handler:
    """Return a handler that sends piece after piece with a pause."""

    def drip(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)

    drip.before_request = before_request  # type: ignore[attr-defined]
    return drip


def stalling(first: bytes, seconds: float = 3.0) -> Handler:
    """Return a handler that sends something and then nothing more."""
    return dripping([first], seconds)
