"""Describes a publication for machines: a Frictionless Data Package over the CSV files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from publication.build import Build
from publication.export import Table
from publication.files import FileFacts
from publication.table_facts import TableFacts, read_table_facts

_TYPES = {
    "VARCHAR": "string",
    "DATE": "date",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "datetime",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "HUGEINT": "integer",
    "SMALLINT": "integer",
    "DOUBLE": "number",
}

_LICENCES = {
    "CC BY 3.0 IGO": {"name": "CC-BY-3.0-IGO", "path": "https://creativecommons.org/licenses/by/3.0/igo/"},
    "CC BY 4.0": {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"},
    "U.S. public domain": {"name": "other-pd"},
}
"""Licence as the contracts name it → its identifier and its address."""


def write_datapackage(
    folder: Path,
    tables: Sequence[Table],
    vintages: Sequence[Mapping[str, Any]],
    files: Mapping[str, FileFacts],
    build: Build,
) -> None:
    """Write ``datapackage.json``: tables with fields, keys, sizes and hashes; the licences and sources of each.

    A table's licences and sources are those of the datasets that it is built from. The unit of a number stands in the
    description of its field, or in the table's own column ``unit_of_measure``.
    Source of the format: https://specs.frictionlessdata.io/data-package/

    Args:
        folder: of the publication.
        tables: as published.
        vintages: promoted, as :func:`publication.manifest.read_vintages` gives them.
        files: facts of its files.
        build: that is published.
    """
    facts = read_table_facts(build)
    package = {
        "profile": "tabular-data-package",
        "name": "lines-of-effort",
        "title": "Lines of Effort",
        "id": build.id,
        "version": build.id,
        "description": "Migration and assistance statistics for the eight lines of effort of the U.S. Collaborative "
        "Migration Management Strategy. The framework of indicators is this project's, not the government's.",
        "created": build.state["started_at"],
        "keywords": ["migration", "asylum", "displacement", "statistics", "North America", "Central America"],
        "licenses": licences(vintages),
        "sources": _sources(vintages),
        "resources": [_resource(table, facts.get(_name(table), TableFacts()), vintages, files) for table in tables],
    }
    (folder / "datapackage.json").write_text(json.dumps(package, indent=1, ensure_ascii=False))


def licences(vintages: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the licences of some vintages, each once, as the data package writes them."""
    titles = sorted({vintage["licence"] for vintage in vintages})
    return [{**_LICENCES.get(title, {"name": "other-open"}), "title": title} for title in titles]


def _name(table: Table) -> str:
    return f"{table.schema}.{table.name}"


def _sources(vintages: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [
        {"title": f"{v['title']} ({v['dataset_id']}, vintage {v['vintage_id']})"}
        | ({"path": v["homepage"]} if v.get("homepage") else {})
        for v in vintages
    ]


def _resource(
    table: Table, facts: TableFacts, vintages: Sequence[Mapping[str, Any]], files: Mapping[str, FileFacts]
) -> dict[str, object]:
    own = [vintage for vintage in vintages if vintage["dataset_id"] in facts.datasets]
    path = f"csv/{table.file_stem}.csv"
    schema: dict[str, object] = {
        "fields": [
            {"name": column.name, "type": _type(column.type), "description": column.description}
            for column in table.columns
        ]
    }
    if facts.key and set(facts.key) <= {column.name for column in table.columns}:
        schema["primaryKey"] = list(facts.key)
    resource: dict[str, object] = {
        "profile": "tabular-data-resource",
        "name": table.file_stem.replace("_", "-"),
        "title": _name(table),
        "path": path,
        "description": table.description,
        "encoding": "utf-8",
        "mediatype": "text/csv",
        "bytes": files[path].bytes,
        "hash": f"sha256:{files[path].sha256}",
        "schema": schema,
    }
    if own:
        resource |= {"licenses": licences(own), "sources": _sources(own)}
    return resource


def _type(duckdb_type: str) -> str:
    return "number" if duckdb_type.startswith("DECIMAL") else _TYPES.get(duckdb_type, "any")
