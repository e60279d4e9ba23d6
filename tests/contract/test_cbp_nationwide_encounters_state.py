from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from ingestion.contract import Row
from ingestion.errors import BlockedError, ContractError, FetchError
from ingestion.recorded import recorded_vintages
from ingestion.sources import cbp_nationwide_encounters_state as cbp
from tests.contract.support import Served, parsed, releases

DATASET = cbp.DATASET
HEADER = (
    "Fiscal Year,Month Grouping,Month (abbv),Land Border Region,State,Demographic,Citizenship,"
    "Title of Authority,Encounter Count\r\n"
)
# Made up for tests, in the publisher's layout.
SMALL = (
    HEADER
    + '2023,FYTD,APR,Northern Land Border,ME,Single Adults,"CHINA, PEOPLES REPUBLIC OF",Title 42,1\r\n'
    + "2023,Remaining,SEP,Southwest Land Border,TX,UC / Single Minors,HONDURAS,Title 8,0\r\n"
    + "2025 (FYTD),FYTD,OCT,Southwest Land Border,TX,UAC,MYANMAR (BURMA),Title 8,12\r\n"
)
SITE = "https://www.cbp.gov/sites/default/files"
# Addresses of the shapes that were seen on the publisher's page, with the traps around them.
PAGE = f"""<html><body>
<a href="/sites/default/files/2026-07/nationwide-encounters-fy23-fy26-jun-aor.csv">AOR</a>
<a href="/sites/default/files/2026-07/nationwide-encounters-fy23-fy26-jun-state.csv">June 2026</a>
<a href='/sites/default/files/2025-11/Nationwide-Encounters-FY22-FY25-State.csv'>FY2025 final</a>
<a href="{SITE}/2025-06/nationwide-encounters-fy22-fy25-may-state_0.csv">May 2025, corrected</a>
<a href="{SITE}/2025-06/nationwide-encounters-fy22-fy25-may-state.csv">May 2025</a>
<a href="{SITE}/2024-02/nationwide-encounters-fy21-fy24-jan-state.csv">January 2024</a>
<a href="{SITE}/assets/documents/2023-Nov/nationwide-encounters-fy20-fy23-state.csv">FY2023 final</a>
<a href="{SITE}/assets/documents/2022-Oct/nationwide-encounters-fy20-fy22.csv">before the two kinds</a>
<a href="{SITE}/assets/documents/2023-Nov/nationwide-encounters-data-dictionary.pdf">dictionary</a>
</body></html>"""
STATE_FILES = [
    f"{SITE}/assets/documents/2023-Nov/nationwide-encounters-fy20-fy23-state.csv",
    f"{SITE}/2024-02/nationwide-encounters-fy21-fy24-jan-state.csv",
    f"{SITE}/2025-06/nationwide-encounters-fy22-fy25-may-state.csv",
    f"{SITE}/2025-06/nationwide-encounters-fy22-fy25-may-state_0.csv",
    f"{SITE}/2025-11/Nationwide-Encounters-FY22-FY25-State.csv",
    f"{SITE}/2026-07/nationwide-encounters-fy23-fy26-jun-state.csv",
]


def site(tmp_path: Path, page: str = PAGE, **answers: object) -> Served:
    return Served(tmp_path, {cbp.DISCOVERY: page, **dict.fromkeys(STATE_FILES, SMALL), **answers})


def rows(tmp_path: Path, body: str) -> list[Row]:
    path = tmp_path / "small.csv"
    path.write_bytes(body.encode())
    return list(cbp.parse(DATASET, "small.csv", path))


def southwest(rows: Iterable[Row]) -> Counter[str]:
    total: Counter[str] = Counter()
    for row in rows:
        if row.values["Land Border Region"] == "Southwest Land Border":
            total[str(row.values["Fiscal Year"])[:4]] += int(row.values["Encounter Count"] or 0)
    return total


def test_every_state_file_of_the_page_is_a_release_oldest_first(tmp_path: Path) -> None:
    getter = site(tmp_path)
    found = list(cbp.fetch(DATASET, getter))
    assert [url for url, _ in getter.asked] == [cbp.DISCOVERY, *STATE_FILES]
    assert [release.label for release in found] == [
        "fy20-fy23",
        "fy21-fy24-jan",
        "fy22-fy25-may",
        "fy22-fy25-may",
        "fy22-fy25",
        "fy23-fy26-jun",
    ]
    assert [release.payloads[0].file for release in found] == [url.rsplit("/", 1)[-1] for url in STATE_FILES]
    assert all(len(release.payloads) == 1 for release in found)


def test_only_addresses_that_the_page_lists_are_asked(tmp_path: Path) -> None:
    getter = site(tmp_path, f'<html><a href="{STATE_FILES[2]}">only one</a></html>')
    list(cbp.fetch(DATASET, getter))
    assert [url for url, _ in getter.asked] == [cbp.DISCOVERY, STATE_FILES[2]]


def test_an_older_file_that_is_gone_is_reported_and_passed_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    getter = site(tmp_path, **{STATE_FILES[0]: FetchError("404", url=STATE_FILES[0])})
    with caplog.at_level(logging.WARNING):
        found = list(cbp.fetch(DATASET, getter))
    assert len(found) == len(STATE_FILES) - 1
    assert STATE_FILES[0] in caplog.text


