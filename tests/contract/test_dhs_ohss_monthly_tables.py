from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from ingestion.contract import Cadence, Row
from ingestion.errors import ContractError, FetchError
from ingestion.recorded import recorded_vintages
from ingestion.sources import dhs_ohss_monthly_tables as ohss
from tests.contract.support import Served, parsed, releases

DATASET = ohss.DATASET
TYPES = "DHS Repats by Type"
REMOVALS = "DHS Removals by Citizenship"
REFERRALS = "SWB CF Filed by Citp"
ENCOUNTERS = "SWB Encounters by Citizenship"


def report(tmp_path: Path, change: Callable[[openpyxl.Workbook], None] = lambda _book: None) -> Path:
    """A workbook in the publisher's layout, with figures made up for tests."""
    book = openpyxl.Workbook()
    book.worksheets[0].title = "TOC"
    for name in ohss.SHEETS:
        made = book.create_sheet(name)
        made.append(["Return to Table of Contents.", None, '* Please click on the "plus" sign'])
        made.append([f"{name}: Fiscal Years 2022 to 2023 YTD (November 2022)"])
        if name == TYPES:
            made.append([None, None, "DHS Removals1", None, "DHS Enforcement Returns2"])
            made.merge_cells("C3:D3")
            made.append(["Fiscal Year", "Month", "Total Removals", "Withdrawals7", "Withdrawals9"])
        elif name == ENCOUNTERS:
            made.append([None, None, "Total CBP", "USBP1", "OFO"])
            made.append(["Fiscal Year", "Month", "Honduras", "Honduras", "Total"])
        elif name == REFERRALS:
            made.append(["Fiscal Year", "Month", "Mexico", "Honduras", "All Other"])
        else:
            made.append(["Fiscal Year", "Month", "Total", "Honduras", "Other"])
        for row in (
            [2022, "Total", 240, 20, "X"],
            [None, "October", 130, 10, "X"],
            [None, "September", 110, 0, "X"],
            ["2023 YTD", "Total", 30, 20, 10],
            [None, "October", 30, 20, 10],
            ["X Not applicable."],
            ["Notes: table cells are rounded to the nearest ten."],
            ["Source: invented for a test."],
        ):
            made.append(row)
    change(book)
    path = tmp_path / "report.xlsx"
    book.save(path)
    return path


def rows(path: Path) -> list[Row]:
    return list(ohss.parse(DATASET, "report.xlsx", path))


def test_rows_of_a_sheet_carry_the_fiscal_year_down_and_stop_at_the_notes(tmp_path: Path) -> None:
    found = [row for row in rows(report(tmp_path)) if row.record.startswith(f"{REMOVALS}!D")]
    shown = [(r.record, r.values["Fiscal Year"], r.values["Month"], r.values["value"]) for r in found]
    assert shown == [
        (f"{REMOVALS}!D4", "2022", "Total", "20"),
        (f"{REMOVALS}!D5", "2022", "October", "10"),
        (f"{REMOVALS}!D6", "2022", "September", "0"),
        (f"{REMOVALS}!D7", "2023 YTD", "Total", "20"),
        (f"{REMOVALS}!D8", "2023 YTD", "October", "20"),
    ]
    assert {(r.values["column_group"], r.values["column_name"]) for r in found} == {(None, "Honduras")}
    assert list(found[0].values) == [field.name for field in DATASET.fields]


def test_columns_are_named_by_group_and_column_without_footnotes(tmp_path: Path) -> None:
    found = {
        (r.values["column_group"], r.values["column_name"])
        for r in rows(report(tmp_path))
        if r.values["sheet"] == TYPES
    }
    assert found == {
        ("DHS Removals", "Total Removals"),
        ("DHS Removals", "Withdrawals"),
        ("DHS Enforcement Returns", "Withdrawals"),
    }


def test_a_citizenship_stands_once_under_each_component(tmp_path: Path) -> None:
    found = {
        (r.values["column_group"], r.values["column_name"]): r.values["value"]
        for r in rows(report(tmp_path))
        if r.values["sheet"] == ENCOUNTERS and r.values["Month"] == "September"
    }
    assert found == {("Total CBP", "Honduras"): "110", ("USBP", "Honduras"): "0", ("OFO", "Total"): "X"}


def test_not_applicable_is_kept_and_zero_is_a_figure(tmp_path: Path) -> None:
    found = {r.record: r.values["value"] for r in rows(report(tmp_path))}
    assert (found[f"{REMOVALS}!E5"], found[f"{REMOVALS}!D6"]) == ("X", "0")


