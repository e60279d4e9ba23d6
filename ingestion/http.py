"""The only module that opens a connection.

``requests`` with its own habits replaced where they were measured to be unsafe: a total deadline, retries around the
whole download, redirects followed here, the body checked while it streams, secrets kept out of every message.

A proxy, ``.netrc`` or certificate bundle from the environment is ignored on purpose: what may be reached is decided by
the contract of the dataset alone.
"""
# ruff: noqa: A005 - the absolute import of the standard library's module is not affected

from __future__ import annotations

import hashlib
import random
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import requests
import urllib3
from requests.adapters import BaseAdapter
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from ingestion import bodies, urls
from ingestion.contract import Dataset, Kind, Payload
from ingestion.errors import BlockedError, FetchError
from ingestion.politeness import Deadline, turn
from ingestion.redaction import LOGGER, describe, guard, redact, redact_url, remember_request
from ingestion.settings import Settings

guard(["urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry", "requests_hardened.ip_filter"])

_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
_KEPT_HEADERS = ("content-type", "content-encoding", "content-length", "etag", "last-modified", "date", "retry-after")
_ACCEPT = {
    Kind.JSON: "application/json",
    Kind.HTML: "text/html, application/xhtml+xml",
    Kind.CSV: "text/csv, text/plain, */*",
}
_CHUNK = 65536
_LONGEST_BACKOFF = 30.0
FILE_DROP = "download the file by hand and hand it over: lines-of-effort ingest --file PATH --vintage LABEL DATASET"


@dataclass(frozen=True, slots=True)
class Validators:
    """What the server said about a body that is archived already.

    Args:
        etag: its ``ETag``.
        last_modified: its ``Last-Modified``.
        sha256: of the archived body.
    """

    etag: str | None
    last_modified: str | None
    sha256: str


Reuse = Callable[[str, Path], bool]
"""``(sha256, target)``: write the archived body to ``target``; ``False`` when it is missing or damaged."""


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


class BodyError(FetchError):
    """A body came, and it is not what it should be.

    Attributes:
        path: where the refused bytes lie (inside the spool), to be quarantined.
    """

    path: Path | None = None


class _TryAgain(Exception):  # noqa: N818 - steers the retry loop, never leaves this module
    def __init__(self, rule: str, detail: str, *, after: float | None = None, blocked: bool = False) -> None:
        super().__init__(detail)
        self.rule = rule
        self.detail = detail
        self.after = after
        self.blocked = blocked


class _BlobMissing(Exception):  # noqa: N818 - as above
    pass


def user_agent(contact: str) -> str:
    """Return the honest user agent: name, version, contact (a URL or e-mail from the settings)."""
    try:
        own = version("lines-of-effort")
    except PackageNotFoundError:
        own = "0"
    return f"lines-of-effort/{own}{f' (+{contact})' if contact else ''} requests/{requests.__version__}"


