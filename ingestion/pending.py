"""Is there anything to take in? Answered from small files only, so that a run with nothing new costs milliseconds."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingestion.contract import Dataset
from ingestion.ledger import Ledger, State
from ingestion.settings import RECORDINGS, Settings, Sources

_PACKAGE = Path(__file__).resolve().parent


def parser_version(dataset: Dataset | str) -> str:
    """Return 12 hex digits that change when the code that reads a dataset's files changes.

    It is a SHA-256 over the dataset's module, the helpers in ``sources/_*.py``, all of ``formats/`` and ``landing.py``;
    given a dataset, also over the files that define its fetch and parse functions (usually the same ones).
    """
    dataset_id = dataset if isinstance(dataset, str) else dataset.id
    files = {_PACKAGE / "sources" / f"{dataset_id.replace('/', '_')}.py", _PACKAGE / "landing.py"}
    files |= set((_PACKAGE / "sources").glob("_*.py")) | set((_PACKAGE / "formats").glob("*.py"))
    if isinstance(dataset, Dataset):
        files |= {_file_of(dataset.fetch), _file_of(dataset.parse)}
    digest = hashlib.sha256()
    for path in sorted(path for path in files if path.is_file()):
        digest.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def bundle_fingerprints(root: Path = RECORDINGS) -> dict[str, str]:
    """Return the fingerprint of each recorded bundle by ``publisher/dataset/date``: SHA-256 of ``recording.json``."""
    found = sorted(root.glob("*/*/*/recording.json"))
    return {"/".join(path.parent.parts[-3:]): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def needs_ingest(settings: Settings, root: Path = RECORDINGS) -> bool:
    """Return whether taking in could bring something new.

    Live publishers must always be asked. Recordings: when a bundle is not in the ledger, when a vintage was read by
    another version of its parser, or when a promoted vintage has no landed file.
    """
    if settings.sources is Sources.LIVE:
        return True
    ledger = Ledger(settings.archive_dir / "ledger.jsonl")
    bundles = bundle_fingerprints(root)
    if not set(bundles.values()) <= ledger.recordings():
        return True
    if not (settings.landing_dir / "ingestion" / "vintages" / "all.parquet").is_file():
        return bool(bundles)
    versions: dict[str, str] = {}
    for vintage in ledger.vintages():
        if not (_PACKAGE / "sources" / f"{vintage.dataset_id.replace('/', '_')}.py").is_file():
            continue  # a dataset that has left the registry
        current = versions.setdefault(vintage.dataset_id, parser_version(vintage.dataset_id))
        landed = settings.landing_dir.joinpath(*vintage.dataset_id.split("/"), f"{vintage.vintage_id}.parquet")
        if vintage.parser != current or (vintage.state is State.PROMOTED and not landed.is_file()):
            return True
    return False


def _file_of(function: Callable[..., Any]) -> Path:
    inner = inspect.unwrap(function)
    while hasattr(inner, "func"):  # functools.partial
        inner = inner.func
    code = getattr(inner, "__code__", None) or getattr(type(inner).__call__, "__code__", None)
    return Path(code.co_filename) if code else _PACKAGE
