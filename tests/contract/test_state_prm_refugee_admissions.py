from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.contract import Row
from ingestion.errors import ContractError, FetchError
from ingestion.recorded import recorded_vintages
from ingestion.sources import state_prm_refugee_admissions as prm
from tests.contract.support import Served, parsed, releases

DATASET = prm.DATASET
TOTAL = "FY Total Admitted to the U.S."
EMPTY = [""] * 12
AFRICA = ["", "Sudan", "", 78, 110, 30, *[0] * 10]


def sheet(book: openpyxl.Workbook, year: str, *, title: str | None = None) -> Worksheet:
    """One sheet of a year in the publisher's layout, with figures made up for tests."""
    made = book.create_sheet(year)
    made["A2"] = "Department of State\nBureau of Population, Refugees, and Migration\nSummary of Refugee Admissions"
    made["A3"] = "as of 31-December-2024"
    made["E5"] = "Refugee Admissions by Month"
    made["C6"], made["D6"], made["C7"], made["D7"] = "Refugee", "FY Total", "Admissions", "Admitted"
    for cells in (
        ["Country of Chargeability", None, "Ceiling", "to the U.S.", *prm.MONTHS],
        [title or f"Fiscal Year {year}", None, "", "", *EMPTY],
        ["Africa", None, "30,000 - 50,000", "", *EMPTY],
        AFRICA,
        ["", "Total Africa", 50000, 140, 110, 30, *[""] * 10],
        ["Unallocated Reserve", None, "0", "", *EMPTY],
        ["", "", "", "", *[0] * 12],
        ["", "Total Unallocated Reserve", "", "", *EMPTY],
        ["", "Grand Totals", 125000, 140, 110, 30, *[""] * 10],
        ["", "", "", "", *EMPTY],
        ["Note: In FY2020, ceilings were based on Admission Category.", None, "", "", *EMPTY],
    ):
        made.append([*cells])
    for merged in ("A2:Q2", "A3:Q3", "E5:P5", "A8:B8", "A9:B9", "A10:B10", "A13:B13"):
        made.merge_cells(merged)
    return made


def report(tmp_path: Path, change: Callable[[openpyxl.Workbook], None] = lambda _book: None) -> Path:
    book = openpyxl.Workbook()
    summary = book.worksheets[0]
    summary.title = "Cumulative Summary"
    summary.append(["Country of Chargeability", "Annual Average"])
    summary.append(["Edited by somebody", "=1/0"])
    sheet(book, "2025")
    sheet(book, "2024")
    change(book)
    path = tmp_path / "report.xlsx"
    book.save(path)
    return path


def rows(path: Path) -> list[Row]:
    return list(prm.parse(DATASET, "report.xlsx", path))


def test_rows_of_a_sheet(tmp_path: Path) -> None:
    found = [row for row in rows(report(tmp_path)) if row.record.startswith("2025!")]
    shown = [(r.record, r.values["region"], r.values["country"], r.values["Ceiling"], r.values[TOTAL]) for r in found]
    assert shown == [
        ("2025!10", "Africa", None, "30,000 - 50,000", None),
        ("2025!11", "Africa", "Sudan", None, "78"),
        ("2025!12", "Africa", "Total Africa", "50000", "140"),
        ("2025!13", "Unallocated Reserve", None, "0", None),
        ("2025!14", "Unallocated Reserve", None, None, None),
        ("2025!15", "Unallocated Reserve", "Total Unallocated Reserve", None, None),
        ("2025!16", None, "Grand Totals", "125000", "140"),
    ]
    assert {r.values["fiscal_year_title"] for r in found} == {"Fiscal Year 2025"}
    assert {r.values["as_of"] for r in found} == {"as of 31-December-2024"}
    assert list(found[0].values) == [field.name for field in DATASET.fields]


def test_months_to_come_are_left_as_they_are_printed(tmp_path: Path) -> None:
    found = {r.values["country"]: r.values for r in rows(report(tmp_path)) if r.record.startswith("2025!")}
    assert (found["Sudan"]["OCT"], found["Sudan"]["SEP"]) == ("110", "0")
    assert (found["Grand Totals"]["OCT"], found["Grand Totals"]["SEP"]) == ("110", None)


def test_only_sheets_named_by_a_year_are_read(tmp_path: Path) -> None:
    def extra(book: openpyxl.Workbook) -> None:
        for name in ("2024 (2)", "Copy of 2024", "20245", "FY2024"):
            sheet(book, name)

    found = rows(report(tmp_path, extra))
    assert {row.record.split("!")[0] for row in found} == {"2024", "2025"}
    assert "Edited by somebody" not in {value for row in found for value in row.values.values()}


def test_a_column_may_move_and_a_title_row_may_come(tmp_path: Path) -> None:
    def moved(book: openpyxl.Workbook) -> None:
        book["2025"].insert_rows(4)

    before, after = rows(report(tmp_path)), rows(report(tmp_path, moved))
    assert after[0].record == "2025!11", "the header is found by its text, not by its place"
    assert [row.values for row in before] == [row.values for row in after]


def cut_short(book: openpyxl.Workbook) -> None:
    book["2025"].delete_rows(16)


def no_header(book: openpyxl.Workbook) -> None:
    book["2025"]["A8"] = "Nationality"


def other_year(book: openpyxl.Workbook) -> None:
    book["2025"]["A9"] = "Fiscal Year 2024"


def no_date(book: openpyxl.Workbook) -> None:
    book["2025"]["A3"] = ""


def new_column(book: openpyxl.Workbook) -> None:
    book["2025"]["Q8"] = "Percent of Ceiling"


def lost_month(book: openpyxl.Workbook) -> None:
    book["2025"]["P8"] = "AUG"