def utc_now() -> datetime:
    """Return the time now, aware, UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


class Client:
    """Downloads bodies of one dataset. Implements :class:`ingestion.contract.Getter`.

    Args:
        dataset: whose hosts, bounds and politeness apply.
        settings: deadline, timeouts, attempts, contact.
        spool: existing folder for bodies; whoever makes the client removes it.
        adapter: answers instead of the network (recordings, tests); politeness is then off.
        validators: by redacted address, for conditional requests.
        reuse: brings back an archived body after a 304.
        options: see :class:`ClientOptions`.
        clock: time of retrieval.
    """

    def __init__(
        self,
        dataset: Dataset,
        settings: Settings,
        spool: Path,
        *,
        adapter: BaseAdapter | None = None,
        validators: Mapping[str, Validators] | None = None,
        reuse: Reuse | None = None,
        options: ClientOptions | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._dataset = dataset
        self._settings = settings
        self._spool = spool
        self._adapter = adapter
        self._validators = validators or {}
        self._reuse = reuse
        self._options = options or ClientOptions()
        self._clock = clock
        self.permanent_redirects: dict[str, str] = {}
        """Logical file → redacted address that the publisher says is the new one."""

    def get(
        self,
        url: str,
        *,
        file: str,
        kind: Kind,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        conditional: bool = True,
    ) -> Payload:
        """Return the body at ``url``, checked and spooled.

        Raises:
            BlockedError: the publisher keeps programs out.
            BodyError: the body is not what ``kind`` and the gate's sizes say.
            FetchError: anything else, after the tries that the settings allow.
        """
        remember_request(url, params, headers)
        asked = self._full_url(url, params)
        request = _Request(asked, redact_url(asked), file, kind, dict(headers or {}))
        known = self._validators.get(request.shown) if conditional and self._reuse else None
        try:
            return self._with_retries(request, known)
        except _BlobMissing:
            LOGGER.warning("%s: 304 for %s but its archived body is gone; asking again", self._dataset.id, file)
        return self._with_retries(request, None)

    # -- the tries ------------------------------------------------------------------------------------------------

    def _with_retries(self, request: _Request, known: Validators | None) -> Payload:
        deadline = Deadline(self._settings.deadline)

        def wait(state: RetryCallState) -> float:
            failure = state.outcome.exception() if state.outcome else None
            if isinstance(failure, _TryAgain) and failure.after is not None:
                return failure.after
            doubled: float = self._options.backoff * 2.0 ** (state.attempt_number - 1)
            return min(_LONGEST_BACKOFF, doubled) * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load

        def out_of_time(state: RetryCallState) -> bool:
            return bool(deadline.remaining <= state.upcoming_sleep)

        def announce(state: RetryCallState) -> None:
            failure = state.outcome.exception() if state.outcome else None
            LOGGER.warning(
                "%s: try %d of %s failed (%s); next in %.1f s",
                self._dataset.id, state.attempt_number, request.file, failure, state.upcoming_sleep,
            )  # fmt: skip

        retrying = Retrying(
            retry=retry_if_exception_type(_TryAgain),
            wait=wait,
            stop=stop_after_attempt(self._settings.attempts) | out_of_time,  # type: ignore[operator]
            before_sleep=announce,
            sleep=time.sleep,
            reraise=True,
        )
        try:
            return retrying(self._attempt, request, known, deadline)
        except _TryAgain as failure:
            last = failure
        tries = retrying.statistics.get("attempt_number", 1)
        raise self._gave_up(last, request, tries, deadline)

    def _gave_up(self, last: _TryAgain, request: _Request, tries: int, deadline: Deadline) -> FetchError:
        detail = f"gave up after {tries} {'try' if tries == 1 else 'tries'} in {deadline.elapsed:.1f} s: {last.detail}"
        if last.after is not None and last.after > deadline.remaining:
            detail += f"; the publisher asks to wait {last.after:.0f} s, the deadline is {deadline.seconds:.0f} s"
        if last.blocked:
            return BlockedError(detail, **self._places(request, last.rule, f"run again later, or {FILE_DROP}"))
        return FetchError(detail, **self._places(request, last.rule, "run again later; the last good vintage stays"))

    def _attempt(self, request: _Request, known: Validators | None, deadline: Deadline) -> Payload:
        """One whole download, redirects included."""
        url, seen, moved = request.url, {request.url}, ""
        for _ in range(urls.MAX_REDIRECTS + 1):
            host = self._allowed(url, request)
            interval = self._dataset.min_interval if self._adapter is None else 0.0
            with turn(host if self._adapter is None else f"recorded:{id(self._adapter)}", interval, deadline):
                if deadline.passed:
                    raise _TryAgain("http.deadline", f"no answer within {deadline.seconds:.1f} s")
                with self._open(url, self._headers(url, request, known), request, deadline) as response:
                    location = response.headers.get("location")
                    if response.status_code not in urls.REDIRECTS or not location:
                        return self._receive(response, url, request, known, deadline, moved)
                    permanent = response.status_code in urls.PERMANENT
            try:
                url = urls.follow(url, location)
            except urls.NotAllowedError as refusal:
                raise self._refused(refusal, request) from None
            if permanent:
                moved = redact_url(url)
            remember_request(url, None, None)
            if url in seen:
                raise FetchError("the redirects run in a circle", **self._places(request, "http.redirect_loop", None))
            seen.add(url)
        raise FetchError(
            f"more than {urls.MAX_REDIRECTS} redirects", **self._places(request, "http.redirect_limit", None)
        )

    # -- one request ----------------------------------------------------------------------------------------------

    def _headers(self, url: str, request: _Request, known: Validators | None) -> dict[str, str]:
        headers = {
            "User-Agent": user_agent(self._settings.contact),
            "Accept": _ACCEPT.get(request.kind, "*/*"),
            "Accept-Encoding": "gzip, deflate",
            **request.headers,
        }
        if known and known.etag:
            headers["If-None-Match"] = known.etag
        if known and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        return urls.headers_for(url, request.url, headers)

    @contextmanager
    def _open(
        self, url: str, headers: Mapping[str, str], request: _Request, deadline: Deadline
    ) -> Iterator[requests.Response]:
        """Open one connection of its own, cut by a watchdog when the deadline passes."""
        with _session(self._adapter, self._options, deadline) as session:
            timeouts = (
                min(self._settings.connect_timeout, deadline.remaining),
                min(self._settings.read_timeout, deadline.remaining),
            )
            verify: bool | str = str(self._options.ca_file) if self._options.ca_file else True
            failure: Exception
            try:
                response = session.get(
                    url, headers=headers, stream=True, allow_redirects=False, timeout=timeouts, verify=verify
                )
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                failure = self._translate(error, request, deadline)
            else:
                with response:
                    yield response
                return
        raise failure

    def _translate(self, error: Exception, request: _Request, deadline: Deadline) -> Exception:
        """Return what a library's error means for us. Its own text may quote the key: it is never chained."""
        text = describe(error)
        if deadline.passed:
            return _TryAgain("http.deadline", f"no complete answer within {deadline.seconds:.1f} s")
        if isinstance(error, InvalidIPAddress):
            remedy = "the address leads into a private network; check the contract's address"
            return FetchError(f"refused: {text}", **self._places(request, "url.private_address", remedy))
        if isinstance(error, requests.exceptions.SSLError) and "certificate" in text.lower():
            remedy = "do not switch verification off; wait for the publisher, or use a file drop"
            return FetchError(f"the TLS certificate is not valid: {text}", **self._places(request, "http.tls", remedy))
        if isinstance(error, requests.exceptions.InvalidHeader | requests.exceptions.InvalidURL):
            return FetchError(f"the request cannot be sent: {text}", **self._places(request, "http.request", None))
        return _TryAgain("http.connection", text)

    def _receive(
        self,
        response: requests.Response,
        url: str,
        request: _Request,
        known: Validators | None,
        deadline: Deadline,
        moved: str,
    ) -> Payload:
        status = response.status_code
        if status == requests.codes.not_modified and known:
            return self._reused(response, url, request, known)
        if status != requests.codes.ok:
            raise self._bad_status(response, request, deadline)
        path, sha256, size = self._spool_body(response, request, deadline)
        gate = self._dataset.gate
        try:
            bodies.check(
                path,
                request.kind,
                min_bytes=1 if request.kind is Kind.HTML else gate.min_bytes,
                max_bytes=gate.max_bytes,
            )
        except bodies.Refused as refusal:
            raise self._refused_body(refusal, request, path) from None
        if moved:
            self.permanent_redirects[request.file] = moved
            LOGGER.warning("%s: %s has moved for good to %s", self._dataset.id, request.file, moved)
        return self._payload(response, url, request, path, sha256, size)

    def _spool_body(self, response: requests.Response, request: _Request, deadline: Deadline) -> tuple[Path, str, int]:
        """Stream the decoded body to a file under the size cap; return path, sha256 and size."""
        limit = self._dataset.gate.max_bytes
        digest, size = hashlib.sha256(), 0
        path = self._new_file(request)
        whole = False
        try:
            with path.open("wb") as target:
                for piece in self._decoded(response, request, deadline):
                    size += len(piece)
                    if size > limit:
                        detail = f"the body is larger than the limit of {limit:,} bytes"
                        raise self._refused_body(bodies.Refused("body.max_bytes", detail), request, None)
                    digest.update(piece)
                    target.write(piece)
            whole = True
        finally:
            if not whole:
                path.unlink(missing_ok=True)
        return path, digest.hexdigest(), size

    def _decoded(self, response: requests.Response, request: _Request, deadline: Deadline) -> Iterator[bytes]:
        failure: Exception
        try:
            yield from bodies.decode(
                self._raw(response, request, deadline), response.headers.get("content-encoding", "")
            )
        except bodies.Truncated as error:
            failure = _TryAgain("body.truncated", str(error))
        except bodies.Refused as refusal:
            failure = self._refused_body(refusal, request, None)
        else:
            return
        raise failure

    def _raw(self, response: requests.Response, request: _Request, deadline: Deadline) -> Iterator[bytes]:
        failure: Exception
        try:
            for chunk in response.raw.stream(_CHUNK, decode_content=False):
                if deadline.passed:
                    break
                yield chunk
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            failure = self._translate(error, request, deadline)
        else:
            # The watchdog's cut looks like a normal end where the length is not declared.
            if not deadline.passed:
                return
            failure = _TryAgain("http.deadline", f"no complete answer within {deadline.seconds:.1f} s")
        raise failure

    def _reused(self, response: requests.Response, url: str, request: _Request, known: Validators) -> Payload:
        path = self._new_file(request)
        if self._reuse is None or not self._reuse(known.sha256, path):
            path.unlink(missing_ok=True)
            raise _BlobMissing
        return self._payload(response, url, request, path, known.sha256, path.stat().st_size)

    # -- results and refusals ---------------------------------------------------------------------------------------

    def _payload(
        self, response: requests.Response, url: str, request: _Request, path: Path, sha256: str, size: int
    ) -> Payload:
        headers = {name: redact(response.headers[name]) for name in _KEPT_HEADERS if name in response.headers}
        LOGGER.debug("%s: %s has %d bytes, sha256 %s", self._dataset.id, request.file, size, sha256[:12])
        return Payload(
            file=request.file,
            path=path,
            url=request.shown,
            final_url=redact_url(url),
            status=response.status_code,
            headers=headers,
            retrieved_at=self._clock(),
            sha256=sha256,
            size=size,
        )

    def _bad_status(self, response: requests.Response, request: _Request, deadline: Deadline) -> Exception:
        status = response.status_code
        head = self._first_words(response, request, deadline)
        words = bodies.snippet(head)
        detail = f"the publisher answered {status} {redact(response.reason or '')}".rstrip()
        detail += f": {words!r}" if words else ""
        rule = f"http.{status}"
        if status == requests.codes.forbidden or (status != requests.codes.too_many and bodies.is_challenge(head)):
            remedy = f"the publisher keeps programs out; set LOE_CONTACT, or {FILE_DROP}"
            return BlockedError(detail, **self._places(request, rule, remedy))
        if status in _RETRIED:
            after = _retry_after(response.headers.get("retry-after"), utc_now())
            return _TryAgain(rule, detail, after=after, blocked=status == requests.codes.too_many)
        remedies = {
            401: "the publisher wants a key; see the dataset's documentation",
            404: "the address has moved or is gone: look on the publisher's page; the last good vintage stays",
            410: "the address has moved or is gone: look on the publisher's page; the last good vintage stays",
        }
        return FetchError(detail, **self._places(request, rule, remedies.get(status)))

    def _first_words(self, response: requests.Response, request: _Request, deadline: Deadline) -> bytes:
        head = b""
        try:
            for piece in self._decoded(response, request, deadline):
                head += piece
                if len(head) >= bodies.HEAD // 8:
                    break
        except (_TryAgain, FetchError):
            pass  # the status alone tells enough
        return head

    def _refused(self, refusal: urls.NotAllowedError, request: _Request) -> FetchError:
        remedy = "if the publisher has moved, add the new host to the dataset's contract after checking it"
        return FetchError(f"refused: {refusal.detail}", **self._places(request, refusal.rule, remedy))

    def _refused_body(self, refusal: bodies.Refused, request: _Request, path: Path | None) -> FetchError:
        if refusal.blocked:
            return BlockedError(refusal.detail, **self._places(request, refusal.rule, FILE_DROP))
        remedy = "look at the address in a browser; the last good vintage stays"
        error = BodyError(refusal.detail, **self._places(request, refusal.rule, remedy))
        error.path = path
        return error

    def _places(self, request: _Request, rule: str, remedy: str | None) -> dict[str, Any]:
        return {
            "dataset_id": self._dataset.id,
            "url": request.shown,
            "file": request.file,
            "rule": rule,
            "remedy": remedy,
        }

    def _allowed(self, url: str, request: _Request) -> str:
        insecure = self._options.allow_loopback or self._adapter is not None
        try:
            return urls.check_url(url, self._dataset.hosts, insecure=insecure)
        except urls.NotAllowedError as refusal:
            refused = self._refused(refusal, request)
        raise refused

    def _full_url(self, url: str, params: Mapping[str, str] | None) -> str:
        try:
            full = requests.Request("GET", url, params=dict(params or {})).prepare().url
        except (requests.RequestException, ValueError) as error:
            text = describe(error)
        else:
            return full or url
        raise FetchError(
            f"not an address: {text}", dataset_id=self._dataset.id, url=redact_url(url), rule="url.invalid"
        )

    def _new_file(self, request: _Request) -> Path:
        # Only the suffix comes from outside: readers choose by it. Content-Disposition is never looked at.
        suffix = Path(request.file).suffix if Path(request.file).suffix[1:].isalnum() else ""
        with tempfile.NamedTemporaryFile(dir=self._spool, suffix=suffix, delete=False) as target:
            return Path(target.name)


