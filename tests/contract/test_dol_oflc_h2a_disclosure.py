from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ingestion.contract import Kind, Row
from ingestion.errors import BlockedError, ContractError, FetchError
from ingestion.formats.header import normalise
from ingestion.recorded import recorded_vintages
from ingestion.sources import _oflc
from ingestion.sources import dol_oflc_h2a_disclosure as oflc
from tests.contract.support import Served, parsed, releases

DATASET = oflc.DATASET
SECRET = "Jane Roe 555-0100 jane@example.org"


def _names(text: str) -> list[str]:
    return text.split()


# Headers as in the files; FY2021 as users of the file list it.
FY14 = _names("""CASE_NO DECISION_DATE VISA_CLASS CASE_RECEIVED_DATE CASE_STATUS REQUESTED_START_DATE_OF_NEED
REQUESTED_END_DATE_OF_NEED CERTIFICATION_BEGIN_DATE CERTIFICATION_END_DATE EMPLOYER_NAME EMPLOYER_ADDRESS1
EMPLOYER_ADDRESS2 EMPLOYER_CITY EMPLOYER_STATE EMPLOYER_POSTAL_CODE LAWFIRM_NAME AGENT_ATTORNEY_NAME
AGENT_ATTORNEY_CITY AGENT_ATTORNEY_STATE JOB_TITLE SOC_CODE_ID SOC_TITLE NBR_WORKERS_CERTIFIED BASIC_NUMBER_OF_HOURS
BASIC_RATE_OF_PAY BASIC_UNIT_OF_PAY WORKSITE_LOCATION_CITY WORKSITE_LOCATION_STATE ORGANIZATION_FLAG""")
FY16 = _names("""CASE_NUMBER DECISION_DATE VISA_CLASS CASE_STATUS PRIMARY/SUB EMPLOYER_NAME EMPLOYER_STATE
EMPLOYER_PHONE SOC_CODE SOC_TITLE NAIC_CODE NBR_WORKERS_REQUESTED NBR_WORKERS_CERTIFIED BASIC_NUMBER_OF_HOURS
BASIC_RATE_OF_PAY BASIC_UNIT_OF_PAY WORKSITE_STATE ORGANIZATION_FLAG""")
FY21 = _names("""CASE_NUMBER CASE_STATUS RECEIVED_DATE DECISION_DATE TYPE_OF_EMPLOYER_APPLICATION H2A_LABOR_CONTRACTOR
EMPLOYER_NAME TRADE_NAME_DBA EMPLOYER_STATE NAICS_CODE EMPLOYER_POC_LAST_NAME EMPLOYER_POC_EMAIL
ATTORNEY_AGENT_LAST_NAME PREPARER_EMAIL SOC_CODE SOC_TITLE 790A_ADDENDUM_B_ATTACHED TOTAL_WORKERS_NEEDED
TOTAL_WORKERS_H2A_REQUESTED TOTAL_WORKERS_H2A_CERTIFIED ANTICIPATED_NUMBER_OF_HOURS WAGE_OFFER PER WORKSITE_ADDRESS
WORKSITE_STATE EMAIL_TO_APPLY PHONE_TO_APPLY""")
CELLS: dict[str, Any] = {
    "CASE_NUMBER": "H-300-14001-000001",
    "DECISION_DATE": datetime(2014, 3, 3, 10, 30, 27),  # noqa: DTZ001 - a cell knows no zone
    "CASE_STATUS": "DETERMINATION ISSUED - CERTIFICATION",
    "EMPLOYER_STATE": "WY",
    "SOC_CODE": "45-2093",
    "NBR_WORKERS_REQUESTED": 18,
    "NBR_WORKERS_CERTIFIED": 15,
    "BASIC_RATE_OF_PAY": 11.59,
    "BASIC_UNIT_OF_PAY": "Hour",
    "BASIC_NUMBER_OF_HOURS": 35,
    "WORKSITE_STATE": "WY",
    "CERTIFICATION_BEGIN_DATE": date(2014, 4, 1),
    "PRIMARY_SUB": "PRI",
    "ORGANIZATION_FLAG": "Individual Employer",
}
FIELD = {normalise(name): f.name for f in DATASET.fields for name in (f.name, *f.aliases)}


def workbook(tmp_path: Path, sheet: str, header: list[str], *others: str) -> Path:
    """A workbook with one application and one member row; every column that is no field holds a secret."""
    book = openpyxl.Workbook()
    made = book.worksheets[0]
    made.title = sheet
    made.append(header)
    made.append([CELLS.get(FIELD[normalise(h)], "") if normalise(h) in FIELD else SECRET for h in header])
    member = {**CELLS, "ORGANIZATION_FLAG": "", "PRIMARY_SUB": "SUB"}
    made.append([member.get(FIELD[normalise(h)], "") if normalise(h) in FIELD else SECRET for h in header])
    for other in others:
        book.create_sheet(other)
    path = tmp_path / "file.xlsx"
    book.save(path)
    return path


def rows(path: Path, file: str) -> list[Row]:
    return list(oflc.parse(DATASET, file, path))