def test_another_top_ten_is_read_without_a_change(tmp_path: Path) -> None:
    def entered(book: openpyxl.Workbook) -> None:
        book[REMOVALS]["D3"] = "Peru"

    found = {r.values["column_name"] for r in rows(report(tmp_path, entered)) if r.values["sheet"] == REMOVALS}
    assert found == {"Total", "Peru", "Other"}


def test_the_sheet_of_referrals_has_no_total_and_ends_with_all_others(tmp_path: Path) -> None:
    found = {r.values["column_name"] for r in rows(report(tmp_path)) if r.values["sheet"] == REFERRALS}
    assert found == {"Mexico", "Honduras", "All Other"}


def sheet_gone(book: openpyxl.Workbook) -> None:
    del book[REMOVALS]


def other_header(book: openpyxl.Workbook) -> None:
    book[REMOVALS]["B3"] = "Period"


def total_gone(book: openpyxl.Workbook) -> None:
    book[REMOVALS]["C3"] = "Sum"


def remainder_gone(book: openpyxl.Workbook) -> None:
    book[REFERRALS]["E3"] = "Peru"


def twice(book: openpyxl.Workbook) -> None:
    book[REMOVALS]["D3"] = "Other"


def nameless(book: openpyxl.Workbook) -> None:
    book[REMOVALS]["D3"] = None


def no_title(book: openpyxl.Workbook) -> None:
    book[REMOVALS]["A2"] = "DHS Removals"


def year_on_a_month(book: openpyxl.Workbook) -> None:
    book[REMOVALS]["A5"] = 2022


def no_year(book: openpyxl.Workbook) -> None:
    book[REMOVALS]["A4"] = None


def odd_year(book: openpyxl.Workbook) -> None:
    book[REMOVALS]["A4"] = "2022p"


def odd_month(book: openpyxl.Workbook) -> None:
    book[REMOVALS]["B5"] = "Q1"


def cut_short(book: openpyxl.Workbook) -> None:
    book[REMOVALS].delete_rows(9, 3)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (sheet_gone, "ohss.sheets"),
        (other_header, "ohss.header"),
        (twice, "ohss.header"),
        (nameless, "ohss.header"),
        (total_gone, "ohss.total"),
        (remainder_gone, "ohss.total"),
        (no_title, "ohss.title"),
        (year_on_a_month, "ohss.row"),
        (no_year, "ohss.row"),
        (odd_year, "ohss.row"),
        (odd_month, "ohss.row"),
        (cut_short, "ohss.end"),
    ],
)
def test_another_layout_stops(tmp_path: Path, change: Callable[[openpyxl.Workbook], None], rule: str) -> None:
    with pytest.raises(ContractError) as caught:
        rows(report(tmp_path, change))
    assert caught.value.rule == rule
    assert caught.value.file == "report.xlsx"


SITE = "https://ohss.dhs.gov/sites/default/files"
NAME = "ohss_immigration-enforcement-and-legal-processes-tables"
FILES = [
    f"{SITE}/2024-10/24-1011_{NAME}-june-2024.xlsx",
    f"{SITE}/2025-01/2025_0116_{NAME}-november-2024.xlsx",
    f"{SITE}/2024-06/24-0607_{NAME}-february-2024.xlsx",
]
PAGE = "<html>" + "".join(f'<a href="{url}">x</a>' for url in [*FILES, f"{SITE}/2024-10/other.xlsx"]) + "</html>"


def test_the_newest_workbook_is_the_one_of_the_latest_month_in_a_name(tmp_path: Path) -> None:
    getter = Served(tmp_path, {ohss.DISCOVERY: PAGE, FILES[1]: report(tmp_path).read_bytes()})
    (release,) = ohss.fetch(DATASET, getter)
    assert [url for url, _ in getter.asked] == [ohss.DISCOVERY, FILES[1]]
    assert release.label == "November 2022", "from the title inside, not from the name"


def test_a_repeated_workbook_replaces_the_first() -> None:
    assert ohss.edition(FILES[0]) == (2024, 6, 1)
    assert ohss.edition(FILES[0].replace("june-2024", "june-2024_2")) == (2024, 6, 2)
    assert ohss.edition(FILES[1]) == (2024, 11, 1)


