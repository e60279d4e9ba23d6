"""From a published figure to the archived bytes, on the publication of a real run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builds import FirstRun, Workplace

# A sum of many records, a ratio, and a printed total against a bound: each worked by hand from the publishers' files.
BY_HAND = [
    (
        ["core.fct_observations", "measure=southwest_encounters", "time_period=FY2023", "counterpart_area="],
        2_475_669.0,
        1,
    ),
    (
        [
            "loe_8_lawful_pathways.refugee_allocation",
            "fiscal_year=2022",
            "region_area=PRM_LAC",
        ],
        100 * 2_485 / 15_000,
        2,
    ),
    (
        ["core.fct_observations", "measure=total_protection_rate_of_persons", "time_period=2021",
         "reference_area=MEX", "counterpart_area=HND"],
        100 * (15_135 + 5) / (15_135 + 5 + 2_684),
        3,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "worked_by_hand", "components"), BY_HAND)
def test_a_figure_is_worked_out_again_from_the_bytes(
    first_run: FirstRun, arguments: list[str], worked_by_hand: float, components: int
) -> None:
    done = first_run.workplace.call("trace", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)[0]
    assert found["verified"] is True
    assert found["problems"] == []
    assert float(found["recomputed"]) == pytest.approx(worked_by_hand, abs=1e-6)
    assert len(found["components"]) == components
    assert {len(file["sha256"]) for file in found["files"]} == {64}
    assert found["checks"]
    for sources in found["components"].values():
        assert all(record["printed"] for source in sources for record in source["records"])


def test_the_terminal_names_formula_records_bytes_and_verdict(first_run: FirstRun) -> None:
    done = first_run.workplace.call(
        "trace", "loe_6_border_management.southwest_encounters", "month_start=2023-05-01", "citizenship_area=GTM"
    )
    assert done.returncode == 0, done.stderr
    for words in ("Definition", "Formula", "Encounter Count", "sha256", "hash verified", "Checks", "verified: the"):
        assert words in done.stdout


def test_altered_bytes_are_found(workplace: Workplace) -> None:
    asked = ["core.fct_observations", "measure=southwest_encounters", "time_period=FY2023", "counterpart_area="]
    file = json.loads(workplace.call("trace", *asked, "--json").stdout)[0]["files"][0]
    archived = next((workplace.data_dir / "recorded" / "archive" / "objects").rglob(f"{file['sha256']}*"))
    _spoil(archived)
    done = workplace.call("trace", *asked)
    assert done.returncode == 1
    assert "NOT VERIFIED" in done.stdout
    assert file["sha256"] in done.stdout


def _spoil(path: Path) -> None:
    path.chmod(0o600)
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 0xFF
    path.write_bytes(bytes(body))
