from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ingestion import registry, sources
from ingestion.contract import LINES_OF_EFFORT, Dataset
from ingestion.errors import SettingsError
from ingestion.settings import RECORDINGS, Settings

DATASETS = list(registry.datasets().values())

FIRST_RELEASE = {
    "cbp/nationwide_encounters_state",
    "dol_oflc/h2a_disclosure",
    "state_prm/refugee_admissions",
    "unhcr/asylum_applications",
    "unhcr/asylum_decisions",
    "unhcr/population",
    "world_bank/wdi",
}


def test_every_module_is_found_in_order_of_id() -> None:
    assert list(registry.datasets()) == sorted(registry.datasets())
    assert set(registry.datasets()) >= FIRST_RELEASE


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
    assert len(dataset.description) > 200, "what it counts, how, and what it is not"
    assert any(word in dataset.description.lower() for word in ("not ", "never ")), "what it must not be read as"
    assert dataset.licence.name
    assert dataset.licence.attribution
    assert dataset.hosts
    assert all("/" not in host and host == host.lower() for host in dataset.hosts)
    assert set(dataset.lines) <= set(LINES_OF_EFFORT)
    assert dataset.gate.never_all_null
    assert dataset.gate.min_rows > 1
    assert dataset.needs_setting is None or dataset.needs_setting in Settings.model_fields
    for field in dataset.fields:
        assert field.description.endswith("."), field.name
        assert field.description[0].isupper(), field.name


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda d: d.id)
def test_no_name_means_two_columns(dataset: Dataset) -> None:
    names = [name.casefold() for field in dataset.fields for name in (field.name, *field.aliases)]
    names += [dropped.name.casefold() for dropped in dataset.dropped]
    assert sorted(names) == sorted(set(names))
    assert {dropped.reason for dropped in dataset.dropped} <= {"personal data", "not used"}


def test_a_contract_has_a_recording_or_says_why_not() -> None:
    dataset = DATASETS[0]
    assert dataset.record
    with pytest.raises(ValueError, match="no_recording"):
        replace(dataset, record=None)
    with pytest.raises(ValueError, match="no_recording"):
        replace(dataset, no_recording="both")
    assert replace(dataset, record=None, no_recording="nothing is at hand").no_recording
    for other in DATASETS:
        folder = RECORDINGS / other.publisher.id / other.name
        assert folder.is_dir() == (other.record is not None), other.id
