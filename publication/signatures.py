"""Sign-off: who answers for a publication, in which role, since when, and for which bytes exactly.

A signature is a line of ``signatures.jsonl`` beside the publication's ``manifest.json``. It names the hash of the
manifest, which names the hash of every file, so it is about these bytes and no others. It is a person's statement, not
cryptography: there is no key, and who can write to the folder can write a line. What it gives is a record that a
publication was read and by whom, which shows when a file is changed afterwards.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingestion.errors import LinesOfEffortError, SettingsError
from ingestion.settings import Settings
from publication.export import DATABASE_NAME
from publication.files import sha256_of
from publication.publish import publications

SIGNATURES = "signatures.jsonl"
STATEMENT = "I have read the audit report of this build, its findings and its determinations."
_MANIFEST = "manifest.json"


class AlteredError(LinesOfEffortError):
    """A publication is not what its manifest says: it is not signed. The message names each file. Exit code 1."""

    exit_code = 1


def publication_folder(settings: Settings, build_id: str | None) -> Path:
    """Return the folder of a kept publication, of the one that is up when ``build_id`` is left out.

    Raises:
        SettingsError: there is no such publication.
    """
    kept = {path.name: path for path in publications(settings)}
    name = build_id or (settings.published_dir / "current").resolve().name
    if name not in kept:
        raise SettingsError(
            f"There is no publication {build_id or 'that is up'}; kept: {', '.join(kept) or 'none'}.\n"
            "  next: lines-of-effort status shows what is published"
        )
    return kept[name]


def sign(folder: Path, name: str, role: str, statement: str = STATEMENT) -> dict[str, str]:
    """Append a signature to a publication and return it.

    Args:
        folder: of the publication.
        name: who signs.
        role: in which role.
        statement: what is said by it.

    Returns:
        ``build_id``, ``verdict``, ``manifest_sha256``, ``name``, ``role``, ``statement`` and ``signed_at`` (ISO 8601,
        UTC).

    Raises:
        SettingsError: name, role or statement is empty.
        AlteredError: a file is not what the manifest says.
    """
    words = {"name": name, "role": role, "statement": statement}
    given = {key: " ".join(text.split()) for key, text in words.items()}
    if empty := [key for key, text in given.items() if not text.isprintable() or not text]:
        raise SettingsError(f"A signature needs {', '.join(empty)}: sign [BUILD] --name NAME --role ROLE")
    if problems := list(altered_files(folder)):
        shown = "\n".join(f"  {problem}" for problem in problems)
        raise AlteredError(f"Publication {folder.name} is not signed: it is not what its manifest says.\n{shown}")
    manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    signature = {
        "build_id": manifest["build_id"],
        "verdict": "published with warnings" if manifest["findings"] else "published",
        "manifest_sha256": sha256_of(folder / _MANIFEST),
        **given,
        "signed_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    with (folder / SIGNATURES).open("a", encoding="utf-8") as file:
        file.write(json.dumps(signature, ensure_ascii=False, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return signature


def signatures(folder: Path) -> list[dict[str, Any]]:
    """Return the signatures of a publication, oldest first, each with ``valid``: is it about the manifest there now?"""
    path = folder / SIGNATURES
    if not path.exists():
        return []
    manifest = folder / _MANIFEST
    now = sha256_of(manifest) if manifest.is_file() else None
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            signature = json.loads(line)
            found.append({**signature, "valid": signature["manifest_sha256"] == now})
        except (ValueError, KeyError, TypeError):
            found.append({"name": f"line {len(found) + 1} of {SIGNATURES}, which cannot be read", "valid": False})
    return found


def altered_files(folder: Path) -> Iterator[str]:
    """Yield what is not as the manifest of a publication says: a file that is altered, missing or not listed."""
    try:
        listed = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield f"{_MANIFEST} cannot be read: {error}"
        return
    for name, facts in listed.items():
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing"
        elif sha256_of(path) != facts["sha256"]:
            yield f"{name} is altered: its sha256 is not that of the manifest"
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in sorted(present - set(listed) - {_MANIFEST, SIGNATURES}):
        yield f"{name} is not listed in the manifest"


def verify_publication(settings: Settings) -> list[str]:
    """Return what is wrong with the publication that is up: its files, the readers' database, its signatures.

    Empty when all is well, or when nothing is published.
    """
    folder = (settings.published_dir / "current").resolve()
    if not folder.is_dir():
        return []
    problems = list(altered_files(folder))
    readers = settings.published_dir / DATABASE_NAME
    own = folder / DATABASE_NAME
    if not readers.is_file() or (own.is_file() and sha256_of(readers) != sha256_of(own)):
        problems.append(f"{DATABASE_NAME} beside current is not the database of the publication that is up")
    problems += [
        f"the signature of {signature['name']} is not about the manifest of {folder.name}"
        for signature in signatures(folder)
        if not signature["valid"]
    ]
    return problems
