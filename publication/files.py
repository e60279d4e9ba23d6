"""Hashes of the files of a publication, each file read once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the manifest says of a file.

    Args:
        sha256: of its bytes, hexadecimal digits.
        bytes: its size.
    """

    sha256: str
    bytes: int

    def as_row(self) -> dict[str, object]:
        """Return the fields as a flat mapping."""
        return asdict(self)


def hash_files(folder: Path, known: Mapping[str, FileFacts] | None = None) -> dict[str, FileFacts]:
    """Return the facts of every file below ``folder`` by its path in it, in order of path.

    Args:
        folder: of a publication.
        known: facts of files that were hashed before and did not change since; those are not read again.
    """
    known = known or {}
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        found[name] = known.get(name) or FileFacts(sha256_of(path), path.stat().st_size)
    return found


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file's bytes, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
