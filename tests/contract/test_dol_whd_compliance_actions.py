"""Concluded cases of the Wage and Hour Division: the names of columns are real, the rows are made up."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest

from ingestion.contract import Row
from ingestion.errors import ContractError
from ingestion.sources import dol_whd_compliance_actions as whd
from tests.contract.support import Served, values

DATASET = whd.DATASET
FIELDS = [field.name for field in DATASET.fields]
HEADER = [*FIELDS, *whd.PERSONAL, "BW_ATP_AMT"]


def case(number: str, **cells: str) -> list[str]:
    filled = {"CASE_ID": number, "ST_CD": "NC", "FINDINGS_END_DATE": "2001-09-30", "LEGAL_NAME": "Nobody LLC"} | cells
    return [filled.get(name, "0" if name.endswith(("CNT", "AMT")) else "") for name in HEADER]


def archive(path: Path, **parts: list[list[str]]) -> Path:
    with zipfile.ZipFile(path, "w") as target:
        for name, rows in parts.items():
            with target.open(f"LOAD00000001-20010101{name}.csv", "w") as stream:
                stream.write("".join(",".join(row) + "\r\n" for row in rows).encode())
    return path


def rows(path: Path) -> list[Row]:
    return list(whd.parse(DATASET, whd.FILE, path))


def test_only_cases_with_h2_findings_land_from_all_parts_in_order(tmp_path: Path) -> None:
    first = [HEADER, case("1", BW_ATP_AMT="900"), case("2", H2A_BW_ATP_AMT="10.50"), case("3", H2B_VIOLTN_CNT="4")]
    tenth = [HEADER, case("5", H2A_VIOLTN_CNT="0.00"), case("6", H2A_CMP_ASSD_AMT="7")]
    found = rows(archive(tmp_path / "x.zip", _chunk_10=tenth, _chunk_2=first))
    assert values(found, "CASE_ID") == ["2", "3", "6"]
    assert [row.record for row in found] == ["chunk 2, line 3", "chunk 2, line 4", "chunk 10, line 3"]
    assert found[0].values["H2A_BW_ATP_AMT"] == "10.50"


def test_no_name_and_no_address_lands(tmp_path: Path) -> None:
    (row,) = rows(archive(tmp_path / "x.zip", _chunk_1=[HEADER, case("2", H2A_VIOLTN_CNT="1")]))
    assert set(row.values) == set(FIELDS)
    assert not set(row.values) & set(whd.PERSONAL)
    assert {column.reason for column in DATASET.dropped if column.name in whd.PERSONAL} == {"personal data"}


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({"_notes": [HEADER]}, "whd.parts"),
        ({"_chunk_1": [HEADER[1:]]}, "header.missing"),
        ({"_chunk_1": [HEADER, case("2")[:-1]]}, "csv.ragged"),
        ({"_chunk_1": [HEADER, ['"2']]}, "csv.syntax"),
    ],
)
def test_another_layout_stops(tmp_path: Path, parts: dict[str, list[list[str]]], rule: str) -> None:
    with pytest.raises(ContractError) as caught:
        rows(archive(tmp_path / "x.zip", **parts))
    assert caught.value.rule == rule


def test_one_address_is_asked(tmp_path: Path) -> None:
    getter = Served(tmp_path, {whd.ADDRESS: b"PK"})
    (release,) = whd.fetch(DATASET, getter)
    assert [url for url, _ in getter.asked] == [whd.ADDRESS]
    assert release.label is None


def test_every_column_of_the_dictionary_is_known(originals: Path) -> None:
    with (originals / "dol_whd" / "whd_data_dictionary.csv").open(encoding="utf-8-sig", newline="") as lines:
        names = {row["column_name"].upper() for row in csv.DictReader(lines)}
    assert len(names) == 110
    known = {*FIELDS, *(column.name for column in DATASET.dropped)}
    assert names <= known
    assert known - names == {"LOAD_DT", "CMP_ASSD", "DBRA_VIOLTN_CNT"}, "names of 2026, as users of the file list them"
