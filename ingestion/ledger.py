"""The ledger: one JSON line per event, only ever appended. Vintages are what the events add up to."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from ingestion.files import sync


class Event(StrEnum):
    """What happened: to a vintage, or to a dataset (``recording``: a bundle was taken in as a whole)."""

    ARCHIVED = "archived"
    CHECKED = "checked"
    RECORDING = "recording"
    PROMOTED = "promoted"
    HELD = "held"
    QUARANTINED = "quarantined"
    FAILED = "failed"


class State(StrEnum):
    """Where a vintage stands."""

    ARCHIVED = "archived"
    PROMOTED = "promoted"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """One archived file of a vintage: the columns of the ledger table ``files``. Addresses are redacted."""

    file: str
    url: str
    final_url: str
    http_status: int
    content_type: str
    retrieved_at: str
    sha256: str
    size_bytes: int
    note: str = ""
    etag: str | None = None
    last_modified: str | None = None


BEFORE_RELEASE = ("last day ", "the last day ", "first day ", "last incident ", 'the date in the report ("as of ')
"""How the basis of a recorded date begins that may lie before the day of release."""


@dataclass(frozen=True, slots=True)
class Vintage:
    """One archived state of one dataset.

    Args:
        dataset_id: ``publisher/dataset``.
        vintage_id: date of retrieval and the first 12 hex digits of the content hash.
        number: order of archiving inside the dataset, from 1.
        label: the publisher's own mark of the edition, or ``None``.
        retrieved_at: aware, UTC.
        retrieved_at_basis: where that time comes from.
        content_sha256: hash over the files' names and hashes.
        source_mode: ``recorded``, ``live`` or ``file``.
        files: what was archived.
        state: archived (no verdict yet), promoted or held.
        row_count: landed rows, ``None`` before a verdict.
        parser: version of the parser that landed it.
        checks: results of the gates, as stored.
    """

    dataset_id: str
    vintage_id: str
    number: int
    label: str | None
    retrieved_at: datetime
    retrieved_at_basis: str
    content_sha256: str
    source_mode: str
    files: tuple[ArchivedFile, ...]
    state: State = State.ARCHIVED
    row_count: int | None = None
    parser: str | None = None
    checks: tuple[Mapping[str, Any], ...] = ()

    @property
    def size_bytes(self) -> int:
        """Sum of the files' sizes."""
        return sum(file.size_bytes for file in self.files)

    @property
    def date_may_precede_release(self) -> bool:
        """Whether its date is only the end of its period or the start of a month: nobody could read it on that day."""
        return self.source_mode == "recorded" and self.retrieved_at_basis.startswith(BEFORE_RELEASE)

    @property
    def vintage_number(self) -> str:
        """The number as landing writes it."""
        return f"{self.number:04d}"


class Ledger:
    """Reads and appends events. Making one writes nothing.

    Args:
        path: ``ledger.jsonl``; need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def append(self, event: Event, dataset_id: str, **facts: Any) -> None:
        """Write one event durably, in one system call."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        entry = {"event": event.value, "at": at, "dataset_id": dataset_id, **facts}
        line = json.dumps(entry, ensure_ascii=False, sort_keys=True).encode() + b"\n"
        with self._lock:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new = not self.path.exists()
            descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                size = os.fstat(descriptor).st_size
                if size and os.pread(descriptor, 1, size - 1) != b"\n":
                    line = b"\n" + line  # a run was killed inside a line: leave the torn piece on its own line
                written = os.write(descriptor, line)
                if written != len(line):
                    raise OSError(f"only {written} of {len(line)} bytes of a ledger line could be written")
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if new:
                sync(self.path.parent)

    def events(self, problems: list[str] | None = None) -> Iterator[dict[str, Any]]:
        """Yield the events in order. A line that is not whole is left out and described in ``problems``."""
        if not self.path.exists():
            return
        with self.path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                try:
                    entry = json.loads(line) if line.strip() else None
                    if entry is not None and not (isinstance(entry, dict) and "event" in entry):
                        raise ValueError("not an event")  # noqa: TRY301 - one place reports every bad line
                except ValueError:
                    if problems is not None:
                        problems.append(
                            f"line {number} is not whole (a run was killed while writing it, or it changed)"
                        )
                    continue
                if entry is not None:
                    yield entry

    def vintages(self, dataset_id: str | None = None) -> list[Vintage]:
        """Return the vintages of a dataset (of all, without one), oldest first."""
        found: dict[tuple[str, str], Vintage] = {}
        for entry in self.events():
            if dataset_id is not None and entry["dataset_id"] != dataset_id:
                continue
            key = (entry["dataset_id"], entry.get("vintage_id", ""))
            if entry["event"] == Event.ARCHIVED:
                found.setdefault(key, _vintage(entry))
            elif key in found and entry["event"] in {Event.PROMOTED, Event.HELD}:
                found[key] = _judged(found[key], entry)
        return sorted(found.values(), key=lambda vintage: (vintage.dataset_id, vintage.number))

    def recordings(self) -> set[str]:
        """Return the fingerprints of the recorded bundles that were taken in."""
        return set(filter(None, (entry.get("recording") for entry in self.events())))


def _vintage(entry: Mapping[str, Any]) -> Vintage:
    return Vintage(
        dataset_id=entry["dataset_id"],
        vintage_id=entry["vintage_id"],
        number=entry["vintage_number"],
        label=entry["vintage_label"],
        retrieved_at=datetime.fromisoformat(entry["retrieved_at"]),
        retrieved_at_basis=entry["retrieved_at_basis"],
        content_sha256=entry["content_sha256"],
        source_mode=entry["source_mode"],
        files=tuple(ArchivedFile(**file) for file in entry["files"]),
    )


def _judged(vintage: Vintage, entry: Mapping[str, Any]) -> Vintage:
    """Apply a verdict. A promoted vintage that fails under a new parser stays promoted as the old one landed it."""
    if entry["event"] == Event.HELD and vintage.state is State.PROMOTED:
        return replace(vintage, checks=tuple(entry["checks"]))
    return replace(
        vintage,
        state=State.PROMOTED if entry["event"] == Event.PROMOTED else State.HELD,
        row_count=entry["row_count"],
        parser=entry["parser"],
        checks=tuple(entry["checks"]),
    )


def validators(vintages: Iterable[Vintage]) -> dict[str, ArchivedFile]:
    """Return the newest archived file of each address, for conditional requests."""
    return {file.url: file for vintage in vintages for file in vintage.files if file.url}
