"""Export, put in place, roll back, prune. The tables here are invented."""

from __future__ import annotations

import io
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from ingestion.console import print_run
from ingestion.results import NEVER_LANDED, Checker, CheckResult, Disposition, Severity, Status
from ingestion.settings import Settings
from publication.build import Build, current_build, start_build, sweep
from publication.export import STORAGE_VERSION, Table, copy_tables, tables, write_files
from publication.history import HISTORY_TABLES, history_dir, keep_results
from publication.manifest import count_checks
from publication.prepared import prepare, take
from publication.publish import NotPublishedError, prune, publications, publish, put_in_place, rollback


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


def _result(status: Status = Status.PASSED, severity: Severity = Severity.ERROR, table: str = "core.t") -> CheckResult:
    return CheckResult(Checker.EXPECTATION, "rule", "a statement", severity, table, status)


def _built(settings: Settings, run_id: str = "abcdef0123", state: str = "audited") -> Build:
    """A build with the least that a publication needs."""
    build = start_build(settings, run_id)
    with duckdb.connect(str(build.database)) as connection:
        connection.execute("""
            create schema landing; create schema core; create schema staging;
            create table landing.ingestion__datasets as
              select 'p/d' as dataset_id, 'A title' as title, 'CC BY 4.0' as licence, '5,7' as lines,
                'Cite the publisher' as attribution, 'A publisher' as publisher_name,
                'https://publisher.invalid/' as homepage;
            create table landing.ingestion__vintages as
              select 'p/d' as dataset_id, '2024-01-01-aaaaaaaaaaaa' as vintage_id, '0001' as vintage_number,
                'label' as vintage_label, '2024-01-01T00:00:00Z' as retrieved_at, 'a basis' as retrieved_at_basis,
                'recorded' as source_mode, '2' as row_count, 'ff' as content_sha256, 'promoted' as status;
            create table core.t as select 1 as n, '=1+1' as label union all select -2, null;
            comment on table core.t is 'It''s a table';
            comment on column core.t.n is 'A number, in units';
            create table staging.s as select 1 as n;
            create table core.fct_observations as
            select 7 as line_of_effort, time_period, period_start, period_end, observation_value
            from (values
                ('2003-06', date '2003-06-01', date '2003-06-30', 4), ('2003', date '2003-01-01', date '2003-12-31', 5),
                ('FY2004', date '2003-10-01', date '2004-09-30', 1),
                ('2009', date '2009-01-01', date '2009-12-31', null)
            ) as t (time_period, period_start, period_end, observation_value);
        """)
        for number, schema in enumerate(
            [
                "loe_1_acute_needs",
                "loe_2_international_protection",
                "loe_3_in_country_protection",
                "loe_4_labor_programs",
                "loe_5_return_reintegration",
                "loe_6_border_management",
                "loe_7_public_messaging",
                "loe_8_lawful_pathways",
            ],
            start=1,
        ):
            connection.execute(f"create schema {schema}")
            connection.execute(
                f"create table {schema}.loe_{number}_indicators as "
                "select 'L' as indicator_id, 'computed' as computation_status"
            )
    build.note(state=state, code_version="c0de")
    build.write_results("expectations", [_result()])
    build.reports.mkdir()
    (build.reports / "audit.html").write_text("<html></html>")
    keep_results(build, settings)
    return build


def test_readers_get_tables_with_comments_and_not_the_private_schemas(settings: Settings) -> None:
    manifest = publish(_built(settings), settings)
    with duckdb.connect(str(settings.published_dir / "lines_of_effort.duckdb"), read_only=True) as connection:
        names = {
            f"{s}.{t}" for s, t in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        }
        comments = connection.execute(
            "select t.comment, c.comment from duckdb_tables() as t inner join duckdb_columns() as c "
            "on t.table_oid = c.table_oid where t.table_name = 't' and c.column_name = 'n'"
        ).fetchall()
        tag = connection.execute(
            "select tags from duckdb_databases() where database_name = 'lines_of_effort'"
        ).fetchall()
    assert {"core.t", *HISTORY_TABLES} <= names
    assert not {name for name in names if name.startswith(("landing.", "staging."))}
    assert comments == [("It's a table", "A number, in units")]
    assert STORAGE_VERSION in str(tag)
    assert set(manifest["tables"]) == names


