"""Durable files: written beside their place, synced, then renamed, so that a reader sees all of a file or none."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

CHUNK = 1 << 20


def sync(path: Path) -> None:
    """Flush a file or a folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def publish(temporary: Path, target: Path) -> None:
    """Sync ``temporary`` and rename it to ``target`` (same file system), then sync the folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary.chmod(0o644)  # temporary files are made for their owner only
    sync(temporary)
    temporary.replace(target)
    sync(target.parent)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
