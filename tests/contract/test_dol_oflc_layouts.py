"""Both programmes' files: every layout gives the same columns, and nothing about persons gets in."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pytest
import python_calamine

from ingestion.contract import Kind, Row
from ingestion.errors import ContractError, FetchError
from ingestion.formats.header import normalise
from ingestion.recorded import recorded_vintages
from ingestion.settings import RECORDINGS
from ingestion.sources import _oflc
from ingestion.sources import dol_oflc_h2a_disclosure as h2a
from ingestion.sources import dol_oflc_h2b_disclosure as h2b
from tests.contract.support import Served, parsed, releases

SECRET = "Jane Roe 555-0100 jane@example.org"
CELLS = {
    "CASE_NUMBER": "A-1",
    "DECISION_DATE": "2015-03-03",
    "CASE_STATUS": "Certification",
    "NBR_WORKERS_REQUESTED": "18",
    "NBR_WORKERS_CERTIFIED": "15",
    "BASIC_RATE_OF_PAY": "11.59",
    "BASIC_UNIT_OF_PAY": "Hour",
    "WORKSITE_STATE": "WY",
    "ORGANIZATION_FLAG": "S",
}
MODULES = {"H-2A": h2a, "H-2B": h2b}
LAYOUTS = [
    (name, year) for name, module in MODULES.items() for year in module.LAYOUTS.years if module.LAYOUTS.header(year)
]


def made(path: Path, module: ModuleType, year: int, header: list[str]) -> list[Row]:
    """Parse a file of one application; every column that is no field holds a secret."""
    field = {normalise(n): f.name for f in module.DATASET.fields for n in (f.name, *f.aliases)}
    cells: list[Any] = [CELLS.get(field[normalise(h)], "") if normalise(h) in field else SECRET for h in header]
    if year < 2007:
        file = path / f"{module.PROGRAMME.name}_FY{year}.csv"
        with file.open("w", newline="") as lines:
            csv.writer(lines).writerows([header, cells])
    else:
        file = path / f"{module.PROGRAMME.name}_FY{year}.xlsx"
        book = openpyxl.Workbook()
        for row in (header, cells):
            book.worksheets[0].append(row)
        book.save(file)
    return list(module.parse(module.DATASET, file.name, file))


@pytest.mark.parametrize(("name", "year"), LAYOUTS)
def test_every_layout_gives_the_same_columns_and_nothing_about_persons(tmp_path: Path, name: str, year: int) -> None:
    module = MODULES[name]
    names = module.LAYOUTS.header(year)
    personal = [*_oflc.PERSONAL.split(), *_oflc.UNUSED.split()]
    known = {normalise(n) for f in module.DATASET.fields for n in (f.name, *f.aliases)}
    header = [*names.values(), *(column for column in personal if normalise(column) not in known)]
    (row,) = made(tmp_path, module, year, header)
    assert {field: row.values[field] for field in names} == {field: CELLS.get(field) for field in names}
    assert row.values["fiscal_year"] == str(year)
    given = {"fiscal_year", "members_marked"} if name == "H-2A" else {"fiscal_year"}
    assert set(row.values) == set(names) | given
    assert SECRET not in row.values.values()


@pytest.mark.parametrize(("name", "year"), LAYOUTS)
def test_a_layout_without_one_of_its_columns_stops(tmp_path: Path, name: str, year: int) -> None:
    module = MODULES[name]
    names = module.LAYOUTS.header(year)
    lost = "BASIC_RATE_OF_PAY" if "BASIC_RATE_OF_PAY" in names else "BASIC_UNIT_OF_PAY"
    with pytest.raises(ContractError, match=lost):
        made(tmp_path, module, year, [header for field, header in names.items() if field != lost])


def test_what_a_year_does_not_publish_is_absent_not_zero(tmp_path: Path) -> None:
    (row,) = made(tmp_path, h2b, 2005, list(h2b.LAYOUTS.header(2005).values()))
    assert "NBR_WORKERS_CERTIFIED" not in row.values
    (row,) = made(tmp_path, h2b, 2014, list(h2b.LAYOUTS.header(2014).values()))
    assert "NBR_WORKERS_REQUESTED" not in row.values
    (row,) = made(tmp_path, h2a, 2006, list(h2a.LAYOUTS.header(2006).values()))
    assert "WORKSITE_STATE" not in row.values
    assert row.values["members_marked"] == "no", "positions of that year cannot be added up"
    for year in (2008, 2010, 2013):
        (row,) = made(tmp_path, h2a, year, list(h2a.LAYOUTS.header(year).values()))
        assert "NBR_WORKERS_REQUESTED" not in row.values
        assert (row.values["WORKSITE_STATE"], row.values["members_marked"]) == ("WY", "yes")


@pytest.mark.parametrize(("name", "year"), [("H-2A", 2005), ("H-2A", 2007), ("H-2B", 2006), ("H-2B", 2007)])
def test_a_file_of_a_year_that_nobody_has_described_is_tried_and_else_refused(
    tmp_path: Path, name: str, year: int
) -> None:
    module = MODULES[name]
    assert year not in module.PROGRAMME.years
    assert f"{year}" in module.DATASET.description.split("Not asked for")[1], "the page says which years and why"
    other = module.LAYOUTS.header(min(module.LAYOUTS.years))
    (row,) = made(tmp_path, module, year, [*other.values(), "NEVER_SEEN"])
    assert {field: row.values[field] for field in other} == {field: CELLS.get(field) for field in other}
    assert (row.values["fiscal_year"], SECRET in row.values.values()) == (str(year), False)
    with pytest.raises(ContractError) as caught:
        made(tmp_path, module, year, [column for field, column in other.items() if field != "CASE_NUMBER"])
    assert caught.value.rule == "oflc.year"
    assert f"nobody has described the files of fiscal year {year}" in str(caught.value)
    assert "- CASE_NUMBER" in str(caught.value)


def test_a_column_is_only_left_out_in_years_that_were_described_in_part(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for year in (2009, 2012, 2013):
        (row,) = made(tmp_path, h2a, year, [*h2a.LAYOUTS.header(year).values(), "OWNER_BIRTH_DATE"])
        assert SECRET not in row.values.values()
    assert caplog.text.count("OWNER_BIRTH_DATE") == 3
    for year in (2006, 2011, 2014, 2020):
        with pytest.raises(ContractError, match=r"\+ OWNER_BIRTH_DATE"):
            made(tmp_path, h2a, year, [*h2a.LAYOUTS.header(year).values(), "OWNER_BIRTH_DATE"])


def test_every_year_since_2008_is_asked_for() -> None:
    for module in MODULES.values():
        assert set(range(2008, 2027)) <= module.PROGRAMME.years
        assert all(module.LAYOUTS.header(year) for year in module.PROGRAMME.years)


def test_a_column_of_h2b_that_nobody_has_looked_at_is_left_out_and_reported(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (row,) = made(tmp_path, h2b, 2020, [*h2b.LAYOUTS.header(2020).values(), "OWNER_BIRTH_DATE"])
    assert SECRET not in row.values.values()
    assert "OWNER_BIRTH_DATE" in caplog.text
    assert SECRET not in caplog.text


def test_a_csv_without_a_fiscal_year_in_its_name_stops(tmp_path: Path) -> None:
    path = tmp_path / "h2b.csv"
    path.write_text("Case_Num\n1\n")
    with pytest.raises(ContractError) as caught:
        list(h2b.parse(h2b.DATASET, "h2b.csv", path))
    assert caught.value.rule == "oflc.sheet"


def test_a_table_of_layouts_needs_a_header_for_every_year() -> None:
    with pytest.raises(ValueError, match="one header per layout"):
        _oflc.Layouts("field 2005 2006\nCASE_NUMBER =")


SITE = "https://www.dol.gov/sites/dolgov/files/ETA/oflc/pdfs"
PAGE = f"""<a href="{SITE}/H-2B_FY2012.xlsx">2012</a> <a href="{SITE}/H-2B_Disclosure_Data_FY2026_Q3.xlsx">2026</a>
<a href="{SITE}/H-2B_Disclosure_Data_FY2026_Q2.xlsx">2026</a> <a href="{SITE}/H-2B_Appendix_D_FY2026_Q3.xlsx">D</a>
<a href="{SITE}/H-2A_Disclosure_Data_FY2026_Q3.xlsx">H-2A</a> <a href="{SITE}/H-2B_FY14_Q4.xlsx">2014</a>"""


def test_h2b_asks_for_the_newest_main_file_of_every_year_it_knows(tmp_path: Path) -> None:
    newest = [f"{SITE}/{name}.xlsx" for name in ("H-2B_FY2012", "H-2B_FY14_Q4", "H-2B_Disclosure_Data_FY2026_Q3")]
    getter = Served(tmp_path, {_oflc.DISCOVERY: PAGE, **dict.fromkeys(newest, b"PK")})
    (release,) = h2b.fetch(h2b.DATASET, getter)
    assert [url for url, _ in getter.asked] == [_oflc.DISCOVERY, *newest]
    assert release.label == "H-2B_Disclosure_Data_FY2026_Q3"
    with pytest.raises(FetchError, match="no H-2B disclosure file"):
        list(h2b.fetch(h2b.DATASET, Served(tmp_path, {_oflc.DISCOVERY: "<html></html>"})))


def check_h2b(found: list[Row]) -> None:
    def total(year: str, column: str, *words: str) -> int:
        return sum(
            int(row.values.get(column) or 0)
            for row in found
            if row.values["fiscal_year"] == year and any(word in str(row.values["CASE_STATUS"]) for word in words)
        )

    assert total("2016", "NBR_WORKERS_CERTIFIED", "ertification") == 119_232
    assert total("2018", "NBR_WORKERS_CERTIFIED", "ertification") == 147_592
    assert total("2005", "NBR_WORKERS_REQUESTED", "Certified") == 134_837
    denied = [row for row in found if row.values["CASE_STATUS"] == "Denied"]
    assert {row.values["NBR_WORKERS_CERTIFIED"] for row in denied if row.values["fiscal_year"] == "2016"} == {None}
    assert {row.values["NBR_WORKERS_CERTIFIED"] for row in denied if row.values["fiscal_year"] == "2015"} == {"0"}


def test_recorded_h2b_figures(tmp_path: Path) -> None:
    (bundle,) = recorded_vintages(h2b.DATASET.id)
    (release,) = releases(h2b.DATASET, bundle, tmp_path)
    assert [_oflc._kind(payload.file) for payload in release.payloads] == [Kind.CSV, *[Kind.XLSX] * 4]
    found = parsed(h2b.DATASET, release)
    assert len(found) == 7_236 + 5_467 + 6_521 + 7_209 + 9_490
    check_h2b(found)


def test_the_h2b_originals_read_the_same(originals: Path, tmp_path: Path) -> None:
    folder = originals / "dol_oflc_h2b"
    found = [row for name in h2b.ORIGINALS for row in h2b.parse(h2b.DATASET, name, folder / name)]
    check_h2b(found)
    (bundle,) = recorded_vintages(h2b.DATASET.id)
    (release,) = releases(h2b.DATASET, bundle, tmp_path)
    assert found == parsed(h2b.DATASET, release), "cut, but not changed: rows keep their places"


def cells(path: Path) -> list[list[str]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.reader(lines))
    table = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return [[str(cell) for cell in row] for row in table]


@pytest.mark.parametrize(
    ("name", "original"), [(name, original) for name, module in MODULES.items() for original in module.ORIGINALS]
)
def test_nothing_in_the_personal_columns_of_an_original_is_landed(name: str, original: str, originals: Path) -> None:
    module = MODULES[name]
    path = originals / f"dol_oflc_{name.lower().replace('-', '')}" / original
    table = cells(path)
    personal = {normalise(column) for column in _oflc.PERSONAL.split()}
    held = [place for place, header in enumerate(table[0]) if normalise(header) in personal]
    secrets = {row[place].strip() for row in table[1:] for place in held}
    secrets = {value for value in secrets if re.search(r"[A-Za-z]{3,} [A-Za-z]{3,}", value)}
    # A town may be called like a state.
    secrets -= {value for value in secrets if value.upper() in {"NEW YORK", "NORTH DAKOTA", "RHODE ISLAND"}}
    assert len(secrets) > 1000
    landed = {value for row in module.parse(module.DATASET, original, path) for value in row.values.values() if value}
    assert not secrets & landed


@pytest.mark.parametrize("name", MODULES)
def test_no_recorded_column_is_about_persons(name: str, tmp_path: Path) -> None:
    module = MODULES[name]
    personal = {normalise(column) for column in _oflc.PERSONAL.split()}
    known = {normalise(n) for field in module.DATASET.fields for n in (field.name, *field.aliases)}
    assert not known & personal
    assert len(list((RECORDINGS / module.DATASET.id).glob("*/*.xlsx"))) == 4
    (bundle,) = recorded_vintages(module.DATASET.id)
    (release,) = releases(module.DATASET, bundle, tmp_path)
    for payload in release.payloads:
        copy = tmp_path / payload.file
        copy.write_bytes(payload.path.read_bytes())
        assert {normalise(header) for header in cells(copy)[0]} <= known
