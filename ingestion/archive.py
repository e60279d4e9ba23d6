"""The archive: every body once, under its SHA-256, compressed; and the ledger of what happened to it.

``objects/ab/<sha256>.zst``, ``ledger.jsonl``, ``held/`` (Parquet that a gate refused), ``quarantine/`` (bytes that no
parser could read, with the reason) and ``spool/`` (work in progress, swept when its process is gone).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from ingestion.contract import Dataset, Payload, Release
from ingestion.errors import ContractError
from ingestion.files import publish, sha256_of
from ingestion.ledger import ArchivedFile, Event, Ledger, Vintage
from ingestion.objects import Objects
from ingestion.redaction import copy_without_values

_CLOCK_TOLERANCE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that ``verify`` found.

    Args:
        kind: ``missing``, ``altered`` or ``ledger``.
        sha256: the object, empty for the ledger.
        detail: one sentence.
    """

    kind: str
    sha256: str
    detail: str

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.kind}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Planned:
    """A release with the identity it has, or would have, in the archive.

    Args:
        vintage: the existing vintage, or the one that archiving would make.
        known: whether the same content is archived already.
        went_backwards: whether the content is that of an older vintage than the newest.
    """

    vintage: Vintage
    known: bool
    went_backwards: bool


class Archive:
    """Content-addressed store of one workspace. Making one writes nothing.

    Args:
        root: ``Settings.archive_dir``.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.objects = Objects(root / "objects")
        self.ledger = Ledger(root / "ledger.jsonl")

    def vintages(self, dataset_id: str) -> list[Vintage]:
        """Return the vintages of a dataset, oldest first, whatever their state."""
        return self.ledger.vintages(dataset_id)

    def plan(
        self,
        dataset: Dataset,
        release: Release,
        *,
        source_mode: str,
        basis: str,
        notes: dict[str, str] | None = None,
        known: Sequence[Vintage] | None = None,
    ) -> Planned:
        """Return what this release is: a known vintage, or a new one that is not written yet.

        Args:
            dataset: whose release it is.
            release: the bodies.
            source_mode: ``recorded``, ``live`` or ``file``.
            basis: where the time of retrieval comes from.
            notes: logical file → remark for the ledger.
            known: the dataset's vintages, when the caller has read them.

        Raises:
            ContractError: no bodies, two of one name, or a time of retrieval that is naive or in the future.
        """
        _check_release(dataset, release)
        vintages = list(self.vintages(dataset.id) if known is None else known)
        content = content_sha256(release.payloads)
        same = next((v for v in vintages if v.content_sha256 == content), None)
        if same is not None:
            return Planned(same, known=True, went_backwards=same.number != vintages[-1].number)
        retrieved_at = max(payload.retrieved_at for payload in release.payloads).astimezone(UTC)
        vintage = Vintage(
            dataset_id=dataset.id,
            vintage_id=f"{retrieved_at.date().isoformat()}-{content[:12]}",
            number=max((v.number for v in vintages), default=0) + 1,
            label=release.label,
            retrieved_at=retrieved_at,
            retrieved_at_basis=basis,
            content_sha256=content,
            source_mode=source_mode,
            files=tuple(_archived_file(payload, notes or {}) for payload in release.payloads),
        )
        return Planned(vintage, known=False, went_backwards=False)

    def add_release(
        self,
        dataset: Dataset,
        release: Release,
        *,
        source_mode: str,
        basis: str,
        notes: dict[str, str] | None = None,
    ) -> Planned:
        """Archive a release: bytes first, then the ledger. The same bytes make no new vintage, only a checked event.

        Args:
            dataset: whose release it is.
            release: the bodies.
            source_mode: ``recorded``, ``live`` or ``file``.
            basis: where the time of retrieval comes from.
            notes: logical file → remark for the ledger.

        Raises:
            ContractError: as :meth:`plan`, or a body that changed after it was hashed.
        """
        planned = self.plan(dataset, release, source_mode=source_mode, basis=basis, notes=notes)
        vintage = planned.vintage
        for payload in release.payloads:
            self.objects.store(payload.path, payload.sha256)
        if planned.known:
            note = "went backwards: the content of an older vintage came again" if planned.went_backwards else "same"
            self.ledger.append(Event.CHECKED, dataset.id, vintage_id=vintage.vintage_id, note=note)
            return planned
        self.ledger.append(
            Event.ARCHIVED,
            dataset.id,
            vintage_id=vintage.vintage_id,
            vintage_number=vintage.number,
            vintage_label=vintage.label,
            retrieved_at=vintage.retrieved_at.isoformat(),
            retrieved_at_basis=basis,
            content_sha256=vintage.content_sha256,
            source_mode=source_mode,
            size_bytes=vintage.size_bytes,
            licence=dataset.licence.name,
            files=[asdict(file) for file in vintage.files],
        )
        return planned

    def open(self, sha256: str) -> IO[bytes]:
        """Open an archived body for reading, decompressed. Raises :class:`ContractError` when it is not there."""
        return self.objects.open(sha256)

    def verify(self) -> list[Problem]:
        """Hash every object again and compare with the ledger; name what is altered, missing or unreadable."""
        torn: list[str] = []
        used: dict[str, str] = {}
        for entry in self.ledger.events(torn):
            for file in entry.get("files", ()):
                used.setdefault(file["sha256"], f"{entry['dataset_id']} {entry['vintage_id']} {file['file']}")
        problems = [Problem("ledger", "", f"ledger.jsonl: {text}") for text in torn]
        stored = self.objects.hashes()
        problems += [
            Problem("missing", sha256, f"{sha256} ({used[sha256]}) is not in the archive")
            for sha256 in sorted(set(used) - stored)
        ]
        for sha256 in sorted(stored):
            trouble = self.objects.trouble(sha256)
            if trouble:
                where = used.get(sha256, "in no vintage")
                problems.append(Problem("altered", sha256, f"{sha256} ({where}) {trouble}"))
        return problems

    def quarantine(self, dataset_id: str, paths: dict[str, Path], reason: str, facts: dict[str, Any]) -> Path:
        """Set bytes aside with the reason why, under the hash of their content; return the folder.

        Bytes that quote one of our secrets are masked there (``masked`` in ``reason.json``).

        Args:
            dataset_id: ``publisher/dataset``.
            paths: logical file → bytes.
            reason: the redacted error.
            facts: more for ``reason.json``.
        """
        hashes = {file: sha256_of(path) for file, path in paths.items()}
        name = hashlib.sha256("".join(f"{f}\0{h}\n" for f, h in sorted(hashes.items())).encode()).hexdigest()[:16]
        folder = self.root.joinpath("quarantine", *dataset_id.split("/"), name)
        folder.mkdir(parents=True, exist_ok=True)
        masked = []
        for file, path in paths.items():
            temporary = folder / f".{hashes[file]}.tmp"
            if copy_without_values(path, temporary):  # a page may quote the key that it refuses
                masked.append(file)
            publish(temporary, folder / f"{hashes[file]}.body")
        at = datetime.now(UTC).isoformat(timespec="seconds")
        described = {"dataset_id": dataset_id, "at": at, "reason": reason, "files": hashes, "masked": masked, **facts}
        temporary = folder / ".reason.tmp"
        temporary.write_text(json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
        publish(temporary, folder / "reason.json")
        self.ledger.append(Event.QUARANTINED, dataset_id, reason=reason, folder=name)
        return folder

    @contextmanager
    def spool(self) -> Iterator[Path]:
        """Give a private folder for work in progress; leftovers of dead processes are swept first."""
        parent = self.root / "spool"
        parent.mkdir(parents=True, exist_ok=True)
        for left in parent.iterdir():
            if not _alive(left.name.partition("-")[0]):
                shutil.rmtree(left, ignore_errors=True)
        self.objects.sweep()
        with tempfile.TemporaryDirectory(dir=parent, prefix=f"{os.getpid()}-") as folder:
            yield Path(folder)


def content_sha256(payloads: Sequence[Payload]) -> str:
    """Return the hash of a release: SHA-256 over the sorted lines ``file NUL sha256 LF``."""
    lines = sorted(f"{payload.file}\0{payload.sha256}\n" for payload in payloads)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _check_release(dataset: Dataset, release: Release) -> None:
    def refuse(detail: str) -> ContractError:
        return ContractError(detail, dataset_id=dataset.id, rule="release", remedy="correct the fetch function")

    names = [payload.file for payload in release.payloads]
    if not names:
        raise refuse("the release holds no files")
    if len(set(names)) != len(names):
        raise refuse("the release holds two files of one name")
    for payload in release.payloads:
        if payload.retrieved_at.tzinfo is None:
            raise refuse(f"the time of retrieval of {payload.file} has no time zone")
        if payload.retrieved_at > datetime.now(UTC) + _CLOCK_TOLERANCE:
            raise refuse(f"{payload.file} was retrieved in the future: {payload.retrieved_at}")


def _archived_file(payload: Payload, notes: dict[str, str]) -> ArchivedFile:
    return ArchivedFile(
        file=payload.file,
        url=payload.url,
        final_url=payload.final_url,
        http_status=payload.status,
        content_type=payload.headers.get("content-type", ""),
        retrieved_at=payload.retrieved_at.astimezone(UTC).isoformat(),
        sha256=payload.sha256,
        size_bytes=payload.size,
        note=notes.get(payload.file, ""),
        etag=payload.headers.get("etag"),
        last_modified=payload.headers.get("last-modified"),
    )


def _alive(pid: str) -> bool:
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
