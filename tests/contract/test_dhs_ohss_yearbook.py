from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from ingestion.contract import Row
from ingestion.errors import ContractError, FetchError
from ingestion.recorded import recorded_vintages
from ingestion.sources import _ohss_yearbook as yearbook
from ingestion.sources import dhs_ohss_yearbook_asylees as asylees
from ingestion.sources import dhs_ohss_yearbook_refugees as refugees
from tests.contract.support import Served, parsed, releases

DATASETS = [refugees.DATASET, asylees.DATASET]
SITE = "https://ohss.dhs.gov"


def report(tmp_path: Path, change: Callable[[openpyxl.Workbook], None] = lambda _book: None) -> Path:
    """A workbook in the publisher's layout, with figures made up for tests."""
    book = openpyxl.Workbook()
    book.worksheets[0].title = "TOC"
    made = book.create_sheet("Table 14")
    for row in (
        ["Return to Table of Contents"],
        [],
        ["Table 14."],
        ["REFUGEE ARRIVALS BY REGION AND COUNTRY OF NATIONALITY: FISCAL YEARS 2001 TO 2002"],
        [],
        ["Region and country of nationality", 2001, 2002],
        ["REGION"],
        ["Total", 30, 40],
        ["COUNTRY"],
        ["Total", 30, 40],
        ["Honduras", 20, 0],
        ["Soviet Union (former)1", 10, "X"],
        ["All other countries2", 10, "D"],
        ["X Not applicable."],
        ["1 Former."],
        ["Source: invented for a test."],
    ):
        made.append(row)
    change(book)
    path = tmp_path / "report.xlsx"
    book.save(path)
    return path


def rows(path: Path) -> list[Row]:
    return list(refugees.DATASET.parse(refugees.DATASET, "report.xlsx", path))


def test_rows_carry_their_section_and_lose_their_footnotes(tmp_path: Path) -> None:
    found = [(r.record, r.values["section"], r.values["label"], r.values["value"]) for r in rows(report(tmp_path))]
    assert found[1::2] == [
        ("Table 14!C8", "REGION", "Total", "40"),
        ("Table 14!C10", "COUNTRY", "Total", "40"),
        ("Table 14!C11", "COUNTRY", "Honduras", "0"),
        ("Table 14!C12", "COUNTRY", "Soviet Union (former)", "X"),
        ("Table 14!C13", "COUNTRY", "All other countries", "D"),
    ]
    assert {r.values["Fiscal Year"] for r in rows(report(tmp_path))} == {"2001", "2002"}


def test_a_table_is_found_by_its_title_not_by_its_number(tmp_path: Path) -> None:
    def renumbered(book: openpyxl.Workbook) -> None:
        book["Table 14"].title = "Table 15d"

    assert rows(report(tmp_path, renumbered))[0].record == "Table 15d!B8"


def renamed(book: openpyxl.Workbook) -> None:
    book["Table 14"]["A4"] = "REFUGEES BY NATIONALITY: FISCAL YEARS 2001 TO 2002"


def other_header(book: openpyxl.Workbook) -> None:
    book["Table 14"]["A6"] = "Nationality"


def no_year(book: openpyxl.Workbook) -> None:
    book["Table 14"]["C6"] = "Change"


def no_section(book: openpyxl.Workbook) -> None:
    book["Table 14"]["A7"] = "AREA"


def cut_short(book: openpyxl.Workbook) -> None:
    book["Table 14"].delete_rows(13, 4)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (renamed, "yearbook.tables"),
        (other_header, "yearbook.header"),
        (no_year, "yearbook.header"),
        (no_section, "yearbook.row"),
        (cut_short, "yearbook.end"),
    ],
)
def test_another_layout_stops(tmp_path: Path, change: Callable[[openpyxl.Workbook], None], rule: str) -> None:
    with pytest.raises(ContractError) as caught:
        rows(report(tmp_path, change))
    assert caught.value.rule == rule


def test_the_newest_edition_of_the_topic_is_asked_for(tmp_path: Path) -> None:
    old = "/sites/default/files/2024-11/2024_1108_ohss_yearbook_refugees_fy2023.xlsx"
    new = "/system/files/2026-06/2026_0604_ohss_yearbook_refugees_fy2024.xlsx"
    other = new.replace("refugees_fy2024", "lawful_permanent_residents_fy2025")
    page = "".join(f'<a href="{path}">x</a>' for path in (old, new, other))
    getter = Served(tmp_path, {yearbook.DISCOVERY: page, SITE + new: report(tmp_path).read_bytes()})
    (release,) = refugees.DATASET.fetch(refugees.DATASET, getter)
    assert [url for url, _ in getter.asked] == [yearbook.DISCOVERY, SITE + new]
    assert release.label == "FY2024"


def test_a_page_without_the_topic_stops(tmp_path: Path) -> None:
    page = '<a href="/sites/default/files/2024-11/2024_1108_ohss_yearbook_refugees_fy2023.xlsx">x</a>'
    with pytest.raises(FetchError) as caught:
        list(asylees.DATASET.fetch(asylees.DATASET, Served(tmp_path, {yearbook.DISCOVERY: page})))
    assert caught.value.rule == "discovery.no_links"


def recorded(tmp_path: Path, number: int) -> list[Row]:
    (bundle,) = recorded_vintages(DATASETS[number].id)
    (release,) = releases(DATASETS[number], bundle, tmp_path)
    assert release.label == "FY2023"
    return parsed(DATASETS[number], release)


def test_recorded_figures(tmp_path: Path) -> None:
    arrivals, granted = recorded(tmp_path, 0), recorded(tmp_path, 1)
    assert (len(arrivals), len(granted)) == (780, 2_252)
    totals = {r.values["Fiscal Year"]: r.values["value"] for r in arrivals if r.values["label"] == "Total"}
    assert (totals["2022"], totals["2023"]) == ("25520", "60050")
    by_year = {(r.values["Fiscal Year"], r.values["column_name"]): r.values["value"] for r in granted}
    assert (by_year["1990", "Total"], by_year["2023", "Affirmative"], by_year["2023", "Defensive"]) == (
        "8470",
        "22300",
        "32050",
    )


@pytest.mark.parametrize(("number", "topic"), [(0, "refugees"), (1, "asylees")])
def test_the_original_reads_the_same(originals: Path, tmp_path: Path, number: int, topic: str) -> None:
    dataset = DATASETS[number]
    original = originals / f"ohss_yearbook/yearbook_{topic}_fy2023.xlsx"
    assert list(dataset.parse(dataset, "original", original)) == recorded(tmp_path, number)
