"""Describes a publication for machines: a Frictionless Data Package over the CSV files."""

from __future__ import annotations

import json
from pathlib import Path

from publication.build import Build
from publication.export import Table
from publication.manifest import read_vintages

_TYPES = {
    "VARCHAR": "string",
    "DATE": "date",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "any",  # DuckDB writes a blank, not a T, between date and time
    "INTEGER": "integer",
    "BIGINT": "integer",
    "HUGEINT": "integer",
    "SMALLINT": "integer",
    "DOUBLE": "number",
}


def write_datapackage(folder: Path, tables: list[Table], build: Build) -> None:
    """Write ``datapackage.json``: tables, fields, licences, sources.

    Source of the format: https://specs.frictionlessdata.io/data-package/
    """
    vintages = read_vintages(build)
    package = {
        "profile": "tabular-data-package",
        "name": "lines-of-effort",
        "title": "Lines of Effort",
        "id": build.id,
        "description": "Migration and assistance statistics for the eight lines of effort of the U.S. Collaborative "
        "Migration Management Strategy. The framework of indicators is this project's, not the government's.",
        "created": build.state["started_at"],
        "licenses": [{"name": "other-open", "title": title} for title in sorted({v["licence"] for v in vintages})],
        "sources": [{"title": f"{v['title']} ({v['dataset_id']}, vintage {v['vintage_id']})"} for v in vintages],
        "resources": [_resource(table) for table in tables],
    }
    (folder / "datapackage.json").write_text(json.dumps(package, indent=1, ensure_ascii=False))


def _resource(table: Table) -> dict[str, object]:
    return {
        "profile": "tabular-data-resource",
        "name": table.file_stem.replace("_", "-"),
        "title": f"{table.schema}.{table.name}",
        "path": f"csv/{table.file_stem}.csv",
        "description": table.description,
        "encoding": "utf-8",
        "schema": {
            "fields": [
                {"name": column.name, "type": _type(column.type), "description": column.description}
                for column in table.columns
            ]
        },
    }


def _type(duckdb_type: str) -> str:
    return "number" if duckdb_type.startswith("DECIMAL") else _TYPES.get(duckdb_type, "any")
