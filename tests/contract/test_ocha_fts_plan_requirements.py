from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.contract import Row
from ingestion.errors import ContractError
from ingestion.recorded import recorded_vintages
from ingestion.sources import ocha_fts_plan_requirements as plans
from ingestion.sources import ocha_fts_requirements_funding as funding
from tests.contract.support import Served, parsed, releases

DATASET = plans.DATASET
HEADER = ",".join(field.name for field in DATASET.fields)
TAGS = "#response+code,#meta+id,#date+start,#date+end,#response+name,,,#date+year+list,#value,#value"
PLAN = "HGTM99,7,1999-01-01,1999-12-31,Invented plan,cluster | es,GTM | HND,1999,0,200"


def rows(tmp_path: Path, *lines: str) -> list[Row]:
    path = tmp_path / plans.FILE
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    return list(plans.parse(DATASET, plans.FILE, path))


def recorded(tmp_path: Path) -> list[Row]:
    (bundle,) = recorded_vintages(DATASET.id)
    (release,) = releases(DATASET, bundle, tmp_path)
    return parsed(DATASET, release)


def test_the_line_of_tags_is_no_plan_and_amounts_stay_text(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, HEADER, TAGS, PLAN)
    assert (row.record, row.values["origRequirements"], row.values["revisedRequirements"]) == ("3", "0", "200")
    assert row.values["locations"] == "GTM | HND"


def test_a_new_column_stops(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        rows(tmp_path, f"{HEADER},planId", f"{PLAN},1")
    assert caught.value.rule == "header.unknown"


def test_one_file_is_asked_for(tmp_path: Path) -> None:
    getter = Served(tmp_path, {plans.ADDRESS: f"{HEADER}\r\n{TAGS}\r\n{PLAN}"})
    (release,) = plans.fetch(DATASET, getter)
    assert [payload.file for payload in release.payloads] == [plans.FILE]


def test_recorded_requirements_as_first_asked_for_and_as_revised(tmp_path: Path) -> None:
    found = {row.values["code"]: row.values for row in recorded(tmp_path)}
    assert len(found) == 93
    amounts = {code: (row["origRequirements"], row["revisedRequirements"]) for code, row in found.items()}
    assert amounts["HHND21"] == ("221424684", "66138378")
    assert amounts["FHND2021"] == ("69210000", "90089849")
    assert amounts["FGTM0506"] == ("24670000", "31860000")
    assert sorted(code or "" for code, (first, _) in amounts.items() if first == "0") == [
        *("HCOL26", "HVEN25", "HVEN26", "RREG20", "RREG21"),
    ]


def test_plans_are_matched_by_code_and_year_and_never_by_the_number(tmp_path: Path) -> None:
    """HHND25 is 7230 here and 1270 in the file of requirements, where another plan may have the number 7230."""
    *_, april = recorded_vintages(funding.DATASET.id)
    (release,) = releases(funding.DATASET, april, tmp_path)
    numbered = {
        (row.values["code"], row.values["year"]): (row.values["id"], row.values["name"])
        for row in parsed(funding.DATASET, release)
        if row.values["id"]
    }
    both = [
        (row.values["internalId"], row.values["planVersion"], *numbered[row.values["code"], row.values["years"]])
        for row in recorded(tmp_path)
        if (row.values["code"], row.values["years"]) in numbered
    ]
    assert len(both) == 91
    assert all((name or "").strip() == (other or "").strip() for _, name, _, other in both)
    assert all(number != other for number, _, other, _ in both)
    assert ("7230", "1270") in {(number, other) for number, _, other, _ in both}


def test_the_original_list(originals: Path) -> None:
    found = list(plans.parse(DATASET, plans.FILE, originals / plans.ORIGINAL))
    assert len(found) == 910
    assert len({row.values["internalId"] for row in found}) == 910
    assert len({row.values["code"] for row in found}) < 905, "codes are used again"
