"""The publication described for machines: a data package that its own library accepts, and DCAT. Invented tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package

from ingestion.settings import Settings
from publication.publish import publish
from publication.table_facts import TableFacts, write_table_facts
from tests.unit.test_publication import _built as built

CC_BY = "https://creativecommons.org/licenses/by/4.0/"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publication of two invented tables, one of them with known datasets and key."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("described") / "data")
    build = built(settings)
    write_table_facts(build, {"core.t": TableFacts(("p/d",), ("n",))})
    publish(build, settings)
    return settings.published_dir / "current"


def _resource(folder: Path, name: str) -> dict[str, Any]:
    package = json.loads((folder / "datapackage.json").read_text())
    (resource,) = [resource for resource in package["resources"] if resource["title"] == name]
    return dict(resource)


def test_the_library_of_the_standard_accepts_the_package(folder: Path) -> None:
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.to_summary()
    assert report.stats["tasks"] == len(json.loads((folder / "manifest.json").read_text())["tables"])


def test_the_library_finds_a_file_that_was_changed(folder: Path) -> None:
    path = folder / "csv" / "core.t.csv"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"-2", b"-3"))
    try:
        report = Package(str(folder / "datapackage.json")).validate()
    finally:
        path.write_bytes(before)
    assert [error.type for task in report.tasks for error in task.errors] == ["hash-count"]


def test_a_table_names_its_key_its_licence_and_its_sources(folder: Path) -> None:
    resource = _resource(folder, "core.t")
    assert resource["schema"]["primaryKey"] == ["n"]
    assert resource["schema"]["fields"][0] == {"name": "n", "type": "integer", "description": "A number, in units"}
    assert resource["licenses"] == [{"name": "CC-BY-4.0", "path": CC_BY, "title": "CC BY 4.0"}]
    assert resource["sources"] == [
        {"title": "A title (p/d, vintage 2024-01-01-aaaaaaaaaaaa)", "path": "https://publisher.invalid/"}
    ]


def test_times_are_times(folder: Path) -> None:
    fields = {field["name"]: field["type"] for field in _resource(folder, "quality.check_results")["schema"]["fields"]}
    assert fields["checked_at"] == "datetime"
    assert "any" not in fields.values()


def test_the_catalogue_lists_every_table_with_files_that_are_there(folder: Path) -> None:
    catalogue = json.loads((folder / "dcat.jsonld").read_text())
    manifest = json.loads((folder / "manifest.json").read_text())
    assert {dataset["dct:title"] for dataset in catalogue["dcat:dataset"]} == set(manifest["tables"])
    distributions = [*catalogue["dcat:distribution"]]
    for dataset in catalogue["dcat:dataset"]:
        distributions += dataset["dcat:distribution"]
    for distribution in distributions:
        path = distribution["dcat:downloadURL"]["@id"]
        assert distribution["spdx:checksum"]["spdx:checksumValue"] == manifest["files"][path]["sha256"]
        assert distribution["dcat:byteSize"]["@value"] == str((folder / path).stat().st_size)


def test_the_catalogue_says_what_a_table_was_derived_from(folder: Path) -> None:
    catalogue = json.loads((folder / "dcat.jsonld").read_text())
    (table,) = [dataset for dataset in catalogue["dcat:dataset"] if dataset["dct:title"] == "core.t"]
    (source,) = catalogue["dct:source"]
    assert table["prov:wasDerivedFrom"] == [{"@id": source["@id"]}]
    assert table["dct:license"] == [{"@id": CC_BY}]
    assert source["dct:publisher"]["foaf:name"] == "A publisher"
    assert source["spdx:checksum"]["spdx:checksumValue"] == "ff"


def test_every_prefix_of_the_catalogue_is_defined(folder: Path) -> None:
    catalogue = json.loads((folder / "dcat.jsonld").read_text())
    prefixes: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for name, part in value.items():
                names = [name, *([part] if name == "@type" else [])]
                prefixes.update(n.partition(":")[0] for n in names if not n.startswith("@"))
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    walk({name: part for name, part in catalogue.items() if name != "@context"})
    assert prefixes == set(catalogue["@context"])
