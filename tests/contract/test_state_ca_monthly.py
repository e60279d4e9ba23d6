from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from ingestion.contract import Row
from ingestion.errors import BlockedError, ContractError, FetchError
from ingestion.recorded import recorded_vintages
from ingestion.sources import _recording, _state_ca
from ingestion.sources import state_ca_iv_monthly as iv
from ingestion.sources import state_ca_niv_monthly as niv
from tests.contract.support import Served, parsed, releases, values

DATASET = niv.DATASET
NAME = "APRIL 2018 - NIV Issuances by Nationality and Visa Class.pdf"
TITLE = ["Nonimmigrant Visa Issuances By Nationality - April 2018", "(FY 2018)"]
HEADER = ["Nationality Visa Class Issuances"]
ROWS = ["El Salvador H2A 12", "*Non-Nationality Based Issuances B1/B2 1,070", "China - mainland F1 3"]


def document(rows: Sequence[str] = (*ROWS, "Grand Total 1,085"), title: Sequence[str] = TITLE) -> bytes:
    """A report in the publisher's layout, with figures made up for tests."""
    return _state_ca.cut_document(title, HEADER, rows)


def rows(tmp_path: Path, body: bytes, name: str = NAME) -> list[Row]:
    path = tmp_path / f"report{Path(name).suffix}"
    path.write_bytes(body)
    return list(niv.parse(DATASET, name, path))


def test_rows_of_a_document(tmp_path: Path) -> None:
    found = rows(tmp_path, document())
    assert [(row.record, *row.values.values()) for row in found] == [
        ("1!2", "April 2018", "El Salvador", "H2A", "12"),
        ("1!3", "April 2018", "*Non-Nationality Based Issuances", "B1/B2", "1,070"),
        ("1!4", "April 2018", "China - mainland", "F1", "3"),
        ("1!5", "April 2018", "Grand Total", None, "1,085"),
    ], "numbers stay as printed, and the total has no class"


def test_the_total_in_upper_case_and_the_notes_below_it(tmp_path: Path) -> None:
    found = rows(tmp_path, document([*ROWS, "GRAND TOTAL 1,085", "* Issued to persons without a nationality"]))
    assert [row.values["Nationality"] for row in found][-1] == "Grand Total"
    assert len(found) == 4


def test_the_header_stands_on_each_page(tmp_path: Path) -> None:
    many = [f"Honduras A{number} {number}" for number in range(1, 600)]
    found = rows(tmp_path, document(many))
    assert [row.values["Issuances"] for row in found] == [str(number) for number in range(1, 600)]
    assert found[-1].record == "3!100"


def page_lost() -> bytes:
    pages = [["Honduras H2A 1", *TITLE, "Page 1 of 3"], ["Honduras H2B 2", *TITLE, "Page 3 of 3"]]
    return _recording.document_body(pages)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (document(["El Salvador H2A 12", "Guatemala 3"]), "visas.line"),
        (document(["El Salvador H2A n/a"]), "visas.line"),
        (document(title=["Nonimmigrant Visa Issuances By Nationality - April 2018", "(FY 2017)"]), "visas.title"),
        (document(title=["Nonimmigrant Visa Issuances By Nationality - May 2018", "(FY 2018)"]), "visas.title"),
        (document(title=["Nonimmigrant Visa Issuances"]), "visas.title"),
        (page_lost(), "visas.pages"),
        (_recording.document_body([[*HEADER, "Honduras H2A 1", *TITLE, "Page 1 of 2"], []]), "pdf.text"),
        (document()[:400], "pdf.syntax"),
    ],
)
def test_another_layout_stops(tmp_path: Path, body: bytes, rule: str) -> None:
    with pytest.raises(ContractError) as caught:
        rows(tmp_path, body)
    assert caught.value.rule == rule


