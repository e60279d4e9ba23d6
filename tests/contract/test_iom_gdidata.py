"""IOM's copies of the figures of governments: what the copies lost, and that nothing more is lost here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from ingestion import registry
from ingestion.contract import Dataset, Row
from ingestion.errors import ContractError
from ingestion.formats import rdata
from ingestion.recorded import recorded_vintages
from ingestion.sources import _iom_gdidata
from ingestion.sources import iom_gdidata_darien_entries as darien
from ingestion.sources import iom_gdidata_guatemala_returns as guatemala
from ingestion.sources import iom_gdidata_mexico_irregular_events as mexico
from ingestion.sources import iom_gdidata_mexico_returns as returns
from ingestion.sources._recording import data_frame_body
from tests.contract.support import Served, parsed, releases

COPIES = [dataset for dataset in registry.datasets().values() if dataset.publisher == _iom_gdidata.PUBLISHER]


def recorded(dataset: Dataset, spool: Path) -> list[Row]:
    (bundle,) = recorded_vintages(dataset.id)
    (release,) = releases(dataset, bundle, spool)
    return parsed(dataset, release)


def added(rows: Iterable[Row], *columns: str) -> Counter[tuple[str | None, ...]]:
    """Sums of ``n``; of ``t`` only the year counts."""
    sums: Counter[tuple[str | None, ...]] = Counter()
    for row in rows:
        key = tuple((row.values[name] or "")[:4] if name == "t" else row.values[name] for name in columns)
        sums[key] += int(row.values["n"] or 0)
    return sums


@pytest.mark.parametrize("dataset", COPIES, ids=lambda dataset: dataset.id)
def test_a_copy_is_said_to_be_one(dataset: Dataset) -> None:
    assert "copied by IOM" in dataset.description
    assert "not at hand" in dataset.description
    assert "whose own terms were not checked" in dataset.licence.attribution


def test_guatemala_returns_without_a_country_are_kept(spool: Path) -> None:
    """From January 2024 the copy has no country for returns from the United States: they are returns all the same."""
    rows = recorded(guatemala.DATASET, spool)
    assert added(rows, "t") == {
        ("2020",): 45_572,
        ("2021",): 63_520,
        ("2022",): 94_216,
        ("2023",): 79_697,
        ("2024",): 76_768,
        ("2025",): 12_841,
    }
    by_country = added(rows, "t", "origin")
    assert (by_country["2023", "USA"], by_country["2023", "MEX"]) == (55_302, 24_395)
    assert (by_country["2024", "MEX"], by_country["2024", None]) == (15_088, 61_680)
    assert {year for year, country in by_country if country is None} == {"2024", "2025"}
    assert {year for year, country in by_country if country == "USA"} == {"2020", "2021", "2022", "2023"}
    may = [row for row in rows if row.values["t"] == "2024-05-01" and row.values["origin"] is None]
    assert added(may, "t") == {("2024",): 5_526}
    assert may[0].record.startswith("irreg_guatemala!")


def test_darien_entries_meet_every_printed_year(spool: Path) -> None:
    """A whole year stands under its January until 2019; a nationality stands once in a period."""
    rows = recorded(darien.DATASET, spool)
    sums = {int(year or 0): figure for (year,), figure in added(rows, "t").items()}
    printed = {2010: 559, 2011: 283, 2012: 1_777, 2013: 3_051, 2016: 30_055, 2017: 6_780, 2018: 9_222, 2019: 22_102}
    printed |= {2020: 6_465, 2021: 133_726, 2023: 520_085}
    assert {year: sums[year] for year in printed} == printed
    assert (sums[2022], sums[2024]) == (248_284, 302_203)
    periods = {row.values["t"] or "" for row in rows}
    assert {period for period in periods if period < "2020"} == {f"{year}-01-01" for year in range(2010, 2020)}
    assert {f"2020-{month:02}-01" for month in (4, 5, 7)}.isdisjoint(periods), "nobody was registered"
    keys = Counter((row.values["t"], row.values["nat"]) for row in rows)
    assert max(keys.values()) == 1
    assert "q" not in rows[0].values


def test_events_in_mexico_keep_every_row_of_a_code_that_stands_twice(spool: Path) -> None:
    rows = recorded(mexico.DATASET, spool)
    assert added(rows, "t") == {
        ("2018",): 131_445,
        ("2019",): 182_940,
        ("2020",): 82_379,
        ("2021",): 309_692,
        ("2022",): 441_409,
        ("2023",): 778_907,
        ("2024",): 1_231_320,
        ("2025",): 108_489,
    }
    keys = Counter((row.values["t"], row.values["nat"]) for row in rows)
    assert Counter(nationality for (_, nationality), times in keys.items() if times > 1) == {"GIN": 33, "FRA": 16}


def test_returns_by_mexico_are_of_three_nationalities(spool: Path) -> None:
    rows = recorded(returns.DATASET, spool)
    assert {row.values["nat"] for row in rows} == {"GTM", "HND", "SLV"}
    sums = added(rows, "t", "nat")
    assert [sums["2022", nationality] for nationality in ("GTM", "HND", "SLV")] == [50_091, 44_737, 9_011]
    assert {row.values["type"] for row in rows} == {"deportation", "assisted return", "assisted return of children"}


def test_another_frame_and_another_column_stop(tmp_path: Path) -> None:
    columns = {"t": ["2020-01-01"], "sex": ["male"], "age": ["adult"], "origin": ["USA"], "n": ["5"]}
    path = tmp_path / "irreg_guatemala.rda"
    path.write_bytes(data_frame_body("irreg_honduras", columns, months=("t",), numbers=("n",)))
    with pytest.raises(ContractError) as caught:
        list(guatemala.DATASET.parse(guatemala.DATASET, path.name, path))
    assert caught.value.rule == "gdidata.frame"
    path.write_bytes(data_frame_body(guatemala.FRAME, {**columns, "q": ["x"]}, months=("t",), numbers=("n",)))
    with pytest.raises(ContractError) as caught:
        list(guatemala.DATASET.parse(guatemala.DATASET, path.name, path))
    assert caught.value.rule == "header.unknown"


@pytest.mark.parametrize("dataset", COPIES, ids=lambda dataset: dataset.id)
def test_the_state_of_one_commit_is_asked_for(dataset: Dataset, tmp_path: Path) -> None:
    (recording,) = recorded_vintages(dataset.id)
    (answer,) = recording.answers
    getter = Served(tmp_path, {answer.url: recording.read(answer)})
    (release,) = dataset.fetch(dataset, getter)
    assert [url for url, _ in getter.asked] == [answer.url]
    assert _iom_gdidata.COMMIT in answer.url
    assert len(parsed(dataset, release)) >= dataset.gate.min_rows


@pytest.mark.parametrize("dataset", COPIES, ids=lambda dataset: dataset.id)
def test_the_recording_holds_what_the_original_holds(dataset: Dataset, originals: Path, spool: Path) -> None:
    frame = recorded(dataset, spool)[0].record.partition("!")[0]
    path = originals / _iom_gdidata.ORIGINALS / f"{frame}.rda"
    _, columns = rdata.data_frame(path, file=path.name)
    names = [field.name for field in dataset.fields]
    rows = zip(*(columns[name] for name in names), strict=True)
    if dataset == returns.DATASET:
        rows = (row for row in rows if row[names.index("nat")] in returns.NATIONALITIES)
    assert [tuple(row.values[name] for name in names) for row in recorded(dataset, spool)] == list(rows)
