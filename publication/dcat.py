"""Describes a publication for data catalogues: DCAT 3 as JSON-LD, without anything to download."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from publication.build import Build
from publication.export import DATABASE_NAME, Table
from publication.files import FileFacts
from publication.package import licences
from publication.table_facts import TableFacts, read_table_facts

_CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_PUBLISHER = {"@type": "foaf:Organization", "foaf:name": "Lines of Effort"}
_MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet", "duckdb": "application/octet-stream"}


def write_dcat(
    folder: Path,
    tables: Sequence[Table],
    vintages: Sequence[Mapping[str, Any]],
    files: Mapping[str, FileFacts],
    build: Build,
) -> None:
    """Write ``dcat.jsonld``: a catalogue with one dataset per table, its files, and what it was derived from.

    Addresses of files are relative to the document, so they hold wherever a publication is put. The sources are the
    publishers' datasets in the vintages that were used. Source of the terms: W3C Data Catalog Vocabulary, version 3.

    Args:
        folder: of the publication.
        tables: as published.
        vintages: promoted, as :func:`publication.manifest.read_vintages` gives them.
        files: facts of its files.
        build: that is published.
    """
    facts = read_table_facts(build)
    catalogue = {
        "@context": _CONTEXT,
        "@id": "",
        "@type": "dcat:Catalog",
        "dct:title": "Lines of Effort",
        "dct:description": "Migration and assistance statistics for the eight lines of effort of the U.S. "
        "Collaborative Migration Management Strategy, with the vintages they rest on.",
        "dct:identifier": build.id,
        "dct:issued": _moment(build.state["started_at"]),
        "dct:publisher": _PUBLISHER,
        "dct:language": "en",
        "dcat:version": build.id,
        "dcat:distribution": [_distribution(DATABASE_NAME, files)],
        "dcat:dataset": [_dataset(table, facts, vintages, files, build) for table in tables],
        "dct:source": [_source(vintage) for vintage in vintages],
    }
    (folder / "dcat.jsonld").write_text(json.dumps(catalogue, indent=1, ensure_ascii=False))


def _dataset(
    table: Table,
    facts: Mapping[str, TableFacts],
    vintages: Sequence[Mapping[str, Any]],
    files: Mapping[str, FileFacts],
    build: Build,
) -> dict[str, Any]:
    name = f"{table.schema}.{table.name}"
    own = [v for v in vintages if v["dataset_id"] in facts.get(name, TableFacts()).datasets]
    dataset: dict[str, Any] = {
        "@id": f"#{name}",
        "@type": "dcat:Dataset",
        "dct:title": name,
        "dct:description": table.description or name,
        "dct:identifier": f"{build.id}/{name}",
        "dct:issued": _moment(build.state["started_at"]),
        "dct:publisher": _PUBLISHER,
        "dcat:theme": table.schema,
        "dcat:distribution": [_distribution(f"{kind}/{table.file_stem}.{kind}", files) for kind in ("csv", "parquet")],
    }
    if own:
        dataset["prov:wasDerivedFrom"] = [{"@id": _source_id(vintage)} for vintage in own]
        dataset["dct:rights"] = sorted({vintage["attribution"] for vintage in own})
        dataset["dct:license"] = [
            {"@id": licence["path"]} if "path" in licence else licence["title"] for licence in licences(own)
        ]
    return dataset


def _distribution(path: str, files: Mapping[str, FileFacts]) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dct:title": path.rpartition("/")[2],
        "dcat:downloadURL": {"@id": path},
        "dcat:mediaType": _MEDIA[path.rpartition(".")[2]],
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(files[path].bytes)},
        "spdx:checksum": _checksum(files[path].sha256),
    }


def _source(vintage: Mapping[str, Any]) -> dict[str, Any]:
    (licence,) = licences([vintage])
    source: dict[str, Any] = {
        "@id": _source_id(vintage),
        "@type": "dcat:Dataset",
        "dct:title": vintage["title"],
        "dct:identifier": vintage["dataset_id"],
        "dct:publisher": {"@type": "foaf:Organization", "foaf:name": vintage["publisher_name"]},
        "dct:license": {"@id": licence["path"]} if "path" in licence else licence["title"],
        "dct:rights": vintage["attribution"],
        "dcat:version": vintage["vintage_id"],
        "prov:generatedAtTime": _moment(str(vintage["retrieved_at"])),
        "spdx:checksum": _checksum(vintage["content_sha256"]),
    }
    if vintage["vintage_label"]:
        source["adms:versionNotes"] = vintage["vintage_label"]
    if vintage["homepage"]:
        source["dcat:landingPage"] = {"@id": vintage["homepage"]}
    return source


def _source_id(vintage: Mapping[str, Any]) -> str:
    return f"#{vintage['dataset_id']}/{vintage['vintage_id']}"


def _moment(text: str) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": text}


def _checksum(digest: str) -> dict[str, Any]:
    return {
        "@type": "spdx:Checksum",
        "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
        "spdx:checksumValue": digest,
    }
