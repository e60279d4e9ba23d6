from __future__ import annotations

import json
import logging
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ingestion.contract import Dataset, Row
from ingestion.errors import ContractError, FetchError, SettingsError
from ingestion.recorded import recorded_vintages
from ingestion.registry import dataset as dataset_by_id
from ingestion.settings import PROJECT_ROOT
from ingestion.sources import (
    _unhcr,
    unhcr_asylum_applications,
    unhcr_asylum_decisions,
    unhcr_population,
    unhcr_solutions,
)
from tests.contract.support import Served, parsed, releases

POPULATION = unhcr_population.DATASET
APPLICATIONS = unhcr_asylum_applications.DATASET
DECISIONS = unhcr_asylum_decisions.DATASET
SOLUTIONS = unhcr_solutions.DATASET
ALL = pytest.mark.parametrize("dataset", [POPULATION, APPLICATIONS, DECISIONS, SOLUTIONS], ids=lambda d: d.name)
ENDPOINTS = {
    "population": "population",
    "asylum_applications": "asylum-applications",
    "asylum_decisions": "asylum-decisions",
    "solutions": "solutions",
}

SUMMED = {"_id": "-", "_name": "-", "": "-", "_iso": "-"}
HONDURAS = {"_id": 95, "_name": "Honduras", "": "HON", "_iso": "HND"}
GUATEMALA = {"_id": 80, "_name": "Guatemala", "": "GUA", "_iso": "GTM"}
MEXICO = {"_id": 137, "_name": "Mexico", "": "MEX", "_iso": "MEX"}
GERMANY = {"_id": 72, "_name": "Germany", "": "GFR", "_iso": "DEU"}


