"""Files that a person hands over: every dataset that takes one, end to end; every other says why not."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion import registry
from ingestion.contract import Dataset, Gate, Kind
from ingestion.ingest import Ingested, ingest, ingest_file
from ingestion.landing import landing_path
from ingestion.recorded import recorded_vintages
from ingestion.settings import Settings, Sources
from ingestion.sources import cbp_nationwide_encounters_aor as aor
from ingestion.sources import dol_whd_compliance_actions as whd
from ingestion.sources import foreign_assistance_complete as aid
from ingestion.sources import iom_missing_migrants as iom
from ingestion.sources import ipc_acute_food_insecurity as ipc
from ingestion.sources import world_bank_wdi as wdi
from tests.contract import test_cbp_nationwide_encounters_aor as aor_rows
from tests.contract import test_dhs_ohss_yearbook_enforcement as yearbook_rows
from tests.contract import test_dol_whd_compliance_actions as whd_rows
from tests.contract import test_foreign_assistance_complete as aid_rows
from tests.contract import test_iom_missing_migrants as iom_rows
from tests.contract import test_ipc_acute_food_insecurity as ipc_rows
from tests.contract.support import releases

DATASETS = registry.datasets()
TAKES = [dataset for dataset in DATASETS.values() if dataset.file_drop]
TAKES_NONE = [dataset for dataset in DATASETS.values() if not dataset.file_drop]

FLOWS = """\
date,budgetYear,description,amountUSD,srcOrganization,srcOrganizationTypes,srcLocations,srcUsageYearStart,\
srcUsageYearEnd,destPlan,destPlanCode,destPlanId,destOrganization,destOrganizationTypes,destGlobalClusters,\
destLocations,destProject,destProjectCode,destEmergency,destUsageYearStart,destUsageYearEnd,contributionType,flowType,\
method,boundary,onBoundary,status,firstReportedDate,decisionDate,keywords,originalAmount,originalCurrency,\
exchangeRate,id,refCode,createdAt,updatedAt
"""
FLOW = (
    '2001-11-27,2001,"free text",{amount},"Nowhere, Government of",Governments,XXX,2001,2001,A plan,C,1,Somebody,NGOs,'
    'Protection,"{places}",,,,{first},{last},financial,Standard,Traditional aid,incoming,shared,paid,2001-11-27,,,1,'
    "CHF,0.9,{number},R,2001-03-28,2001-03-28\n"
)
TAGS = "#date" + "," * (FLOWS.count(",")) + "\n"
"""Header as published, rows made up; some copies carry a line of HXL tags."""

BULK = """\ufeff"Data Source","World Development Indicators",

"Last Updated Date","2001-09-15",

"Country Name","Country Code","Indicator Name","Indicator Code","2000","2001",
"Guatemala","GTM","Made up","SP.POP.TOTL","12.5","",
"Guatemala","GTM","Another","SI.POV.NAHC","1","2",
"Elsewhere","XXX","Made up","SP.POP.TOTL","1","2",
"""
"""Layout as published, figures made up."""

CONFLICTS = (
    "iso3,country_name,year,new_displacement,new_displacement_rounded,total_displacement,total_displacement_rounded\n"
    "HND,Made up,2001,,,5,5\nHND,Made up,2002,3,3,,\n"
)


def disasters(header: str = "hazard_subtype_name") -> str:
    names = [field.name for field in DATASETS["idmc/gidd_disasters"].fields if field.name != "last_updated"]
    cells = {"iso3": "GTM", "year": "2001", "new_displacement": "7", "hazard_type_name": "Flood"}
    line = ",".join(cells.get(name, "") for name in names)
    return ",".join(names).replace("hazard_sub_type_name", header) + f"\n{line}\n{line}\n"


def shapes(folder: Path) -> Mapping[str, tuple[str, str | Path, int]]:
    """Name, content and landed rows of a file in the publisher's layout, where the recording is another one or none."""
    flows = FLOWS + TAGS + FLOW.format(amount=5, places="GTM,HND,VEN", first=2001, last=2002, number=1) * 3
    archive = whd_rows.archive(
        folder / whd.FILE, _chunk_1=[whd_rows.HEADER, whd_rows.case("1", H2A_VIOLTN_CNT="1"), whd_rows.case("2")]
    )
    hunger = "\n".join([ipc_rows.HEADER, ipc_rows.TAGS, ipc_rows.ROW.format("all", 800)]) + "\n"
    return {
        aor.DATASET.id: ("nationwide-encounters-fy20-fy23-aor.csv", aor_rows.QUOTED, 3),
        whd.DATASET.id: (whd.FILE, archive, 1),
        aid.DATASET.id: (aid.FILE, aid_rows.text(aid_rows.ROW, aid_rows.ROW), 2),
        ipc.DATASET.id: (ipc.FILE, hunger, 1),
        iom.DATASET.id: ("Missing_Migrants_Global_Figures_allData.csv", iom_rows.table(iom_rows.LAYOUT_C), 1),
        yearbook_rows.DATASET.id: (yearbook_rows.NAME, yearbook_rows.workbook(folder), 34),
        "idmc/gidd_conflicts": ("internal_displacements_idps.csv", CONFLICTS, 2),
        "idmc/gidd_disasters": ("disasters.csv", disasters(), 2),
        "ocha_fts/flows": ("fts_incoming_funding_global.csv", flows, 4),
        wdi.DATASET.id: ("API_SP.POP.TOTL.csv", BULK, 2),
    }


