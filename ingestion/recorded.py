"""Recordings: real answers of publishers, bundled, served through the same client as live ones."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import requests
import urllib3
from requests.adapters import BaseAdapter, HTTPAdapter

from ingestion.errors import ContractError, FetchError, LinesOfEffortError, SourceError
from ingestion.redaction import is_secret, redact_url
from ingestion.settings import RECORDINGS

MISSING_RULE = "recorded.missing"
"""Rule id of the :class:`FetchError` for a request that a bundle does not answer."""

_Address = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One recorded answer; fields as in ``recording.json``.

    Args:
        url: address without query.
        params: query parameters.
        status: HTTP status.
        content_type: of the body.
        body: file name inside the bundle; ``*.gz`` is compressed.
        sha256: of the decoded body.
        size: of the decoded body, bytes.
        note: what was cut and what a reader must know, one line.
    """

    url: str
    params: Mapping[str, str]
    status: int
    content_type: str
    body: str
    sha256: str
    size: int
    note: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """One recorded state of one dataset.

    Args:
        dataset_id: ``publisher/dataset``.
        path: folder of the bundle.
        vintage_date: the date that it stands for.
        date_basis: where that date comes from, in words.
        fingerprint: SHA-256 of ``recording.json``, which holds the hashes of all bodies.
        answers: what it answers.
    """

    dataset_id: str
    path: Path
    vintage_date: date
    date_basis: str
    fingerprint: str
    answers: tuple[Answer, ...]

    @property
    def retrieved_at(self) -> datetime:
        """The vintage date at 00:00 UTC."""
        return datetime.combine(self.vintage_date, time(), UTC)

    def find(self, url: str) -> Answer | None:
        """Return the answer to an address with its query, or ``None``. Secret parameters are not compared."""
        wanted = _address(url)
        return next((a for a in self.answers if _address(a.url, a.params) == wanted), None)

    def read(self, answer: Answer) -> bytes:
        """Return the decoded body.

        Raises:
            ContractError: it is missing, unreadable, or not the bytes that were recorded.
        """
        try:
            stored = (self.path / answer.body).read_bytes()
            content = gzip.decompress(stored) if answer.body.endswith(".gz") else stored
        except (OSError, EOFError, gzip.BadGzipFile) as error:
            raise self._damaged(answer, f"cannot be read ({type(error).__name__})") from error
        if len(content) != answer.size or hashlib.sha256(content).hexdigest() != answer.sha256:
            raise self._damaged(answer, "is not the body that was recorded (size or sha256 differs)")
        return content

    def adapter(self) -> BaseAdapter:
        """Return a transport adapter for ``requests`` that answers from this bundle and nowhere else."""
        return RecordedAdapter(self)

    def _damaged(self, answer: Answer, what: str) -> ContractError:
        return ContractError(
            f"the recorded body {answer.body} {what}",
            dataset_id=self.dataset_id,
            url=redact_url(answer.url),
            file=f"{self.path.name}/{answer.body}",
            rule="recorded.body",
            remedy="restore the recording from version control, or record again: lines-of-effort record",
        )


class RecordedAdapter(BaseAdapter):
    """Answers requests from one bundle. Anything that it does not hold is a :class:`FetchError`."""

    def __init__(self, bundle: Bundle) -> None:
        super().__init__()
        self._bundle = bundle
        self._answers = {_address(a.url, a.params): a for a in bundle.answers}

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Return the recorded answer.

        Raises:
            FetchError: the bundle holds no answer for the address (rule ``recorded.missing``).
            ContractError: the recorded body is damaged.
        """
        url = request.url or ""
        answer = self._answers.get(_address(url))
        if answer is None:
            raise FetchError(
                f"the recording of {self._bundle.vintage_date} holds no answer for this address",
                dataset_id=self._bundle.dataset_id,
                url=redact_url(url),
                rule=MISSING_RULE,
                remedy="use LOE_SOURCES=live, or record it: lines-of-effort record",
            )
        content = self._bundle.read(answer)
        raw = urllib3.HTTPResponse(
            body=io.BytesIO(content),
            headers={"Content-Type": answer.content_type, "Content-Length": str(len(content))},
            status=answer.status,
            preload_content=False,
        )
        return HTTPAdapter().build_response(request, raw)

    def close(self) -> None:
        """Nothing is held open."""


def recorded_vintages(dataset_id: str, root: Path = RECORDINGS) -> list[Bundle]:
    """Return the recorded bundles of a dataset, oldest first; empty when there is none.

    Raises:
        LinesOfEffortError: a ``recording.json`` cannot be read.
    """
    folder = root.joinpath(*dataset_id.split("/"))
    return sorted(
        (_read(path, dataset_id) for path in folder.glob("*/recording.json")), key=lambda bundle: bundle.vintage_date
    )


def _read(path: Path, dataset_id: str) -> Bundle:
    content = path.read_bytes()
    where = "/".join(path.parts[-4:])
    try:
        described = json.loads(content)
        if described["dataset_id"] != dataset_id:
            raise SourceError(f"{where} is about {described['dataset_id']}", dataset_id=dataset_id)
        return Bundle(
            dataset_id=dataset_id,
            path=path.parent,
            vintage_date=date.fromisoformat(described["vintage_date"]),
            date_basis=described["date_basis"],
            fingerprint=hashlib.sha256(content).hexdigest(),
            answers=tuple(_answers(described["responses"])),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise LinesOfEffortError(
            f"{where} is not a recording ({type(error).__name__}: {error}); restore it from version control"
        ) from error


def _answers(responses: Iterable[Mapping[str, Any]]) -> Iterable[Answer]:
    for response in responses:
        others = response.get("read_by_others")
        words = (
            f"cut: {response['cut']}" if response.get("cut") else "",
            f"read by others: {others}" if others else "",
            response.get("note") or "",
        )
        yield Answer(
            url=response["url"],
            params=dict(response.get("params") or {}),
            status=int(response.get("status", 200)),
            content_type=response["content_type"],
            body=response["body"],
            sha256=response["sha256"],
            size=int(response["size"]),
            note="; ".join(word for word in words if word),
        )


def _address(url: str, params: Mapping[str, str] | None = None) -> _Address:
    """Return an address in the form in which two are compared: base, and its sorted public parameters."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True) + [(k, str(v)) for k, v in (params or {}).items()]
    base = urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", "", ""))
    return base, tuple(sorted((name, value) for name, value in pairs if not is_secret(name)))