@pytest.mark.parametrize(
    ("file", "sheet", "header", "year"),
    [
        ("H-2A_FY14_Q4.xlsx", "H-2A_FY2014", FY14, "2014"),
        ("H-2A_Disclosure_Data_FY16_updated.xlsx", "H-2A_FY2016", FY16, "2016"),
        ("H-2A_Disclosure_Data_FY16_updated.xlsx", "H-2A_FY2016", [h.lower() + " " for h in FY16], "2016"),
        ("H-2A_Disclosure_Data_FY2019.xlsx", "Sheet1", [h.replace("PRIMARY/", "PRMARY/") for h in FY16], "2019"),
        ("H-2A_Disclosure_Data_FY2021.xlsx", "H-2A_Disclosure_Data_FY2021", FY21, "2021"),
    ],
    ids=["FY14", "FY16", "other case", "misprint", "FY21"],
)
def test_every_years_header_gives_the_same_columns_and_nothing_about_persons(
    tmp_path: Path, file: str, sheet: str, header: list[str], year: str
) -> None:
    row, member = rows(workbook(tmp_path, sheet, header), file)
    assert row.record == f"{sheet}!2"
    assert row.values["fiscal_year"] == year
    for name in ("CASE_NUMBER", "NBR_WORKERS_CERTIFIED", "BASIC_RATE_OF_PAY", "WORKSITE_STATE", "ORGANIZATION_FLAG"):
        assert row.values[name] == str(CELLS[name])
    assert row.values["DECISION_DATE"] == "2014-03-03 10:30:27"
    assert member.values["ORGANIZATION_FLAG"] is None, "rows of members have no flag"
    assert row.values["members_marked"] == "yes"
    assert set(row.values) <= {field.name for field in DATASET.fields}
    everything = [value for r in (row, member) for value in r.values.values()]
    assert SECRET not in everything


def test_member_rows_are_marked_since_2016(tmp_path: Path) -> None:
    row, member = rows(workbook(tmp_path, "H-2A_FY2016", FY16), "H-2A_FY16.xlsx")
    assert (row.values["PRIMARY_SUB"], member.values["PRIMARY_SUB"]) == ("PRI", "SUB")
    (row, _) = rows(workbook(tmp_path, "H-2A_FY2014", FY14), "H-2A_FY14.xlsx")
    assert "PRIMARY_SUB" not in row.values
    assert "NBR_WORKERS_REQUESTED" not in row.values, "absent in 2014: missing, not zero"


def test_a_header_that_nobody_has_looked_at_stops_the_file(tmp_path: Path) -> None:
    header = [*FY16, "EMPLOYER_POC_BIRTH_DATE", "WORKERS_CERTIFIED"]
    header.remove("NBR_WORKERS_CERTIFIED")
    with pytest.raises(ContractError) as caught:
        rows(workbook(tmp_path, "H-2A_FY2016", header), "H-2A_FY16.xlsx")
    message = str(caught.value)
    assert "- NBR_WORKERS_CERTIFIED   (renamed to 'workers_certified'?)" in message
    assert "+ EMPLOYER_POC_BIRTH_DATE" in message
    assert SECRET not in message
    assert DATASET.unknown_columns == "refuse"


@pytest.mark.parametrize(
    ("file", "sheet", "others"),
    [
        ("H-2A_FY15.xlsx", "H-2A_FY2016", ()),
        ("H-2A.xlsx", "Sheet1", ()),
        ("H-2A_FY16.xlsx", "H-2A_FY2016", ("H-2A_FY2015",)),
        ("H-2A_FY16.xlsx", "Sheet1", ("Sheet2",)),
    ],
    ids=["contradiction", "no year", "two years", "which sheet"],
)
def test_the_fiscal_year_is_never_guessed(tmp_path: Path, file: str, sheet: str, others: tuple[str, ...]) -> None:
    with pytest.raises(ContractError) as caught:
        rows(workbook(tmp_path, sheet, FY16, *others), file)
    assert caught.value.rule == "oflc.sheet"


def test_a_note_sheet_beside_the_table_is_no_trouble(tmp_path: Path) -> None:
    assert len(rows(workbook(tmp_path, "H-2A_FY2016", FY16, "Read me"), "H-2A_FY16.xlsx")) == 2