@pytest.fixture
def take(config: Settings) -> Settings:
    return config.model_copy(update={"sources": Sources.RECORDED})


def landed(settings: Settings, dataset: Dataset, outcome: Ingested) -> list[dict[str, str | None]]:
    assert outcome.current is not None
    path = landing_path(settings.landing_dir, dataset, outcome.current.vintage_id)
    return pq.read_table(path).to_pylist()


def handed_over(dataset: Dataset, folder: Path) -> tuple[Dataset, Path, int | None]:
    """Return the contract, a file that a person could have downloaded, and the rows that it should give.

    A body of the recording under its own name, where the recording is of such files; else a small file in the
    publisher's layout, with bounds for a small one.
    """
    made = shapes(folder).get(dataset.id)
    if made:
        name, content, rows = made
        path = folder / name
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        gate = Gate(min_bytes=1, min_rows=1, unique=dataset.gate.unique)
        return replace(dataset, gate=gate), path, rows
    return dataset, recorded_file(dataset, folder), None


def recorded_file(dataset: Dataset, folder: Path) -> Path:
    """Return the last body of the newest recording under its own name."""
    bundle = recorded_vintages(dataset.id)[-1]
    payload = releases(dataset, bundle, folder)[-1].payloads[-1]
    return payload.path.rename(folder / payload.file.replace("/", " "))


@pytest.mark.parametrize("dataset", TAKES, ids=lambda dataset: dataset.id)
def test_a_file_of_the_publisher_is_taken_in_and_nothing_changes_the_second_time(
    dataset: Dataset, take: Settings, tmp_path: Path
) -> None:
    contract, path, rows = handed_over(dataset, tmp_path)
    outcome = ingest_file(contract, path, "by hand", take)
    assert (outcome.status, outcome.error) == ("new", None)
    assert outcome.rows == (rows or outcome.rows) > 0
    (vintage,) = outcome.vintages
    assert (vintage.source_mode, vintage.label, vintage.files[0].file) == ("file", "by hand", path.name)
    found = landed(take, contract, outcome)
    assert len(found) == outcome.rows
    assert len({row["_record_number"] for row in found}) == len(found)
    assert ingest_file(contract, path, "by hand", take).status == "unchanged"


@pytest.mark.parametrize("dataset", TAKES, ids=lambda dataset: dataset.id)
def test_a_file_of_another_kind_is_refused_with_the_file_that_is_wanted(
    dataset: Dataset, take: Settings, tmp_path: Path
) -> None:
    assert dataset.file_drop is not None
    other = next(kind for kind in Kind if kind not in dataset.file_drop.kinds)
    path = tmp_path / f"a.{other.value}"
    path.write_text("x")
    outcome = ingest_file(dataset, path, "by hand", take)
    assert outcome.status == "failed"
    assert "file.suffix" in (outcome.error or "")
    assert dataset.file_drop.what in (outcome.error or "")


