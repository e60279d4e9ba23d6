"""The generated pages are what the contracts and the settings say, and the README's words are true."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from ingestion import registry
from ingestion.contract import Dataset
from ingestion.docs import pages
from ingestion.settings import PROJECT_ROOT, RECORDINGS
from ingestion.sources import world_bank_wdi


@pytest.fixture(scope="module")
def generated() -> dict[Path, str]:
    return pages()


def test_generated_pages_are_up_to_date(generated: dict[Path, str]) -> None:
    for path, text in generated.items():
        assert path.read_text() == text, f"{path.name} is old: run make docs"


def test_rows_vintages_and_years_are_those_of_the_recordings(generated: dict[Path, str]) -> None:
    """Worked by hand: two editions of CBP's file, one of them served twice; a dataset that only a live run fills."""
    page = generated[PROJECT_ROOT / "docs" / "datasets.md"]
    cells = [line.split(" | ") for line in page.splitlines() if line.startswith("| [`")]
    rows = {row[0].split("`")[1]: row for row in cells}
    state = rows["cbp/nationwide_encounters_state"]
    assert state[6:9] == ["22,896", "2020 to 2025 (`Fiscal Year`)", "2023-11-01, 2025-05-31"]
    assert state[9] == "live, recorded, file drop |"
    assert rows["gdelt/news_volume"][6:8] == ["", ""]
    assert rows["gdelt/news_volume"][8].startswith("none: ")
    matrix = rows["iom/displacement_tracking"]
    assert matrix[9].startswith("off; for local use live with `LOE_DTM_SUBSCRIPTION_KEY` and `LOE_DTM_LOCAL_USE`")
    assert matrix[8].startswith("none: off by default")
    assert "file drop" not in rows["unhcr/population"][9], "a page is read by the query that it answers"


def test_what_is_left_out_is_listed_with_its_reason(generated: dict[Path, str]) -> None:
    seeds = PROJECT_ROOT / "dbt" / "seeds"
    with (seeds / "indicators.csv").open(encoding="utf-8", newline="") as stream:
        lines = {row["indicator_id"]: row["line_of_effort"] for row in csv.DictReader(stream)}
    with (seeds / "datasets_left_out.csv").open(encoding="utf-8", newline="") as stream:
        left_out = list(csv.DictReader(stream))
    page = generated[PROJECT_ROOT / "docs" / "datasets.md"]
    for row in left_out:
        assert row["reason"] in page
        for indicator in filter(None, row["indicators"].split(",")):
            assert lines[indicator] in row["lines_of_effort"].split(",")


def test_what_the_framework_names_and_is_not_loaded_is_listed() -> None:
    """An indicator without a file at hand has a row for each office that keeps one, country by country."""
    seeds = PROJECT_ROOT / "dbt" / "seeds"
    with (seeds / "indicators.csv").open(encoding="utf-8", newline="") as stream:
        indicators = {row["indicator_id"]: row for row in csv.DictReader(stream)}
    with (seeds / "datasets_left_out.csv").open(encoding="utf-8", newline="") as stream:
        left_out = list(csv.DictReader(stream))

    def offices(indicator: str) -> str:
        return "; ".join(row["publisher"] for row in left_out if indicator in row["indicators"].split(","))

    waiting = {"not_at_hand", "documents_only", "terms_of_use"}
    without = [i for i, row in indicators.items() if row["obstacle"] in waiting and not offices(i)]
    assert without == []
    assert all(office in offices("L5.1") for office in ("DGME", "IGM", "INM", "CONMIGHO", "UPMRIP"))
    assert "UNHCR" in offices("L2.7")
    assert "White House" in offices("L7.1")
    assert all("a copy that IOM made" in indicators[i]["status_reason"] for i in ("L5.1", "L5.4", "L6.6", "L6.7"))
    with (seeds / "headlines.csv").open(encoding="utf-8", newline="") as stream:
        headlines = {row["headline_id"]: row["explanation"] for row in csv.DictReader(stream)}
    said = [indicators[i]["status_reason"] for i in ("L5.1", "L5.4", "L6.7")]
    said += [headlines[i] for i in ("H142", "H144", "H145", "H146", "H150", "H232")]
    assert [text for text in said if "dashboards only" in text or "only tables in documents" in text] == []
    assert "Honduras shows a dashboard only" in headlines["H142"], "what is so in one country is not said of another"


@pytest.mark.parametrize("dataset", registry.datasets().values(), ids=lambda dataset: dataset.id)
def test_a_dataset_says_what_its_recording_leaves_out(generated: dict[Path, str], dataset: Dataset) -> None:
    section = generated[PROJECT_ROOT / "docs" / "datasets.md"].split(f"\n## {dataset.id}\n")[1].split("\n## ")[0]
    assert ("Left out of the bundled recording" in section) == (dataset.record is not None)
    for path in (RECORDINGS / dataset.publisher.id / dataset.name).glob("*/recording.json"):
        for answer in json.loads(path.read_text(encoding="utf-8"))["responses"]:
            assert answer["original"] is None or f"  - {answer['cut']}\n" in section
    if dataset.id == "iom/missing_migrants":
        assert "the publisher's table of 2026" in section


def test_lines_of_the_indicators_that_wait_for_a_dataset_are_its_own() -> None:
    seeds = PROJECT_ROOT / "dbt" / "seeds"
    with (seeds / "indicators.csv").open(encoding="utf-8", newline="") as stream:
        indicators = {row["indicator_id"]: row for row in csv.DictReader(stream) if row["line_of_effort"]}
    with (seeds / "indicator_scopes.csv").open(encoding="utf-8", newline="") as stream:
        named = [
            (row["indicator_id"], name)
            for row in csv.DictReader(stream)
            for name in filter(None, row["unrecorded_datasets"].split(","))
        ]
    series = {i: re.search(r"World Bank WDI ([A-Z.0-9]+)", row["sources"]) for i, row in indicators.items()}
    bank = {i: found[1] for i, found in series.items() if found}
    assert bank["L5.6"] in world_bank_wdi.INDICATORS
    named += [(i, world_bank_wdi.DATASET.id) for i, code in bank.items() if code in world_bank_wdi.INDICATORS]
    assert len(named) > 8
    outside = [
        (i, name) for i, name in named if int(indicators[i]["line_of_effort"]) not in registry.dataset(name).lines
    ]
    assert outside == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"])
def test_links_to_files_exist(page: str) -> None:
    text = (PROJECT_ROOT / page).read_text()
    targets = [target for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text) if "://" not in target]
    assert [target for target in targets if not (PROJECT_ROOT / target).exists()] == []


def test_the_readme_starts_with_what_it_is_a_picture_and_the_two_commands() -> None:
    head = (PROJECT_ROOT / "README.md").read_text()[:1500]
    assert head.index("open data warehouse") < head.index("![") < head.index("make run") < head.index("make test")


def test_every_make_target_named_in_the_pages_exists() -> None:
    targets = set(re.findall(r"^(\w+):.*##", (PROJECT_ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set()
    for page in [*PROJECT_ROOT.glob("*.md"), *(PROJECT_ROOT / "docs").rglob("*.md")]:
        named |= set(re.findall(r"`make (\w+)", page.read_text()))
    assert named <= targets
