"""Closed years on figures that publishers really restated: which release the gate holds, and which it lets through."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.contract import Dataset, Gate
from ingestion.gates import check_release, closed_periods, failures
from ingestion.landing import Landed
from ingestion.ledger import State, Vintage
from ingestion.registry import dataset
from ingestion.results import CheckResult, Status
from tests.unit.test_landing import vintage

SOLUTIONS = dataset("unhcr/solutions")
COLUMNS = ("returned_refugees", "resettlement", "naturalisation")

# UNHCR, by origin Guatemala, Honduras and El Salvador together, as three editions had them: the second has lost every
# naturalisation.
EDITIONS: dict[str, dict[str, tuple[str, str, str]]] = {
    "2024-06-17": {"2022": ("0", "2649", "293"), "2023": ("0", "4257", "409")},
    "2024-10-18": {"2022": ("0", "2649", "0"), "2023": ("0", "4257", "0"), "2024": ("0", "3738", "261")},
    "2025-06-12": {"2022": ("0", "2649", "293"), "2023": ("0", "4257", "409"), "2024": ("10", "7616", "607")},
}


def _landed(folder: Path, name: str, rows: Iterable[Mapping[str, str | None]]) -> Landed:
    listed = list(rows)
    path = folder / f"{name}.parquet"
    pq.write_table(pa.table({key: pa.array([row[key] for row in listed], pa.string()) for key in listed[0]}), path)
    return Landed(path, rows=len(listed))


def _promoted(day: str) -> Vintage:
    made = vintage("a")
    return replace(
        made, vintage_id=day, retrieved_at=datetime.fromisoformat(day).replace(tzinfo=UTC), state=State.PROMOTED
    )


def _through_the_gate(
    contract: Dataset, folder: Path, editions: Mapping[str, Iterable[Mapping[str, str | None]]]
) -> dict[str, CheckResult]:
    """Return the verdict on each edition, against the last one that was promoted."""
    verdicts: dict[str, CheckResult] = {}
    last: tuple[str, Path] | None = None
    for day, rows in editions.items():
        made = _landed(folder, day, rows)
        verdicts[day] = closed_periods(contract, made, _promoted(last[0]) if last else None, last[1] if last else None)
        if verdicts[day].status is Status.PASSED:
            last = (day, made.path)
    return verdicts


@pytest.mark.parametrize(
    ("before", "now", "held"),
    [("recorded", "file", False), ("recorded", "recorded", True), ("file", "file", True), ("live", "live", True)],
)
def test_a_recording_is_cut_so_a_whole_file_is_not_held_against_its_totals(
    before: str, now: str, held: bool, tmp_path: Path
) -> None:
    contract = replace(SOLUTIONS, gate=Gate(closed_periods=SOLUTIONS.gate.closed_periods))
    rows = [{"year": "2022", **dict.fromkeys(COLUMNS, figure)} for figure in ("1000", "5000")]
    last, new = (_landed(tmp_path, str(place), [row]) for place, row in enumerate(rows))
    release = replace(_promoted("2025-06-12"), source_mode=now, files=())
    checks = check_release(contract, release, new, replace(_promoted("2024-06-17"), source_mode=before), last.path)
    assert [check.rule_id for check in failures(checks)] == (["gate.closed_periods"] if held else [])


def _held(verdicts: Mapping[str, CheckResult]) -> list[str]:
    return [day for day, verdict in verdicts.items() if verdict.status is not Status.PASSED]


def test_an_edition_that_lost_the_naturalisations_of_closed_years_is_held(tmp_path: Path) -> None:
    editions = {
        day: [{"year": year, **dict(zip(COLUMNS, values, strict=True))} for year, values in years.items()]
        for day, years in EDITIONS.items()
    }
    verdicts = _through_the_gate(SOLUTIONS, tmp_path, editions)
    assert _held(verdicts) == ["2024-10-18"]
    assert verdicts["2024-10-18"].sample == "2022 naturalisation: 293 became 0 (100.0%)"


def test_the_seven_editions_of_unhcr(originals: Path, tmp_path: Path) -> None:
    """Years in progress move a lot (asylum-seekers of 2025 by a sixth) and hold nothing; one broken edition is held."""
    with (originals / "unhcr" / "vintages_nca_by_origin.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    days = sorted({row["vintage_date"] for row in rows})
    assert len(days) == 7
    editions = {day: [row for row in rows if row["vintage_date"] == day] for day in days}
    assert _held(_through_the_gate(SOLUTIONS, tmp_path, editions)) == ["2024-10-18"]
    assert _held(_through_the_gate(dataset("unhcr/population"), tmp_path, editions)) == []


@pytest.mark.parametrize(("later", "held"), [("241136", []), ("251387", ["2023-09-01"])])
def test_a_month_that_cbp_restated_is_let_through(tmp_path: Path, later: str, held: list[str]) -> None:
    """May 2022 stood at 239,416 when released and at 241,136 later (0.7 per cent). Five per cent would be held."""
    contract = dataset("cbp/nationwide_encounters_state")
    before = [{"Fiscal Year": "2022", "Encounter Count": "239416"}]
    verdicts = _through_the_gate(
        contract, tmp_path, {"2023-06-15": before, "2023-09-01": [{"Fiscal Year": "2022", "Encounter Count": later}]}
    )
    assert _held(verdicts) == held


def test_a_year_that_left_the_window_has_not_moved(tmp_path: Path) -> None:
    contract = dataset("cbp/nationwide_encounters_state")
    editions = {
        "2023-11-01": [{"Fiscal Year": year, "Encounter Count": "10"} for year in ("2020", "2022")],
        "2025-05-31": [{"Fiscal Year": year, "Encounter Count": "10"} for year in ("2022", "2025 (FYTD)")],
    }
    verdicts = _through_the_gate(contract, tmp_path, editions)
    assert _held(verdicts) == []
    assert verdicts["2025-05-31"].observed == "0 of 1 totals of closed years moved more"


def test_a_figure_that_is_gone_is_not_zero(tmp_path: Path) -> None:
    contract = dataset("cbp/nationwide_encounters_state")
    rows = [{"Fiscal Year": "2022", "Encounter Count": "10"}]
    editions = {"2023-11-01": rows, "2025-05-31": [{"Fiscal Year": "2022", "Encounter Count": None}]}
    assert "10 became no value" in _through_the_gate(contract, tmp_path, editions)["2025-05-31"].sample


def test_another_top_ten_moves_nothing_and_a_lost_column_does(tmp_path: Path) -> None:
    """The ten largest citizenships are chosen anew in each release: what Peru's column held moves to Other."""
    contract = dataset("dhs_ohss/monthly_tables")

    def release(*columns: tuple[str, str]) -> list[dict[str, str]]:
        sheet = {"sheet": "DHS Removals by Citizenship", "Fiscal Year": "2023"}
        return [{**sheet, "column_name": name, "value": value} for name, value in columns]

    before = release(("Mexico", "83150"), ("Peru", "5230"), ("Other", "13990"))
    after = release(("Mexico", "83150"), ("China", "9000"), ("Other", "10210"), ("Not applicable", "X"))
    lost = release(("Mexico", "83150"), ("China", "9000"))
    assert _held(_through_the_gate(contract, tmp_path, {"2024-10-08": before, "2024-11-08": after})) == []
    assert _held(_through_the_gate(contract, tmp_path, {"2024-10-08": before, "2024-11-08": lost})) == ["2024-11-08"]


