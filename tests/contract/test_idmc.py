from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer

from ingestion.connections import ClientOptions
from ingestion.contract import Dataset, Gate, Row
from ingestion.errors import ContractError, FetchError
from ingestion.ingest import Ingested, ingest
from ingestion.landing import landing_path
from ingestion.recorded import recorded_vintages
from ingestion.redaction import copy_without_values, is_secret, remember_request
from ingestion.settings import Settings, Sources
from ingestion.sources import _hdx, _idmc, idmc_gidd_conflicts, idmc_gidd_disasters
from tests.contract.support import Served, parsed, releases

CONFLICTS = idmc_gidd_conflicts.DATASET
DISASTERS = idmc_gidd_disasters.DATASET
URL = f"{_idmc.BASE}/conflicts/"
KEY = "made-up-client-id"


def item(**changes: Any) -> dict[str, Any]:
    """A row in the interface's layout, made up for tests."""
    return {
        "iso3": "HND",
        "country_name": "Honduras",
        "year": 2024,
        "new_displacement": 12,
        "new_displacement_rounded": 12,
        "total_displacement_rounded": 100,
        "total_displacement": 101,
    } | changes


def page(items: list[Any], count: int | None = None, **changes: Any) -> dict[str, Any]:
    counted = len(items) if count is None else count
    return {
        "last_updated": "2025-05-13",
        "count": counted,
        "next": None,
        "previous": None,
        "results": items,
        **changes,
    }


def rows(tmp_path: Path, body: object, file: str = "page-1.json") -> list[Row]:
    path = tmp_path / file
    path.write_text(body if isinstance(body, str) else json.dumps(body), encoding="utf-8")
    return list(CONFLICTS.parse(CONFLICTS, file, path))


def use(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    found = Settings(_env_file=None, **values)
    monkeypatch.setattr(_idmc, "settings", lambda: found)


def many(number: int) -> list[dict[str, Any]]:
    return [item(year=1900 + n) for n in range(number)]


def test_pages_are_counted_and_the_next_address_is_not_followed(tmp_path: Path) -> None:
    elsewhere = "https://elsewhere.example/?client_id=a&client_id=a&offset=100"
    served = {
        (URL, "format=json&limit=100"): page(many(100), 130, next=elsewhere),
        (URL, "format=json&limit=100&offset=100"): page(many(30), 130),
    }
    getter = Served(tmp_path, served)
    (release,) = CONFLICTS.fetch(CONFLICTS, getter)
    assert [payload.file for payload in release.payloads] == ["page-1.json", "page-2.json"]
    assert [url for url, _params in getter.asked] == [URL, URL]
    assert release.label == "2025-05-13"
    assert len(parsed(CONFLICTS, release)) == 130


@pytest.mark.parametrize(
    "second",
    [page(many(29), 130), page(many(30), 131), page(many(30), 130, last_updated="2025-06-01")],
    ids=["rows lost", "count moved", "another edition"],
)
def test_a_database_that_changes_while_it_is_read_stops(tmp_path: Path, second: object) -> None:
    served = {
        (URL, "format=json&limit=100"): page(many(100), 130),
        (URL, "format=json&limit=100&offset=100"): second,
    }
    with pytest.raises(FetchError) as caught:
        list(CONFLICTS.fetch(CONFLICTS, Served(tmp_path, served)))
    assert caught.value.rule == "idmc.pages"


def test_the_key_is_sent_and_kept_out_of_what_is_archived_and_landed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, sources=Sources.LIVE, idmc_client_id=SecretStr(KEY))
    answer = page([item()], next=f"{URL}?client_id={KEY}&client_id={KEY}&offset=100")
    getter = Served(tmp_path, {URL: answer}, offline=False)
    (release,) = CONFLICTS.fetch(CONFLICTS, getter)
    ((url, params),) = getter.asked
    assert params["client_id"] == KEY
    assert is_secret("client_id")
    remember_request(url, params, None)
    archived = tmp_path / "archived"
    assert copy_without_values(release.payloads[0].path, archived), "the answer repeats the key, twice"
    assert KEY not in archived.read_text()
    assert "client_id=REDACTED&client_id=REDACTED" in archived.read_text()
    assert KEY not in repr([row.values for row in parsed(CONFLICTS, release)])
    assert KEY not in repr(Settings(_env_file=None, idmc_client_id=SecretStr(KEY)))


