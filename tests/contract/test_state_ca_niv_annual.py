from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from ingestion.contract import Row
from ingestion.errors import ContractError
from ingestion.recorded import recorded_vintages
from ingestion.sources import state_ca_niv_annual as niv
from tests.contract.support import Served, parsed, releases

DATASET = niv.DATASET


def workbook(tmp_path: Path, change: Callable[[openpyxl.Workbook], None] = lambda _book: None) -> Path:
    """Two sheets in the publisher's layout, with figures made up for tests."""
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Notes"
    for name, title, classes in (
        ("FY98", "Fiscal Year 1998", ["A-1", "H-2A", "H-2B", "H-2R"]),
        ("FY15", "Fiscal Year 2015", ["A-1", "CW-1", "H-2A", "H-2B"]),
    ):
        made = book.create_sheet(name)
        made.append([title, *classes, "Total Visas", "BCC", "Grand Total"])
        made.append(["North America"])
        made.append(["Honduras", 1, 0, None, 4, 5, 0, 5])
        made.append(["Totals for North America", 1, 0, 3, 4, 5, 0, 5])
        made.append([])
        made.append(["Unknown"])
        made.append(["No Nationality", 0, 0, 0, 0, 0, 0, 0])
        made.append(["Grand Totals", 1, 0, 3, 4, 5, 0, 5])
        made.append(["printed below the table"])
    change(book)
    path = tmp_path / "niv.xlsx"
    book.save(path)
    return path


def rows(path: Path) -> list[Row]:
    return list(niv.parse(DATASET, "niv.xlsx", path))


def test_rows_of_a_sheet(tmp_path: Path) -> None:
    found = [row for row in rows(workbook(tmp_path)) if row.record.startswith("FY98!")]
    shown = [(r.record, r.values["region"], r.values["nationality"], r.values["H-2A"], r.values["H-2B"]) for r in found]
    assert shown == [
        ("FY98!3", "North America", "Honduras", "0", None),
        ("FY98!4", "North America", "Totals for North America", "0", "3"),
        ("FY98!7", "Unknown", "No Nationality", "0", "0"),
        ("FY98!8", None, "Grand Totals", "0", "3"),
    ], "an empty cell is no zero; the heading of a region and what stands below the table are no rows"
    assert {row.values["fiscal_year_title"] for row in found} == {"Fiscal Year 1998"}


def test_classes_come_and_go(tmp_path: Path) -> None:
    found = {row.record: row.values for row in rows(workbook(tmp_path))}
    assert found["FY98!3"]["H-2R"] == "4"
    assert "H-2R" not in found["FY15!3"], "a class that the sheet lacks has no figure"
    assert (found["FY15!3"]["H-2A"], found["FY15!3"]["H-2B"]) == (None, "4")


def test_a_new_class_is_reported_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def new_class(book: openpyxl.Workbook) -> None:
        book["FY15"]["C1"] = "H-2D"

    with caplog.at_level(logging.WARNING):
        found = rows(workbook(tmp_path, new_class))
    assert "H-2D" in caplog.text
    assert all("H-2D" not in row.values for row in found)


def test_sheets_are_years_of_two_centuries() -> None:
    assert [niv._year(name) for name in ("FY97", "FY99", "FY00", "FY24")] == [1997, 1999, 2000, 2024]


def cut_short(book: openpyxl.Workbook) -> None:
    book["FY15"].delete_rows(8, 2)


def other_year(book: openpyxl.Workbook) -> None:
    book["FY15"]["A1"] = "Fiscal Year 2014"


def no_title(book: openpyxl.Workbook) -> None:
    book["FY15"]["A1"] = "Nationality"


def no_region(book: openpyxl.Workbook) -> None:
    book["FY15"].delete_rows(2)


def lost_class(book: openpyxl.Workbook) -> None:
    book["FY15"]["D1"] = "H-1A"


def no_years(book: openpyxl.Workbook) -> None:
    del book["FY98"], book["FY15"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (cut_short, "niv.end"),
        (other_year, "niv.title"),
        (no_title, "niv.header"),
        (no_region, "niv.row"),
        (lost_class, "header.missing"),
        (no_years, "niv.sheets"),
    ],
)
def test_another_layout_stops(tmp_path: Path, change: Callable[[openpyxl.Workbook], None], rule: str) -> None:
    with pytest.raises(ContractError) as caught:
        rows(workbook(tmp_path, change))
    assert caught.value.rule == rule


def test_the_label_is_the_newest_sheet(tmp_path: Path) -> None:
    getter = Served(tmp_path, {niv.WORKBOOK: workbook(tmp_path).read_bytes()})
    (release,) = niv.fetch(DATASET, getter)
    assert release.label == "FY15"


@pytest.mark.parametrize(("newest", "late"), [("FY23", True), ("FY24", False)])
def test_a_newest_sheet_that_is_late_is_reported(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, newest: str, *, late: bool
) -> None:
    """The address names the last year, so a later edition is not found by asking: on 1 January 2026 FY23 is late."""

    def later(book: openpyxl.Workbook) -> None:
        book["FY15"].title = newest

    getter = Served(tmp_path, {niv.WORKBOOK: workbook(tmp_path, later).read_bytes()})
    with caplog.at_level(logging.WARNING):
        (release,) = niv.fetch(DATASET, getter)
    assert release.label == newest
    assert (f"the newest sheet is {newest}" in caplog.text) == late
    assert ("--file" in caplog.text) == late


def test_recorded_figures(tmp_path: Path) -> None:
    (bundle,) = recorded_vintages(DATASET.id)
    (release,) = releases(DATASET, bundle, tmp_path)
    assert release.label == "FY15"
    found = {(row.record[:4], row.values["nationality"]): row.values for row in parsed(DATASET, release)}
    assert len(found) == 420

    def figures(nationality: str, sheet: str = "FY15") -> tuple[str | None, str | None]:
        return found[(sheet, nationality)]["H-2A"], found[(sheet, nationality)]["H-2B"]

    assert figures("Grand Totals") == ("108144", "69684")
    assert [figures(name) for name in ("Guatemala", "Honduras", "El Salvador", "Mexico")] == [
        ("1426", "2754"),
        ("193", "650"),
        ("66", "541"),
        ("102174", "51301"),
    ]
    assert found[("FY06", "Grand Totals")]["H-2R"] == "50854"


def test_the_originals_read_the_same(originals: Path, tmp_path: Path) -> None:
    """The sheets as at hand, laid out whole: what was left out moves no row and no total."""
    (bundle,) = recorded_vintages(DATASET.id)
    (release,) = releases(DATASET, bundle, tmp_path)
    kept = {row.record: row.values for row in parsed(DATASET, release)}
    for path in (originals / niv.ORIGINALS).glob("FY*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        number, line = next((n, t) for n, t in enumerate(lines, start=1) if t.startswith("Grand Totals,"))
        assert kept[f"{path.stem}!{number}"]["Grand Total"] == line.split(",")[-1]
