from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.contract import Row
from ingestion.errors import ContractError
from ingestion.recorded import recorded_vintages
from ingestion.sources import ocha_fts_requirements_funding as fts
from tests.contract.support import parsed, releases

DATASET = fts.DATASET
HEADER = ",".join(field.name for field in DATASET.fields)
TAGS = "#country+code,#activity+appeal+id+fts_internal,#activity+appeal+name,,,,,,#date+year,#value,#value,#value+pct"
PLAN = "GTM,1,Invented plan,HGTM99,4,Humanitarian response plan,1999-01-01,1999-12-31,1999,200,50,25"
OUTSIDE = "GTM,,Not specified,,,,,,1999,,-7,"


def rows(tmp_path: Path, *lines: str) -> list[Row]:
    path = tmp_path / fts.FILE
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    return list(fts.parse(DATASET, fts.FILE, path))


def test_rows_are_kept_as_text(tmp_path: Path) -> None:
    plan, outside = rows(tmp_path, HEADER, PLAN, OUTSIDE)
    assert (plan.values["requirements"], plan.values["funding"], plan.values["percentFunded"]) == ("200", "50", "25")
    assert outside.values["name"] == fts.OUTSIDE_PLANS
    assert (outside.values["id"], outside.values["requirements"]) == (None, None), "no requirement is not zero"
    assert outside.values["funding"] == "-7", "negative money outside plans is real"


def test_a_line_of_tags_is_no_row(tmp_path: Path) -> None:
    assert [row.record for row in rows(tmp_path, HEADER, TAGS, PLAN)] == ["3"]


def test_a_new_column_stops(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        rows(tmp_path, f"{HEADER},originalRequirements", f"{PLAN},100")
    assert caught.value.rule == "header.unknown"


def figures(found: list[Row]) -> dict[tuple[str | None, str | None], tuple[str | None, str | None]]:
    """Requirement and funding by country and plan, plans only."""
    return {
        (row.values["countryCode"], row.values["id"]): (row.values["requirements"], row.values["funding"])
        for row in found
        if row.values["id"]
    }


def check_figures(march: list[Row], april: list[Row]) -> None:
    before, after = figures(march), figures(april)
    assert after["GTM", "1085"] == ("153531304", "56937681")
    assert after["SLV", "1268"] == ("66923449", "18997234")
    assert after["HND", "1045"] == ("90089849", "86112279")
    assert before["HND", "1270"] == ("138491372", "15576631")
    assert after["HND", "1270"] == ("138491372", "14692873")
    outside = [
        next(
            row.values["funding"]
            for row in found
            if row.values["countryCode"] == "GTM" and row.values["year"] == "2026" and not row.values["id"]
        )
        for found in (march, april)
    ]
    assert outside == ["5671120", "69778431"]
    codes = {row.values["id"]: row.values["code"] for row in april if (row.values["code"] or "").startswith("RREG26")}
    assert codes["1525"] == "RREG26b"
    members = {country for country, plan in after if plan == "1219"}
    assert len(members) == 17
    assert not members & {"GTM", "HND", "SLV"}


def test_recorded_figures(tmp_path: Path) -> None:
    found = []
    for bundle in recorded_vintages(DATASET.id):
        (release,) = releases(DATASET, bundle, tmp_path)
        found.append(parsed(DATASET, release))
    march, april = found
    check_figures(march, april)


def test_the_originals_read_the_same(originals: Path, tmp_path: Path) -> None:
    whole = [
        list(fts.parse(DATASET, "original", originals / f"fts/fts_requirements_funding_global__2026-{month}.csv"))
        for month in ("03", "04")
    ]
    assert [len(found) for found in whole] == [3_779, 3_805]
    check_figures(whole[0], whole[1])
    bundles = recorded_vintages(DATASET.id)
    for bundle, found in zip(bundles, whole, strict=True):
        (release,) = releases(DATASET, bundle, tmp_path)
        kept = [
            row.values
            for row in found
            if row.values["countryCode"] in fts.REGION or (row.values["name"] or "").startswith(fts.REGIONAL_PLAN)
        ]
        assert [row.values for row in parsed(DATASET, release)] == kept, "cut, but not changed"