def test_null_is_no_figure_and_zero_is_zero(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, page([item(new_displacement=0, total_displacement=None)]))
    assert (row.values["new_displacement"], row.values["total_displacement"]) == ("0", None)
    assert row.values["last_updated"] == "2025-05-13"
    assert set(row.values) == {field.name for field in CONFLICTS.fields}, "rounded copies of the figures are left out"


def test_rows_of_other_regions_are_not_landed(tmp_path: Path) -> None:
    found = rows(tmp_path, page([item(iso3="AFG"), item(), item(iso3="SDN")]))
    assert [row.record for row in found] == ["/results/1"]


def test_a_csv_file_of_the_same_table_can_be_handed_over(tmp_path: Path) -> None:
    text = (
        "iso3,country_name,year,new_displacement,new_displacement_rounded,total_displacement,"
        "total_displacement_rounded\nAFG,Made up,2009,0,,297000,297000\nHND,Made up,2019,,,5,5\n"
    )
    (row,) = rows(tmp_path, text, "mirror.csv")
    assert row.values["new_displacement"] is None
    assert (row.values["iso3"], row.values["total_displacement"]) == ("HND", "5")


@pytest.mark.parametrize(
    "body",
    [
        {"detail": "Client is not registered."},
        page([item()], count="many"),  # type: ignore[arg-type]
        page(["not a row"]),
        page([item(new_displacement=[1])]),
        page([{k: v for k, v in item().items() if k != "total_displacement"}]),
    ],
    ids=["not registered", "count", "item", "nested", "key lost"],
)
def test_another_layout_stops(tmp_path: Path, body: object) -> None:
    with pytest.raises(ContractError):
        rows(tmp_path, body)


def test_recorded_conflicts(tmp_path: Path) -> None:
    (bundle,) = recorded_vintages(CONFLICTS.id)
    (release,) = releases(CONFLICTS, bundle, tmp_path)
    found = {(r.values["iso3"], r.values["year"]): r.values for r in parsed(CONFLICTS, release)}
    assert len(found) == 104
    figures = {key: (row["new_displacement"], row["total_displacement"]) for key, row in found.items()}
    assert figures["HND", "2023"] == ("5068", "100637")
    assert figures["SLV", "2022"] == ("72757", "51970")
    assert figures["SLV", "2021"] == ("175254", None)
    assert {year for year in range(2014, 2025) if figures["HND", str(year)][0] is None} == {2017, 2019, 2020}
    assert not {"USA", "CRI", "PAN"} & {iso3 for iso3, _year in found}, "not monitored is not zero"


def test_conflict_pages_and_the_mirror_as_served(originals: Path) -> None:
    for name, last in (("gidd_conflicts_page_0.json", "2009"), ("gidd_conflicts_page_9.json", "2024")):
        found = list(CONFLICTS.parse(CONFLICTS, "page-1.json", originals / "idmc" / name))
        assert {row.values["last_updated"] for row in found} == {"2025-05-13"}
        assert last in {row.values["year"] for row in found}
    mirror = originals / "idmc" / "hdx_csv_internal_displacements_idps.csv"
    table = {(r.values["iso3"], r.values["year"]): r.values for r in CONFLICTS.parse(CONFLICTS, mirror.name, mirror)}
    lines = (originals / idmc_original("conflicts")).read_text(encoding="utf-8").splitlines()
    for served in map(json.loads, lines):
        kept = table[served["iso3"], str(served["year"])]
        for name in ("new_displacement", "total_displacement"):
            assert kept[name] == (None if served[name] is None else str(served[name]))


def idmc_original(name: str) -> str:
    (bundle,) = recorded_vintages(f"idmc/gidd_{name}")
    described = json.loads((bundle.path / "recording.json").read_text(encoding="utf-8"))
    return str(described["responses"][0]["original"])