CLOSED = {
    "cbp/nationwide_encounters_aor": {"Fiscal Year": "2022", "Encounter Count": "1000"},
    "cbp/southwest_land_border_encounters": {"Fiscal Year": "2022", "Encounter Count": "1000"},
    "dol_oflc/h2b_disclosure": {"fiscal_year": "2016", "NBR_WORKERS_CERTIFIED": "119232"},
    "foreign_assistance/complete": {
        "Fiscal Year": "2020",
        "Transaction Type ID": "2",
        "Current Dollar Amount": "245195356",
    },
    "foreign_assistance/country_totals": {
        "Fiscal Year": "2020",
        "Transaction Type ID": "2",
        "current_amount": "245195356",
    },
    "unhcr/demographics": {"year": "2022", "pop_type": "REF", "total": "28461"},
}
"""Datasets that keep to their closed years, with the figure of one."""


@pytest.mark.parametrize("dataset_id", CLOSED)
def test_a_closed_year_that_lost_half_is_held(dataset_id: str, tmp_path: Path) -> None:
    row = CLOSED[dataset_id]
    value = list(row)[-1]
    half = {**row, value: str(int(row[value]) // 2)}
    verdicts = _through_the_gate(dataset(dataset_id), tmp_path, {"2024-11-08": [row], "2025-11-08": [half]})
    assert _held(verdicts) == ["2025-11-08"]


def test_accounts_of_the_same_money_are_not_added_up(tmp_path: Path) -> None:
    """What left the obligations and came to the disbursements has moved, though the sum of both has not."""
    row = CLOSED["foreign_assistance/country_totals"]

    def release(obligated: str, disbursed: str) -> list[dict[str, str]]:
        return [
            {**row, "Transaction Type ID": kind, "current_amount": amount}
            for kind, amount in (("2", obligated), ("3", disbursed))
        ]

    editions = {"2024-11-08": release("100", "100"), "2025-11-08": release("50", "150")}
    contract = dataset("foreign_assistance/country_totals")
    assert _held(_through_the_gate(contract, tmp_path, editions)) == ["2025-11-08"]