def item(dataset: Dataset, coo: dict[str, Any], coa: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A row in the interface's layout, made up for tests: whole numbers, '0' and '-' side by side."""
    made: dict[str, Any] = {"year": 2024}
    made |= {f"coo{key}": value for key, value in coo.items()}
    made |= {f"coa{key}": value for key, value in coa.items()}
    for field in dataset.fields[9:]:
        codes = {"procedure_type": "G", "app_type": "NA", "dec_level": "NA", "app_pc": "P", "dec_pc": "P"}
        made[field.name] = codes.get(field.name, 125)
    return made | changes


def page(items: list[dict[str, Any]], number: int = 1, pages: int = 1, **changes: Any) -> dict[str, Any]:
    return {"page": number, "short-url": "x", "maxPages": pages, "total": [], "items": items, **changes}


def rows(dataset: Dataset, tmp_path: Path, body: object, file: str = "pairs/page-1.json") -> list[Row]:
    path = tmp_path / "page.json"
    path.write_text(body if isinstance(body, str) else json.dumps(body))
    return list(dataset.parse(dataset, file, path))


def queries(dataset: Dataset) -> list[str]:
    return ["pairs", "nca_origin"] if dataset in (POPULATION, SOLUTIONS) else ["pairs", "totals"]


def answers(dataset: Dataset, body: object) -> dict[str, object]:
    return {f"{_unhcr.BASE}/{ENDPOINTS[dataset.name]}/": body}


# What is asked --------------------------------------------------------------------------------------------------------


@ALL
def test_every_query_says_that_codes_are_iso(dataset: Dataset, tmp_path: Path) -> None:
    getter = Served(tmp_path, answers(dataset, page([], pages=0)))
    (release,) = dataset.fetch(dataset, getter)
    assert [payload.file for payload in release.payloads] == [f"{query}/page-1.json" for query in queries(dataset)]
    assert release.label is None
    for _url, params in getter.asked:
        assert params["cf_type"] == "ISO"
        assert params["limit"] == "10000"
        assert params["page"] == "1"
        assert "yearFrom" not in params, "one bound alone is ignored, both would hide revisions of older years"
    assert getter.asked[0][1]["coo_all"] == "true"
    assert getter.asked[0][1]["coa"] == (
        "BLZ,BOL,BRA,CAN,CHL,COL,CRI,CUB,DOM,ECU,GTM,HND,HTI,MEX,NIC,PAN,PER,SLV,USA,VEN"
    )
    second = getter.asked[1][1]
    if dataset in (POPULATION, SOLUTIONS):
        assert (second["coo"], second["coa_all"]) == ("GTM,HND,SLV", "true")
    else:
        assert not {"coo", "coo_all"} & set(second), "totals: the side of origin is left out, so that it is summed"


@ALL
def test_pages_are_asked_until_the_last_one_that_the_answer_names(dataset: Dataset, tmp_path: Path) -> None:
    url = f"{_unhcr.BASE}/{ENDPOINTS[dataset.name]}/"
    getter = Served(tmp_path, {})
    getter.answers = {
        (url, "&".join(f"{k}={v}" for k, v in sorted({**q.params, "page": str(n)}.items()))): page(
            [item(dataset, GUATEMALA, MEXICO)], n, 3
        )
        for q in (_unhcr.PAIRS, _unhcr.NCA_ORIGIN, _unhcr.TOTALS)
        for n in (1, 2, 3)
    }
    (release,) = dataset.fetch(dataset, getter)
    assert [p.file for p in release.payloads] == [f"{q}/page-{n}.json" for q in queries(dataset) for n in (1, 2, 3)]


@ALL
def test_nothing_found_is_an_answer_without_rows(dataset: Dataset, tmp_path: Path) -> None:
    (release,) = dataset.fetch(dataset, Served(tmp_path, answers(dataset, page([], pages=0))))
    assert parsed(dataset, release) == []


@ALL
def test_pages_that_change_while_they_are_read_stop(dataset: Dataset, tmp_path: Path) -> None:
    getter = Served(tmp_path, {})
    url = f"{_unhcr.BASE}/{ENDPOINTS[dataset.name]}/"
    query = [dict(_unhcr.PAIRS.params, page=str(n)) for n in (1, 2)]
    getter.answers = {
        (url, "&".join(f"{k}={v}" for k, v in sorted(q.items()))): page([item(dataset, GUATEMALA, MEXICO)], n, n + 1)
        for n, q in enumerate(query, start=1)
    }
    with pytest.raises(FetchError) as caught:
        list(dataset.fetch(dataset, getter))
    assert caught.value.rule == "json.pages"


# What comes back ------------------------------------------------------------------------------------------------------


@ALL
@pytest.mark.parametrize(
    ("coo", "coa"), [(SUMMED, SUMMED), (GUATEMALA, GERMANY), (SUMMED, MEXICO), (GUATEMALA, SUMMED)]
)
def test_a_row_that_was_not_asked_for_stops(
    dataset: Dataset, tmp_path: Path, coo: dict[str, Any], coa: dict[str, Any]
) -> None:
    """A misspelt parameter is ignored by the publisher: the answer is then about the whole world."""
    with pytest.raises(ContractError) as caught:
        rows(dataset, tmp_path, page([item(dataset, GUATEMALA, MEXICO), item(dataset, coo, coa)]))
    assert caught.value.rule == "unhcr.not_asked"
    assert caught.value.record == "/items/1"


@pytest.mark.parametrize(
    ("dataset", "file", "coo", "coa", "fits"),
    [
        (POPULATION, "nca_origin/page-1.json", HONDURAS, GERMANY, True),
        (POPULATION, "nca_origin/page-1.json", MEXICO, GERMANY, False),
        (POPULATION, "nca_origin/page-1.json", HONDURAS, SUMMED, False),
        (POPULATION, "pairs/page-1.json", GERMANY, MEXICO, True),
        (APPLICATIONS, "totals/page-1.json", SUMMED, MEXICO, True),
        (APPLICATIONS, "totals/page-1.json", HONDURAS, MEXICO, False),
        (APPLICATIONS, "totals/page-1.json", SUMMED, SUMMED, False),
        (DECISIONS, "totals/page-1.json", SUMMED, GERMANY, False),
    ],
)
def test_each_query_has_its_own_rows(
    dataset: Dataset, tmp_path: Path, file: str, coo: dict[str, Any], coa: dict[str, Any], *, fits: bool
) -> None:
    body = page([item(dataset, coo, coa)])
    if fits:
        assert len(rows(dataset, tmp_path, body, file)) == 1
    else:
        with pytest.raises(ContractError, match="not asked for"):
            rows(dataset, tmp_path, body, file)


def test_codes_of_unhcr_in_the_place_of_iso_codes_stop(tmp_path: Path) -> None:
    """Without cf_type=ISO, 'GTM' means nothing and 'AUS' is Austria; the rows that come are then not the ones asked."""
    with pytest.raises(ContractError):
        rows(POPULATION, tmp_path, page([item(POPULATION, GUATEMALA, {**GUATEMALA, "_iso": "GUA"})]))


def test_whole_numbers_zero_and_dash_stay_apart(tmp_path: Path) -> None:
    mixed = item(POPULATION, GUATEMALA, MEXICO, refugees=2940735, idps="0", oip="-", hst=0, ooc="", stateless=None)
    (row,) = rows(POPULATION, tmp_path, page([mixed]))
    assert row.record == "/items/0"
    assert {name: row.values[name] for name in ("refugees", "idps", "oip", "hst", "ooc", "stateless")} == {
        "refugees": "2940735",
        "idps": "0",
        "oip": "-",
        "hst": "0",
        "ooc": "",
        "stateless": None,
    }


def test_na_is_a_code(tmp_path: Path) -> None:
    (row,) = rows(APPLICATIONS, tmp_path, page([item(APPLICATIONS, GUATEMALA, MEXICO)]))
    assert (row.values["app_type"], row.values["dec_level"]) == ("NA", "NA")


@ALL
@pytest.mark.parametrize("total", [[], {"applied": 340777, "dec_total": 1, "year": 2024}, None, "gone"])
def test_the_total_of_the_envelope_is_never_used(dataset: Dataset, tmp_path: Path, total: object) -> None:
    body = page([item(dataset, GUATEMALA, MEXICO)], total=total)
    if total == "gone":
        del body["total"]
    (row,) = rows(dataset, tmp_path, body)
    assert row.values["year"] == "2024"


@ALL
def test_pages_past_the_last_are_empty_and_pages_before_it_are_not(dataset: Dataset, tmp_path: Path) -> None:
    assert rows(dataset, tmp_path, page([], 2, 1), "pairs/page-2.json") == []
    with pytest.raises(ContractError, match="page 1 of 2 is empty"):
        rows(dataset, tmp_path, page([], 1, 2))


@ALL
@pytest.mark.parametrize(
    "body",
    [
        page([], number=2, pages=0),
        {"message": "Too many requests"},
        {"page": 1, "maxPages": 1, "items": {}},
        {"page": 1, "maxPages": None, "items": []},
        {"page": 1, "maxPages": 1, "items": [[]]},
        [],
        "<html>404</html>",
    ],
    ids=["another page", "message", "items no list", "no page count", "item no object", "list", "html"],
)
def test_another_envelope_stops(dataset: Dataset, tmp_path: Path, body: object) -> None:
    with pytest.raises(ContractError):
        rows(dataset, tmp_path, body)


@ALL
def test_a_new_key_is_reported_and_a_lost_one_stops(
    dataset: Dataset, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    plain = item(dataset, GUATEMALA, MEXICO)
    with caplog.at_level(logging.WARNING):
        found = rows(dataset, tmp_path, page([plain, {**plain, "footnote": "x"}, {**plain, "footnote": "y"}]))
    assert len(found) == 3
    assert found[0].values == found[1].values
    assert [r.unknown_columns for r in caplog.records] == [("footnote",)], "said once, not on every row"  # type: ignore[attr-defined]
    del plain["coo_iso"]
    with pytest.raises(ContractError, match="- coo_iso"):
        rows(dataset, tmp_path, page([plain]))


@ALL
def test_a_nested_value_stops_with_its_row(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        rows(dataset, tmp_path, page([item(dataset, GUATEMALA, MEXICO, year={"from": 2024})]))
    assert caught.value.record == "/items/0"


# Real figures ---------------------------------------------------------------------------------------------------------


def recorded(dataset: Dataset, tmp_path: Path) -> dict[str, list[Row]]:
    (bundle,) = recorded_vintages(dataset.id)
    (release,) = releases(dataset, bundle, tmp_path)
    found: dict[str, list[Row]] = {}
    for payload in release.payloads:
        found.setdefault(payload.file.split("/")[0], []).extend(dataset.parse(dataset, payload.file, payload.path))
    return found


def test_recorded_applications(tmp_path: Path) -> None:
    found = recorded(APPLICATIONS, tmp_path)
    assert {query: len(rows) for query, rows in found.items()} == {"pairs": 4058, "totals": 29}
    totals = {
        (r.values["coa_iso"], r.values["year"], r.values["dec_level"], r.values["app_pc"]): r.values["applied"]
        for r in found["totals"]
    }
    assert totals["MEX", "2021", "FI", "P"] == "131418"
    assert totals["MEX", "2022", "FI", "P"] == "118735"
    assert totals["CRI", "2025", "FI", "P"] == "29559"
    assert totals["USA", "2015", "IN", "C"] == "90582"
    assert totals["USA", "2023", "IN", "P"] == "643017"
    assert totals["USA", "2025", "IN", "C"] == "282594", "cases again in 2025"
    assert ("USA", "2025", "IN", "P") not in totals
    appeals = {r.values["year"]: r.values["applied"] for r in found["totals"] if r.values["app_type"] != "N"}
    assert appeals == {"2021": "21628", "2022": "22294", "2023": "13115", "2024": "4807"}
    assert {
        r.values["app_pc"]
        for query in ("pairs", "totals")
        for r in found[query]
        if (r.values["coa_iso"], r.values["app_type"], r.values["dec_level"]) == ("USA", "A", "AR")
    } == {"P"}, "the table of totals gives no unit for appeals: theirs is that of the pairs"
    assert "NA" in {r.values["app_type"] for r in found["pairs"]}
    assert {r.values["coo_id"] for r in found["pairs"]} == {None}, "not in the original: missing, neither '-' nor zero"


def test_recorded_totals_are_never_below_the_recorded_pairs(tmp_path: Path) -> None:
    """The pairs hold origins in the Americas only, so their sum may not pass the publisher's total."""
    found = recorded(APPLICATIONS, tmp_path)
    key = ("coa_iso", "year", "procedure_type", "app_type", "dec_level", "app_pc")
    sums: Counter[tuple[str | None, ...]] = Counter()
    for row in found["pairs"]:
        sums[tuple(row.values[name] for name in key)] += int(row.values["applied"] or 0)
    for row in found["totals"]:
        known = tuple(row.values[name] for name in key)
        assert 0 < sums[known] <= int(row.values["applied"] or 0), known


def test_recorded_decisions(tmp_path: Path) -> None:
    found = recorded(DECISIONS, tmp_path)
    assert {query: len(rows) for query, rows in found.items()} == {"pairs": 3714, "totals": 4}
    (row,) = [r for r in found["totals"] if r.values["year"] == "2016" and r.values["dec_level"] == "IN"]
    assert (row.values["dec_recognized"], row.values["dec_other"], row.values["dec_total"]) == ("11193", "0", "31824")
    assert row.values["coa_id"] == "202"


def test_recorded_population(tmp_path: Path) -> None:
    found = recorded(POPULATION, tmp_path)
    assert {query: len(rows) for query, rows in found.items()} == {"pairs": 4369 + 211, "nca_origin": 2059}
    (row,) = [
        r
        for r in found["pairs"]
        if (r.values["year"], r.values["coo_iso"], r.values["coa_iso"]) == ("2024", "HND", "HND")
    ]
    assert (row.values["idps"], row.values["coa"], row.values["oip"]) == ("247090", "HON", "-"), (
        "HON is UNHCR's own code"
    )
    both = {(r.values["year"], r.values["coo_iso"], r.values["coa_iso"]): r.values for r in found["pairs"]}
    overlap = [r for r in found["nca_origin"] if (r.values["year"], r.values["coo_iso"], r.values["coa_iso"]) in both]
    assert overlap, "the two queries overlap"
    for r in overlap:
        assert both[r.values["year"], r.values["coo_iso"], r.values["coa_iso"]] == r.values, "and agree where they do"


def test_people_of_every_origin_in_northern_central_america_are_recorded(tmp_path: Path) -> None:
    """The query asks for every origin; in these three hosts the originals hold them all, not only the region's."""
    pairs = recorded(POPULATION, tmp_path)["pairs"]
    assert len({(r.values["year"], r.values["coo_iso"], r.values["coa_iso"]) for r in pairs}) == len(pairs), "once each"

    def hosted(coa: str, measure: str) -> int:
        of_2022 = [r.values for r in pairs if (r.values["coa_iso"], r.values["year"]) == (coa, "2022")]
        return sum(int(values[measure] or 0) for values in of_2022 if values[measure] != "-")

    assert (hosted("SLV", "refugees"), hosted("SLV", "asylum_seekers")) == (104, 54)
    assert (hosted("HND", "refugees"), hosted("HND", "asylum_seekers")) == (165, 107)
    assert (hosted("GTM", "refugees"), hosted("GTM", "asylum_seekers")) == (701, 1519)


def test_recorded_solutions(tmp_path: Path) -> None:
    found = recorded(SOLUTIONS, tmp_path)
    assert {query: len(rows) for query, rows in found.items()} == {"pairs": 4493, "nca_origin": 462}
    arrivals = {
        (r.values["coo_iso"], r.values["year"]): r.values["resettlement"]
        for r in found["nca_origin"]
        if r.values["coa_iso"] == "USA"
    }
    for origin, figures in {
        "GTM": ("1306", "2178", "5210", "188"),
        "HND": ("482", "681", "925", "100"),
        "SLV": ("677", "1196", "1240", "130"),
    }.items():
        assert tuple(arrivals[origin, str(year)] for year in range(2022, 2026)) == figures
    (row,) = [r for r in found["nca_origin"] if (r.values["year"], r.values["coa_iso"]) == ("2024", "ITA")]
    assert (row.values["returned_refugees"], row.values["returned_idps"]) == ("5", "-"), "none given is not zero"
    printed = [
        r.values["resettlement"] or "-"
        for r in found["pairs"]
        if (r.values["coa_iso"], r.values["year"]) == ("USA", "2018")
    ]
    assert sum(int(cell) for cell in printed if cell != "-") == 22_912


WIRE = {
    "asylum_applications_coa_USA_2015_2016_mixed_units.json": (APPLICATIONS, "totals/page-1.json", 4),
    "asylum_decisions_coa_USA_2015_2016.json": (DECISIONS, "totals/page-1.json", 4),
    "empty_result.json": (POPULATION, "pairs/page-1.json", 0),
}


@pytest.mark.parametrize("name", WIRE)
def test_pages_recorded_from_the_interface(originals: Path, name: str) -> None:
    dataset, file, count = WIRE[name]
    path = originals / "unhcr" / "wire_json" / name
    assert len(list(dataset.parse(dataset, file, path))) == count


@pytest.mark.parametrize(
    ("dataset", "name"),
    [
        (POPULATION, "population_world_1951_2023_2025.json"),
        (POPULATION, "population_2024_coa_TUR.json"),
        (APPLICATIONS, "asylum_applications_world_2025_all_rows.json"),
        (DECISIONS, "asylum_decisions_world_2025_all_rows.json"),
        (SOLUTIONS, "solutions_world_and_pair.json"),
    ],
)
def test_real_world_totals_are_refused_in_every_query(originals: Path, dataset: Dataset, name: str) -> None:
    for query in queries(dataset):
        with pytest.raises(ContractError, match="not asked for"):
            list(dataset.parse(dataset, f"{query}/page-1.json", originals / "unhcr" / "wire_json" / name))


def test_the_table_of_totals_is_read_only_as_it_reads_now(originals: Path) -> None:
    page = (originals.parent / "sources" / unhcr_asylum_applications.SERIES).read_text(encoding="utf-8")
    assert len(unhcr_asylum_applications.published_totals(page)) == 25
    for lost in ("| year | EO persons | IN | A/AR |", "Mexico applications (N/FI/P)", "USA IN rows of"):
        with pytest.raises(ValueError, match="not on the page"):
            unhcr_asylum_applications.published_totals(page.replace(lost, "..."))


# Editions -------------------------------------------------------------------------------------------------------------


BY_ORIGIN = dataset_by_id("unhcr/population_by_origin")


def editions(tmp_path: Path) -> dict[str, dict[tuple[str | None, str | None], tuple[int, int]]]:
    """Return the day of each recorded edition → (origin, year) → refugees and asylum-seekers."""
    found = {}
    for bundle in recorded_vintages(BY_ORIGIN.id):
        day = bundle.vintage_date.isoformat()
        (release,) = releases(BY_ORIGIN, bundle, tmp_path)
        found[day] = {
            (r.values["coo_iso"], r.values["year"]): (
                int(r.values["refugees"] or ""),
                int(r.values["asylum_seekers"] or ""),
            )
            for r in parsed(BY_ORIGIN, release)
        }
    return found


def test_the_side_of_asylum_is_left_out_and_must_come_back_summed(tmp_path: Path) -> None:
    getter = Served(tmp_path, answers(POPULATION, page([], pages=0)))
    list(BY_ORIGIN.fetch(BY_ORIGIN, getter))
    ((_url, params),) = getter.asked
    assert (params["coo"], params["cf_type"]) == ("GTM,HND,SLV", "ISO")
    assert not {"coa", "coa_all"} & set(params)
    file = "nca_everywhere/page-1.json"
    one = dict.fromkeys(("refugees", "asylum_seekers", "returned_refugees", "idps"), "5")
    summed = {f"coa{key}": value for key, value in SUMMED.items()} | {f"coo{key}": v for key, v in HONDURAS.items()}
    assert len(rows(BY_ORIGIN, tmp_path, page([{"year": 2024, **summed, **one, "hst": "0"}]), file)) == 1
    with pytest.raises(ContractError, match="not asked for"):
        rows(BY_ORIGIN, tmp_path, page([{"year": 2024, **summed, "coa_iso": "MEX", **one}]), file)


def test_a_year_in_progress_moves_between_the_recorded_editions(tmp_path: Path) -> None:
    found = editions(tmp_path)
    assert list(found) == ["2024-06-17", "2024-10-18", "2025-06-12", "2025-11-10", "2026-06-12"]
    assert (found["2025-11-10"]["GTM", "2025"], found["2026-06-12"]["GTM", "2025"]) == (
        (36_901, 190_486),
        (34_994, 138_420),
    )
    assert ("GTM", "2025") not in found["2025-06-12"]
    assert len({edition["GTM", "2023"] for edition in found.values()}) == 1, "a closed year did not move"


def test_the_newest_edition_is_the_sum_of_the_recorded_countries_of_asylum(tmp_path: Path) -> None:
    newest = editions(tmp_path)["2026-06-12"]
    sums: Counter[tuple[str | None, str | None, str]] = Counter()
    for row in recorded(POPULATION, tmp_path)["nca_origin"]:
        for measure in ("refugees", "asylum_seekers"):
            sums[row.values["coo_iso"], row.values["year"], measure] += int(row.values[measure] or 0)
    assert newest == {
        (origin, year): (sums[origin, year, "refugees"], sums[origin, year, "asylum_seekers"])
        for origin, year in newest
    }


def test_the_page_of_totals_is_asked_for_by_name_where_it_is_missing(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(SettingsError, match=r"sources/international\.md: a page of figures"):
        list(unhcr_asylum_applications.record(APPLICATIONS, tmp_path / "data"))
    for guide in ("Makefile", "CONTRIBUTING.md"):
        assert "sources/international.md" in (PROJECT_ROOT / guide).read_text(encoding="utf-8")