@pytest.mark.parametrize("dataset", TAKES_NONE, ids=lambda dataset: dataset.id)
def test_a_dataset_without_such_a_file_says_so(dataset: Dataset, take: Settings, tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_text("{}")
    outcome = ingest_file(dataset, path, "by hand", take)
    assert outcome.status == "failed"
    assert "takes no file" in (outcome.error or "")
    assert "LOE_SOURCES=live" in (outcome.error or "")
    assert outcome.vintages == ()


@pytest.mark.parametrize("dataset", [d for d in TAKES_NONE if not d.record], ids=lambda dataset: dataset.id)
def test_a_run_on_the_recordings_does_not_ask_for_a_file_that_is_not_taken(
    dataset: Dataset, take: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    assert ingest(dataset, take).status == "not_recorded"
    assert "; live only" in caplog.text
    assert "file drop" not in caplog.text


@pytest.mark.parametrize(
    "dataset_id", ["dol_oflc/h2a_disclosure", "dol_oflc/h2b_disclosure", "state_ca/niv_monthly", "world_bank/wdi"]
)
def test_one_file_of_several_is_no_cut_release(dataset_id: str, take: Settings, tmp_path: Path) -> None:
    """One year, month or indicator after a release of many: few rows, and nothing wrong with them."""
    dataset = DATASETS[dataset_id]
    whole = ingest(dataset, take)
    assert whole.status == "new"
    part = replace(dataset, gate=replace(dataset.gate, min_rows=1))
    outcome = ingest_file(part, recorded_file(dataset, tmp_path), "by hand", take)
    assert (outcome.status, outcome.error) == ("new", None)
    assert outcome.rows < whole.rows


def test_a_whole_file_that_lost_its_rows_is_held(take: Settings, tmp_path: Path) -> None:
    dataset = DATASETS["foreign_assistance/country_totals"]
    assert ingest(dataset, take).status == "new"
    _contract, path, _rows = handed_over(dataset, tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[: len(lines) // 2]), encoding="utf-8")
    cut = replace(dataset, gate=replace(dataset.gate, min_rows=1))
    assert ingest_file(cut, path, "by hand", take).status == "held"


def test_copies_of_a_shared_flow_in_the_table_are_one_flow(take: Settings, tmp_path: Path) -> None:
    """The table on HDX repeats a flow once per country that it is for, with its full amount."""
    contract, path, _rows = handed_over(DATASETS["ocha_fts/flows"], tmp_path)
    found = landed(take, contract, ingest_file(contract, path, "by hand", take))
    assert [(row["askedCountry"], row["askedYear"], row["id"], row["amountUSD"]) for row in found] == [
        (country, year, "1", "5") for country in ("GTM", "HND") for year in ("2001", "2002")
    ]
    assert found[0]["destinationLocations"] == "GTM | HND | VEN", "it stays money for several countries"
    assert found[0]["destinationUsageYears"] == "2001 | 2002"
    assert "free text" not in found[0].values()


def test_the_bulk_layout_keeps_gaps_and_leaves_other_series_out(take: Settings, tmp_path: Path) -> None:
    contract, path, _rows = handed_over(wdi.DATASET, tmp_path)
    found = landed(take, contract, ingest_file(contract, path, "by hand", take))
    assert [(row["indicator_id"], row["countryiso3code"], row["date"], row["value"]) for row in found] == [
        ("SP.POP.TOTL", "GTM", "2000", "12.5"),
        ("SP.POP.TOTL", "GTM", "2001", None),
    ]
    assert {row["lastupdated"] for row in found} == {"2001-09-15"}
    for broken, rule in (
        (BULK.replace("Country Name", "Name"), "header.missing"),
        (BULK + "a,GTM,b,c,1\n", "csv.ragged"),
    ):
        path.write_text(broken, encoding="utf-8")
        assert rule in (ingest_file(contract, path, "by hand", take).error or "")


@pytest.mark.parametrize(("pages", "error"), [(1, None), (2, "per_page=20000")])
def test_an_answer_of_the_world_bank_may_come_under_any_name_when_it_is_whole(
    take: Settings, tmp_path: Path, pages: int, error: str | None
) -> None:
    item = '{"indicator":{"id":"SP.POP.TOTL","value":"x"},"country":{"id":"GT","value":"y"},"countryiso3code":"GTM",'
    rest = '"date":"2001","value":1,"unit":"","obs_status":"","decimal":0}'
    path = tmp_path / "saved from a browser.json"
    path.write_text(f'[{{"page":1,"pages":{pages},"lastupdated":"2001-09-15","sourceid":"2"}},[{item}{rest}]]')
    contract = replace(wdi.DATASET, gate=Gate(min_bytes=1))
    outcome = ingest_file(contract, path, "by hand", take)
    assert outcome.status == ("failed" if error else "new")
    assert (error or "") in (outcome.error or "")


@pytest.mark.parametrize(
    ("dataset_id", "original", "rows"),
    [
        ("ocha_fts/flows", "fts/fts_incoming_funding__GTM_HND_SLV_rows__2026-04.csv", 112),
        ("idmc/gidd_conflicts", "idmc/hdx_csv_internal_displacements_idps.csv", 104),
        ("dol_oflc/h2a_disclosure", "dol_oflc_h2a/H-2A_FY14_Q4.xlsx", 9405),
        (
            "state_ca/niv_monthly",
            "dos_niv/monthly_pdf/April 2018 - NIV Issuances by Nationality and Visa Class.pdf",
            None,
        ),
        ("foreign_assistance/country_totals", "foreignassistance/us_foreign_aid_country.csv", 22_034),
        ("state_prm/refugee_admissions", "refugee_admissions_prm/PRM Refugee Admissions Report 2024.xlsx", None),
    ],
)
def test_originals_as_a_person_would_hand_them_over(
    dataset_id: str, original: str, rows: int | None, originals: Path, take: Settings
) -> None:
    outcome = ingest_file(DATASETS[dataset_id], originals / original, "by hand", take)
    assert (outcome.status, outcome.error) == ("new", None)
    assert outcome.rows == (rows or outcome.rows) > 0


def test_a_damaged_archive_is_refused(take: Settings, tmp_path: Path) -> None:
    path = tmp_path / whd.FILE
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x_chunk_1.csv", "a" * 100)
    path.write_bytes(path.read_bytes()[:-30])
    outcome = ingest_file(replace(whd.DATASET, gate=Gate(min_bytes=1)), path, "by hand", take)
    assert outcome.status == "failed"
    assert outcome.vintages == ()
