"""The generated pages are what the contracts and the settings say, and the README's words are true."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from ingestion.docs import pages
from ingestion.settings import PROJECT_ROOT


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
