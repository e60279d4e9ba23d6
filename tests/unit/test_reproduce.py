"""Landing anew from the archive, comparing tables, refusing other code. Figures are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from dagster_project.reproduce import NotReproducibleError, reproduce
from ingestion.again import NotLandedAgainError, land_again
from ingestion.archive import Archive
from ingestion.code_version import code_version
from ingestion.ingest import ingest_file
from ingestion.settings import Settings
from publication.compare import contents, differences
from tests.invented import GOOD, HARVEST, MORE

LATER = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def archived(config: Settings, tmp_path: Path, only_harvest: None) -> list[tuple[str, str]]:
    """An archive with two vintages; returns their ids."""
    path = tmp_path / "harvest.csv"
    for body in (GOOD, MORE):
        path.write_text(body, encoding="utf-8")
        assert ingest_file(HARVEST, path, "by hand", config).status == "new"
    return [(v.dataset_id, v.vintage_id) for v in Archive(config.archive_dir).vintages(HARVEST.id)]


def _private(config: Settings, tmp_path: Path) -> Settings:
    return config.model_copy(update={"data_dir": tmp_path / "private"})


def test_vintages_are_landed_from_the_archive_as_they_were(
    config: Settings, tmp_path: Path, archived: list[tuple[str, str]]
) -> None:
    private = _private(config, tmp_path)
    land_again(archived, LATER, config, private)
    for dataset_id, vintage_id in archived:
        name = f"{dataset_id}/{vintage_id}.parquet"
        assert pq.read_table(private.landing_dir / name) == pq.read_table(config.landing_dir / name)
    for table in ("vintages", "files"):
        name = f"ingestion/{table}/all.parquet"
        assert pq.read_table(private.landing_dir / name) == pq.read_table(config.landing_dir / name)


def test_what_was_archived_later_is_left_out(config: Settings, tmp_path: Path, archived: list[tuple[str, str]]) -> None:
    private = _private(config, tmp_path)
    land_again(archived[:1], datetime(2001, 1, 1, tzinfo=UTC), config, private)
    assert [path.stem for path in (private.landing_dir / HARVEST.id).iterdir()] == [archived[0][1]]


def test_altered_bytes_and_unknown_vintages_are_named(
    config: Settings, tmp_path: Path, archived: list[tuple[str, str]]
) -> None:
    with pytest.raises(NotLandedAgainError, match="invented/harvest 2001-01-01-nonesuch: the archive does not know it"):
        land_again([(HARVEST.id, "2001-01-01-nonesuch")], LATER, config, _private(config, tmp_path))
    archive = Archive(config.archive_dir)
    first, second = (vintage.files[0].sha256 for vintage in archive.vintages(HARVEST.id))
    archive.objects.path(first).write_bytes(archive.objects.path(second).read_bytes())
    with pytest.raises(NotLandedAgainError) as refused:
        land_again(archived, LATER, config, _private(config, tmp_path))
    assert f"invented/harvest {archived[0][1]}" in str(refused.value)
    assert "lines-of-effort verify" in str(refused.value)


def test_differences_are_named_and_the_history_is_left_out(tmp_path: Path) -> None:
    hashes = []
    for number, rows in enumerate(("(1), (2)", "(2), (1)", "(1), (3)")):
        path = tmp_path / f"loe_{number}.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"create schema core; create table core.t as select * from (values {rows}) as v(n)")
            connection.execute("create schema staging; create table staging.s as select 1 as n")
        hashes.append(contents(path, tmp_path / f"scratch_{number}.duckdb"))
    assert list(hashes[0]) == ["core.t"]
    assert differences(hashes[0], hashes[1]) == []
    (difference,) = differences(hashes[0], hashes[2])
    assert (difference.table, difference.published[:6]) == ("core.t", "2 rows")
    published = hashes[0] | {"quality.build": {"rows": 1, "content_hash": "1"}, "core.gone": hashes[0]["core.t"]}
    (gone,) = differences(published, hashes[1])
    assert (gone.table, gone.rebuilt) == ("core.gone", "not built")


def _published(config: Settings, **changes: str) -> None:
    folder = config.published_dir / "builds" / "20010101T000000Z-aaaaaaaa"
    folder.mkdir(parents=True)
    facts = {"build_id": folder.name, "code_version": code_version(), "lock_sha256": "0" * 64, **changes}
    (folder / "manifest.json").write_text(json.dumps(facts))
    (config.published_dir / "current").symlink_to(folder)


def test_other_code_or_other_dependencies_are_refused(config: Settings) -> None:
    _published(config, code_version="abc")
    with pytest.raises(NotReproducibleError) as refused:
        reproduce(config)
    assert refused.value.exit_code == 2
    assert f"code version: abc then, {code_version()} now" in str(refused.value)
    assert f"requirements.lock: {'0' * 64} then" in str(refused.value)
    assert "check out the code of that build" in str(refused.value)


def test_a_build_that_is_not_kept_is_refused(config: Settings) -> None:
    with pytest.raises(NotReproducibleError, match="There is no publication that is up; kept: none"):
        reproduce(config)
    _published(config)
    with pytest.raises(NotReproducibleError, match="no publication nonesuch; kept: 20010101T000000Z-aaaaaaaa"):
        reproduce(config, "nonesuch")
