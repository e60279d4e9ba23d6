"""The only module that opens connections (with :mod:`ingestion.connections` beneath it).

``requests`` with its own habits replaced where they were measured to be unsafe: a total deadline, retries around the
whole download, redirects followed here, the body checked while it streams, secrets kept out of every message.

A proxy, ``.netrc`` or certificate bundle from the environment is ignored on purpose: what may be reached is decided by
the contract of the dataset alone.
"""
# ruff: noqa: A005 - the absolute import of the standard library's module is not affected

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import requests
from requests.adapters import BaseAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from ingestion import answers, bodies, streaming, urls
from ingestion.answers import FILE_DROP, Asked, BodyError, TryAgain
from ingestion.connections import ClientOptions, opening
from ingestion.contract import Dataset, Kind, Payload
from ingestion.errors import FetchError
from ingestion.politeness import Deadline, turn
from ingestion.redaction import LOGGER, describe, guard, redact, redact_url, remember_request
from ingestion.settings import Settings

__all__ = ["FILE_DROP", "BodyError", "Client", "ClientOptions", "Reuse", "Validators", "user_agent", "utc_now"]

guard(["urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry", "requests_hardened.ip_filter"])

_KEPT_HEADERS = ("content-type", "content-encoding", "content-length", "etag", "last-modified", "date")
_ACCEPT = {
    Kind.JSON: "application/json",
    Kind.HTML: "text/html, application/xhtml+xml",
    Kind.CSV: "text/csv, text/plain, */*",
}
_LONGEST_BACKOFF = 30.0
_OK, _NOT_MODIFIED = 200, 304


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


