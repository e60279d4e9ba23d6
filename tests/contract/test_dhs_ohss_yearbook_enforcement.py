"""The layout as notes on the edition of fiscal year 2022 describe it; titles and figures are made up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from ingestion.contract import Row
from ingestion.errors import ContractError
from ingestion.sources import _ohss_yearbook as yearbook
from ingestion.sources import dhs_ohss_yearbook_enforcement as enforcement
from tests.contract.support import Served, parsed

DATASET = enforcement.DATASET
NAME = "2026_0806_ohss_yearbook_enforcement_fy2023.xlsx"
SHEETS: dict[str, list[list[object]]] = {
    "Table 33": [
        ["MADE UP ACTIONS: FISCAL YEARS 2000 TO 2003"],
        [],
        ["Year", "Number", "Year", "Number"],
        [2000, 1, 2002, 3],
        ["2001 1", 2, 2003, 4],
        ["1 A year of fifteen months."],
    ],
    "Table 34d": [
        ["MADE UP APPREHENSIONS BY REGION AND COUNTRY: FISCAL YEARS 2001 TO 2002"],
        [],
        ["Region and country of nationality", 2001, 2002],
        ["REGION"],
        ["Total", 30, 40],
        ["North America", 30, 40],
        ["COUNTRY"],
        ["Honduras", 20, 0],
        ["Soviet Union (former)1", "X", "D"],
        ["Niue", "NA", "-"],
        ["D Data withheld to limit disclosure."],
    ],
    "Table 35": [
        ["MADE UP ARRESTS BY OFFICE: FISCAL YEARS 2001 TO 2002"],
        [],
        ["Office", 2001, 2002],
        ["EAST"],
        ["Nowhere", 1, 2],
    ],
    "Table 39": [
        ["MADE UP REPATRIATIONS: FISCAL YEARS 2001 TO 2002"],
        [],
        ["Year", "Administrative Returns", "Enforcement Returns1", "Removals2", "Expulsions"],
        [2001, 1, 2, 3, "X"],
        [2002, 4, 5, 6, 7],
    ],
    "Table 42d": [
        ["MADE UP REMOVALS BY CRIMINAL STATUS: FISCAL YEARS 2001 TO 2002"],
        [],
        ["Region and country of nationality", 2001, None, None, 2002, None, None],
        [None, "Total", "Criminal1", "Non-Criminal", "Total", "Criminal1", "Non-Criminal"],
        ["REGION"],
        ["Total", 9, 4, 5, 12, 6, 6],
        ["COUNTRY"],
        ["Honduras", 9, 4, 5, 12, 6, 6],
    ],
}


def workbook(tmp_path: Path, change: Callable[[openpyxl.Workbook], None] = lambda _book: None) -> Path:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "TOC"
    for name, rows in SHEETS.items():
        sheet = book.create_sheet(name)
        for row in [["Return to Table of Contents"], [], [f"{name}."], *rows, ["Source: invented for a test."]]:
            sheet.append(row)
    change(book)
    path = tmp_path / NAME
    book.save(path)
    return path


def rows(path: Path) -> dict[str, Row]:
    return {row.record: row for row in DATASET.parse(DATASET, NAME, path)}


def cells(row: Row) -> tuple[str | None, ...]:
    return tuple(row.values[name] for name in ("section", "label", "Fiscal Year", "column_name", "value"))


def test_every_table_by_country_or_by_year_is_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    found = rows(workbook(tmp_path))
    assert cells(found["Table 39!D8"]) == (None, None, "2002", "Removals", "6"), "columns are found by their headings"
    assert cells(found["Table 39!E7"]) == (None, None, "2001", "Expulsions", "X")
    assert cells(found["Table 34d!B8"]) == ("REGION", "Total", "2001", None, "30")
    assert cells(found["Table 34d!C12"]) == ("COUNTRY", "Soviet Union (former)", "2002", None, "D")
    assert [cells(found[f"Table 34d!{place}"])[-1] for place in ("C11", "B13", "C13")] == ["0", "NA", "-"]
    assert found["Table 34d!B8"].values["title"] == SHEETS["Table 34d"][0][0]
    assert "Table 35" not in {record.split("!")[0] for record in found}
    assert "tables in another layout, left out: Table 35" in caplog.text


def test_a_header_in_two_rows_names_the_year_once(tmp_path: Path) -> None:
    found = rows(workbook(tmp_path))
    assert [cells(found[f"Table 42d!{column}9"])[2:] for column in "BCDEFG"] == [
        ("2001", "Total", "9"),
        ("2001", "Criminal", "4"),
        ("2001", "Non-Criminal", "5"),
        ("2002", "Total", "12"),
        ("2002", "Criminal", "6"),
        ("2002", "Non-Criminal", "6"),
    ]
    assert len([record for record in found if record.startswith("Table 42d!")]) == 12


def test_a_long_table_in_blocks_side_by_side_is_one(tmp_path: Path) -> None:
    found = [cells(row)[2:] for record, row in rows(workbook(tmp_path)).items() if record.startswith("Table 33!")]
    assert sorted(found) == [(str(year), "Number", str(year - 1999)) for year in range(2000, 2004)]


def test_tables_are_found_by_what_they_hold_not_by_their_number(tmp_path: Path) -> None:
    def renumbered(book: openpyxl.Workbook) -> None:
        book["Table 39"].title = "Table 40d"

    assert cells(rows(workbook(tmp_path, renumbered))["Table 40d!D8"])[-1] == "6"


def without_repatriations(book: openpyxl.Workbook) -> None:
    book["Table 39"]["E6"] = "Title 42"


def cut_short(book: openpyxl.Workbook) -> None:
    book["Table 42d"].delete_rows(12)


def another_label(book: openpyxl.Workbook) -> None:
    book["Table 39"]["A8"] = "Total"


def before_the_sections(book: openpyxl.Workbook) -> None:
    book["Table 34d"].insert_rows(7)
    book["Table 34d"]["A7"], book["Table 34d"]["B7"] = "Honduras", 1


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (without_repatriations, "yearbook.tables"),
        (cut_short, "yearbook.end"),
        (another_label, "yearbook.row"),
        (before_the_sections, "yearbook.row"),
    ],
)
def test_another_layout_stops(tmp_path: Path, change: Callable[[openpyxl.Workbook], None], rule: str) -> None:
    with pytest.raises(ContractError) as caught:
        rows(workbook(tmp_path, change))
    assert caught.value.rule == rule


def test_the_newest_edition_is_asked_for(tmp_path: Path) -> None:
    new = f"/system/files/2026-08/{NAME}"
    old = new.replace("fy2023", "fy2022")
    page = f'<a href="{old}">x</a><a href="{new}">x</a><a href="{new.replace("enforcement", "refugees")}">x</a>'
    address = f"https://ohss.dhs.gov{new}"
    getter = Served(tmp_path, {yearbook.DISCOVERY: page, address: workbook(tmp_path).read_bytes()})
    (release,) = DATASET.fetch(DATASET, getter)
    assert [url for url, _ in getter.asked] == [yearbook.DISCOVERY, address]
    assert (release.label, len(parsed(DATASET, release))) == ("FY2023", len(rows(workbook(tmp_path))))
