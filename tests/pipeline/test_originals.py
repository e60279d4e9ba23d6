"""The publishers' whole files, handed over as a person would: no check that blocks may stumble over one.

The bundled recordings are cut to the region and to the used columns; a file that is downloaded is not. All originals
are handed over to one warehouse that has nothing else, and a run publishes it.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import openpyxl
import pytest

from ingestion import registry
from ingestion.contract import Dataset
from ingestion.ingest import ingest_file
from ingestion.settings import Settings, Sources
from ingestion.sources import state_ca_niv_annual as niv_annual
from tests.builds import Workplace
from tests.dbt.conftest import DBT

DATASETS = registry.datasets()


def sheets_as_one_workbook(originals: Path, folder: Path) -> Iterator[Path]:
    """Yield the workbook of nonimmigrant visas, whose yearly sheets are at hand as a CSV each."""
    book = openpyxl.Workbook(write_only=True)
    for path in sorted((originals / niv_annual.ORIGINALS).glob("FY*.csv")):
        sheet = book.create_sheet(path.stem)
        with path.open(encoding="utf-8", newline="") as lines:
            for cells in csv.reader(lines):
                sheet.append([int(cell) if cell.isdigit() else cell or None for cell in cells])
    book.save(folder / "NIVDetailTable.xlsx")
    yield folder / "NIVDetailTable.xlsx"


def files(*patterns: str) -> Callable[[Path, Path], Iterator[Path]]:
    """Return a finder of original files, in the order of the patterns and of their names."""

    def find(originals: Path, _folder: Path) -> Iterator[Path]:
        for pattern in patterns:
            yield from sorted(originals.glob(pattern))

    return find


ORIGINALS: Mapping[str, Callable[[Path, Path], Iterator[Path]]] = {
    "cbp/nationwide_encounters_state": files("cbp_nationwide_encounters/*-state.csv"),
    "cbp/southwest_land_border_encounters": files("cbp_southwest_land_border_encounters/sbo-*.csv"),
    "dhs_ohss/khsm_encounters": files("ohss_khsm/*.xlsx"),
    "dhs_ohss/monthly_tables": files("ohss_monthly_tables/*.xlsx"),
    "dhs_ohss/yearbook_asylees": files("ohss_yearbook/*asylees*.xlsx"),
    "dhs_ohss/yearbook_refugees": files("ohss_yearbook/*refugees*.xlsx"),
    "dol_oflc/h2a_disclosure": files("dol_oflc_h2a/H2a_FY*.csv", "dol_oflc_h2a/H-2A_[DF]*.xlsx"),
    "dol_oflc/h2b_disclosure": files("dol_oflc_h2b/H-2B_FY*.csv", "dol_oflc_h2b/H-2B_*.xlsx"),
    "foreign_assistance/country_totals": files("foreignassistance/*.csv"),
    "idmc/gidd_conflicts": files("idmc/hdx_csv_*.csv"),
    "iom/missing_migrants": files("missing_migrants/MissingMigrants-Global-*.csv"),
    "iom_gdidata/darien_entries": files("iom_gdidata_derived/irreg_darien_nat.rda"),
    "iom_gdidata/guatemala_returns": files("iom_gdidata_derived/irreg_guatemala.rda"),
    "iom_gdidata/mexico_irregular_events": files("iom_gdidata_derived/irreg_mexico_nat.rda"),
    "iom_gdidata/mexico_returns": files("iom_gdidata_derived/irreg_mexico_exp.rda"),
    "ocha_fts/flows": files("fts/fts_incoming_funding_*.csv"),
    "ocha_fts/plan_requirements": files("fts/humanitarian-response-plans.csv"),
    "ocha_fts/requirements_funding": files("fts/fts_requirements_funding_global_*.csv"),
    "state_ca/iv_monthly": files("dos_iv/monthly_pdf/*.pdf"),
    "state_ca/niv_annual": sheets_as_one_workbook,
    "state_ca/niv_monthly": files("dos_niv/monthly_pdf/*.pdf"),
    "state_prm/refugee_admissions": files("refugee_admissions_prm/*.xlsx"),
}

ANSWERS = "served as answers of an interface, of which the recording keeps every row that is asked for"
NOT_FILES = {
    "idmc/gidd_disasters": ANSWERS,
    "unhcr/asylum_applications": ANSWERS,
    "unhcr/asylum_decisions": ANSWERS,
    "unhcr/demographics": ANSWERS,
    "unhcr/footnotes": ANSWERS,
    "unhcr/population": ANSWERS,
    "unhcr/population_by_origin": "sums of editions that are no longer served; the recording keeps every row of them",
    "unhcr/solutions": ANSWERS,
    "world_bank/wdi": ANSWERS,
}
"""Recorded datasets of which no file lies among the originals that a person could hand over, and why."""

FEW_ROWS = frozenset({"iom/missing_migrants"})
"""Datasets whose original is a file of one year: the gate asks for the rows of all."""


@dataclass(frozen=True)
class Taken:
    """What became of the originals.

    Args:
        place: the warehouse of the originals alone.
        run: the run on them, while no publisher can be reached.
        broken: by dataset, each check that blocks; under an empty text those of no dataset.
        rows: by dataset, rows staged; for those of ``FEW_ROWS``, which the run does not see, rows landed.
    """

    place: Workplace
    run: subprocess.CompletedProcess[str]
    broken: Mapping[str, list[str]]
    rows: Mapping[str, int]


@pytest.fixture(scope="module")
def taken(originals: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    """All originals, handed over to a live warehouse, and a run on them."""
    folder = tmp_path_factory.mktemp("originals")
    place = Workplace(folder / "data", {"LOE_SOURCES": "live", "LOE_ATTEMPTS": "1"})
    broken: dict[str, list[str]] = defaultdict(list)
    rows: dict[str, int] = {}
    for dataset_id, find in ORIGINALS.items():
        data_dir = folder / "few" if dataset_id in FEW_ROWS else place.data_dir
        settings = Settings(_env_file=None, sources=Sources.LIVE, data_dir=data_dir)  # type: ignore[call-arg]
        found = list(find(originals, folder))
        if not found:
            broken[dataset_id].append("no original was found")
        for path in found:
            outcome = ingest_file(contract(dataset_id), path, "by hand", settings)
            rows[dataset_id] = outcome.rows
            if outcome.status != "new":
                broken[dataset_id].append(f"{path.name}: {outcome.status}: {outcome.error}")
    run = place.call("run", "--json")
    build = place.newest_build
    datasets = {f"staging.{model_of(dataset_id)}": dataset_id for dataset_id in ORIGINALS}
    for check in build.results():
        if check.blocks:
            of = check.dataset_id or datasets.get(check.table_name, "")
            broken[of].append(f"{check.rule_id}: {check.status}: {check.sample or check.observed}")
    with duckdb.connect(str(build.database), read_only=True) as connection:
        for table, dataset_id in datasets.items():
            if dataset_id not in FEW_ROWS:
                (rows[dataset_id],) = connection.execute(f"select count(*) from {table}").fetchone() or (0,)
    yield Taken(place, run, broken, rows)
    shutil.rmtree(folder)


def contract(dataset_id: str) -> Dataset:
    dataset = DATASETS[dataset_id]
    return replace(dataset, gate=replace(dataset.gate, min_rows=1)) if dataset_id in FEW_ROWS else dataset


def model_of(dataset_id: str) -> str:
    return f"stg_{dataset_id.replace('/', '__')}"


def test_every_recorded_dataset_is_here_or_says_why_not() -> None:
    recorded = {dataset.id for dataset in DATASETS.values() if dataset.record}
    assert set(ORIGINALS) | set(NOT_FILES) == recorded
    assert not set(ORIGINALS) & set(NOT_FILES)


def test_they_are_published_without_anything_else(taken: Taken) -> None:
    """Some months of a year, no annual figures beside them, no answer of any interface: what is there is published."""
    assert taken.run.returncode == 3, taken.run.stderr[-3000:]
    assert dict(taken.broken) == {}
    told = json.loads(taken.run.stdout)
    assert {vintage["dataset_id"] for vintage in told["vintages"]} == set(ORIGINALS) - FEW_ROWS
    assert told["checks"]["failed"] == told["checks"]["errored"] == 0
    assert {line["line"] for line in told["lines"] if line["rows"]} == set(range(1, 9))
    total = "select cast(observation_value as bigint) from core.fct_observations where measure = 'southwest_encounters'"
    fy2023 = f"{total} and time_period = 'FY2023' and counterpart_area is null"
    assert taken.place.query(fy2023) == [(2_475_669,)]


@pytest.mark.parametrize("dataset_id", ORIGINALS)
def test_a_whole_original_breaks_no_check_that_blocks(dataset_id: str, taken: Taken) -> None:
    assert taken.broken.get(dataset_id, []) == []
    assert taken.rows[dataset_id] > 0


def codes_of_unhcr(originals: Path) -> set[str]:
    with (originals / "unhcr" / "countries.csv").open(encoding="utf-8", newline="") as lines:
        return {row["unhcr_code"] for row in csv.DictReader(lines)}


def codes_of_the_tracking_service(originals: Path) -> set[str]:
    listed = json.loads((originals / "fts" / "locations.json").read_text(encoding="utf-8"))["data"]
    return {place["iso3"] for place in listed if place["iso3"]}


def codes_of_the_world_bank(originals: Path) -> set[str]:
    with (originals / "world_bank" / "population_SP.POP.TOTL.csv").open(encoding="utf-8-sig", newline="") as lines:
        return {row["Country Code"] for row in csv.DictReader(lines)}


@pytest.mark.parametrize(
    ("publisher", "codes"),
    [
        ("unhcr", codes_of_unhcr),
        ("ocha_fts", codes_of_the_tracking_service),
        ("world_bank", codes_of_the_world_bank),
    ],
)
def test_every_code_that_a_publisher_lists_is_in_the_crosswalk(
    publisher: str, codes: Callable[[Path], set[str]], originals: Path
) -> None:
    """What is asked for is not cut to the countries that the recordings hold."""
    with (DBT / "seeds" / "country_labels.csv").open(encoding="utf-8", newline="") as lines:
        known = {row["label"] for row in csv.DictReader(lines) if row["publisher"] == publisher}
    listed = codes(originals)
    assert len(listed) > 200
    assert listed - known == set()