def test_the_manifest_has_every_file_with_its_hash(settings: Settings) -> None:
    publish(_built(settings), settings)
    folder = settings.published_dir / "current"
    manifest = json.loads((folder / "manifest.json").read_text())
    on_disk = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {"manifest.json"}
    assert set(manifest["files"]) == on_disk
    assert manifest["check_results"] == [
        {
            "checker": "expectation",
            "rule_id": "rule",
            "table_name": "core.t",
            "severity": "error",
            "status": "passed",
            "failing_count": None,
        }
    ]
    assert manifest["vintages"][0]["vintage_id"] == "2024-01-01-aaaaaaaaaaaa"
    assert manifest["lines"][6] == {
        "line": 7,
        "schema": "loe_7_public_messaging",
        "datasets": 1,
        "tables": 1,
        "rows": 1,
        "indicators": {"computed": 1},
        "checks": {"passed": 0, "warned": 0, "failed": 0, "errored": 0, "no_rows": 0},
        "oldest": "2003",
        "newest": "FY2004",
    }
    assert (manifest["lines"][5]["datasets"], manifest["lines"][5]["oldest"]) == (0, None)


def test_a_run_prints_what_each_line_has(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    out = Console(file=io.StringIO(), width=200, highlight=False)
    monkeypatch.setattr("ingestion.console.OUT", out)
    print_run(publish(_built(settings), settings), settings.published_dir, {})
    printed = out.file.getvalue().splitlines()
    [header] = [line for line in printed if line.startswith("line ")]
    words = ("datasets", "tables", "rows", "indicators computed", "partial", "live only", "no public data")
    for word in (*words, "checks passed", "oldest figure", "newest figure"):
        assert word in header
    [seventh] = [line.split() for line in printed if line.startswith("loe_7_")]
    assert seventh == ["loe_7_public_messaging", "1", "1", "1", "1", "0", "0", "0", "0", "2003", "FY2004"]
    [sixth] = [line.split() for line in printed if line.startswith("loe_6_")]
    assert sixth[1] == "0"
    assert sixth[-2:] == ["none", "none"]


def test_a_run_says_how_many_datasets_were_never_landed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    out = Console(file=io.StringIO(), width=200, highlight=False)
    monkeypatch.setattr("ingestion.console.OUT", out)
    build = _built(settings)
    idle = [
        replace(_result(Status.NO_ROWS, Severity.WARNING, table), sample=f"{NEVER_LANDED} of {names}")
        for table, names in (("core.t", "p/a, p/b"), ("core.u", "p/b"), ("core.u", "p/b"))
    ]
    build.write_results("expectations", idle)
    print_run(publish(build, settings), settings.published_dir, {})
    assert "3 rules saw no rows, because 2 datasets were never landed" in out.file.getvalue()


@pytest.mark.parametrize("status", [Status.FAILED, Status.ERRORED, Status.NO_ROWS])
def test_a_blocking_rule_leaves_the_last_publication_untouched(settings: Settings, status: Status) -> None:
    publish(_built(settings), settings)
    up = (settings.published_dir / "current").resolve()
    before = (settings.published_dir / "lines_of_effort.duckdb").stat()
    bad = _built(settings, "1111111111")
    bad.write_results("expectations", [_result(status)])
    with pytest.raises(NotPublishedError, match="The last publication stays up"):
        publish(bad, settings)
    after = (settings.published_dir / "lines_of_effort.duckdb").stat()
    assert (settings.published_dir / "current").resolve() == up
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_failed_warning_does_not_block(settings: Settings) -> None:
    build = _built(settings)
    build.write_results("expectations", [_result(Status.FAILED, Severity.WARNING)])
    assert publish(build, settings)["checks"]["warned"] == 1


def test_findings_carry_their_disposition_into_table_and_manifest(settings: Settings) -> None:
    old = _built(settings, "0000000000")
    build = _built(settings, "1111111111")
    found = replace(
        _result(Status.FAILED, Severity.WARNING),
        disposition=Disposition.ACCEPTED,
        disposition_reason="a known error",
        disposition_owner="somebody",
        disposition_expires="2002-06-30",
    )
    build.write_results("expectations", [found])
    assert build.results() == [found]
    keep_results(build, settings)
    _without_dispositions(history_dir(settings) / f"{old.id}.parquet")
    (finding,) = publish(build, settings)["findings"]
    assert (finding["disposition"], finding["disposition_expires"]) == ("accepted", "2002-06-30")
    with duckdb.connect(str(settings.published_dir / "lines_of_effort.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select disposition, disposition_reason, disposition_owner, disposition_expires "
            "from quality.check_results order by disposition nulls last"
        ).fetchall()
    assert rows == [("accepted", "a known error", "somebody", "2002-06-30"), (None, None, None, None)]


def test_ten_builds_stay_in_the_history_and_an_eleventh_drops_the_oldest(settings: Settings) -> None:
    few = Settings(data_dir=settings.data_dir, keep_history=10)
    build = _built(few)
    names = [f"200101{day:02}T000000Z-aaaaaaaa" for day in range(1, 12)]
    history_dir(few).joinpath(f"{build.id}.parquet").unlink()
    for number, name in enumerate(names, start=1):
        run = Build(build.folder.with_name(name))
        shutil.copytree(build.folder, run.folder)
        run.note(build_id=name, started_at=f"2001-01-{number:02}T00:00:00+00:00")
        keep_results(run, few)
        assert len(list(history_dir(few).iterdir())) == min(number, 10)
    publish(run, few)
    with duckdb.connect(str(few.published_dir / "lines_of_effort.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select build_id, count(*) from quality.check_results group by 1 order by 1"
        ).fetchall()
    assert rows == [(name, 1) for name in names[1:]]


def _without_dispositions(path: Path) -> None:
    """Make kept results look as they did before findings had dispositions."""
    table = pq.read_table(path)
    pq.write_table(table.select([name for name in table.column_names if not name.startswith("disposition")]), path)


def test_a_build_that_was_not_audited_is_not_published(settings: Settings) -> None:
    with pytest.raises(NotPublishedError, match="the audit did not run"):
        publish(_built(settings, state="built"), settings)


def test_files_written_during_the_audit_stay_private_until_the_build_is_published(settings: Settings) -> None:
    build = _built(settings)
    prepare(build)
    (build.folder / "prepared" / "csv" / "core.t.csv").write_text("not written again")
    prepare(build)
    assert not settings.published_dir.exists()
    publish(build, settings)
    published = settings.published_dir / "builds" / build.id
    assert (published / "csv" / "core.t.csv").read_text() == "not written again"
    assert not (build.folder / "prepared").exists()


def test_files_that_a_broken_publication_took_are_written_again(settings: Settings, tmp_path: Path) -> None:
    build = _built(settings)
    taken = take(build, tmp_path / "lost")
    publish(build, settings)
    published = settings.published_dir / "builds" / build.id
    assert (published / "csv" / "core.t.csv").read_text() == (tmp_path / "lost" / "csv" / "core.t.csv").read_text()
    assert [table.file_stem for table in taken if table.schema == "core"] == ["core.fct_observations", "core.t"]


def test_an_open_reader_keeps_the_old_data_and_a_new_one_sees_the_new(settings: Settings) -> None:
    publish(_built(settings), settings)
    path = settings.published_dir / "lines_of_effort.duckdb"
    with path.open("rb") as reader:
        old = path.stat().st_ino
        publish(_built(settings, "2222222222"), settings)
        assert os.fstat(reader.fileno()).st_ino == old
    assert path.stat().st_ino != old


def test_rollback_puts_the_one_before_back(settings: Settings) -> None:
    first = publish(_built(settings, "aaaaaaaaaa"), settings)
    folder = settings.published_dir / "builds" / first["build_id"]
    later = folder.with_name("99990101T000000Z-bbbbbbbb")
    folder.rename(later)
    put_in_place(later, settings)
    second = publish(_built(settings, "cccccccccc"), settings)
    put_in_place(later, settings)
    assert rollback(settings) == second["build_id"]
    with pytest.raises(NotPublishedError, match="There is no publication nonesuch"):
        rollback(settings, "nonesuch")


def test_prune_keeps_the_newest_and_the_current_and_sweeps_leftovers(settings: Settings) -> None:
    published = publish(_built(settings), settings)
    builds = settings.published_dir / "builds"
    for name in ("20200101T000000Z-old00000", "20990101T000000Z-new00000"):
        (builds / name).mkdir()
        (builds / name / "manifest.json").write_text("{}")
    (builds / ".20990101T000000Z-half0000.tmp").mkdir()
    prune(Settings(data_dir=settings.data_dir, keep_publications=1))
    assert {path.name for path in builds.iterdir()} == {published["build_id"], "20990101T000000Z-new00000"}
    assert len(publications(settings)) == 2


def test_the_content_hash_does_not_depend_on_the_order_of_rows() -> None:
    hashes = []
    for order in ("asc", "desc"):
        with duckdb.connect() as connection:
            connection.execute("attach ':memory:' as d; create schema d.s")
            connection.execute(f"create table d.s.t as select i, i * 2 as j from range(100) as r(i) order by i {order}")
            hashes.append(tables(connection, "d")[0].content_hash)
    assert hashes[0] == hashes[1]


def test_a_duplicated_row_changes_the_content_hash() -> None:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as d; create schema d.s; create table d.s.t as select 1 as i")
        once = tables(connection, "d")[0].content_hash
        connection.execute("insert into d.s.t values (1), (1)")
        assert tables(connection, "d")[0].content_hash != once


def test_csv_cells_cannot_run_as_formulas_and_negative_numbers_stay(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as d; create schema d.s")
        connection.execute(
            "create table d.s.t as select -5 as n, '=cmd()' as a, '@x' as b, 'plain' as c, null::varchar as e"
        )
        table: Table = tables(connection, "d")[0]
        write_files(connection, "d", table, tmp_path)
    assert (tmp_path / "csv" / "s.t.csv").read_text() == "n,a,b,c,e\n-5,'=cmd(),'@x,plain,\n"


def test_views_become_tables(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as a; attach ':memory:' as b")
        connection.execute("create schema a.core; create view a.core.v as select 1 as n")
        copy_tables(connection, "a", "b")
        assert [(t.schema, t.name, t.rows) for t in tables(connection, "b")] == [("core", "v", 1)]


def test_leftovers_of_killed_builds_are_swept(settings: Settings) -> None:
    for second in range(4):
        folder = settings.builds_dir / f"2024010{second}T000000Z-aaaaaaaa"
        folder.mkdir(parents=True)
    assert sweep(settings) == ["20240100T000000Z-aaaaaaaa", "20240101T000000Z-aaaaaaaa"]
    build = start_build(settings, "0123456789")
    assert current_build(settings) == build


def test_counts_tell_warned_failed_crashed_and_empty_apart() -> None:
    results = [
        _result(),
        _result(Status.FAILED),
        _result(Status.FAILED, Severity.WARNING),
        _result(Status.ERRORED, Severity.WARNING),
        _result(Status.NO_ROWS),
    ]
    assert count_checks(results) == {"passed": 1, "warned": 1, "failed": 1, "errored": 1, "no_rows": 1}
