from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.contract import Row
from ingestion.errors import ContractError
from ingestion.recorded import recorded_vintages
from ingestion.sources import foreign_assistance_country_totals as aid
from tests.contract.support import Served, parsed, releases

DATASET = aid.DATASET
HEADER = ",".join(f'"{field.name}"' for field in DATASET.fields)
INVENTED = 'GTM,Guatemala,6,Western Hemisphere,UMIC,Upper Middle Income Country,2,Obligations,1976tq,"-12",-40'
WITHOUT_CODE = "NULL,Former State,2,Europe and Eurasia,NULL,NULL,3,Disbursements,1999,7,9"


def rows(tmp_path: Path, *lines: str) -> list[Row]:
    path = tmp_path / aid.FILE
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    return list(aid.parse(DATASET, aid.FILE, path))


def test_odd_years_signs_and_nulls_are_left_as_they_stand(tmp_path: Path) -> None:
    quarter, nameless = rows(tmp_path, HEADER, INVENTED, WITHOUT_CODE)
    assert (quarter.values["Fiscal Year"], quarter.values["current_amount"]) == ("1976tq", "-12")
    assert (nameless.values["Country Code"], nameless.values["Income Group Name"]) == ("NULL", "NULL")


def test_older_names_of_columns_are_known(tmp_path: Path) -> None:
    old = HEADER.replace("Country Name", "country_name").replace("Fiscal Year", "fiscal_year")
    (row,) = rows(tmp_path, old.replace("current_amount", "Current Dollar Amount"), INVENTED)
    assert (row.values["Country Name"], row.values["current_amount"]) == ("Guatemala", "-12")


def test_a_new_column_stops(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        rows(tmp_path, f"{HEADER},Sector", f"{INVENTED},Health")
    assert caught.value.rule == "header.unknown"


def test_one_address_is_asked(tmp_path: Path) -> None:
    getter = Served(tmp_path, {aid.ADDRESS: f"{HEADER}\r\n{INVENTED}\r\n"})
    (release,) = aid.fetch(DATASET, getter)
    assert [url for url, _ in getter.asked] == [aid.ADDRESS]
    assert release.label is None


def check_figures(found: list[Row]) -> None:
    amounts = {
        (row.values["Country Code"], row.values["Transaction Type ID"]): row.values["current_amount"]
        for row in found
        if row.values["Fiscal Year"] == "2022"
    }
    assert [amounts[code, "2"] for code in ("GTM", "HND", "SLV")] == ["245195356", "204735841", "157461795"]
    assert [amounts[code, "3"] for code in ("GTM", "HND", "SLV")] == ["268418493", "180541791", "125299200"]
    base = {
        row.values["current_amount"] == row.values["constant_amount"] for row in found if "2022" in row.values.values()
    }
    assert base == {True}, "2022 is the base year of this release"
    assert {row.values["Country Name"] for row in found if row.values["Country Code"] == "CNA"} == {
        "Central America Region"
    }
    assert any(row.values["Fiscal Year"] == "1976tq" for row in found)
    assert any((row.values["current_amount"] or "").startswith("-") for row in found), "de-obligations"


def test_recorded_figures(tmp_path: Path) -> None:
    (bundle,) = recorded_vintages(DATASET.id)
    (release,) = releases(DATASET, bundle, tmp_path)
    found = parsed(DATASET, release)
    assert len(found) == 4_655
    check_figures(found)


def test_the_original_reads_the_same(originals: Path, tmp_path: Path) -> None:
    whole = list(aid.parse(DATASET, "original", originals / aid.ORIGINAL))
    assert len(whole) == 22_034
    check_figures(whole)
    (bundle,) = recorded_vintages(DATASET.id)
    (release,) = releases(DATASET, bundle, tmp_path)
    kept = [row.values for row in whole if row.values["Region Name"] == aid.REGION]
    assert [row.values for row in parsed(DATASET, release)] == kept, "cut, but not changed"
