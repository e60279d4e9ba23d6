from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ingestion.contract import Row
from ingestion.errors import ContractError, FetchError
from ingestion.recorded import recorded_vintages
from ingestion.sources import cbp_southwest_land_border_encounters as southwest
from tests.contract.support import Served, parsed, releases

DATASET = southwest.DATASET
HEADER = (
    "Fiscal Year,Month Grouping,Month (abbv),Component,Demographic,Citizenship Grouping,Title of Authority,"
    "Encounter Type,Encounter Count\r\n"
)
# Made up for tests, in the publisher's layout.
SMALL = (
    HEADER
    + "2022,FYTD,OCT,Office of Field Operations,Accompanied Minors,El Salvador,Title 42,Expulsions,1\r\n"
    + "2022,Remaining,SEP,U.S. Border Patrol,UAC,Other,Title 8,Apprehensions,7\r\n"
    + "2025 (FYTD),FYTD,OCT,Office of Field Operations,FMUA,Mexico,Title 8,Inadmissibles,12\r\n"
)
SITE = "https://www.cbp.gov/sites/default/files"
FILES = [
    f"{SITE}/assets/documents/2022-Oct/sbo-encounters-fy19-fy22.csv",
    f"{SITE}/assets/documents/2023-Jul/sbo-encounters-fy20-fy23-jun.csv",
    f"{SITE}/2024-10/sboencounters-fy21-fy24.csv",
    f"{SITE}/2026-05/sbo-encounters-fy23-fy26-apr.csv",
]
PAGE = (
    "<html>"
    + "".join(f'<a href="{url}">x</a>' for url in (FILES[3], FILES[0], FILES[2], FILES[1]))
    + f'<a href="{SITE}/2024-10/nationwide-encounters-fy21-fy24-state.csv">other</a></html>'
)


def rows(tmp_path: Path, body: str) -> list[Row]:
    path = tmp_path / "small.csv"
    path.write_bytes(body.encode())
    return list(southwest.parse(DATASET, "small.csv", path))


def totals(found: list[Row], label: str, *, keep_remaining: bool = True) -> Counter[tuple[str, str]]:
    counted: Counter[tuple[str, str]] = Counter()
    for row in found:
        if keep_remaining or row.values["Month Grouping"] != "Remaining":
            key = (str(row.values["Fiscal Year"])[:4], str(row.values[label]))
            counted[key] += int(row.values["Encounter Count"] or 0)
    return counted


def test_every_file_of_the_page_is_a_release_oldest_first_hyphen_or_not(tmp_path: Path) -> None:
    getter = Served(tmp_path, {southwest.DISCOVERY: PAGE, **dict.fromkeys(FILES, SMALL)})
    found = list(southwest.fetch(DATASET, getter))
    assert [url for url, _ in getter.asked] == [southwest.DISCOVERY, *FILES]
    assert [release.label for release in found] == ["fy19-fy22", "fy20-fy23-jun", "fy21-fy24", "fy23-fy26-apr"]


@pytest.mark.parametrize(
    ("page", "error", "rule"),
    [
        ("<html><a href='/other.csv'>x</a></html>", FetchError, "discovery.no_links"),
        (f"<html><a href='{SITE}/2026-05/sbo-encounters-latest-fy26.csv'>x</a></html>", ContractError, "cbp.name"),
    ],
)
def test_a_page_that_does_not_say_which_files_stops(
    tmp_path: Path, page: str, error: type[FetchError | ContractError], rule: str
) -> None:
    with pytest.raises(error) as caught:
        list(southwest.fetch(DATASET, Served(tmp_path, {southwest.DISCOVERY: page})))
    assert caught.value.rule == rule


def test_every_row_is_kept_as_it_stands(tmp_path: Path) -> None:
    found = rows(tmp_path, SMALL)
    assert [row.values["Fiscal Year"] for row in found] == ["2022", "2022", "2025 (FYTD)"]
    assert found[1].values["Month Grouping"] == "Remaining", "'Remaining' months are figures"
    assert (found[0].values["Encounter Type"], found[0].values["Encounter Count"]) == ("Expulsions", "1")
    assert list(found[0].values) == [field.name for field in DATASET.fields]


def test_the_file_by_state_is_refused(tmp_path: Path) -> None:
    header = (
        "Fiscal Year,Month Grouping,Month (abbv),Land Border Region,State,Demographic,Citizenship,"
        "Title of Authority,Encounter Count\n"
    )
    with pytest.raises(ContractError, match="- Component"):
        rows(tmp_path, header)


def check_figures(found: list[Row]) -> None:
    assert len(found) == 1_850
    by_component = totals(found, "Component")
    assert by_component["2023", "U.S. Border Patrol"] == 2_045_838
    assert by_component["2024", "U.S. Border Patrol"] == 1_530_523
    both = Counter[str]()
    for (year, _), count in by_component.items():
        both[year] += count
    assert (both["2022"], both["2023"], both["2024"]) == (2_378_944, 2_475_669, 2_135_005)
    cut = totals(found, "Component", keep_remaining=False)
    assert sum(count for (year, _), count in cut.items() if year == "2022") == 1_539_314, (
        "what dropping them would give"
    )
    months = totals(found, "Month (abbv)")
    assert (months["2023", "SEP"], months["2022", "MAY"]) == (269_735, 241_136)


def test_recorded_figures(tmp_path: Path) -> None:
    (bundle,) = recorded_vintages(DATASET.id)
    (release,) = releases(DATASET, bundle, tmp_path)
    assert release.label == "fy22-fy25-may"
    check_figures(parsed(DATASET, release))


def test_the_original_gives_the_published_totals(originals: Path) -> None:
    check_figures(list(southwest.parse(DATASET, "original", originals / southwest.ORIGINAL)))
