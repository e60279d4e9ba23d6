"""The registry and the ledger as all-text Parquet tables, for the warehouse to read like any other source."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.archive import Archive
from ingestion.contract import Dataset
from ingestion.files import publish
from ingestion.ledger import State, Vintage
from ingestion.pending import bundle_fingerprints
from ingestion.settings import RECORDINGS, Settings

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "datasets": (
        "dataset_id", "publisher_id", "publisher_name", "title", "description", "lines", "licence", "licence_url",
        "attribution", "redistributable", "cadence", "max_age_days", "homepage", "documentation", "recorded",
        "no_recording",
    ),
    "vintages": (
        "dataset_id", "vintage_id", "vintage_number", "vintage_label", "retrieved_at", "retrieved_at_basis",
        "content_sha256", "source_mode", "row_count", "file_count", "size_bytes", "status",
    ),
    "files": (
        "dataset_id", "vintage_id", "file", "url", "final_url", "http_status", "content_type", "retrieved_at",
        "sha256", "size_bytes", "note",
    ),
    "gate_results": (
        "dataset_id", "vintage_id", "rule_id", "statement", "severity", "status", "observed", "expected", "message",
    ),
}  # fmt: skip
"""Columns of each table below ``landing/ingestion/``."""


def write_ledger_tables(
    settings: Settings, datasets: Mapping[str, Dataset], recordings_root: Path = RECORDINGS
) -> None:
    """Rewrite ``landing/ingestion/<table>/all.parquet``, each by temporary file and rename."""
    recorded = {name.rpartition("/")[0] for name in bundle_fingerprints(recordings_root)}
    vintages = [v for v in Archive(settings.archive_dir).ledger.vintages() if v.state is not State.ARCHIVED]
    tables: dict[str, Iterable[Mapping[str, object]]] = {
        "datasets": [_dataset(d, recorded=d.id in recorded) for d in datasets.values()],
        "vintages": [_vintage(v) for v in vintages],
        "files": [_file(v, index) for v in vintages for index in range(len(v.files))],
        "gate_results": [
            {"dataset_id": v.dataset_id, "vintage_id": v.vintage_id, **check} for v in vintages for check in v.checks
        ],
    }
    for name, rows in tables.items():
        _write(settings.landing_dir / "ingestion" / name / "all.parquet", COLUMNS[name], rows)


def _dataset(dataset: Dataset, *, recorded: bool) -> dict[str, object]:
    max_age = dataset.cadence.max_age
    return {
        "dataset_id": dataset.id,
        "publisher_id": dataset.publisher.id,
        "publisher_name": dataset.publisher.name,
        "title": dataset.title,
        "description": dataset.description,
        "lines": ",".join(str(line) for line in sorted(dataset.lines)),
        "licence": dataset.licence.name,
        "licence_url": dataset.licence.url,
        "attribution": dataset.licence.attribution,
        "redistributable": dataset.licence.redistributable,
        "cadence": dataset.cadence.value,
        "max_age_days": max_age.days if max_age else None,
        "homepage": dataset.publisher.homepage,
        "documentation": dataset.documentation,
        "recorded": recorded,
        "no_recording": dataset.no_recording,
    }


def _vintage(vintage: Vintage) -> dict[str, object]:
    return {
        "dataset_id": vintage.dataset_id,
        "vintage_id": vintage.vintage_id,
        "vintage_number": vintage.vintage_number,
        "vintage_label": vintage.label,
        "retrieved_at": vintage.retrieved_at.isoformat(),
        "retrieved_at_basis": vintage.retrieved_at_basis,
        "content_sha256": vintage.content_sha256,
        "source_mode": vintage.source_mode,
        "row_count": vintage.row_count,
        "file_count": len(vintage.files),
        "size_bytes": vintage.size_bytes,
        "status": vintage.state.value,
    }


def _file(vintage: Vintage, index: int) -> dict[str, object]:
    file = vintage.files[index]
    known = {name: getattr(file, name) for name in COLUMNS["files"] if name not in {"dataset_id", "vintage_id"}}
    return {"dataset_id": vintage.dataset_id, "vintage_id": vintage.vintage_id, **known}


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _write(target: Path, columns: tuple[str, ...], rows: Iterable[Mapping[str, object]]) -> None:
    listed = list(rows)
    table = pa.table(
        {name: pa.array([_text(row[name]) for row in listed], pa.string()) for name in columns},
        schema=pa.schema([pa.field(name, pa.string()) for name in columns]),
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".", suffix=".tmp", delete=False) as made:
        temporary = Path(made.name)
    try:
        pq.write_table(table, temporary, compression="zstd")
        publish(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