class _BodyLost(Exception):  # noqa: N818 - a 304 came for a body that the archive no longer has
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
        self.offline = adapter is not None
        """Whether a recording answers, not the publisher."""
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
        full = self._full_url(url, params)
        asked = Asked(self._dataset.id, full, redact_url(full), file, kind, dict(headers or {}))
        known = self._validators.get(asked.shown) if conditional and self._reuse else None
        try:
            return self._with_retries(asked, known)
        except _BodyLost:
            LOGGER.warning("%s: 304 for %s, whose archived body is lost; asking again", self._dataset.id, file)
        return self._with_retries(asked, None)

    def _with_retries(self, asked: Asked, known: Validators | None) -> Payload:
        deadline = Deadline(self._settings.deadline)

        def wait(state: RetryCallState) -> float:
            failure = state.outcome.exception() if state.outcome else None
            if isinstance(failure, TryAgain) and failure.after is not None:
                return failure.after
            doubled: float = self._options.backoff * 2.0 ** (state.attempt_number - 1)
            return min(_LONGEST_BACKOFF, doubled) * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load

        def out_of_time(state: RetryCallState) -> bool:
            return deadline.remaining <= state.upcoming_sleep

        def announce(state: RetryCallState) -> None:
            failure = state.outcome.exception() if state.outcome else None
            words = "%s: try %d of %s failed (%s); next in %.1f s"
            LOGGER.warning(words, asked.dataset_id, state.attempt_number, asked.file, failure, state.upcoming_sleep)

        enough = stop_after_attempt(self._settings.attempts)
        retrying = Retrying(
            retry=retry_if_exception_type(TryAgain),
            wait=wait,
            stop=lambda state: enough(state) or out_of_time(state),
            before_sleep=announce,
            sleep=time.sleep,
            reraise=True,
        )
        try:
            return retrying(self._attempt, asked, known, deadline)
        except TryAgain as failure:
            last = failure
        raise answers.of_last_try(last, asked, retrying.statistics.get("attempt_number", 1), deadline)

    def _attempt(self, asked: Asked, known: Validators | None, deadline: Deadline) -> Payload:
        """One whole download, redirects included."""
        url, seen, moved = asked.url, {asked.url}, ""
        for _ in range(urls.MAX_REDIRECTS + 1):
            host = self._allowed(url, asked)
            # Recordings are read side by side, without a pause: nobody is asked.
            place, interval = (host, self._dataset.min_interval) if self._adapter is None else (f"{id(self)}", 0.0)
            with turn(place, interval, deadline):
                if deadline.passed:
                    raise answers.out_of_time(deadline)
                with self._open(url, self._headers(url, asked, known), asked, deadline) as response:
                    location = response.headers.get("location")
                    if response.status_code not in urls.REDIRECTS or not location:
                        return self._receive(response, url, asked, known, deadline, moved)
                    permanent = response.status_code in urls.PERMANENT
            url = self._next(url, location, asked)
            if permanent:
                moved = redact_url(url)
            if url in seen:
                raise FetchError("the redirects run in a circle", **asked.places("http.redirect_loop"))
            seen.add(url)
        raise FetchError(f"more than {urls.MAX_REDIRECTS} redirects", **asked.places("http.redirect_limit"))

    def _headers(self, url: str, asked: Asked, known: Validators | None) -> dict[str, str]:
        headers = {
            "User-Agent": user_agent(self._settings.contact),
            "Accept": _ACCEPT.get(asked.kind, "*/*"),
            "Accept-Encoding": "gzip, deflate",
            **asked.headers,
        }
        if known and known.etag:
            headers["If-None-Match"] = known.etag
        if known and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        return urls.headers_for(url, asked.url, headers)

    @contextmanager
    def _open(
        self, url: str, headers: Mapping[str, str], asked: Asked, deadline: Deadline
    ) -> Iterator[requests.Response]:
        timeouts = (
            min(self._settings.connect_timeout, deadline.remaining),
            min(self._settings.read_timeout, deadline.remaining),
        )
        with ExitStack() as stack:
            try:
                answer = opening(
                    url, headers, timeouts, adapter=self._adapter, options=self._options, deadline=deadline
                )
                response = stack.enter_context(answer)
            except streaming.LIBRARY_ERRORS as error:
                failure = answers.of_exception(error, asked, deadline)
            else:
                yield response
                return
        raise failure

    def _receive(
        self,
        response: requests.Response,
        url: str,
        asked: Asked,
        known: Validators | None,
        deadline: Deadline,
        moved: str,
    ) -> Payload:
        if response.status_code == _NOT_MODIFIED and known:
            return self._reused(response, url, asked, known)
        if response.status_code != _OK:
            head = streaming.first_words(response, asked, deadline)
            raise answers.of_status(
                response.status_code, response.reason or "", response.headers.get("retry-after"), head, asked
            )
        gate = self._dataset.gate
        path = self._new_file(asked)
        sha256, size = streaming.save(response, path, gate.max_bytes, asked, deadline)
        smallest = 1 if asked.kind is Kind.HTML else gate.min_bytes
        try:
            bodies.check(path, asked.kind, min_bytes=smallest, max_bytes=gate.max_bytes)
        except bodies.Refused as refusal:
            raise answers.of_body(refusal, asked, path) from None
        if moved:
            self.permanent_redirects[asked.file] = moved
            LOGGER.warning("%s: %s has moved for good to %s", asked.dataset_id, asked.file, moved)
        return self._payload(response, url, asked, path, sha256, size)

    def _reused(self, response: requests.Response, url: str, asked: Asked, known: Validators) -> Payload:
        path = self._new_file(asked)
        if self._reuse is None or not self._reuse(known.sha256, path):
            path.unlink(missing_ok=True)
            raise _BodyLost
        return self._payload(response, url, asked, path, known.sha256, path.stat().st_size)

    def _payload(
        self, response: requests.Response, url: str, asked: Asked, path: Path, sha256: str, size: int
    ) -> Payload:
        headers = {name: redact(response.headers[name]) for name in _KEPT_HEADERS if name in response.headers}
        LOGGER.debug("%s: %s has %d bytes, sha256 %s", asked.dataset_id, asked.file, size, sha256[:12])
        return Payload(
            file=asked.file,
            path=path,
            url=asked.shown,
            final_url=redact_url(url),
            status=response.status_code,
            headers=headers,
            retrieved_at=self._clock(),
            sha256=sha256,
            size=size,
        )

    def _allowed(self, url: str, asked: Asked) -> str:
        insecure = self._options.allow_loopback or self._adapter is not None
        try:
            return urls.check_url(url, self._dataset.hosts, insecure=insecure)
        except urls.NotAllowedError as refusal:
            raise answers.of_refusal(refusal, asked) from None

    def _next(self, url: str, location: str, asked: Asked) -> str:
        try:
            target = urls.follow(url, location)
        except urls.NotAllowedError as refusal:
            raise answers.of_refusal(refusal, asked) from None
        remember_request(target, None, None)
        return target

    def _full_url(self, url: str, params: Mapping[str, str] | None) -> str:
        try:
            return requests.Request("GET", url, params=dict(params or {})).prepare().url or url
        except (requests.RequestException, ValueError) as error:
            text = describe(error)
        raise FetchError(
            f"not an address: {text}", dataset_id=self._dataset.id, url=redact_url(url), rule="url.invalid"
        )

    def _new_file(self, asked: Asked) -> Path:
        # Only the suffix comes from outside: readers choose by it. Content-Disposition is never looked at.
        suffix = Path(asked.file).suffix if Path(asked.file).suffix[1:].isalnum() else ""
        with tempfile.NamedTemporaryFile(dir=self._spool, suffix=suffix, delete=False) as target:
            return Path(target.name)