@dataclass(frozen=True, slots=True)
class _Request:
    url: str
    shown: str
    file: str
    kind: Kind
    headers: Mapping[str, str]


def _retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for (RFC 9110, 10.2.3), or ``None``."""
    if not value:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


class _Adapter(IPFilterAdapter):  # type: ignore[misc]
    """Refuses private addresses (and connects to the address it checked); tells the watchdog every socket."""

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


@contextmanager
def _session(adapter: BaseAdapter | None, options: ClientOptions, deadline: Deadline) -> Iterator[requests.Session]:
    """A session for one request: no cookies, no environment, and a watchdog that shuts its sockets at the deadline.

    Socket timeouts bound the wait for the next byte only; a server that drips one byte a second (in handshake, headers
    or body) would hold us for ever.
    """
    sockets: list[socket.socket] = []

    def cut() -> None:
        for connection in sockets:
            with suppress(OSError):  # closed by the other side already
                connection.shutdown(socket.SHUT_RDWR)

    with requests.Session() as session:
        session.trust_env = False
        session.headers.clear()
        if adapter is not None:
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            yield session
            return
        for scheme in ("https", "http"):
            mounted = _Adapter(sockets, https=scheme == "https", allow_loopback=options.allow_loopback)
            session.mount(f"{scheme}://", mounted)
        watchdog = threading.Timer(deadline.remaining, cut)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield session
        finally:
            watchdog.cancel()
            for connection in sockets:
                connection.close()
