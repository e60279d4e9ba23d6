from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from ingestion.contract import Row
from ingestion.errors import ContractError, FetchError
from ingestion.recorded import recorded_vintages
from ingestion.sources import dhs_ohss_khsm_encounters as khsm
from tests.contract.support import Served, parsed, releases


def report(tmp_path: Path, change: Callable[[openpyxl.Workbook], None] = lambda _book: None) -> Path:
    """A workbook in the publisher's layout, with figures made up for tests."""
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Annual Count"
    for sheet, rows in {
        "Annual Region": [["Fiscal\nYear", "Region", "Quantity"], [2001, khsm.BORDER, 30]],
        "Monthly Region": [
            ["Fiscal\nYear", "Month", "Region", "Quantity"],
            [2001, "01 October", khsm.BORDER, 10],
            [2001, "12 September", khsm.BORDER, 20],
        ],
        "Annual Rgn and Citp": [
            ["Fiscal\nYear", "Region", "Citizenship", "Quantity"],
            [2001, khsm.BORDER, "China, People's Republic", 30],
        ],
    }.items():
        made = book.create_sheet(sheet)
        for row in rows:
            made.append(row)
    change(book)
    path = tmp_path / "report.xlsx"
    book.save(path)
    return path


def rows(path: Path) -> list[Row]:
    return list(khsm.DATASET.parse(khsm.DATASET, "report.xlsx", path))


def test_only_the_sheets_of_the_contract_are_read_and_a_header_may_break_its_line(tmp_path: Path) -> None:
    found = rows(report(tmp_path))
    assert [row.record for row in found] == [
        "Annual Region!2",
        "Monthly Region!2",
        "Monthly Region!3",
        "Annual Rgn and Citp!2",
    ]
    assert found[2].values == {
        "sheet": "Monthly Region",
        "Fiscal Year": "2001",
        "Month": "12 September",
        "Region": khsm.BORDER,
        "Quantity": "20",
    }
    assert found[3].values["Citizenship"] == "China, People's Republic"


def no_sheet(book: openpyxl.Workbook) -> None:
    book["Monthly Region"].title = "Monthly Rgn"


def other_header(book: openpyxl.Workbook) -> None:
    book["Annual Region"]["B1"] = "Sector"


def calendar_month(book: openpyxl.Workbook) -> None:
    book["Monthly Region"]["B2"] = "10 October"


def marked_year(book: openpyxl.Workbook) -> None:
    book["Annual Region"]["A2"] = "2001 YTD"


def no_figure(book: openpyxl.Workbook) -> None:
    book["Annual Region"]["C2"] = None


def no_rows(book: openpyxl.Workbook) -> None:
    book["Annual Rgn and Citp"].delete_rows(2)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (no_sheet, "khsm.sheets"),
        (other_header, "khsm.header"),
        (calendar_month, "khsm.row"),
        (marked_year, "khsm.row"),
        (no_figure, "khsm.row"),
        (no_rows, "khsm.header"),
    ],
)
def test_another_layout_stops(tmp_path: Path, change: Callable[[openpyxl.Workbook], None], rule: str) -> None:
    with pytest.raises(ContractError) as caught:
        rows(report(tmp_path, change))
    assert caught.value.rule == rule


def test_the_newest_edition_is_asked_for_and_december_comes_before_january(tmp_path: Path) -> None:
    folder = "/sites/default/files/"
    names = [f"KHSM Encounters ({part}) fy{mark}.xlsx" for part, mark in
             (("USBP", "24m09"), ("USBP", "25m12"), ("USBP", "25m01"), ("OFO", "25m02"))]  # fmt: skip
    page = "".join(f'<a href="{folder}{name}">x</a>' for name in names)
    newest = "https://ohss.dhs.gov" + (folder + names[2]).replace(" ", "%20")
    getter = Served(tmp_path, {khsm.DISCOVERY: page, newest: report(tmp_path).read_bytes()})
    (release,) = khsm.DATASET.fetch(khsm.DATASET, getter)
    assert [url for url, _ in getter.asked] == [khsm.DISCOVERY, newest]
    assert (release.label, release.payloads[0].file) == ("fy25m01", names[2])


def test_a_page_without_the_workbook_stops(tmp_path: Path) -> None:
    with pytest.raises(FetchError) as caught:
        list(khsm.DATASET.fetch(khsm.DATASET, Served(tmp_path, {khsm.DISCOVERY: "<a href='/x.xlsx'>x</a>"})))
    assert caught.value.rule == "discovery.no_links"


def recorded(tmp_path: Path) -> list[Row]:
    (bundle,) = recorded_vintages(khsm.DATASET.id)
    (release,) = releases(khsm.DATASET, bundle, tmp_path)
    assert release.label == "fy25m11"
    return parsed(khsm.DATASET, release)


def test_recorded_figures(tmp_path: Path) -> None:
    found = recorded(tmp_path)
    assert len(found) == 26 + 302 + 1_889
    years = {r.values["Fiscal Year"]: r.values["Quantity"] for r in found if r.values["sheet"] == "Annual Region"}
    assert (years["2000"], years["2023"], years["2024"]) == ("1566420", "2045840", "1530520")


def test_the_original_reads_the_same_at_the_southwest_border(originals: Path, tmp_path: Path) -> None:
    original = list(khsm.DATASET.parse(khsm.DATASET, "original", originals / khsm.ORIGINAL))
    assert len(original) == 78 + 906 + 4_004
    southwest = [dict(row.values) for row in original if row.values["Region"] == khsm.BORDER]
    assert southwest == [dict(row.values) for row in recorded(tmp_path)]
