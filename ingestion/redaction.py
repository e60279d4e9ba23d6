"""Keeps secrets out of everything that is stored, shown or logged.

Two nets, one behind the other: names (a query parameter, header or JSON member that is called like a secret loses its
value) and values (what a client was given as a secret is masked wherever it turns up, also inside an answer's text).
"""

from __future__ import annotations

import logging
import mmap
import re
import shutil
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import parse_qsl, quote, quote_plus, unquote_plus, urlsplit

MASK = "REDACTED"

_EXACT = frozenset(
    {
        "key", "apikey", "api_key", "x_api_key", "appid", "app_id", "app_identifier", "client_id", "clientid",
        "auth", "authorization", "proxy_authorization", "cookie", "set_cookie", "password", "passwd", "pwd", "pass",
        "sig", "signature", "session", "sessionid", "session_id", "sid", "jwt", "bearer", "credential", "credentials",
        "username", "user", "email",
    }
)  # fmt: skip
_PARTS = ("api_key", "apikey", "token", "secret", "password", "passwd", "subscription_key", "private_key")
_SHORTEST_VALUE = 6  # shorter values would mask ordinary words

_PARAMETER = re.compile(r"(?P<before>[?&;])(?P<name>[^=&;#\s?\"'<>]+)=(?P<value>[^&#\s\"'<>]*)")
_USERINFO = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)[^/\s@\"'<>]+@", re.IGNORECASE)
_MEMBER = re.compile(
    r"(?P<name>[\"']?\b[A-Za-z][A-Za-z0-9_-]*[\"']?)(?P<between>\s*[:=]\s*)"
    r"(?P<value>\"[^\"\n]*\"|'[^'\n]*'|b'[^'\n]*'|(?:(?:Bearer|Basic|Token|Digest)\s+)?[^\s,;&\"'<>)}\]]+)"
)

_values: set[str] = set()
_values_lock = threading.Lock()


def is_secret(name: str) -> bool:
    """Return whether a parameter, header or member of that name holds a secret."""
    plain = name.strip().strip("\"'").lower().replace("-", "_")
    return plain in _EXACT or any(part in plain for part in _PARTS)


def remember(value: str | None) -> None:
    """Mask this value from now on, wherever it turns up in this process (also in its percent-encoded forms)."""
    if value and len(value) >= _SHORTEST_VALUE:
        with _values_lock:
            _values.update({value, quote(value), quote(value, safe=""), quote_plus(value)})


def remember_request(url: str, params: Mapping[str, str] | None, headers: Mapping[str, str] | None) -> None:
    """Remember every secret value of a request before it is sent."""
    pairs: list[tuple[str, str]] = parse_qsl(urlsplit(url).query)
    pairs += list((params or {}).items()) + list((headers or {}).items())
    for name, value in pairs:
        if is_secret(name):
            remember(value)
            remember(value.rpartition(" ")[2])  # "Bearer abc": the scheme is no secret


def redact(text: str) -> str:
    """Return the text without the values of secrets. Works on URLs, messages, headers and JSON alike."""
    for value in sorted(_values, key=len, reverse=True):
        text = text.replace(value, MASK)
    text = _USERINFO.sub(lambda m: f"{m['scheme']}{MASK}@", text)
    text = _PARAMETER.sub(_mask_parameter, text)
    return _MEMBER.sub(_mask_member, text)


def redact_url(url: str) -> str:
    """Return the address with the values of secret parameters and any user name masked, all else as it was."""
    for value in sorted(_values, key=len, reverse=True):
        url = url.replace(value, MASK)
    return _PARAMETER.sub(_mask_parameter, _USERINFO.sub(lambda m: f"{m['scheme']}{MASK}@", url))


def copy_without_values(source: Path, target: Path) -> bool:
    """Copy a file; where it quotes a remembered value, mask it. Return whether it did."""
    known = [value.encode() for value in sorted(_values, key=len, reverse=True)]
    with source.open("rb") as stream:
        if not known or not source.stat().st_size:
            found = False
        else:
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
                found = any(content.find(value) >= 0 for value in known)
        if not found:
            shutil.copyfile(source, target)
            return False
        content_masked = stream.read()
    for value in known:
        content_masked = content_masked.replace(value, MASK.encode())
    target.write_bytes(content_masked)
    return True


def describe(error: BaseException) -> str:
    """Return what an error of a library means, in one redacted line, without the address it may quote."""
    for _ in range(10):  # wrapped a few times at most
        inner = getattr(error, "reason", None)
        if not isinstance(inner, BaseException):
            inner = next((a for a in error.args if isinstance(a, BaseException)), None)
        if inner is None:
            break
        error = inner
    text = re.sub(r"^<?[\w.]*(?:Connection|Pool)\([^)]*\)>?:\s*|^<[^>]+>:\s*", "", str(error))
    return redact(f"{type(error).__name__}: {' '.join(text.split())}".removesuffix(": "))[:300]


class RedactingFilter(logging.Filter):
    """A logging filter that redacts message, arguments and traceback. It never drops a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record in place and let it pass."""
        record.msg = redact(record.getMessage())
        record.args = None
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        elif record.exc_text:
            record.exc_text = redact(record.exc_text)
        return True


_FILTER = RedactingFilter()


def guard(loggers: Iterable[str]) -> None:
    """Put the filter on these loggers. A logger's filter sees only its own records, so each is named."""
    for name in loggers:
        logging.getLogger(name).addFilter(_FILTER)


def _mask_parameter(match: re.Match[str]) -> str:
    if not is_secret(unquote_plus(match["name"])):
        return match[0]
    return f"{match['before']}{match['name']}={MASK}"


def _mask_member(match: re.Match[str]) -> str:
    name = match["name"].strip("\"'")
    # "key" and "user" alone are ordinary words outside a query string.
    if name.lower() in {"key", "user", "session", "email", "pass", "sid", "auth"} or not is_secret(name):
        return match[0]
    value = match["value"]
    mark = value[0] if value[0] in "\"'" else ""
    return f"{match['name']}{match['between']}{mark}{MASK}{mark}"


LOGGER = logging.getLogger("lines_of_effort.ingestion")
"""The one logger of ingestion; it redacts."""
guard([LOGGER.name])