SITE = "https://www.dol.gov/sites/dolgov/files/ETA/oflc/pdfs"
PAGE = f"""<html>
<a href="/sites/dolgov/files/ETA/oflc/pdfs/H-2A_Disclosure_Data_FY2026_Q1.xlsx">FY2026 Q1</a>
<a href="/sites/dolgov/files/ETA/oflc/pdfs/H-2A_Disclosure_Data_FY2026_Q3.xlsx">FY2026 Q3</a>
<a href="/sites/dolgov/files/ETA/oflc/pdfs/H-2A_Record_Layout_FY2026_Q3.pdf">layout</a>
<a href="/sites/dolgov/files/ETA/oflc/pdfs/H-2B_Disclosure_Data_FY2026_Q3.xlsx">H-2B</a>
<a href="/sites/dolgov/files/ETA/oflc/pdfs/LCA_Dislclosure_Data_FY2026_Q3.xlsx">LCA</a>
<a href="{SITE}/H-2A_Disclosure_Data_FY2021.xlsx">FY2021</a>
<a href="/sites/dolgov/files/ETA/oflc/pdfs/H-2A_Addendum_A_FY2021.xlsx">addendum</a>
<a href="{SITE}/H-2A_FY2018.xls">FY2018, old format</a>
<a href="{SITE}/H-2A_FY14_Q4.xlsx">FY2014</a>
<a href="{SITE}/H2A_FY2013.xls">FY2013</a>
<a href="{SITE}/H-2A_FY2007.xlsx">nobody has described its columns</a>
</html>"""
MAIN = [
    f"{SITE}/H2A_FY2013.xls",
    f"{SITE}/H-2A_FY14_Q4.xlsx",
    f"{SITE}/H-2A_FY2018.xls",
    f"{SITE}/H-2A_Disclosure_Data_FY2021.xlsx",
    f"{SITE}/H-2A_Disclosure_Data_FY2026_Q3.xlsx",
]


def test_one_release_holds_the_newest_main_file_of_every_year(tmp_path: Path) -> None:
    getter = Served(tmp_path, {_oflc.DISCOVERY: PAGE, **dict.fromkeys(MAIN, b"PK")})
    (release,) = oflc.fetch(DATASET, getter)
    assert [url for url, _ in getter.asked] == [_oflc.DISCOVERY, *MAIN]
    assert [payload.file for payload in release.payloads] == [url.rsplit("/", 1)[-1] for url in MAIN]
    assert release.label == "H-2A_Disclosure_Data_FY2026_Q3"


def test_a_page_without_files_and_a_challenge_stop(tmp_path: Path) -> None:
    with pytest.raises(FetchError) as caught:
        list(oflc.fetch(DATASET, Served(tmp_path, {_oflc.DISCOVERY: "<html></html>"})))
    assert caught.value.rule == "discovery.no_links"
    blocked = {_oflc.DISCOVERY: PAGE, **dict.fromkeys(MAIN, BlockedError("a challenge page"))}
    with pytest.raises(BlockedError):
        list(oflc.fetch(DATASET, Served(tmp_path, blocked)))


def test_old_and_new_workbooks_are_told_apart(tmp_path: Path) -> None:
    kinds: dict[str, Kind] = {}

    class Watching(Served):
        def get(self, url: str, *, file: str, kind: Kind, **options: Any) -> Any:
            kinds[file] = kind
            return super().get(url, file=file, kind=kind, **options)

    list(oflc.fetch(DATASET, Watching(tmp_path, {_oflc.DISCOVERY: PAGE, **dict.fromkeys(MAIN, b"PK")})))
    assert kinds["H-2A_FY2018.xls"] is Kind.XLS
    assert kinds["H-2A_FY14_Q4.xlsx"] is Kind.XLSX
    assert kinds["discovery.html"] is Kind.HTML


def certified(found: list[Row], year: str) -> int:
    return sum(
        int(row.values["NBR_WORKERS_CERTIFIED"] or 0)
        for row in found
        if row.values["fiscal_year"] == year and row.values.get("ORGANIZATION_FLAG")
    )


def check_figures(found: list[Row]) -> None:
    assert certified(found, "2014") == 116_688
    assert certified(found, "2015") == 139_832
    assert certified(found, "2016") == 165_741
    primary = [row for row in found if row.values.get("PRIMARY_SUB") == "PRI"]
    assert certified(primary, "2016") == 165_741
    assert sum(row.values["fiscal_year"] == "2015" and not row.values.get("ORGANIZATION_FLAG") for row in found) > 0
    granted = [row for row in found if str(row.values["CASE_STATUS"]).startswith("Certified")]
    assert certified(granted, "2011") == 77_164, "in that year withdrawn applications keep their workers"


def test_recorded_figures(tmp_path: Path) -> None:
    (bundle,) = recorded_vintages(DATASET.id)
    (release,) = releases(DATASET, bundle, tmp_path)
    assert len(release.payloads) == 5
    found = parsed(DATASET, release)
    assert len(found) == 7_469 + 7_362 + 9_405 + 10_339 + 11_597
    check_figures(found)


def test_the_originals_read_the_same(originals: Path, tmp_path: Path) -> None:
    found = [row for name in oflc.ORIGINALS for row in oflc.parse(DATASET, name, originals / "dol_oflc_h2a" / name)]
    check_figures(found)
    (bundle,) = recorded_vintages(DATASET.id)
    (release,) = releases(DATASET, bundle, tmp_path)
    assert found == parsed(DATASET, release), "cut, but not changed: rows keep their places"


def test_the_list_of_crops_beside_the_main_file_is_not_taken_for_it(originals: Path) -> None:
    name = "H-2A_Addendum_A_FY2021.xlsx"
    with pytest.raises(ContractError, match="- CASE_STATUS"):
        list(oflc.parse(DATASET, name, originals / "dol_oflc_h2a" / name))
