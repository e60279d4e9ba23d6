"""The body of an answer, decoded and capped while it streams to a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import requests
import urllib3

from ingestion import answers, bodies
from ingestion.answers import Asked, TryAgain
from ingestion.errors import FetchError
from ingestion.politeness import Deadline

LIBRARY_ERRORS = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)
_CHUNK = 65536
_ERROR_HEAD = 8192


def save(response: requests.Response, path: Path, max_bytes: int, asked: Asked, deadline: Deadline) -> tuple[str, int]:
    """Stream the decoded body to ``path`` and return its SHA-256 and size. On failure the file is removed.

    Raises:
        TryAgain: the body was cut short or came too slowly.
        BodyError: it is larger than ``max_bytes`` (of the decoded body).
    """
    digest, size, whole = hashlib.sha256(), 0, False
    try:
        with path.open("wb") as target:
            for piece in pieces(response, asked, deadline):
                size += len(piece)
                if size > max_bytes:
                    detail = f"the body is larger than the limit of {max_bytes:,} bytes"
                    raise answers.of_body(bodies.Refused("body.max_bytes", detail), asked, None)
                digest.update(piece)
                target.write(piece)
        whole = True
    finally:
        if not whole:
            path.unlink(missing_ok=True)
    return digest.hexdigest(), size


def first_words(response: requests.Response, asked: Asked, deadline: Deadline) -> bytes:
    """Return the start of an error's body, as far as it can be read."""
    head = b""
    try:
        for piece in pieces(response, asked, deadline):
            head += piece
            if len(head) >= _ERROR_HEAD:
                break
    except (TryAgain, FetchError):
        pass  # the status alone tells enough
    return head


def pieces(response: requests.Response, asked: Asked, deadline: Deadline) -> Iterator[bytes]:
    """Yield the decoded body.

    Raises:
        TryAgain: cut short, damaged, or out of time.
        FetchError: for good.
    """
    encoding = response.headers.get("content-encoding", "")
    failure: Exception
    try:
        yield from bodies.decode(_raw(response, asked, deadline), encoding)
    except bodies.Truncated as error:
        failure = TryAgain("body.truncated", str(error))
    except bodies.Refused as refusal:
        failure = answers.of_body(refusal, asked, None)
    else:
        return
    raise failure


def _raw(response: requests.Response, asked: Asked, deadline: Deadline) -> Iterator[bytes]:
    try:
        for chunk in response.raw.stream(_CHUNK, decode_content=False):
            if deadline.passed:
                break
            yield chunk
    except LIBRARY_ERRORS as error:
        failure = answers.of_exception(error, asked, deadline)
    else:
        # The watchdog's cut looks like a normal end where the length is not declared.
        if not deadline.passed:
            return
        failure = answers.out_of_time(deadline)
    raise failure
