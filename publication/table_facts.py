"""What only dbt knows of a table: the datasets that it is built from and the columns that name one of its rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from publication.build import Build

_FILE = "tables.json"


@dataclass(frozen=True, slots=True)
class TableFacts:
    """Facts about one table.

    Args:
        datasets: ids of the datasets that it is built from, in order of name.
        key: columns that name one row; empty where none are declared.
    """

    datasets: tuple[str, ...] = ()
    key: tuple[str, ...] = ()


def write_table_facts(build: Build, facts: Mapping[str, TableFacts]) -> None:
    """Keep the facts of a build's tables, by ``schema.table``."""
    rows = {table: {"datasets": fact.datasets, "key": fact.key} for table, fact in sorted(facts.items())}
    (build.folder / _FILE).write_text(json.dumps(rows))


def read_table_facts(build: Build) -> dict[str, TableFacts]:
    """Return the kept facts by ``schema.table``; a build without any gives none."""
    path = build.folder / _FILE
    if not path.exists():
        return {}
    rows = json.loads(path.read_text())
    return {table: TableFacts(tuple(row["datasets"]), tuple(row["key"])) for table, row in rows.items()}
