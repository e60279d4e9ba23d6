from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ingestion.contract import Row
from ingestion.errors import ContractError, FetchError
from ingestion.recorded import MISSING_RULE, recorded_vintages
from ingestion.sources import iom_missing_migrants as mmp
from tests.contract.support import Served, parsed, releases

DATASET = mmp.DATASET

COMMON = {
    "Number of Females": "",
    "Number of Males": "1",
    "Number of Children": "",
    "Number of Survivors": "",
    "Cause of Death": "Drowning",
    "Information Source": "Made up",
    "URL": "",
    "Source Quality": "3",
    "Minimum Estimated Number of Missing": "2",
}
LAYOUT_A = {
    "Web ID": "1",
    "Region of Incident": "US-Mexico Border",
    "Reported Date": "13-Jan-20",
    "Reported Year": "2020",
    "Reported Month": "Jan",
    "Number Dead": "1",
    "Total Dead and Missing": "3",
    "Location Description": "Made up",
    "Location Coordinates": "1, 2",
    "Migration Route": "Made up",
    "UNSD Geographical Grouping": "Central America",
} | COMMON
LAYOUT_B = {
    "Main ID": "2026.MMP0001",
    "Incident ID": "1",
    "Region": "Central America",
    "Incident Date": "Mon, 02/01/2021 - 12:00",
    "Year": "2021",
    "Reported Month": "February",
    "Number Dead": "1",
    "Total Number of Dead and Missing": "3",
    "Location of death": "Made up",
    "Coordinates": "1, 2",
    "Migrantion route": "Made up",
    "UNSD Geographical Grouping": "Central America",
} | COMMON
LAYOUT_C = {
    "Main ID": "2026.MMP0001",
    "Incident ID": "1",
    "Incident Type": "Incident",
    "Region of Incident": "North America",
    "Incident Date": "2024-02-01",
    "Incident Year": "2024",
    "Month": "February",
    "Number of Dead": "1",
    "Total Number of Dead and Missing": "3",
    "Location of Incident": "Made up",
    "Country of Incident": "Mexico",
    "Coordinates": "1, 2",
    "Migration Route": "Made up",
    "Region of Origin": "",
    "Country of Origin": "",
} | COMMON


def incident(**changes: Any) -> dict[str, Any]:
    """An incident in the layout of the yearly answers (D), made up for tests."""
    return {
        "web_id": "1",
        "region": "Central America",
        "reported_date": "2025-04-17",
        "number_dead": "1",
        "number_missing": "2",
        "total_dead_and_missing": "3",
        "number_of_survivors": "",
        "number_of_female": "",
        "number_of_male": "1",
        "number_of_children": "",
        "cause_death": "Drowning",
        "country_of_incident": "Mexico",
        "location_description": "Made up",
        "unsd_geographic_grouping": "Central America",
        "location_coodinates": "1, 2",
        "migration_route": "Made up",
        "information_source": "Made up",
        "url": "",
        "source_quality": "3",
    } | changes


