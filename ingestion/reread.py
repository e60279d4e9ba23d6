"""Reads records from the archive a second time, for whoever must prove what a figure was made of."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from ingestion.archive import Archive
from ingestion.errors import ContractError
from ingestion.registry import dataset


def reread(
    archive: Archive, dataset_id: str, file: str, sha256: str, records: frozenset[str]
) -> dict[str, Mapping[str, str | None]]:
    """Hash an archived file again and return the values of some of its records, by record name.

    Args:
        archive: that holds the bytes.
        dataset_id: ``publisher/dataset``; its own parser reads the file.
        file: logical name of the file.
        sha256: hash under which it was archived.
        records: the records wanted; none of them means that only the hash is checked.

    Raises:
        ContractError: the bytes are missing or altered, or the parser cannot read them any more.
    """
    trouble = archive.objects.trouble(sha256)
    if trouble:
        raise ContractError(
            f"{sha256} {trouble}",
            dataset_id=dataset_id,
            file=file,
            rule="archive.hash",
            remedy="put the archive back from a copy; lines-of-effort verify names everything that is altered",
        )
    if not records:
        return {}
    contract = dataset(dataset_id)
    with tempfile.TemporaryDirectory(prefix="loe-") as folder:
        body = Path(folder) / f"body{Path(file).suffix}"
        archive.objects.extract(sha256, body)
        return {row.record: row.values for row in contract.parse(contract, file, body) if row.record in records}