@pytest.mark.parametrize(
    ("url", "error"),
    [(STATE_FILES[-1], FetchError("404")), (STATE_FILES[0], BlockedError("403")), (cbp.DISCOVERY, BlockedError("403"))],
    ids=["newest gone", "blocked at an older file", "blocked at the page"],
)
def test_what_may_not_be_passed_over_stops(tmp_path: Path, url: str, error: FetchError) -> None:
    with pytest.raises(type(error)):
        list(cbp.fetch(DATASET, site(tmp_path, **{url: error})))


def test_a_page_without_state_files_stops(tmp_path: Path) -> None:
    with pytest.raises(FetchError) as caught:
        list(cbp.fetch(DATASET, site(tmp_path, "<html><a href='/nationwide-encounters-fy20-fy22.csv'>x</a></html>")))
    assert caught.value.rule == "discovery.no_links"


def test_a_name_that_does_not_say_its_months_stops_and_is_not_guessed(tmp_path: Path) -> None:
    page = f'<html><a href="{SITE}/2026-07/nationwide-encounters-latest-state.csv">x</a></html>'
    with pytest.raises(ContractError) as caught:
        list(cbp.fetch(DATASET, site(tmp_path, page)))
    assert caught.value.rule == "cbp.name"


def test_every_row_is_kept_as_it_stands(tmp_path: Path) -> None:
    found = rows(tmp_path, SMALL)
    assert [row.record for row in found] == ["2", "3", "4"]
    assert [row.values["Fiscal Year"] for row in found] == ["2023", "2023", "2025 (FYTD)"]
    assert found[0].values["Citizenship"] == "CHINA, PEOPLES REPUBLIC OF"
    assert found[1].values["Month Grouping"] == "Remaining", "'Remaining' months are figures"
    assert found[1].values["Encounter Count"] == "0"
    assert list(found[0].values) == [field.name for field in DATASET.fields]


def test_the_older_header_of_citizenship_is_known(tmp_path: Path) -> None:
    found = rows(tmp_path, SMALL.replace("Citizenship", "Citizenship Grouping"))
    assert found[2].values["Citizenship"] == "MYANMAR (BURMA)"


def test_the_file_of_the_other_kind_is_refused(tmp_path: Path) -> None:
    aor = (
        "Fiscal Year,Month Grouping,Month (abbv),Component,Land Border Region,Area of Responsibility,AOR (Abbv),"
        "Demographic,Citizenship,Title of Authority,Encounter Type,Encounter Count\n"
    )
    with pytest.raises(ContractError) as caught:
        rows(tmp_path, aor)
    assert "- State" in str(caught.value)
    assert "+ Encounter Type" in str(caught.value)


def test_the_recorded_vintages_give_the_published_totals(tmp_path: Path) -> None:
    old, new = recorded_vintages(DATASET.id)
    (first,) = releases(DATASET, old, tmp_path)
    again, second = releases(DATASET, new, tmp_path)
    assert first.label == "fy20-fy23"
    assert second.label == "fy22-fy25-may"
    assert again.payloads[0].sha256 == first.payloads[0].sha256, "the newer page still lists the older file"
    assert southwest(parsed(DATASET, first)) == {
        "2020": 458_088,
        "2021": 1_734_686,
        "2022": 2_378_944,
        "2023": 2_475_669,
    }
    newer = southwest(parsed(DATASET, second))
    assert (newer["2022"], newer["2023"], newer["2024"]) == (2_378_944, 2_475_669, 2_135_005)


def test_the_originals_give_the_published_totals(originals: Path) -> None:
    folder = originals / "cbp_nationwide_encounters"
    old = list(cbp.parse(DATASET, "old", folder / "nationwide-encounters-fy20-fy23-state.csv"))
    new = list(cbp.parse(DATASET, "new", folder / "nationwide-encounters-fy22-fy25-may-state.csv"))
    assert (len(old), len(new)) == (42_532, 44_122)
    totals = southwest(old)
    assert (totals["2021"], totals["2022"], totals["2023"]) == (1_734_686, 2_378_944, 2_475_669)
    assert southwest(new)["2024"] == 2_135_005
    everywhere = Counter[str]()
    for row in old:
        everywhere[str(row.values["Fiscal Year"])] += int(row.values["Encounter Count"] or 0)
    assert (everywhere["2021"], everywhere["2022"], everywhere["2023"]) == (1_956_519, 2_766_582, 3_201_144)
    closed = [row for row in new if row.values["Fiscal Year"] == "2022" and row.values["Month Grouping"] == "Remaining"]
    assert closed, "a file of May calls the last months of closed years 'Remaining'"


def test_the_neighbouring_file_of_the_publisher_is_refused(originals: Path) -> None:
    path = originals / "cbp_southwest_land_border_encounters" / "sbo-encounters-fy22-fy25-may.csv"
    if not path.exists():
        pytest.skip("the southwest file is not among the originals")
    with pytest.raises(ContractError, match="- State"):
        list(cbp.parse(DATASET, "sbo", path))
