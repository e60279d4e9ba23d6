"""What the contract tests share: a publisher in memory, recorded bundles through the real client, original files."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from ingestion.contract import Dataset, Kind, Payload, Release, Row
from ingestion.errors import FetchError
from ingestion.http import Client
from ingestion.recorded import Bundle
from ingestion.settings import PROJECT_ROOT, Settings

Answers = Mapping[str | tuple[str, str], object]
"""Address, or ``(address, sorted query)``, → bytes, text, a JSON document, or an error to raise."""


class Served:
    """A publisher in memory: answers what the test gives it and remembers what was asked."""

    def __init__(self, folder: Path, answers: Answers, *, offline: bool = True) -> None:
        self.folder = folder
        self.answers = answers
        self.offline = offline
        self.asked: list[tuple[str, dict[str, str]]] = []

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
        self.asked.append((url, dict(params or {})))
        query = urlencode(sorted((params or {}).items()), safe=",:;")
        answer = self.answers.get((url, query), self.answers.get(url))
        if isinstance(answer, Exception):
            raise answer
        if answer is None:
            raise FetchError("404", url=url, rule="http.status")
        body = answer if isinstance(answer, bytes) else answer if isinstance(answer, str) else json.dumps(answer)
        body = body.encode() if isinstance(body, str) else body
        path = self.folder / f"{len(self.asked):03}{Path(file).suffix}"
        path.write_bytes(body)
        return Payload(
            file=file,
            path=path,
            url=url,
            final_url=url,
            status=200,
            headers={},
            retrieved_at=datetime(2026, 1, 1, tzinfo=UTC),
            sha256=hashlib.sha256(body).hexdigest(),
            size=len(body),
        )


def releases(dataset: Dataset, bundle: Bundle, spool: Path) -> list[Release]:
    """Fetch everything that a recorded bundle answers, through the real client."""
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    return list(dataset.fetch(dataset, Client(dataset, settings, spool, adapter=bundle.adapter())))


def parsed(dataset: Dataset, release: Release) -> list[Row]:
    return [row for payload in release.payloads for row in dataset.parse(dataset, payload.file, payload.path)]


def values(rows: Iterable[Row], column: str) -> list[str | None]:
    return [row.values.get(column) for row in rows]


def originals_folder() -> Path | None:
    """Folder of the publishers' original files, where there is one."""
    named = os.environ.get("LOE_SHARED_DATA")
    folder = Path(named) if named else PROJECT_ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None