def event(**changes: Any) -> dict[str, Any]:
    """An event in the interface's layout, made up for tests."""
    return {
        "iso3": "GTM",
        "country_name": "Guatemala",
        "year": 2024,
        "start_date": "2024-01-01",
        "start_date_accuracy": "Month",
        "end_date": None,
        "end_date_accuracy": "",
        "event_name": "Made up",
        "new_displacement": 3143,
        "new_displacement_rounded": 3100,
        "total_displacement": None,
        "total_displacement_rounded": None,
        "hazard_category": 2,
        "hazard_category_name": "Weather related",
        "hazard_sub_category": 4,
        "hazard_sub_category_name": "Climatological",
        "hazard_type": 12,
        "hazard_type_name": "Extreme Temperature",
        "hazard_sub_type": 17,
        "hazard_sub_type_name": "Cold wave",
        "event_codes": ["made up"],
        "event_codes_type": ["GLIDE"],
    } | changes


def test_an_event_has_no_key_and_two_alike_are_both_kept(tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_text(json.dumps(page([event(), event()])))
    first, second = DISASTERS.parse(DISASTERS, "page-1.json", path)
    assert first.values == second.values
    assert first.record != second.record
    assert DISASTERS.gate.unique == ()
    assert set(first.values) == {field.name for field in DISASTERS.fields}, "lists of codes and stocks are left out"


def test_the_mirrors_spelling_of_the_hazards_kind_is_known(tmp_path: Path) -> None:
    names = [field.name for field in DISASTERS.fields if field.name != "last_updated"]
    path = tmp_path / "mirror.csv"
    header = ",".join(names).replace("hazard_sub_type_name", "hazard_subtype_name")
    path.write_text(f"{header}\n" + ",".join(str(event()[name] or "") for name in names) + "\n")
    (row,) = DISASTERS.parse(DISASTERS, "mirror.csv", path)
    assert (row.values["hazard_sub_type_name"], row.values["end_date"]) == ("Cold wave", None)


CONFLICT_TAGS = "#country+code,#country+name,#date+year,#affected+new,,#affected+total,"
DISASTERS_ON_HDX = (
    "iso3,country_name,year,start_date,start_date_accuracy,end_date,end_date_accuracy,event_name,hazard_category,"
    "hazard_category_name,hazard_sub_category,hazard_sub_category_name,hazard_type,hazard_type_name,hazard_sub_type,"
    "hazard_subtype_name,new_displacement,new_displacement_rounded,total_displacement,total_displacement_rounded,"
)
EVENT = "GTM,Guatemala,2024,2024-01-01,Month,,,Made up,2,Weather related,3,Hydrological,10,Flood,13,,7,7,,,\n"
MIRRORED = {
    CONFLICTS: (
        "iso3,country_name,year,new_displacement,new_displacement_rounded,total_displacement,"
        f"total_displacement_rounded\n{CONFLICT_TAGS}\nAFG,Made up,2024,1,1,,\nHND,Made up,2024,0,,,\n"
    ),
    DISASTERS: f"{DISASTERS_ON_HDX}event_codes\n{EVENT}{EVENT}",
}
"""Headers as HDX's files have them (with and without a line of tags; events of older copies end in glide_numbers);
rows made up."""


@pytest.fixture
def hdx(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return a function that lets a server on loopback list files, answer with a redirect to storage, and store one."""

    def serve(dataset: Dataset, *names: str, **more: str) -> str:
        listed = [{"name": "Made up", "download_url": httpserver.url_for(f"/dataset/{name}"), **more} for name in names]
        asked = {"id": _idmc.PACKAGES[dataset.name]}
        httpserver.expect_request("/package_show", query_string=asked).respond_with_json(
            {"result": {"resources": listed}}
        )
        for name in names:
            httpserver.expect_request(f"/dataset/{name}").respond_with_data(
                status=302, headers={"Location": httpserver.url_for(f"/storage/{name}?signed=for-an-hour")}
            )
            httpserver.expect_request(f"/storage/{name}").respond_with_data(MIRRORED[dataset], mimetype="text/csv")
        monkeypatch.setattr(_hdx, "PACKAGE", httpserver.url_for("/package_show"))
        return httpserver.url_for(f"/dataset/{names[0]}") if names else ""

    return serve


@pytest.fixture
def live(config: Settings, loopback: ClientOptions, monkeypatch: pytest.MonkeyPatch) -> Callable[[Dataset], Ingested]:
    """Return a function that takes a dataset in from the network, without a key."""
    monkeypatch.setattr(_idmc, "settings", lambda: config)

    def run(dataset: Dataset) -> Ingested:
        small = replace(dataset, hosts=("localhost", "127.0.0.1"), gate=Gate(unique=dataset.gate.unique))
        return ingest(small, config, options=loopback)

    return run


@pytest.mark.parametrize("dataset", [CONFLICTS, DISASTERS], ids=lambda dataset: dataset.name)
def test_without_a_key_a_live_run_takes_the_mirror_and_says_so(
    dataset: Dataset,
    hdx: Callable[..., str],
    live: Callable[[Dataset], Ingested],
    config: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert (dataset.needs_setting, dataset.without_setting) == ("idmc_client_id", "the mirror on HDX")
    address = hdx(dataset, "table.csv", "notes.pdf", last_modified="2025-06-02T01:02:03.000004")
    outcome = live(dataset)
    assert (outcome.status, outcome.error) == ("new", None)
    (vintage,) = outcome.vintages
    assert (vintage.source_mode, vintage.label) == ("live", "the mirror on HDX of 2025-06-02")
    (file,) = vintage.files
    assert (file.file, file.url) == ("table.csv", address), "the archive keeps where the bytes come from"
    assert "LOE_IDMC_CLIENT_ID is not set: asking the mirror on HDX" in caplog.text
    landed = pq.read_table(landing_path(config.landing_dir, dataset, vintage.vintage_id)).to_pylist()
    assert {row["last_updated"] for row in landed} == {None}, "the mirror does not name the edition"
    if dataset is CONFLICTS:
        ((area, new, total),) = [(r["iso3"], r["new_displacement"], r["total_displacement"]) for r in landed]
        assert (area, new, total) == ("HND", "0", None), "neither tags nor other regions; an empty cell is no zero"
    else:
        assert [(r["new_displacement"], r["hazard_sub_type_name"], r["end_date"]) for r in landed] == [
            ("7", None, None)
        ] * 2
    assert live(dataset).status == "unchanged"


@pytest.mark.parametrize("names", [(), ("notes.pdf",), ("table.csv", "other.csv")], ids=["no file", "no CSV", "two"])
def test_a_mirror_that_lists_another_number_of_tables_stops(
    names: tuple[str, ...], hdx: Callable[..., str], live: Callable[[Dataset], Ingested]
) -> None:
    hdx(CONFLICTS, *names)
    outcome = live(CONFLICTS)
    assert outcome.status == "failed"
    assert "hdx.resource" in (outcome.error or "")


def test_older_copies_of_the_events_end_in_another_column(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "mirror.csv"
    path.write_text(f"{DISASTERS_ON_HDX}glide_numbers\n{EVENT}")
    assert len(list(DISASTERS.parse(DISASTERS, path.name, path))) == 1
    assert not caplog.records, "known and not used"


def test_recorded_disasters(tmp_path: Path) -> None:
    (bundle,) = recorded_vintages(DISASTERS.id)
    (release,) = releases(DISASTERS, bundle, tmp_path)
    found = parsed(DISASTERS, release)
    assert len(found) == 1_917
    assert len(release.payloads) == 20
    sums: Counter[tuple[str | None, str | None]] = Counter()
    for row in found:
        sums[row.values["iso3"], row.values["year"]] += int(row.values["new_displacement"] or 0)
    assert (sums["GTM", "2020"], sums["HND", "2020"], sums["SLV", "2024"]) == (339_036, 937_283, 5_462)
    assert {r.values["end_date"] for r in found} > {None}, "a day that is not given stays empty"


def test_disaster_pages_as_served(originals: Path) -> None:
    for name in ("gidd_disasters_page_0.json", "gidd_disasters_page_1.json"):
        assert list(DISASTERS.parse(DISASTERS, "page-1.json", originals / "idmc" / name))
