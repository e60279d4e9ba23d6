"""Observations in the older states of each dataset, made from the SQL that dbt compiled for this build.

For each vintage but the newest of its dataset the models between that dataset and ``core.fct_observations`` run once
more, in a database in memory that holds this dataset up to that vintage and everything else as it is. dbt itself would
need a second and more for each vintage; its compiled SQL needs a tenth of that. The result of a vintage is kept as a
Parquet file and used again until the code or a vintage that it rests on changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.unchanged import MANIFEST_NAME
from ingestion.code_version import code_version
from ingestion.settings import Settings
from publication.build import Build
from publication.manifest import read_vintages

FACTS = "fct_observations"


@dataclass(frozen=True, slots=True)
class OlderStates:
    """What was done.

    Args:
        made: ``dataset vintage`` of the states that were computed.
        reused: of those kept from an earlier build.
        rows: observations in all of them.
    """

    made: tuple[str, ...]
    reused: tuple[str, ...]
    rows: int


def write_older_states(build: Build, settings: Settings) -> OlderStates:
    """Write one Parquet file for each older vintage into ``settings.history_dir`` and remove all others.

    Args:
        build: whose models are built.
        settings: names the workspace.
    """
    manifest = json.loads((build.folder / MANIFEST_NAME).read_text())
    folder = settings.history_dir
    folder.mkdir(parents=True, exist_ok=True)
    vintages: dict[str, list[str]] = {}
    for vintage in read_vintages(build):
        vintages.setdefault(vintage["dataset_id"], []).append(vintage["vintage_id"])
    made, reused, kept = [], [], set()
    for dataset_id, ids in vintages.items():
        models = _models_between(manifest, dataset_id)
        if not models:
            continue
        for number, vintage_id in enumerate(ids[:-1], 1):
            key = _key(manifest, models, vintages, dataset_id, ids[:number])
            target = folder / f"{dataset_id.replace('/', '.')}.{vintage_id}.{key}.parquet"
            kept.add(target)
            name = f"{dataset_id} {vintage_id}"
            if target.exists():
                reused.append(name)
                continue
            _make(build, manifest, models, dataset_id, ids[:number], target)
            made.append(name)
    for path in folder.iterdir():
        if path not in kept:
            path.unlink()
    rows = 0
    if kept:
        found = duckdb.execute("select count(*) from read_parquet(?)", [[str(path) for path in kept]]).fetchone()
        rows = found[0] if found else 0
    return OlderStates(tuple(made), tuple(reused), rows)


def _source_id(dataset_id: str) -> str:
    return f"source.lines_of_effort.{dataset_id.replace('/', '.')}"


def _models_between(manifest: Mapping[str, Any], dataset_id: str) -> list[str]:
    """Return the models that lie between a dataset and the observations, parents first; ``FACTS`` itself left out."""
    facts = f"model.lines_of_effort.{FACTS}"
    children, parents = manifest["child_map"], manifest["parent_map"]
    below = set(_walk(children, _source_id(dataset_id)))
    between = {name for name in below & set(_walk(parents, facts)) if name.startswith("model.")}
    ordered: list[str] = []

    def place(name: str) -> None:
        if name in between and name not in ordered:
            for parent in parents[name]:
                place(parent)
            ordered.append(name)

    for name in sorted(between):
        place(name)
    return ordered


def _walk(edges: Mapping[str, Sequence[str]], start: str) -> Iterator[str]:
    seen, waiting = set(), list(edges.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            yield name
            waiting += edges.get(name, ())


def _key(
    manifest: Mapping[str, Any],
    models: Sequence[str],
    vintages: Mapping[str, Sequence[str]],
    dataset_id: str,
    known: Sequence[str],
) -> str:
    """Return a text that changes with the code and with every vintage that the state rests on."""
    above = {name for model in models for name in _walk(manifest["parent_map"], model)}
    others = {name: ids for name, ids in vintages.items() if name != dataset_id and _source_id(name) in above}
    text = json.dumps([code_version(), dataset_id, list(known), others], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _make(
    build: Build,
    manifest: Mapping[str, Any],
    models: Sequence[str],
    dataset_id: str,
    known: Sequence[str],
    target: Path,
) -> None:
    """Run the models on the vintages that were known, and write the observations of the dataset."""
    nodes = {**manifest["nodes"], **manifest["sources"]}
    needed = {parent for model in models for parent in manifest["parent_map"][model]} - set(models)
    writers = [name for name in manifest["parent_map"][f"model.lines_of_effort.{FACTS}"] if name in models]
    temporary = target.with_suffix(".tmp")
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        connection.execute(f"attach {_text(str(build.database))} as built (read_only)")
        connection.execute(f"attach ':memory:' as {build.database.stem}")
        for schema in sorted({nodes[name]["schema"] for name in (*models, *needed)}):
            connection.execute(f"create schema {build.database.stem}.{schema}")
        for name in sorted(needed):
            node = nodes[name]
            table = node.get("identifier") or node["name"]
            cut = ""
            if name == _source_id(dataset_id):
                listed = ", ".join(_text(vintage) for vintage in known)
                cut = f' where "_vintage_id" in ({listed})'
            rows = f"select * from built.{node['schema']}.{table}{cut}"  # noqa: S608 - names of our own models
            connection.execute(f"create view {node['relation_name']} as {rows}")
        for name in models:
            node = nodes[name]
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            connection.execute(f"create {kind} {node['relation_name']} as {node['compiled_code']}")
        first = nodes[writers[0]]["relation_name"]
        connection.execute(f"create temp table states as select * from {first} limit 0")  # noqa: S608
        columns = ", ".join(row[0] for row in connection.execute("describe states").fetchall())
        for name in writers:
            connection.execute(
                f"insert into states select {columns} from {nodes[name]['relation_name']} "  # noqa: S608
                "where dataset_id = $dataset or second_dataset_id = $dataset",
                {"dataset": dataset_id},
            )
        connection.execute(
            f"copy (select *, {_text(dataset_id)} as state_dataset_id, {_text(known[-1])} as state_vintage_id "  # noqa: S608
            f"from states) to {_text(str(temporary))} (format parquet, compression zstd)"
        )
    temporary.replace(target)


def _text(value: str) -> str:
    """Return an SQL literal: these statements take no bound parameters."""
    return "'" + value.replace("'", "''") + "'"