@pytest.mark.parametrize(
    ("page", "rule"),
    [
        ("<html><a href='/sites/default/files/other.xlsx'>x</a></html>", "discovery.no_links"),
        (PAGE.replace("june-2024", "final-2024"), "discovery.order"),
    ],
)
def test_a_page_that_does_not_say_which_workbook_stops(tmp_path: Path, page: str, rule: str) -> None:
    with pytest.raises(FetchError) as caught:
        list(ohss.fetch(DATASET, Served(tmp_path, {ohss.DISCOVERY: page})))
    assert caught.value.rule == rule


def test_the_source_is_closed() -> None:
    assert DATASET.cadence is Cadence.CLOSED
    assert DATASET.cadence.max_age is None
    assert DATASET.cadence.cron is None


def check_figures(found: list[Row]) -> None:
    figures = {
        tuple(
            row.values[name] for name in ("sheet", "Fiscal Year", "Month", "column_group", "column_name")
        ): row.values["value"]
        for row in found
    }
    assert len(figures) == len(found)

    def total(sheet: str, column: str, year: str = "2023", group: str | None = None) -> str | None:
        return figures[(sheet, year, "Total", group, column)]

    assert total(TYPES, "Total Removals", "2022", "DHS Removals") == total(REMOVALS, "Total", "2022") == "102880"
    assert [total(TYPES, "Title 42 Expulsions", y, "Total Repatriations") for y in ("2019", "2022", "2024 YTD")] == [
        "X",
        "1103970",
        "X",
    ]
    assert [total("ICE ERO R&R by Citizenship", "Total", y) for y in ("2019", "2020", "2021", "2022", "2023")] == [
        "267260",
        "185880",
        "59010",
        "72180",
        "142580",
    ]
    assert [total(REMOVALS, name) for name in ("Guatemala", "Honduras", "El Salvador")] == ["20180", "22200", "8320"]
    assert total("CHNV Paroles", "Total") == "233500"
    assert figures[("CHNV Paroles", "2023", "October", None, "Cuba")] == "X"
    assert total("CBP One Appointments", "Total") == "278430"
    assert [total(ENCOUNTERS, "Total", y, "Total CBP") for y in ("2020", "2021", "2022", "2023")] == [
        "458080",
        "1734680",
        "2378940",
        "2475670",
    ]
    assert [total(ENCOUNTERS, "Honduras", "2014", group) for group in ("Total CBP", "USBP", "OFO")] == [
        "95650",
        "90970",
        "4680",
    ]
    agencies = "ICE ERO R&R by Arrest Agcy"
    assert [total(agencies, name, "2014") for name in ("Total", "CBP", "ICE")] == ["315940", "213720", "100970"]
    results = ("Total", "Positive Fear", "Negative Fear", "Administrative Closure")
    assert [total("SWB CF Completed by Result", name) for name in results] == ["131860", "78970", "41860", "11030"]
    assert [total(f"CHNV {name}", "Total") for name in ("I-134", "Travel Authorization")] == ["311610", "268890"]
    assert figures[("CHNV Travel Authorization", "2023", "December", None, "Haiti")] == "X"
    assert [total(REFERRALS, name) for name in ("Mexico", "Honduras", "Dominican Republic", "All Other")] == [
        "3500",
        "11480",
        "8760",
        "29450",
    ]
    assert figures[(REFERRALS, "2024 YTD", "July", None, "El Salvador")] == "550"
    titled = "SW Border Credible Fear Screenings Referred to USCIS by Selected Citizenship"
    assert {row.values["title"] for row in found if row.values["sheet"] == REFERRALS} == {
        f"{titled}: Fiscal Years 2014 to 2024 YTD (July 2024)"
    }
    counts = [int(value) for value in figures.values() if value and value != "X"]
    assert all(count % 10 == 0 for count in counts)


def test_recorded_figures(tmp_path: Path) -> None:
    (bundle,) = recorded_vintages(DATASET.id)
    (release,) = releases(DATASET, bundle, tmp_path)
    assert release.label == "July 2024"
    found = parsed(DATASET, release)
    assert len(found) == 17_286
    check_figures(found)


def test_the_original_reads_the_same(originals: Path, tmp_path: Path) -> None:
    found = list(ohss.parse(DATASET, "original", originals / ohss.ORIGINAL))
    (bundle,) = recorded_vintages(DATASET.id)
    (release,) = releases(DATASET, bundle, tmp_path)
    assert found == parsed(DATASET, release), "cut, but not changed: figures keep their places"
