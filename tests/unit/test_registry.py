from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from functools import cache
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


def written_by_hand() -> tuple[str, ...]:
    """Return the files of a new dataset as CONTRIBUTING.md lists them, with ``<publisher>`` and ``<dataset>``."""
    guide = (PROJECT_ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    walk = guide.partition("## Add a dataset")[2].partition("\n## ")[0]
    return tuple(re.findall(r"^\| \d+ \| `([^`]+)` \|", walk, re.MULTILINE))


def files_of(dataset: Dataset) -> list[str]:
    """Return the listed files of one dataset, and the folder that the recorder writes."""
    listed = [*written_by_hand(), "ingestion/recordings/<publisher>/<dataset>/"]
    return [path.replace("<publisher>", dataset.publisher.id).replace("<dataset>", dataset.name) for path in listed]


@dataclass(frozen=True)
class Exemption:
    """Where a dataset may be named besides its own files.

    Args:
        place: pattern of the file.
        after: pattern of what stands right before the name; anything else there is refused.
        why: what the name is needed for.
    """

    place: str
    after: str
    why: str


EXEMPTIONS = (
    Exemption(
        r"dbt/models/(intermediate/.*|marts/core/(dim_policy_ceiling\.sql|_core__unit_tests\.yml))",
        r"\bref\('$",
        "a figure is built on the staging model: that is adding a measure, not a dataset",
    ),
    Exemption(
        r"dbt/models/intermediate/reconciliation/int_reconciliation__years_held\.sql",
        r"(\n    \(?|, )'$",
        "the records of a model tell which years are held",
    ),
    Exemption(r"expectations/suites/.*\.yml", r" dataset: $", "a rule says whose figure it is about"),
    Exemption(r"expectations/suites/staging_.*\.yml", r"\bstaging\.$", "a rule compares with another publisher"),
    Exemption(
        r"expectations/acceptances\.yml",
        r" (table: staging\.|match: dataset_id=)$",
        "somebody accepts a finding on its rows",
    ),
    Exemption(r"expectations/acceptances\.yml", r" rule_id: $", "an id of a rule may begin with a dataset's name"),
    Exemption(r"expectations/determinations\.yml", r" dataset: $", "somebody decides how far it may be relied on"),
    Exemption(r"dbt/seeds/files_read_by_others\.csv", r"\n$", "a review of single archived files"),
    Exemption(
        r"dbt/seeds/indicator_scopes\.csv",
        r",(calendar|us_fiscal|plan),$",
        "an indicator says what it waits for; a dataset with a recording has no need of it",
    ),
    Exemption(
        r"ingestion/sources/\w+\.py",
        r"\bfrom ingestion\.sources(\.| import )$",
        "datasets of one publisher share functions; whose they are is checked below",
    ),
    Exemption(r"ingestion/settings\.py", r"\n    $", "a setting that its contract asks for bears its name"),
)
"""All that is exempt. Tests and pages (``*.md``) name datasets as examples and are not searched."""

CODE_SUFFIXES = {"", ".py", ".sql", ".yml", ".yaml", ".toml", ".json", ".j2", ".html", ".js", ".css", ".csv", ".sh"}
CODE = ("ingestion", "dbt", "expectations", "publication", "dagster_project", "benchmarks", ".github")


def spelled(dataset_id: str) -> str:
    """Return the pattern of the ways to spell an id: ``a/b``, ``a__b``, ``stg_a__b``, ``a_b``, ``a.b``, 'a', 'b'."""
    publisher, name = dataset_id.split("/")
    return rf"(?<![\w/])(?:stg_)?{publisher}(?:/|__|_|\.|(?P<quote>['\"]), ?(?P=quote)){name}(?!\w)"


NAMES = {name: re.compile(spelled(name)) for name in registry.datasets()}


def named_in(text: str) -> dict[str, list[str]]:
    """Return the ids of the datasets that a text names → what stands before each naming."""
    found: dict[str, list[str]] = {}
    for name, pattern in NAMES.items():
        for match in pattern.finditer(text):
            found.setdefault(name, []).append(text[max(0, match.start() - 60) : match.start()])
    return found


@cache
def namings() -> tuple[tuple[str, str, str], ...]:
    """Return file, dataset and what stands before, for each naming outside the dataset's own files."""
    files = [path for folder in CODE for path in (PROJECT_ROOT / folder).rglob("*") if path.is_file()]
    files += [path for path in PROJECT_ROOT.iterdir() if path.is_file()]
    assert len(files) > 200
    found = []
    for path in files:
        place = path.relative_to(PROJECT_ROOT).as_posix()
        if path.suffix not in CODE_SUFFIXES or place.startswith("dbt/target/"):
            continue
        for name, before in named_in(path.read_text(encoding="utf-8", errors="replace")).items():
            if not place.startswith(tuple(files_of(registry.dataset(name)))):
                found += [(place, name, text) for text in before]
    return tuple(found)


def exempt(place: str, before: str) -> list[Exemption]:
    return [one for one in EXEMPTIONS if re.fullmatch(one.place, place) and re.search(one.after, before)]


def test_no_file_but_those_of_the_walk_through_names_a_dataset() -> None:
    """Everything else finds a dataset through the registry, or uses its figures."""
    assert [f"{place} names {name}" for place, name, before in namings() if not exempt(place, before)] == []


def test_a_contract_imports_from_its_own_publisher_only() -> None:
    borrowed = [(place, name) for place, name, _ in namings() if place.startswith("ingestion/sources/")]
    assert len(borrowed) > 2
    for place, name in borrowed:
        publisher = name.partition("/")[0]
        assert publisher in place or place == "ingestion/sources/_ohss_yearbook.py", f"{place} imports {name}"


@pytest.mark.parametrize("exemption", EXEMPTIONS, ids=lambda one: f"{one.place} {one.after}")
def test_no_exemption_is_idle(exemption: Exemption) -> None:
    assert any(exemption in exempt(place, before) for place, _, before in namings()), exemption.why


@pytest.mark.parametrize(
    "text",
    [
        '"unhcr/population"',
        "ref('stg_unhcr__population')",
        "landing.unhcr__population",
        "source('unhcr', 'population')",
        '("unhcr", "population")',
        "source:unhcr.population+",
        "from ingestion.sources import unhcr_population",
    ],
)
def test_a_name_of_a_dataset_is_seen(text: str) -> None:
    assert set(named_in(text)) == {"unhcr/population"}


def test_the_walk_through_lists_what_a_dataset_takes() -> None:
    listed = written_by_hand()
    assert len(listed) == 5
    guide = (PROJECT_ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert "Five hand-written files" in guide
    example = registry.dataset("idmc/gidd_conflicts")
    for path in files_of(example)[:5]:
        assert f"]({path})" in guide, "the walk shows the real file of its example"


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda d: d.id)
def test_a_dataset_has_the_files_of_the_walk_through(dataset: Dataset) -> None:
    *written, recording = files_of(dataset)
    for path in written:
        text = (PROJECT_ROOT / path).read_text(encoding="utf-8")
        # The contract, the staging model and the faults name it in two parts or by its fields.
        assert path.endswith((".py", ".sql")) or dataset.name in text, path
    assert (PROJECT_ROOT / recording).is_dir() == bool(dataset.record)
    contract_tests = (PROJECT_ROOT / "tests" / "contract").glob("test_*.py")
    assert any(dataset.id in named_in(path.read_text(encoding="utf-8")) for path in contract_tests)
    staging = PROJECT_ROOT / "dbt" / "models" / "staging" / dataset.publisher.id
    known = {path.rpartition("/")[2] for one in DATASETS for path in files_of(one)}
    assert {path.name for path in staging.iterdir()} <= known, "nothing else is staged"


def test_a_dataset_that_no_figure_uses_is_named_in_its_own_files_only() -> None:
    """Shape only: taken in, staged and held to rules. It stands for every new dataset."""
    used = {name for place, name, _ in namings() if place.startswith("dbt/models/")}
    unused = set(registry.datasets()) - used
    assert unused
    elsewhere = {(place, name) for place, name, _ in namings() if name in unused}
    assert {place for place, _ in elsewhere} <= {"expectations/determinations.yml"}


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
