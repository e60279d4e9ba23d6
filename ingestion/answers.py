"""What an answer, or the lack of one, means: try again, refuse, or tell a person. No network here.

The text of a library's error may quote the address with its key, so such errors are translated, never chained.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import requests
from requests_hardened.ip_filter import InvalidIPAddress

from ingestion import bodies, urls
from ingestion.contract import Kind
from ingestion.errors import BlockedError, FetchError
from ingestion.politeness import Deadline
from ingestion.redaction import describe, redact

FILE_DROP = "download the file by hand and hand it over: lines-of-effort ingest --file PATH --vintage LABEL DATASET"

_FORBIDDEN, _TOO_MANY, _UNAVAILABLE = 403, 429, 503
_RETRIED = frozenset({408, 425, _TOO_MANY, 500, 502, _UNAVAILABLE, 504, 520, 521, 522, 523, 524})
_MOVED = "the address has moved or is gone: look on the publisher's page; the last good vintage stays"
_REMEDIES = {401: "the publisher wants a key; see the dataset's documentation", 404: _MOVED, 410: _MOVED}


class BodyError(FetchError):
    """A body came, and it is not what it should be.

    Attributes:
        path: where the refused bytes lie (inside the spool), to be quarantined.
    """

    path: Path | None = None


class TryAgain(Exception):  # noqa: N818 - steers the retry loop and never leaves the client
    """One try failed in a way that another may not.

    Args:
        rule: short id.
        detail: redacted sentence.
        after: seconds that the publisher asks to wait.
        blocked: whether, at the end of all tries, it means that the publisher refuses us.
    """

    def __init__(self, rule: str, detail: str, *, after: float | None = None, blocked: bool = False) -> None:
        super().__init__(detail)
        self.rule = rule
        self.detail = detail
        self.after = after
        self.blocked = blocked


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, and the words for it.

    Args:
        dataset_id: ``publisher/dataset``.
        url: the full address, secrets included: never shown.
        shown: the same, redacted.
        file: logical name of the body.
        kind: what the body must look like.
        headers: extra headers of the caller.
    """

    dataset_id: str
    url: str
    shown: str
    file: str
    kind: Kind
    headers: Mapping[str, str]

    def places(self, rule: str, remedy: str | None = None) -> dict[str, Any]:
        """Return the arguments that say where an error belongs."""
        return {
            "dataset_id": self.dataset_id,
            "url": self.shown,
            "file": self.file,
            "rule": rule,
            "remedy": remedy,
        }


def of_exception(error: Exception, asked: Asked, deadline: Deadline) -> Exception:
    """Return what an error of the HTTP library means: :class:`TryAgain`, or a :class:`FetchError` for good."""
    text = describe(error)
    if deadline.passed:
        return out_of_time(deadline)
    if isinstance(error, InvalidIPAddress):
        remedy = "the address leads into a private network; check the contract's address"
        return FetchError(f"refused: {text}", **asked.places("url.private_address", remedy))
    if isinstance(error, requests.exceptions.SSLError) and "certificate" in text.lower():
        remedy = "do not switch verification off; wait for the publisher, or use a file drop"
        return FetchError(f"the TLS certificate is not valid: {text}", **asked.places("http.tls", remedy))
    if isinstance(error, requests.exceptions.InvalidHeader | requests.exceptions.InvalidURL):
        return FetchError(f"the request cannot be sent: {text}", **asked.places("http.request"))
    return TryAgain("http.connection", text)


def out_of_time(deadline: Deadline) -> TryAgain:
    """Return the failure of a try that met the deadline."""
    return TryAgain("http.deadline", f"no complete answer within {deadline.seconds:.1f} s")


def of_status(status: int, reason: str, retry_after: str | None, head: bytes, asked: Asked) -> Exception:
    """Return what a status other than 200 means; ``head`` is the start of the body."""
    words = bodies.snippet(head)
    detail = f"the publisher answered {status} {redact(reason)}".rstrip() + (f": {words!r}" if words else "")
    rule = f"http.{status}"
    challenge = status not in _RETRIED - {_UNAVAILABLE} and bodies.is_challenge(head)
    if status == _FORBIDDEN or challenge:
        remedy = f"the publisher keeps programs out; set LOE_CONTACT, or {FILE_DROP}"
        return BlockedError(detail, **asked.places(rule, remedy))
    if status in _RETRIED:
        return TryAgain(rule, detail, after=seconds_to_wait(retry_after), blocked=status == _TOO_MANY)
    return FetchError(detail, **asked.places(rule, _REMEDIES.get(status)))


def of_refusal(refusal: urls.NotAllowedError, asked: Asked) -> FetchError:
    """Return the error for an address that may not be asked."""
    remedy = "if the publisher has moved, add the new host to the dataset's contract after checking it"
    return FetchError(f"refused: {refusal.detail}", **asked.places(refusal.rule, remedy))


def of_body(refusal: bodies.Refused, asked: Asked, path: Path | None) -> FetchError:
    """Return the error for a body that is not believed."""
    if refusal.blocked:
        return BlockedError(refusal.detail, **asked.places(refusal.rule, FILE_DROP))
    error = BodyError(
        refusal.detail,
        **asked.places(refusal.rule, "look at the address in a browser; the last good vintage stays"),
    )
    error.path = path
    return error


def of_last_try(last: TryAgain, asked: Asked, tries: int, deadline: Deadline) -> FetchError:
    """Return the error after the last try."""
    detail = f"gave up after {tries} {'try' if tries == 1 else 'tries'} in {deadline.elapsed:.1f} s: {last.detail}"
    if last.after is not None and last.after >= deadline.remaining:
        detail += f"; the publisher asks to wait {last.after:.0f} s, the deadline is {deadline.seconds:.0f} s"
    if last.blocked:
        return BlockedError(detail, **asked.places(last.rule, f"run again later, or {FILE_DROP}"))
    return FetchError(detail, **asked.places(last.rule, "run again later; the last good vintage stays"))


def seconds_to_wait(value: str | None) -> float | None:
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
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
