"""One short text that changes when code, models, rules or locked dependencies change."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from ingestion.settings import PROJECT_ROOT

_FOLDERS = {
    "ingestion": {".py", ".csv"},
    "dbt": {".sql", ".yml", ".csv", ".md"},
    "expectations": {".py", ".yml", ".html", ".css"},
    "publication": {".py"},
    "dagster_project": {".py", ".yaml"},
}


def _files(root: Path) -> list[Path]:
    """Files that can change a published figure, sorted by path."""
    found = [root / "requirements.lock"]
    for folder, suffixes in _FOLDERS.items():
        found += [
            path
            for path in (root / folder).rglob("*")
            if path.suffix in suffixes and not {"target", "logs", "recordings"} & set(path.relative_to(root).parts)
        ]
    return sorted(path for path in found if path.is_file())


@cache
def code_version(root: Path = PROJECT_ROOT) -> str:
    """Return the first 12 hex digits of a sha256 over every file that can change a published figure."""
    digest = hashlib.sha256()
    for path in _files(root):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