def workbook(change: Callable[[openpyxl.Workbook], None] = lambda _book: None) -> bytes:
    """A report as a workbook, in the publisher's columns, with figures made up for tests."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Sheet1"
    for line in (
        ["Nonimmigrant Visa Issuances by Nationality, October 2022"],
        ["Nationality", "Visa Class", "Issuances"],
        ["Honduras", "H2A", 1070],
        ["GRAND TOTAL", None, 1070],
        [],
        ["a note"],
    ):
        sheet.append(line)
    change(book)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def no_header(book: openpyxl.Workbook) -> None:
    book.worksheets[0].delete_rows(2)


WORKBOOK = "October 2022 - NIV Issuances by Nationality and Visa Class.xlsx"


def test_rows_of_a_workbook(tmp_path: Path) -> None:
    found = rows(tmp_path, workbook(), WORKBOOK)
    assert [(row.record, *row.values.values()) for row in found] == [
        ("Sheet1!3", "October 2022", "Honduras", "H2A", "1070"),
        ("Sheet1!4", "October 2022", "Grand Total", None, "1070"),
    ]


@pytest.mark.parametrize(("body", "name"), [(workbook(no_header), WORKBOOK), (workbook(), "NIV Issuances.xlsx")])
def test_a_workbook_needs_a_header_and_a_month(tmp_path: Path, body: bytes, name: str) -> None:
    with pytest.raises(ContractError) as caught:
        rows(tmp_path, body, name)
    assert caught.value.rule == ("visas.header" if name == WORKBOOK else "visas.title")


def url(name: str) -> str:
    return f"{niv.FOLDER}/{name}".replace(" ", "%20")


def listing(*names: str) -> str:
    return "".join(f'<a href="{url(name)}">a report</a>' for name in names)


SEPTEMBER = "SEPTEMBER  2017 - NIV Issuances by Nationality and Visa Class.pdf"
DECEMBER = "DECEMBER 2017 - NIV Issuances by Nationlity and Visa Class.pdf"
BY_POST = "APRIL 2018 - NIV Issuances by Post and Visa Class.pdf"


def test_reports_are_grouped_by_fiscal_year(tmp_path: Path) -> None:
    """Double spaces and a misspelt name occur; reports by post are others, and a workbook replaces its document."""
    document_too = WORKBOOK.replace(".xlsx", ".pdf")
    page = listing(WORKBOOK, document_too, NAME, BY_POST, DECEMBER, SEPTEMBER)
    served = {url(name): document() for name in (NAME, DECEMBER, SEPTEMBER)} | {url(WORKBOOK): workbook()}
    getter = Served(tmp_path, {str(DATASET.documentation): page, **served})
    found = list(niv.fetch(DATASET, getter))
    assert [release.label for release in found] == ["FY2017 to September", "FY2018 to April", "FY2023 to October"]
    assert [payload.file for payload in found[1].payloads] == [DECEMBER, NAME]
    assert [payload.file for payload in found[2].payloads] == [WORKBOOK]


def test_a_report_that_is_not_served_is_passed_over_but_not_the_newest(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    answers = {str(DATASET.documentation): listing(DECEMBER, NAME), url(NAME): document()}
    with caplog.at_level(logging.WARNING):
        (release,) = niv.fetch(DATASET, Served(tmp_path, answers))
    assert [payload.file for payload in release.payloads] == [NAME]
    assert "listed but not served" in caplog.text
    del answers[url(NAME)]
    with pytest.raises(FetchError):
        list(niv.fetch(DATASET, Served(tmp_path, {**answers, url(DECEMBER): document()})))


def test_a_refusal_is_not_passed_over(tmp_path: Path) -> None:
    refused = BlockedError("403", url=url(DECEMBER), rule="http.blocked")
    answers = {str(DATASET.documentation): listing(DECEMBER, NAME), url(DECEMBER): refused, url(NAME): document()}
    with pytest.raises(BlockedError):
        list(niv.fetch(DATASET, Served(tmp_path, answers)))


def test_a_page_without_reports_stops(tmp_path: Path) -> None:
    with pytest.raises(FetchError) as caught:
        list(niv.fetch(DATASET, Served(tmp_path, {str(DATASET.documentation): listing(BY_POST)})))
    assert caught.value.rule == "discovery.no_links"


def test_recorded_figures_of_h2_visas(tmp_path: Path) -> None:
    (bundle,) = recorded_vintages(DATASET.id)
    (release,) = releases(DATASET, bundle, tmp_path)
    assert release.label == "FY2018 to September"
    found = parsed(DATASET, release)
    assert len(set(values(found, "report_month"))) == 12

    def issued(visa_class: str, nationality: str | None = None) -> int:
        kept = [row.values for row in found if row.values["Visa Class"] == visa_class]
        return sum(
            int(str(row["Issuances"]).replace(",", ""))
            for row in kept
            if nationality is None or row["Nationality"] == nationality
        )

    assert (issued("H2A"), issued("H2B")) == (196_408, 83_781)
    assert (issued("H2A", "Mexico"), issued("H2B", "El Salvador")) == (180_420, 595)


def test_the_original_documents_of_nonimmigrant_visas(originals: Path) -> None:
    """Rows add up to the printed total within 0.01 percent: why not to the unit is not known."""
    for path in sorted((originals / niv.ORIGINALS).glob("*.pdf")):
        found = [row.values for row in niv.parse(DATASET, path.name, path)]
        (total,) = [row for row in found if row["Visa Class"] is None]
        printed = int(str(total["Issuances"]).replace(",", ""))
        added = sum(int(str(row["Issuances"]).replace(",", "")) for row in found) - printed
        assert 0 <= added - printed <= printed / 10_000, path.name
        assert {"El Salvador", "Guatemala", "Honduras", "Mexico"} <= {row["Nationality"] for row in found}


IV_NAME = "APRIL 2018 - IV Issuances by FSC or Place of Birth and Visa Class.pdf"
IV_TITLE = [
    "Immigrant Visa Issuances",
    "By Foreign State of Chargeability",
    "or Place of Birth",
    "April 2018 (FY 2018)",
]
IV_HEADER = ["Foreign State of Chargeability or", "Place of Birth Visa Class Issuances"]


def test_immigrant_visas_stand_under_a_header_of_two_lines(tmp_path: Path) -> None:
    """A state and class may stand twice; F1 is a class of family members here."""
    path = tmp_path / "report.pdf"
    printed = ["Cabo Verde F11 1", "Cabo Verde F11 3", "Honduras F1 2", "Grand Total 6"]
    path.write_bytes(_state_ca.cut_document(IV_TITLE, IV_HEADER, printed))
    found = list(iv.parse(iv.DATASET, IV_NAME, path))
    assert [(row.record, *row.values.values()) for row in found] == [
        ("1!3", "April 2018", "Cabo Verde", "F11", "1"),
        ("1!4", "April 2018", "Cabo Verde", "F11", "3"),
        ("1!5", "April 2018", "Honduras", "F1", "2"),
        ("1!6", "April 2018", "Grand Total", None, "6"),
    ]


def test_reports_by_state_of_chargeability_are_read(tmp_path: Path) -> None:
    by_post = "APRIL 2018 - IV Issuances by Post and Visa Class.pdf"
    body = _state_ca.cut_document(IV_TITLE, IV_HEADER, ["Honduras F1 2", "Grand Total 2"])
    page = listing(by_post, IV_NAME, NAME)
    (release,) = iv.fetch(iv.DATASET, Served(tmp_path, {str(iv.DATASET.documentation): page, url(IV_NAME): body}))
    assert [payload.file for payload in release.payloads] == [IV_NAME]


def test_recorded_figures_of_immigrant_visas(tmp_path: Path) -> None:
    months = {}
    found = []
    for bundle in recorded_vintages(iv.DATASET.id):
        (release,) = releases(iv.DATASET, bundle, tmp_path)
        rows_of_month = [row.values for row in parsed(iv.DATASET, release)]
        months[bundle.vintage_date.isoformat()] = {row["report_month"] for row in rows_of_month}
        found += rows_of_month
    assert months == {"2018-04-30": {"April 2018"}, "2019-12-31": {"December 2019"}}, "a day of 2018 shows its month"
    totals = {row["report_month"]: row["Issuances"] for row in found if row["Visa Class"] is None}
    assert totals == {"April 2018": "46,399", "December 2019": "40,666"}
    issued = [
        sum(
            int(str(row["Issuances"])) for row in found if (row["report_month"], row[iv.STATE]) == ("April 2018", state)
        )
        for state in ("El Salvador", "Guatemala", "Honduras")
    ]
    assert issued == [1_662, 896, 503]


def test_the_original_documents_of_immigrant_visas(originals: Path) -> None:
    """Rows add up to the printed total to the unit."""
    for path in sorted((originals / iv.ORIGINALS).glob("*.pdf")):
        found = [row.values for row in iv.parse(iv.DATASET, path.name, path)]
        issued = [int(str(row["Issuances"]).replace(",", "")) for row in found if row["Visa Class"]]
        (total,) = [row["Issuances"] for row in found if row["Visa Class"] is None]
        assert sum(issued) == int(str(total).replace(",", "")), path.name
