from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ingestion import registry, sources
from ingestion.contract import LINES_OF_EFFORT, Dataset
from ingestion.errors import SettingsError
from ingestion.settings import PROJECT_ROOT, RECORDINGS, Settings

DATASETS = list(registry.datasets().values())


def test_every_module_is_found_in_order_of_id() -> None:
    assert list(registry.datasets()) == sorted(registry.datasets())
    modules = [path for path in Path(*sources.__path__).glob("*.py") if not path.name.startswith("_")]
    assert len(registry.datasets()) == len(modules) > 20


MAY_NAME_ANY = (
    "ingestion/recordings",
    "dbt/models",
    "dbt/seeds",
    "expectations/suites",
    "expectations/acceptances.yml",
    "expectations/determinations.yml",
)
"""What reads a dataset: its recording, staging and what is built on it, labels, rules, findings. Tests and pages
(``*.md``) name datasets as examples."""

CODE_SUFFIXES = {"", ".py", ".sql", ".yml", ".yaml", ".toml", ".json", ".j2", ".html", ".js", ".css"}
CODE = ("ingestion", "dbt", "expectations", "publication", "dagster_project", "benchmarks", ".github")


def named_in(text: str) -> set[str]:
    """Return the ids of the datasets that a text names, as ``publisher/dataset`` or ``publisher__dataset``."""
    return {name for name in registry.datasets() if re.search(spelled(name), text)}


def spelled(dataset_id: str) -> str:
    return rf"(?<![\w/])(?:stg_)?{dataset_id.replace('/', '(?:/|__)')}(?!\w)"


def test_no_fourth_place_names_a_dataset() -> None:
    """The contract, the staging model, its YAML: everything else finds a dataset through the registry or in SQL."""
    files = [path for folder in CODE for path in (PROJECT_ROOT / folder).rglob("*") if path.is_file()]
    files += [path for path in PROJECT_ROOT.iterdir() if path.is_file()]
    assert len(files) > 200
    found = []
    for path in files:
        place = path.relative_to(PROJECT_ROOT).as_posix()
        if place.startswith(MAY_NAME_ANY) or path.suffix not in CODE_SUFFIXES:
            continue
        names = named_in(path.read_text(encoding="utf-8", errors="replace"))
        own = {name for name in names if place == f"ingestion/sources/{name.replace('/', '_')}.py"}
        found += [f"{place} names {name}" for name in names - own]
    assert found == []


@pytest.mark.parametrize("text", ['"unhcr/population"', "ref('stg_unhcr__population')", "landing.unhcr__population"])
def test_a_name_of_a_dataset_is_seen(text: str) -> None:
    assert named_in(text) == {"unhcr/population"}


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda d: d.id)
def test_a_dataset_takes_three_files_written_by_hand(dataset: Dataset) -> None:
    staging = PROJECT_ROOT / "dbt" / "models" / "staging" / dataset.publisher.id
    written = {path.name for path in staging.iterdir()}
    assert f"stg_{dataset.publisher.id}__{dataset.name}.sql" in written
    assert {name for name in written if not name.endswith(".sql")} == {f"_{dataset.publisher.id}.yml"}


def test_an_unknown_id_names_those_that_exist() -> None:
    with pytest.raises(SettingsError, match="unhcr/population"):
        registry.dataset("unhcr/populations")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("test_empty", "", "does not define DATASET"),
        ("test_other", "from ingestion.sources.world_bank_wdi import DATASET", "should be named world_bank_wdi"),
    ],
)
def test_a_module_that_is_no_source_stops_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: str, message: str
) -> None:
    (tmp_path / f"{name}.py").write_text(content)
    monkeypatch.setattr(sources, "__path__", [str(tmp_path)])
    try:
        with pytest.raises(SettingsError, match=message):
            registry.datasets.__wrapped__()
    finally:
        sys.modules.pop(f"ingestion.sources.{name}", None)


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda d: d.id)
def test_a_contract_says_what_a_reader_needs(dataset: Dataset) -> None:
    assert dataset.title
    assert dataset.period is not None or not dataset.record, "the pages say which years a recording covers"
    assert dataset.period is None or dataset.period in {field.name for field in dataset.fields}
    assert len(dataset.description) > 200, "what it counts, how, and what it is not"
    assert any(word in dataset.description.lower() for word in ("not ", "never ")), "what it must not be read as"
    assert dataset.licence.name
    assert dataset.licence.attribution
    assert dataset.hosts
    assert all("/" not in host and host == host.lower() for host in dataset.hosts)
    assert set(dataset.lines) <= set(LINES_OF_EFFORT)
    assert dataset.gate.never_all_null
    assert dataset.gate.min_rows > 1
    assert set(dataset.settings_needed) <= set(Settings.model_fields)
    for field in dataset.fields:
        assert field.description.endswith("."), field.name
        assert field.description[0].isupper(), field.name


SECONDS_BETWEEN = {"gdelt": 5.0}
"""Publishers that want more than a second between two requests: GDELT answers one in five seconds."""


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda d: d.id)
def test_a_publisher_is_given_time_between_two_requests(dataset: Dataset) -> None:
    assert dataset.min_interval >= SECONDS_BETWEEN.get(dataset.publisher.id, 1.0)


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda d: d.id)
def test_no_name_means_two_columns(dataset: Dataset) -> None:
    names = [name.casefold() for field in dataset.fields for name in (field.name, *field.aliases)]
    names += [dropped.name.casefold() for dropped in dataset.dropped]
    assert sorted(names) == sorted(set(names))
    assert {dropped.reason for dropped in dataset.dropped} <= {"personal data", "not used"}


def test_a_contract_has_a_recording_or_says_why_not() -> None:
    dataset = next(dataset for dataset in DATASETS if dataset.record)
    with pytest.raises(ValueError, match="no_recording"):
        replace(dataset, record=None)
    with pytest.raises(ValueError, match="no_recording"):
        replace(dataset, no_recording="both")
    with pytest.raises(ValueError, match="without_setting"):
        replace(dataset, needs_setting=None, without_setting="somebody else")
    assert replace(dataset, record=None, no_recording="nothing is at hand").no_recording
    for other in DATASETS:
        folder = RECORDINGS / other.publisher.id / other.name
        assert folder.is_dir() == (other.record is not None), other.id
