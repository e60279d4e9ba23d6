"""Writes out what is needed of the publication that is up, so that dbt can compare the new build with it.

Everything comes from files that the publication wrote about itself: its manifest (tables, vintages, code) and the
Parquet file of its observations. What an older publication did not have is left out, and its column is empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.settings import Settings
from publication.build import Build
from publication.fingerprint import published_manifest
from publication.history import NOT_COMPARED

OBSERVATIONS = "core.fct_observations"
COLUMNS = (
    "observation_key", "line_of_effort", "indicator_id", "measure", "reference_area", "counterpart_area", "time_period",
    "period_end", "observation_value", "unit_of_measure", "dataset_id", "vintage_id", "second_dataset_id",
    "second_vintage_id",
)  # fmt: skip
"""Columns of the observations that are compared; those of the dbt source ``publication.observations``."""

NEEDED = frozenset({"observation_key", "observation_value"})
"""Without these two, the figures of an older publication cannot be compared at all."""


def write_last_publication(build: Build, settings: Settings) -> str | None:
    """Write the sources ``publication.*`` of dbt as Parquet into the folder of ``build``.

    Args:
        build: which is being made; its state holds its ``code_version``.
        settings: names the workspace.

    Returns:
        The build id of the publication that is up, or ``None`` at the first, when nothing is written.
    """
    manifest = published_manifest(settings)
    if manifest is None:
        return None
    folder = build.last_publication
    changed = manifest.get("code_version") != build.state.get("code_version")
    facts = {"previous_build_id": manifest["build_id"], "code_changed": str(changed).lower()}
    tables = [
        {"table_name": name, "row_count": str(table["rows"]), **facts}
        for name, table in manifest.get("tables", {}).items()
        if name not in NOT_COMPARED
    ]
    vintages = [
        {"dataset_id": vintage["dataset_id"], "vintage_id": vintage["vintage_id"]}
        for vintage in manifest.get("vintages", [])
    ]
    _write(folder / "tables", tables)
    _write(folder / "vintages", vintages)
    published = settings.published_dir / "current" / "parquet" / f"{OBSERVATIONS}.parquet"
    if published.exists():
        _write_observations(published, folder / "observations", facts)
    return str(manifest["build_id"])


def _write(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        folder.mkdir(parents=True, exist_ok=True)
        schema = pa.schema([(name, pa.string()) for name in rows[0]])
        pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), folder / "all.parquet")


def _write_observations(published: Path, folder: Path, facts: Mapping[str, str]) -> None:
    found = set(pq.read_schema(published).names)
    if not found >= NEEDED:
        return
    folder.mkdir(parents=True, exist_ok=True)
    columns = [name if name in found else f"cast(null as varchar) as {name}" for name in COLUMNS]
    columns += [f"{_text(value)} as {name}" for name, value in facts.items()]
    selected = f"select {', '.join(columns)} from read_parquet({_text(str(published))})"  # noqa: S608 - own names
    duckdb.execute(f"copy ({selected}) to {_text(str(folder / 'all.parquet'))} (format parquet)")


def _text(value: str) -> str:
    """Return an SQL literal: these statements take no bound parameters."""
    return "'" + value.replace("'", "''") + "'"
