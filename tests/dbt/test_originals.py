"""The publishers' whole files, handed over as a person would: no check that blocks may stumble over one.

The bundled recordings are cut to the region and to the used columns; a file that is downloaded is not. All originals
are taken in into one warehouse, staged with the dbt tests of the staging models, and held against the staging suites.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import openpyxl
import pytest

from expectations.rules import load_rules
from expectations.validate import validate
from ingestion import registry
from ingestion.contract import Dataset
from ingestion.ingest import ingest_file
from ingestion.settings import Settings, Sources
from ingestion.sources import state_ca_niv_annual as niv_annual
from tests.dbt.conftest import DBT, Project, models

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
    """What became of the originals: by dataset, each check of severity ``error`` that failed, and the rows staged."""

    broken: Mapping[str, list[str]]
    rows: Mapping[str, int]


@pytest.fixture(scope="module")
def taken(originals: Path, warehouse: Project, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """All originals, taken in, staged and audited."""
    folder = tmp_path_factory.mktemp("originals")
    settings = Settings(_env_file=None, sources=Sources.RECORDED, data_dir=folder / "data")  # type: ignore[call-arg]
    broken: dict[str, list[str]] = defaultdict(list)
    for dataset_id, find in ORIGINALS.items():
        found = list(find(originals, folder))
        if not found:
            broken[dataset_id].append("no original was found")
        for path in found:
            outcome = ingest_file(contract(dataset_id), path, "by hand", settings)
            if outcome.status != "new":
                broken[dataset_id].append(f"{path.name}: {outcome.status}: {outcome.error}")

    (folder / "target").mkdir()
    shutil.copy(warehouse.folder / "target" / "partial_parse.msgpack", folder / "target")
    project = Project(folder, settings.landing_dir)
    chosen = ("--select", "path:models/staging", "resource_type:seed", "--exclude-resource-type", "unit_test")
    project.call("build", *chosen, "--indirect-selection", "cautious")
    manifest = project.manifest
    datasets = {model_of(dataset_id): dataset_id for dataset_id in ORIGINALS}
    nodes = {node["name"]: node for node in models(manifest, ("model", "seed", "test"))}
    for name, result in project.results.items():
        node = nodes.get(name, {})
        dataset_id = datasets.get((node.get("attached_node") or node.get("unique_id", "")).rpartition(".")[2])
        if dataset_id and result["status"] in {"fail", "error", "skipped"}:
            broken[dataset_id].append(f"{name}: {result['status']}: {result['message']}")

    rules = [rule for rule in load_rules() if rule.suite.startswith("staging_") and rule.dataset in ORIGINALS]
    for check in validate(project.database, rules=rules):
        if check.blocks:
            broken[str(check.dataset_id)].append(f"{check.rule_id}: {check.status}: {check.sample or check.observed}")
    rows = {of: project.scalar(f"select count(*) from staging.{model}") for model, of in datasets.items()}
    return Taken(broken, rows)


def contract(dataset_id: str) -> Dataset:
    dataset = DATASETS[dataset_id]
    return replace(dataset, gate=replace(dataset.gate, min_rows=1)) if dataset_id in FEW_ROWS else dataset


def model_of(dataset_id: str) -> str:
    return f"stg_{dataset_id.replace('/', '__')}"


def test_every_recorded_dataset_is_here_or_says_why_not() -> None:
    recorded = {dataset.id for dataset in DATASETS.values() if dataset.record}
    assert set(ORIGINALS) | set(NOT_FILES) == recorded
    assert not set(ORIGINALS) & set(NOT_FILES)


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
