"""What dbt's manifest says of the tables, in the form in which the publication describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagster_project.checks.not_landed import upstream_datasets
from publication.table_facts import TableFacts


def table_facts(manifest: Mapping[str, Any]) -> dict[str, TableFacts]:
    """Return ``schema.table`` → datasets and key, out of a dbt manifest.

    The key is that of the model's test ``one_row_per``: what is declared is tested.
    """
    keys = {
        node["attached_node"]: tuple(node["test_metadata"]["kwargs"]["columns"])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and (node.get("test_metadata") or {}).get("name") == "one_row_per"
    }
    datasets = upstream_datasets(manifest)
    return {
        table: TableFacts(tuple(sorted(datasets.get(table, ()))), keys.get(unique_id, ()))
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in {"model", "seed"}
        for table in (f"{node['schema']}.{node['name']}",)
    }
