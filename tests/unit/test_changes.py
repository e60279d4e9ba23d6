"""What is taken from the publication before, and how what changed is told. The figures are invented."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project.last_publication import write_last_publication
from ingestion import cli
from ingestion.settings import Settings, settings
from publication.build import Build
from publication.changes import NoChangesKeptError, changes_of

OLD, NEW = "20010101T000000Z-aaaaaaaa", "20010102T000000Z-bbbbbbbb"

FACTS = {"previous_build_id": OLD, "code_changed": "true"}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("LOE_DATA_DIR", str(tmp_path / "data"))
    settings.cache_clear()
    yield settings()
    settings.cache_clear()


@pytest.fixture
def build(place: Settings) -> Build:
    made = Build(place.builds_dir / NEW)
    made.folder.mkdir(parents=True)
    made.note(code_version="new")
    return made


def _publish(place: Settings, columns: dict[str, list[object]] | None) -> None:
    """Put a publication in place whose observations have these columns; without any when ``None``."""
    folder = place.published_dir / "builds" / OLD
    (folder / "parquet").mkdir(parents=True)
    if columns is not None:
        pq.write_table(pa.table(columns), folder / "parquet" / "core.fct_observations.parquet")
    manifest = {
        "build_id": OLD,
        "code_version": "old",
        "tables": {"core.t": {"rows": 3}, "quality.build": {"rows": 1}, "quality.publication_changes": {"rows": 9}},
        "vintages": [{"dataset_id": "p/d", "vintage_id": "v", "title": "more than is needed"}],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (place.published_dir / "current").symlink_to(folder)
    (place.published_dir / "lines_of_effort.duckdb").touch()


def _read(build: Build, table: str) -> list[dict[str, object]]:
    return pq.read_table(build.last_publication / table / "all.parquet").to_pylist()


def test_nothing_is_written_before_the_first_publication(build: Build, place: Settings) -> None:
    assert write_last_publication(build, place) is None
    assert not build.last_publication.exists()


def test_an_older_publication_without_a_column_has_it_empty(build: Build, place: Settings) -> None:
    _publish(place, {"observation_key": ["k"], "observation_value": [5], "renamed_since": ["x"]})
    assert write_last_publication(build, place) == OLD
    (row,) = _read(build, "observations")
    assert (row["observation_key"], row["observation_value"], row["measure"]) == ("k", 5, None)
    assert {name: row[name] for name in FACTS} == FACTS
    assert "renamed_since" not in row
    assert _read(build, "tables") == [{"table_name": "core.t", "row_count": "3", **FACTS}]
    assert _read(build, "vintages") == [{"dataset_id": "p/d", "vintage_id": "v"}]


@pytest.mark.parametrize("columns", [None, {"another_key": ["k"], "observation_value": [5]}])
def test_figures_that_cannot_be_compared_are_left_out(
    build: Build, place: Settings, columns: dict[str, list[object]] | None
) -> None:
    _publish(place, columns)
    assert write_last_publication(build, place) == OLD
    assert not (build.last_publication / "observations").exists()
    assert len(_read(build, "tables")) == 1


def test_the_same_code_is_told(build: Build, place: Settings) -> None:
    _publish(place, None)
    build.note(code_version="old")
    write_last_publication(build, place)
    assert [row["code_changed"] for row in _read(build, "tables")] == ["false"]


def _database(place: Settings, *statements: str) -> None:
    """Publish a database that holds what these statements make."""
    _publish(place, None)
    with duckdb.connect(str(place.published_dir / "builds" / OLD / "lines_of_effort.duckdb")) as connection:
        connection.execute("create schema quality")
        for statement in statements:
            connection.execute(statement)


TABLES = """
    create table quality.publication_table_changes as
    select 'before' as previous_build_id, * from (values
        ('core.t', 5, 5, 0, 0.0, false), ('core.u', 5, 3, -2, -40.0, false)
    ) as t (table_name, previous_rows, row_count, difference, percent_change, code_changed)
"""

FIGURES = """
    create table quality.publication_changes as
    select 'before' as previous_build_id, false as code_changed, cast(null as varchar) as indicator_id,
        'USA' as reference_area, '2001' as time_period, 'persons' as unit_of_measure, 'p/d' as dataset_id,
        'new_vintage' as cause, *
    from (values
        ('k', 6, 'encounters', 'MEX', 'revised', 'large', 1, 1000::decimal(28, 6), 1500::decimal(28, 6),
            500::decimal(28, 6), 50::decimal(28, 6)),
        ('l', null, 'population', null, 'removed', 'small', 2, 7.5::decimal(28, 6), null, null, null)
    ) as t (observation_key, line_of_effort, measure, counterpart_area, change_kind, change_size, change_rank,
        previous_value, observation_value, difference, percent_change)
"""


def _call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    monkeypatch.setattr(sys, "argv", ["lines-of-effort", "changes", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code
    return capsys.readouterr().out


def test_changes_are_printed_largest_first_and_counted_by_line(
    place: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _database(place, TABLES, FIGURES)
    out = _call(monkeypatch, capsys)
    assert f"Build {OLD} against build before, made by the same code:" in out
    assert "2 figures differ." in out
    [first, second] = [line.split() for line in out.splitlines() if "new_vintage" in line]
    assert " ".join(first) == ("1 large revised new_vintage 6 encounters USA of MEX 2001 persons 1,000 1,500 50")
    assert " ".join(second) == "2 small removed new_vintage 0 population USA 2001 persons 7.5"
    [six] = [line.split() for line in out.splitlines() if line.startswith("   6 ")]
    assert six == ["6", "1", "1", "0", "0", "0", "0", "1"]
    assert "core.u" in out
    assert "core.t" not in out
    assert "population" not in _call(monkeypatch, capsys, "--limit", "1")
    told = json.loads(_call(monkeypatch, capsys, OLD, "--json"))
    assert [figure["observation_key"] for figure in told["figures"]] == ["k", "l"]


def test_a_first_publication_says_that_there_is_nothing_to_compare(
    place: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _database(place, f"{TABLES} limit 0", f"{FIGURES} limit 0")
    assert "is the first publication: nothing to compare" in _call(monkeypatch, capsys)


def test_what_cannot_be_told_is_refused(place: Settings) -> None:
    with pytest.raises(NoChangesKeptError, match="There is no publication that is up; kept: none"):
        changes_of(place)
    _database(place)
    with pytest.raises(NoChangesKeptError, match="was made before changes were kept"):
        changes_of(place)
    with pytest.raises(NoChangesKeptError, match=f"no publication nonesuch; kept: {OLD}"):
        changes_of(place, "nonesuch")