def two_in_a_row(book: openpyxl.Workbook) -> None:
    book["2025"]["A11"] = "East Asia"


def no_years(book: openpyxl.Workbook) -> None:
    del book["2025"], book["2024"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (cut_short, "prm.end"),
        (no_header, "prm.header"),
        (other_year, "prm.title"),
        (no_date, "prm.title"),
        (new_column, "header.unknown"),
        (lost_month, "header.duplicate"),
        (two_in_a_row, "prm.row"),
        (no_years, "prm.sheets"),
    ],
)
def test_another_layout_stops(tmp_path: Path, change: Callable[[openpyxl.Workbook], None], rule: str) -> None:
    with pytest.raises(ContractError) as caught:
        rows(report(tmp_path, change))
    assert caught.value.rule == rule
    assert caught.value.file == "report.xlsx"


SITE = "https://www.rpc.state.gov/documents"
PAGE = """<html>
<a href="/documents/FY 2024 Arrivals by State and Nationality as of 30 Oct 2024_updated.pdf">arrivals</a>
<a href="/documents/Refugee Admissions Report as of March 31, 2026.xlsx">newest</a>
<a href="/documents/PRM Refugee Admissions Report as of 5 Jan 2025.xlsx">older</a>
<a href="https://www.rpc.state.gov/documents/PRM%20Refugee%20Admissions%20Report%20as%20of%2031%20October%202025.xlsx">x</a>
</html>"""
REPORTS = [
    f"{SITE}/PRM%20Refugee%20Admissions%20Report%20as%20of%205%20Jan%202025.xlsx",
    f"{SITE}/PRM%20Refugee%20Admissions%20Report%20as%20of%2031%20October%202025.xlsx",
    f"{SITE}/Refugee%20Admissions%20Report%20as%20of%20March%2031,%202026.xlsx",
]


def test_reports_are_found_on_the_page_and_come_oldest_first(tmp_path: Path) -> None:
    body = report(tmp_path).read_bytes()
    getter = Served(tmp_path, {prm.DISCOVERY: PAGE, **dict.fromkeys(REPORTS, body)})
    found = list(prm.fetch(DATASET, getter))
    assert [url for url, _ in getter.asked] == [prm.DISCOVERY, *REPORTS]
    assert [release.label for release in found] == ["as of 31-December-2024"] * 3
    assert found[0].payloads[0].file == "PRM Refugee Admissions Report as of 5 Jan 2025.xlsx"


@pytest.mark.parametrize(
    ("page", "rule"),
    [
        ("<html><a href='/documents/arrivals.pdf'>x</a></html>", "discovery.no_links"),
        (PAGE.replace("as of 5 Jan 2025", "final"), "discovery.order"),
    ],
)
def test_a_page_that_does_not_say_which_report_stops(tmp_path: Path, page: str, rule: str) -> None:
    with pytest.raises(FetchError) as caught:
        list(prm.fetch(DATASET, Served(tmp_path, {prm.DISCOVERY: page})))
    assert caught.value.rule == rule


def check_figures(found: list[Row]) -> None:
    def figure(year: int, country: str, column: str = TOTAL) -> str | None:
        title = f"Fiscal Year {year}"
        (value,) = [
            row.values[column]
            for row in found
            if row.values["fiscal_year_title"] == title and row.values["country"] == country
        ]
        return value

    totals = {
        2001: 69_886,
        2003: 28_403,
        2019: 30_000,
        2020: 11_814,
        2021: 11_411,
        2022: 25_465,
        2023: 60_014,
        2024: 100_034,
    }
    assert {year: figure(year, "Grand Totals") for year in totals} == {y: str(t) for y, t in totals.items()}
    region = "Total Latin America/Caribbean"
    assert [figure(year, region) for year in (2021, 2022, 2023, 2024)] == ["400", "2485", "6312", "25358"]
    nca = [figure(2024, name) for name in ("Guatemala", "Honduras", "El Salvador")]
    assert nca == ["5017", "905", "1332"]
    ceilings = {
        2001: "80000",
        2003: "70000",
        2019: "30000",
        2020: "18000",
        2021: "62500",
        **dict.fromkeys((2022, 2023, 2024, 2025), "125000"),
    }
    assert {year: figure(year, "Grand Totals", "Ceiling") for year in ceilings} == ceilings
    assert figure(2025, "Grand Totals", "JAN") is None
    assert figure(2025, "Guatemala", "JAN") == "0", "a month to come, printed as 0"
    assert figure(2020, "Grand Totals", "OCT") is None, "a month without admissions in a closed year"
    for year in range(2001, 2026):
        countries = [
            int(row.values[TOTAL] or 0)
            for row in found
            if row.values["fiscal_year_title"] == f"Fiscal Year {year}"
            and row.values["country"]
            and not row.values["country"].startswith(("Total ", "Grand "))
        ]
        assert sum(countries) == int(figure(year, "Grand Totals") or 0)


def test_recorded_figures(tmp_path: Path) -> None:
    (bundle,) = recorded_vintages(DATASET.id)
    (release,) = releases(DATASET, bundle, tmp_path)
    assert release.label == "as of 31-December-2024"
    found = parsed(DATASET, release)
    assert len(found) == 2_018
    check_figures(found)
    assert {row.values["as_of"] for row in found} == {"as of 31-December-2024"}


def test_the_original_reads_the_same(originals: Path, tmp_path: Path) -> None:
    found = list(prm.parse(DATASET, "original", originals / prm.ORIGINAL))
    check_figures(found)
    assert {row.record[:4] for row in found} == {str(year) for year in range(2001, 2026)}
    (bundle,) = recorded_vintages(DATASET.id)
    (release,) = releases(DATASET, bundle, tmp_path)
    assert found == parsed(DATASET, release), "rows keep their places"
