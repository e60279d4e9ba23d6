"""A rule that saw no rows because a dataset was never landed does not hold back the datasets that were.

On a first live run one publisher may refuse programs. The tables of the others are whole and are published; the rules
of the missing ones stay in the report as warnings that name the dataset. A rule that sees no rows although its datasets
were landed still blocks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from dagster_project.unchanged import MANIFEST_NAME
from ingestion.results import NEVER_LANDED, CheckResult, Severity, Status
from publication.build import Build
from publication.manifest import read_vintages


def upstream_datasets(manifest: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Return ``schema.table`` → ids of the datasets that it is built from, out of a dbt manifest."""
    sources = {
        unique_id: f"{node['source_name']}/{node['name']}"
        for unique_id, node in manifest["sources"].items()
        if node["source_name"] not in {"ingestion", "history"}
    }

    def walk(unique_id: str) -> Iterator[str]:
        if unique_id in sources:
            yield sources[unique_id]
        for parent in manifest["parent_map"].get(unique_id, []):
            yield from walk(parent)

    return {
        f"{node['schema']}.{node['name']}": frozenset(walk(unique_id))
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
    }


def upstream_and_landed(build: Build) -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """Return what :func:`soften` wants to know of a finished build: tables with their datasets, and what was landed."""
    manifest = json.loads((build.folder / MANIFEST_NAME).read_text(encoding="utf-8"))
    return upstream_datasets(manifest), frozenset(vintage["dataset_id"] for vintage in read_vintages(build))


def soften(
    results: list[CheckResult], upstream: Mapping[str, frozenset[str]], landed: frozenset[str]
) -> list[CheckResult]:
    """Return the results with rules over datasets that were never landed turned into warnings.

    Args:
        results: of the audit.
        upstream: ``schema.table`` → dataset ids.
        landed: datasets with a promoted vintage.
    """
    softened = []
    for result in results:
        missing = sorted(upstream.get(result.table_name, frozenset()) - landed)
        if result.status is Status.NO_ROWS and missing:
            why = f"{NEVER_LANDED} of {', '.join(missing)}"
            softened.append(replace(result, severity=Severity.WARNING, sample=why))
        else:
            softened.append(result)
    return softened
