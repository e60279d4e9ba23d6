"""Which addresses may be asked, and what may travel along a redirect. No network here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urljoin, urlsplit

from ingestion.redaction import redact_url

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
MAX_REDIRECTS = 5

_DEFAULT_PORTS = {"https": 443, "http": 80}
_CROSS_ORIGIN_HEADERS = frozenset(
    {"accept", "accept-language", "accept-encoding", "user-agent", "if-none-match", "if-modified-since"}
)


class NotAllowedError(Exception):
    """An address that may not be asked.

    Args:
        rule: short id of the rule.
        detail: why, in one sentence, redacted.
    """

    def __init__(self, rule: str, detail: str) -> None:
        super().__init__(detail)
        self.rule = rule
        self.detail = detail


def check_url(url: str, hosts: Sequence[str], *, insecure: bool) -> str:
    """Return the host of an address that may be asked.

    Args:
        url: the absolute address.
        hosts: allowed hosts, each ``host`` (default port) or ``host:port``.
        insecure: allow ``http`` and any port (recordings, and tests on loopback).

    Raises:
        NotAllowedError: wrong scheme, a user name in the address, a port or a host that is not listed.
    """
    shown = redact_url(url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAllowedError("url.invalid", f"{shown} is not a valid address") from None
    host = (parts.hostname or "").lower()
    if parts.scheme not in ({"https", "http"} if insecure else {"https"}):
        raise NotAllowedError("url.scheme", f"{shown} is not an https address")
    if parts.username is not None or parts.password is not None:
        raise NotAllowedError("url.credentials", f"{shown} carries a user name")
    allowed = {entry.lower() for entry in hosts}
    usual_port = insecure or port in (None, _DEFAULT_PORTS[parts.scheme])
    if not host or not (f"{host}:{port}" in allowed or (host in allowed and usual_port)):
        listed = ", ".join(hosts) or "none"
        raise NotAllowedError("url.host", f"{parts.netloc or shown} is not among the hosts of this dataset ({listed})")
    return host


def follow(url: str, location: str) -> str:
    """Return the absolute address that a redirect points to.

    Raises:
        NotAllowedError: the redirect leaves https for http.
    """
    try:
        target = urljoin(url, location)
        downgrade = urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https"
    except ValueError:
        raise NotAllowedError("url.invalid", f"the redirect of {redact_url(url)} has no valid address") from None
    if downgrade:
        raise NotAllowedError("url.downgrade", f"the redirect to {redact_url(target)} would leave https")
    return target


def headers_for(target: str, origin: str, headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that may be sent to ``target`` when the request began at ``origin``.

    Another origin (scheme, host, port) gets none that could identify or authorise: ``requests`` itself would forward
    ``X-API-KEY``.
    """
    if _origin(target) == _origin(origin):
        return dict(headers)
    return {name: value for name, value in headers.items() if name.lower() in _CROSS_ORIGIN_HEADERS}


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _DEFAULT_PORTS.get(parts.scheme)