def table(row: dict[str, str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([list(row), list(row.values())])
    return text.getvalue()


def rows(tmp_path: Path, body: object, file: str = "2025.json") -> list[Row]:
    path = tmp_path / "body"
    path.write_text(body if isinstance(body, str) else json.dumps(body), encoding="utf-8")
    return list(mmp.parse(DATASET, file, path))


@pytest.mark.parametrize(
    ("layout", "day"),
    [(LAYOUT_A, "2020-01-13"), (LAYOUT_B, "2021-02-01"), (LAYOUT_C, "2024-02-01")],
    ids=["A", "B", "C"],
)
def test_tables_of_three_layouts_are_read_by_alias(tmp_path: Path, layout: dict[str, str], day: str) -> None:
    (row,) = rows(tmp_path, table(layout), "table.csv")
    shown = {name: row.values.get(name) for name in ("web_id", "reported_date", "year", "migration_route")}
    assert shown == {"web_id": "1", "reported_date": day, "year": day[:4], "migration_route": "Made up"}
    counts = ("number_dead", "number_missing", "total_dead_and_missing", "number_of_male", "number_of_female")
    assert [row.values[name] for name in counts] == ["1", "2", "3", "1", None]


def test_the_yearly_answers_are_the_fourth_layout(tmp_path: Path) -> None:
    plain, with_origin = rows(
        tmp_path, [incident(), incident(region_origin="Made up", country_origin="Made up", reported_date="")]
    )
    assert (plain.values["reported_date"], plain.values["year"]) == ("2025-04-17", "2025")
    assert (with_origin.values["reported_date"], with_origin.values["year"]) == (None, "2025")
    assert set(plain.values) == set(with_origin.values) == {field.name for field in DATASET.fields}


def test_a_table_without_the_total_is_read(tmp_path: Path) -> None:
    layout = {name: value for name, value in LAYOUT_B.items() if not name.startswith("Total")}
    (row,) = rows(tmp_path, table(layout), "table.csv")
    assert "total_dead_and_missing" not in row.values
    assert (row.values["number_dead"], row.values["number_missing"]) == ("1", "2")


def test_the_other_date_form_of_the_old_table_has_the_day_first(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, table(LAYOUT_A | {"Reported Date": "03/10/2019"}), "table.csv")
    assert row.values["reported_date"] == "2019-10-03"


@pytest.mark.parametrize(
    ("body", "file"),
    [
        (table(LAYOUT_A | {"Surprise": "x"}), "table.csv"),
        (table(LAYOUT_A | {"Reported Date": "Spring 2019"}), "table.csv"),
        ([incident(surprise="x")], "2025.json"),
        ([{k: v for k, v in incident().items() if k != "number_dead"}], "2025.json"),
        ({"items": []}, "2025.json"),
        (["x"], "2025.json"),
    ],
    ids=["column", "date", "key", "key lost", "object", "item"],
)
def test_another_layout_stops(tmp_path: Path, body: object, file: str) -> None:
    with pytest.raises(ContractError):
        rows(tmp_path, body, file)


def test_entities_are_resolved_and_unknown_stays_unknown(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, [incident(cause_death="Shot &amp; &#039;x&#039;", number_missing="")])
    assert row.values["cause_death"] == "Shot & 'x'"
    assert row.values["number_missing"] == ""


def test_an_identifier_may_come_twice_and_other_regions_are_not_landed(tmp_path: Path) -> None:
    found = rows(tmp_path, [incident(), incident(region="Mediterranean"), incident()])
    assert [(row.record, row.values["web_id"]) for row in found] == [("/0", "1"), ("/2", "1")]
    assert DATASET.gate.unique == ()


def test_every_year_is_asked_and_only_a_missing_recording_is_left_out(tmp_path: Path) -> None:
    class Everything(dict[Any, object]):
        def get(self, key: Any, default: object = None) -> object:
            if key == f"{mmp.BASE}/2015/json":
                return FetchError("not recorded", rule=MISSING_RULE)
            return [incident()] if isinstance(key, str) else default

    (release,) = mmp.fetch(DATASET, Served(tmp_path, Everything()))
    files = [payload.file for payload in release.payloads]
    assert files[:2] == ["2014.json", "2016.json"]
    with pytest.raises(FetchError):
        list(mmp.fetch(DATASET, Served(tmp_path, {})))


def test_recorded_figures(tmp_path: Path) -> None:
    (bundle,) = recorded_vintages(DATASET.id)
    (release,) = releases(DATASET, bundle, tmp_path)
    found = parsed(DATASET, release)
    assert len(found) == 5_740
    deaths: Counter[str | None] = Counter()
    for row in found:
        if row.values["migration_route"] == "US-Mexico border crossing":
            deaths[row.values["year"]] += int((row.values["total_dead_and_missing"] or "0").replace(",", ""))
    assert [deaths[str(year)] for year in range(2019, 2024)] == [526, 476, 734, 689, 628]
    assert sum(row.values["reported_date"] is None for row in found) == 14


def test_original_tables(originals: Path, tmp_path: Path) -> None:
    folder = originals / "missing_migrants"
    # Columns that the keepers of the copies added are taken off; the rest is the publisher's header.
    for name, added in (("layoutA_2014_2020-01.csv", {"latitude", "longitude"}),):
        with (folder / name).open(encoding="utf-8-sig", newline="") as lines:
            served = [{k: v for k, v in row.items() if k not in added} for row in csv.DictReader(lines)]
        text = io.StringIO()
        writer = csv.DictWriter(text, list(served[0]))
        writer.writeheader()
        writer.writerows(served)
        assert len(rows(tmp_path, text.getvalue(), name)) > 1_000
    with (folder / "layoutB_2014_2021_with_typo_header.csv").open(encoding="utf-8-sig", newline="") as lines:
        copied = [row[1:] for row in csv.reader(lines)]
    text = io.StringIO()
    csv.writer(text).writerows(copied)
    assert len(rows(tmp_path, text.getvalue(), "b.csv")) > 1_000
    newest = folder / "MissingMigrants-Global-2026-05-06.csv"
    assert list(mmp.parse(DATASET, newest.name, newest))
