"""The recorder: cuts recordings out of a folder of the publishers' files and writes them as bundles.

A bundle holds the answers of one vintage in the publisher's own wire layout, so that the same fetch and parse
functions read it. Writing is deterministic: the same files give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from ingestion import registry
from ingestion.contract import Dataset, RecordedResponse, RecordedVintage
from ingestion.errors import SettingsError
from ingestion.settings import RECORDINGS

SUFFIXES = {
    "application/json": "json.gz",
    "text/csv": "csv.gz",
    "text/html": "html.gz",
    "application/octet-stream": "rda.gz",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
"""Content type → ending of the file in the bundle. What is not compressed by itself is stored as gzip."""


def record(dataset: Dataset, from_dir: Path, target: Path = RECORDINGS) -> list[Path]:
    """Write every recorded vintage of one dataset below ``target`` and return the bundles' folders, oldest first.

    What was recorded before for the dataset is replaced as a whole, and only after all of the new has been written.

    Args:
        dataset: what to record.
        from_dir: folder of the publishers' files.
        target: folder of the recordings.

    Raises:
        SettingsError: the dataset has no record function, data that may not be redistributed, or a file is missing.
    """
    if dataset.record is None:
        raise SettingsError(f"{dataset.id} has no recording: {dataset.no_recording}")
    if not dataset.licence.redistributable:
        raise SettingsError(f"{dataset.id} may not be recorded: its licence forbids passing the figures on")
    folder = target / dataset.publisher.id / dataset.name
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        vintages = list(dataset.record(dataset, from_dir))
        for vintage in vintages:
            _write_bundle(dataset, vintage, fresh / vintage.vintage_date.isoformat())
    except FileNotFoundError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise SettingsError(f"{dataset.id} cannot be recorded: {error.filename} is not there") from error
    (fresh / "ATTRIBUTION.md").write_text(_attribution(dataset, vintages), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return [folder / vintage.vintage_date.isoformat() for vintage in vintages]


def _write_bundle(dataset: Dataset, vintage: RecordedVintage, folder: Path) -> None:
    folder.mkdir(parents=True)
    responses = []
    for number, response in enumerate(vintage.responses, start=1):
        body = f"{number:03}.{SUFFIXES[response.content_type.partition(';')[0]]}"
        stored = gzip.compress(response.body, mtime=0) if body.endswith(".gz") else response.body
        (folder / body).write_bytes(stored)
        responses.append(
            {
                "url": response.url,
                "params": dict(response.params),
                "status": 200,
                "content_type": response.content_type,
                "body": body,
                "sha256": hashlib.sha256(response.body).hexdigest(),
                "size": len(response.body),
                "original": response.original,
                "original_sha256": response.original_sha256,
                "cut": response.cut,
                "note": response.note,
                **({"read_by_others": response.read_by_others} if response.read_by_others else {}),
            }
        )
    described = {
        "dataset_id": dataset.id,
        "vintage_date": vintage.vintage_date.isoformat(),
        "date_basis": vintage.date_basis,
        "licence": dataset.licence.name,
        "attribution": dataset.licence.attribution,
        "responses": responses,
    }
    shown = json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "recording.json").write_text(f"{shown}\n", encoding="utf-8")


def _attribution(dataset: Dataset, vintages: Sequence[RecordedVintage]) -> str:
    licence = dataset.licence
    lines = [
        f"# {dataset.title}",
        "",
        f"- Publisher: {dataset.publisher.name}, <{dataset.publisher.homepage}>",
        f"- Licence of the figures: {licence.name}" + (f", <{licence.url}>" if licence.url else ""),
        f"- Attribution: {licence.attribution}",
        "",
        "Written by the recorder. The figures are the publisher's, cut and laid out as said below.",
        "No endorsement by the publisher is implied.",
    ]
    for vintage in vintages:
        lines += ["", f"## {vintage.vintage_date.isoformat()}", "", f"Date: {vintage.date_basis}."]
        lines += ["", *(line for response in vintage.responses for line in _answer(response))]
    return "\n".join(lines) + "\n"


def _answer(response: RecordedResponse) -> list[str]:
    asked = "&".join(f"{name}={value}" for name, value in sorted(response.params.items()))
    lines = [f"- `{response.url}{'?' if asked else ''}{asked}`"]
    if response.original:
        lines.append(f"  - original: `{response.original}`, sha256 `{response.original_sha256}`")
    told = {"left out": response.cut, "read by others": response.read_by_others, "note": response.note}
    return lines + [f"  - {name}: {said}" for name, said in told.items() if said]


def main(arguments: Sequence[str] | None = None) -> int:
    """Record the datasets named (all that have a record function by default); return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ingestion.record", description=main.__doc__)
    parser.add_argument("--from", dest="from_dir", type=Path, required=True, help="folder of the publishers' files")
    parser.add_argument("--to", dest="target", type=Path, default=RECORDINGS, help="folder of the recordings")
    parser.add_argument("datasets", nargs="*", metavar="publisher/dataset")
    asked = parser.parse_args(arguments)
    chosen = [registry.dataset(d) for d in asked.datasets] or [d for d in registry.datasets().values() if d.record]
    for dataset in chosen:
        for bundle in record(dataset, asked.from_dir, asked.target):
            size = sum(file.stat().st_size for file in bundle.iterdir())
            sys.stdout.write(f"{dataset.id} {bundle.name}: {size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
