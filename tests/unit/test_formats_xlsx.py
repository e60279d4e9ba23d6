from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest

from ingestion.errors import ContractError
from ingestion.formats import xlsx


def made_up(path: Path) -> Path:
    """A small workbook of every kind of cell, made up for tests."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "2022"
    sheet["B2"] = "Refugee"
    sheet["C2"] = "FY Total"
    sheet.merge_cells("C2:D2")
    sheet.append(["x", 15000, 12.62, True, date(2014, 3, 3), datetime(2014, 3, 3, 10, 30, 27), " spaced "])  # noqa: DTZ001
    sheet.append([None, "", "NA", "#N/A", "40,000", "35,000 - 50,000", 0])
    sheet.row_dimensions[4].hidden = True
    book.create_sheet("Cumulative Summary")
    book.save(path)
    return path


@pytest.mark.parametrize("name", ["book.xlsx", "no_suffix"])
def test_cells_become_text(tmp_path: Path, name: str) -> None:
    with xlsx.workbook(made_up(tmp_path / name), file=name) as book:
        assert book.sheet_names == ["2022", "Cumulative Summary"]
        rows = {n: [xlsx.text(c) for c in cells] for n, cells in xlsx.sheet_rows(book, "2022", file="b")}
        assert list(xlsx.sheet_rows(book, "Cumulative Summary", file="b")) == []
    assert rows[1] == [None] * 7, "rows are numbered as the spreadsheet shows them, empty ones on top included"
    assert rows[3] == ["x", "15000", "12.62", "true", "2014-03-03", "2014-03-03 10:30:27", " spaced "]
    assert rows[4] == [None, None, "NA", None, "40,000", "35,000 - 50,000", "0"], "hidden rows are read, errors are not"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "0"),
        (-3.0, "-3"),
        (1e20, "100000000000000000000"),
        (0.1, "0.1"),
        (7, "7"),
        (False, "false"),
        ("", None),
        (None, None),
        ("0", "0"),
        (time(8, 30), "08:30:00"),
        (timedelta(hours=1), "3600"),
    ],
)
def test_text_of_a_cell(value: object, expected: str | None) -> None:
    assert xlsx.text(value) == expected


@pytest.mark.parametrize("body", [b"", b"<html>Access Denied</html>", b"PK\x03\x04 cut short", b"\0" * 2000])
def test_what_is_not_a_workbook_is_refused(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "b.xlsx"
    path.write_bytes(body)
    with pytest.raises(ContractError) as caught, xlsx.workbook(path, file="b.xlsx", dataset_id="a/b"):
        pass
    assert (caught.value.rule, caught.value.dataset_id) == ("xlsx.syntax", "a/b")


def test_merged_cells_carry_their_value_everywhere() -> None:
    grid = [["Title", None, None], [None, "Group", None], [None, None, None], ["a", "b", "c"]]
    filled = xlsx.fill_merged(grid, [((0, 0), (0, 5)), ((1, 1), (2, 2)), ((9, 0), (9, 9)), ((1, 7), (1, 8))])
    assert filled == [["Title"] * 3, [None, "Group", "Group"], [None, "Group", "Group"], ["a", "b", "c"]]
    assert grid[0] == ["Title", None, None], "the grid given is left alone"
    assert xlsx.fill_merged(grid, None) == grid


def test_a_header_of_several_rows_becomes_one() -> None:
    rows = [["Refugee", "FY Total", None], ["Admissions", "Admitted", None], ["Ceiling", "to the\nU.S.", "OCT"]]
    assert xlsx.join_header(rows) == ["Refugee Admissions Ceiling", "FY Total Admitted to the U.S.", "OCT"]
    assert xlsx.join_header([["Same", None], ["Same", None]]) == ["Same", None], "a merged cell is said once"


def test_a_row_is_found_by_rule() -> None:
    rows = [[None], ["Country of Chargeability"], ["Country of Chargeability"]]
    assert xlsx.find_row(rows, lambda row: "Country of Chargeability" in row) == 1
    assert xlsx.find_row(rows, lambda row: "Nothing" in row) is None
