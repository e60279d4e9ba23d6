"""Taking in, with a publisher, a disk or a process that fails."""

from __future__ import annotations

import itertools
import json
import resource
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from filelock import FileLock
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ingestion import pending, registry
from ingestion.archive import Archive
from ingestion.connections import ClientOptions
from ingestion.contract import ClosedPeriods, Dataset, Getter, Kind, Release, Row
from ingestion.errors import LockedError
from ingestion.ingest import Ingested, ingest, ingest_all, ingest_file
from ingestion.ledger import State
from ingestion.ledger_tables import COLUMNS
from ingestion.pending import needs_ingest
from ingestion.results import Status
from ingestion.settings import PROJECT_ROOT, Settings, Sources
from tests.invented import GOOD, HARVEST, HEADER, MORE, harvest, write_bundle
from tests.servers import RawServer, answer, dripping

pytestmark = pytest.mark.usefixtures("only_harvest")

WORSE = f"{HEADER}\nNowhere,2001,5\nElsewhere,2001,0\nNowhere,2001,7\nA,1,1\n"
TINY = f"{HEADER}\nNowhere,2001,5\n"


class Publisher:
    """A publisher whose one file the test changes."""

    def __init__(self, server: HTTPServer) -> None:
        self.body = GOOD
        self.etag: str | None = None
        self.seen: list[Request] = []
        self.url = server.url_for("/harvest.csv")
        server.expect_request("/harvest.csv").respond_with_handler(self._serve)

    def _serve(self, request: Request) -> Response:
        self.seen.append(request)
        if self.etag and request.headers.get("If-None-Match") == self.etag:
            return Response("", 304)
        return Response(self.body, 200, {"ETag": self.etag} if self.etag else {}, mimetype="text/csv")


@pytest.fixture
def publisher(httpserver: HTTPServer) -> Publisher:
    return Publisher(httpserver)


@pytest.fixture
def take(config: Settings, loopback: ClientOptions, publisher: Publisher) -> Callable[..., Ingested]:
    def run(dataset: Dataset | None = None) -> Ingested:
        return ingest(dataset or harvest(publisher.url), config, options=loopback)

    return run


@pytest.fixture
def recorded(config: Settings) -> Settings:
    return config.model_copy(update={"sources": Sources.RECORDED})


def landed(config: Settings) -> list[Path]:
    return sorted((config.landing_dir / "invented" / "harvest").glob("*.parquet"))


def events(config: Settings) -> list[str]:
    return [entry["event"] for entry in Archive(config.archive_dir).ledger.events()]


def table(config: Settings, name: str) -> list[dict[str, Any]]:
    return pq.read_table(config.landing_dir / "ingestion" / name / "all.parquet").to_pylist()


# -- new, unchanged, changed ----------------------------------------------------------------------------------------


def test_new_then_unchanged_then_new(take: Callable[..., Ingested], publisher: Publisher, config: Settings) -> None:
    first = take()
    assert (first.status, first.rows, first.error) == ("new", 3, None)
    assert [v.vintage_id for v in first.new_vintages] == [v.vintage_id for v in first.vintages]
    assert {check.status for check in first.checks} == {Status.PASSED}
    again = take()
    assert (again.status, again.rows, again.new_vintages) == ("unchanged", 3, ())
    assert len(again.checks) == len(first.checks), "the gates of the current vintage are always told"
    publisher.body = MORE
    changed = take()
    assert (changed.status, changed.rows, len(changed.vintages)) == ("new", 4, 2)
    assert changed.current == changed.vintages[-1]
    assert [path.stem for path in landed(config)] == sorted(v.vintage_id for v in changed.vintages)
    assert events(config) == ["archived", "promoted", "checked", "archived", "promoted"]


def test_what_is_landed_is_not_parsed_again(take: Callable[..., Ingested], publisher: Publisher) -> None:
    parsed: list[str] = []

    def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
        parsed.append(file)
        return HARVEST.parse(dataset, file, path)

    for _ in range(3):
        take(harvest(publisher.url, parse=parse))
    assert parsed == ["harvest.csv"]


def test_the_ledger_as_tables(take: Callable[..., Ingested], publisher: Publisher, config: Settings) -> None:
    outcome = take()
    for name, columns in COLUMNS.items():
        path = config.landing_dir / "ingestion" / name / "all.parquet"
        assert pq.read_schema(path).names == list(columns)
        assert {str(kind) for kind in pq.read_schema(path).types} == {"string"}
    (dataset,) = table(config, "datasets")
    assert (dataset["dataset_id"], dataset["lines"], dataset["redistributable"], dataset["recorded"]) == (
        "invented/harvest",
        "1",
        "true",
        "false",
    )
    (vintage,) = table(config, "vintages")
    assert vintage["vintage_id"] == outcome.vintages[0].vintage_id
    assert (vintage["row_count"], vintage["file_count"], vintage["status"], vintage["source_mode"]) == (
        "3",
        "1",
        "promoted",
        "live",
    )
    (file,) = table(config, "files")
    assert (file["url"], file["http_status"], file["size_bytes"]) == (publisher.url, "200", str(len(GOOD)))
    assert {row["status"] for row in table(config, "gate_results")} == {"passed"}
    assert len(table(config, "gate_results")) == len(outcome.checks)


def test_304_makes_no_new_vintage_and_heals_a_lost_body(
    take: Callable[..., Ingested], publisher: Publisher, config: Settings
) -> None:
    publisher.etag = '"1"'
    take()
    assert take().status == "unchanged"
    assert publisher.seen[-1].headers["If-None-Match"] == '"1"'
    archive = Archive(config.archive_dir)
    (body,) = archive.root.glob("objects/*/*.zst")
    body.unlink()
    assert archive.verify()
    assert take().status == "unchanged"
    assert publisher.seen[-1].headers.get("If-None-Match") is None
    assert archive.verify() == []
    body.write_bytes(b"altered")
    assert take().status == "unchanged"
    assert archive.verify() == []


def test_an_older_edition_is_not_made_current(
    take: Callable[..., Ingested], publisher: Publisher, config: Settings
) -> None:
    take()
    publisher.body = MORE
    take()
    publisher.body = GOOD
    stale = take()
    assert (stale.status, stale.rows) == ("unchanged", 4)
    assert stale.current is not None
    assert stale.current.number == 2
    (found,) = [check for check in stale.checks if check.status is not Status.PASSED]
    assert found.rule_id == "gate.went_backwards"
    assert not found.blocks


def test_editions_served_side_by_side_do_not_go_backwards(
    take: Callable[..., Ingested], httpserver: HTTPServer, config: Settings
) -> None:
    for path, body in (("/old.csv", GOOD), ("/new.csv", MORE)):
        httpserver.expect_request(path).respond_with_data(body, content_type="text/csv")

    def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
        for name in ("old", "new"):
            yield Release(name, (getter.get(httpserver.url_for(f"/{name}.csv"), file="h.csv", kind=Kind.CSV),))

    dataset = harvest(fetch=fetch)
    assert [v.label for v in take(dataset).vintages] == ["old", "new"]
    again = take(dataset)
    assert again.status == "unchanged"
    assert {check.status for check in again.checks} == {Status.PASSED}


def test_a_moved_address_is_noted(take: Callable[..., Ingested], httpserver: HTTPServer, config: Settings) -> None:
    httpserver.expect_request("/old.csv").respond_with_data("", 301, {"Location": "/harvest.csv"})
    outcome = take(harvest(httpserver.url_for("/old.csv")))
    assert outcome.status == "new"
    assert [check.rule_id for check in outcome.checks if check.status is not Status.PASSED] == ["gate.address"]
    (file,) = table(config, "files")
    assert file["note"] == f"moved for good to {httpserver.url_for('/harvest.csv')}"


# -- held, failed, quarantined --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("body", "rule"), [(WORSE, "gate.unique"), (TINY, "gate.row_drop")])
def test_a_held_release_leaves_the_last_good_one(
    take: Callable[..., Ingested], publisher: Publisher, config: Settings, body: str, rule: str
) -> None:
    good = take()
    publisher.body = body
    held = take()
    assert (held.status, held.rows) == ("held", 3)
    assert held.current == good.current
    assert "held: " in (held.error or "")
    assert rule in {check.rule_id for check in held.checks if check.status is Status.FAILED}
    assert [path.stem for path in landed(config)] == [good.vintages[0].vintage_id]
    newest = held.vintages[-1]
    assert newest.state is State.HELD
    assert (config.archive_dir / "held" / "invented" / "harvest" / f"{newest.vintage_id}.parquet").is_file()
    assert Archive(config.archive_dir).verify() == []
    with Archive(config.archive_dir).open(newest.files[0].sha256) as stream:
        assert stream.read().decode() == body, "bytes are archived"
    assert [row["status"] for row in table(config, "vintages")] == ["promoted", "held"]
    assert take().status == "held", "told again until it is settled"
    publisher.body = MORE
    assert take().status == "new"


def test_an_unreadable_release_is_quarantined(
    take: Callable[..., Ingested], publisher: Publisher, config: Settings
) -> None:
    good = take()
    publisher.body = "place;year;pears\nNowhere;2001;5\n"
    failed = take()
    assert (failed.status, failed.rows, failed.vintages) == ("failed", 3, good.vintages)
    for words in ("unexpected header", "invented/harvest", "harvest.csv", "header.unknown"):
        assert words in (failed.error or "")
    assert "gate.taken_in" in {check.rule_id for check in failed.checks if check.status is Status.FAILED}
    (folder,) = (config.archive_dir / "quarantine" / "invented" / "harvest").iterdir()
    (body,) = folder.glob("*.body")
    assert body.read_text("utf-8") == publisher.body
    assert "unexpected header" in json.loads((folder / "reason.json").read_text("utf-8"))["reason"]
    assert len(landed(config)) == 1
    take()
    assert len(list(folder.parent.iterdir())) == 1, "the same bytes are kept once"


def test_a_refused_body_is_quarantined(take: Callable[..., Ingested], publisher: Publisher, config: Settings) -> None:
    publisher.body = "<html><h1>Down for maintenance</h1></html>"
    failed = take()
    assert failed.status == "failed"
    assert "body.html" in (failed.error or "")
    (body,) = (config.archive_dir / "quarantine").rglob("*.body")
    assert body.read_text("utf-8") == publisher.body
    assert table(config, "vintages") == []


def test_an_unreachable_publisher_leaves_the_last_good_one(
    take: Callable[..., Ingested], httpserver: HTTPServer, config: Settings
) -> None:
    good = take()
    httpserver.expect_request("/gone.csv").respond_with_data("", 404)
    failed = take(harvest(httpserver.url_for("/gone.csv")))
    assert (failed.status, failed.rows, failed.current) == ("failed", 3, good.current)
    assert f"last good vintage: {good.vintages[0].vintage_id}" in (failed.error or "")


@pytest.mark.parametrize("error", [KeyError("link"), RuntimeError("x"), OSError("disk")])
def test_a_crash_in_fetch_is_an_outcome(take: Callable[..., Ingested], error: Exception, config: Settings) -> None:
    def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
        raise error
        yield  # pragma: no cover

    failed = take(harvest(fetch=fetch))
    assert failed.status == "failed"
    assert type(error).__name__ in (failed.error or "")


def test_a_release_in_hand_survives_a_later_failure(
    take: Callable[..., Ingested], publisher: Publisher, httpserver: HTTPServer
) -> None:
    def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
        yield Release("a", (getter.get(publisher.url, file="a.csv", kind=Kind.CSV),))
        getter.get(httpserver.url_for("/nothing"), file="b.csv", kind=Kind.CSV)

    failed = take(harvest(fetch=fetch))
    assert failed.status == "failed"
    assert failed.rows == 3


def test_one_dataset_fails_of_many(
    config: Settings, loopback: ClientOptions, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> Iterator[Release]:
        raise RuntimeError("crash")

    datasets = {d.id: d for d in (harvest(publisher.url), harvest(name="rotten", fetch=crash))}
    monkeypatch.setattr(registry, "datasets", lambda: datasets)
    monkeypatch.setattr(registry, "dataset", datasets.__getitem__)
    outcomes = ingest_all(["invented/rotten", "invented/harvest"], config, options=loopback)
    assert [(o.dataset_id, o.status) for o in outcomes] == [
        ("invented/rotten", "failed"),
        ("invented/harvest", "new"),
    ]
    assert len(table(config, "datasets")) == 2


# -- a parser that changes ------------------------------------------------------------------------------------------


def test_a_changed_parser_lands_again_from_the_archive(
    take: Callable[..., Ingested], publisher: Publisher, config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    take()
    monkeypatch.setattr("ingestion.run.parser_version", lambda _: "another")

    def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
        for row in HARVEST.parse(dataset, file, path):
            yield replace(row, values={**row.values, "apples": "9"})

    outcome = take(harvest(publisher.url, parse=parse))
    assert outcome.status == "unchanged"
    (path,) = landed(config)
    assert pq.read_table(path).column("apples").to_pylist() == ["9"] * 3
    assert pq.ParquetFile(path).metadata.metadata[b"loe.parser"] == b"another"


def test_a_worse_parser_leaves_what_is_landed(
    take: Callable[..., Ingested], publisher: Publisher, config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    take()
    (path,) = landed(config)
    before = path.read_bytes()
    monkeypatch.setattr("ingestion.run.parser_version", lambda _: "another")
    held = take(harvest(publisher.url, parse=lambda *_: iter(())))
    assert path.read_bytes() == before
    assert held.rows == 3
    assert "gate.rows" in {check.rule_id for check in held.checks if check.status is Status.FAILED}

    def crash(*_: object) -> Iterator[Row]:
        raise ValueError("cannot read")

    assert take(harvest(publisher.url, parse=crash)).status == "failed"
    assert path.read_bytes() == before


def test_a_relaxed_gate_promotes_what_was_held(
    take: Callable[..., Ingested], publisher: Publisher, config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.body = TINY
    assert take().status == "held"
    monkeypatch.setattr("ingestion.run.parser_version", lambda _: "another")
    outcome = take(harvest(publisher.url, gate={"min_rows": 1}))
    assert (outcome.rows, len(landed(config))) == (1, 1)
    assert not list((config.archive_dir / "held").rglob("*.parquet"))


def test_a_closed_year_that_moves_too_much_holds_the_release(
    take: Callable[..., Ingested], publisher: Publisher, config: Settings
) -> None:
    """5 + 0 apples of 2001 may become 5.2, not 6; 2002 is as free as any year that the contract leaves open."""
    dataset = harvest(publisher.url, gate={"closed_periods": ClosedPeriods("year", movement=0.05)})
    good = take(dataset)
    publisher.body = GOOD.replace("Elsewhere,2001,0", "Elsewhere,2001,1")
    held = take(dataset)
    assert (held.status, held.current) == ("held", good.current)
    assert "2001 apples: 5 became 6 (20.0%)" in (held.error or "")
    assert [path.stem for path in landed(config)] == [good.vintages[0].vintage_id]
    publisher.body = GOOD.replace("Elsewhere,2001,0", "Elsewhere,2001,0.2")
    fine = take(dataset)
    assert (fine.status, len(fine.vintages)) == ("new", 3)


def test_every_vintage_is_kept_and_the_same_bytes_make_no_new_one(
    take: Callable[..., Ingested], publisher: Publisher, config: Settings
) -> None:
    for body in (GOOD, MORE, GOOD, MORE, f"{MORE}Farther,2002,1\n", MORE):
        publisher.body = body
        outcome = take()
    assert len(outcome.vintages) == len(landed(config)) == 3
    objects = Archive(config.archive_dir).objects
    assert all(objects.has(file.sha256) for vintage in outcome.vintages for file in vintage.files)


def test_the_version_of_a_parser_follows_its_code() -> None:
    own = pending.parser_version(HARVEST)
    assert own == pending.parser_version(HARVEST)
    assert own != pending.parser_version(harvest(parse=json.loads))
    sources = PROJECT_ROOT / "ingestion" / "sources"
    for path in sources.glob("[a-z]*.py"):
        module = __import__(f"ingestion.sources.{path.stem}", fromlist=["DATASET"])
        assert pending.parser_version(module.DATASET) == pending.parser_version(module.DATASET.id), path.name


def test_a_publisher_that_wants_a_key_is_not_asked_without_one(
    take: Callable[..., Ingested], publisher: Publisher, config: Settings, loopback: ClientOptions
) -> None:
    take()
    keyed = replace(harvest(publisher.url), needs_setting="idmc_client_id")
    publisher.body = MORE
    without = take(keyed)
    assert (without.status, without.rows, without.error) == ("not_configured", 3, None), "the last good vintage stays"
    with_key = config.model_copy(update={"idmc_client_id": SecretStr("invented")})
    assert ingest(keyed, with_key, options=loopback).status == "new"
    assert "failed" not in events(config)


# -- recordings -----------------------------------------------------------------------------------------------------


def test_recordings_are_taken_in_oldest_first_and_once(recorded: Settings, tmp_path: Path) -> None:
    root = tmp_path / "recordings"
    write_bundle(root, "2002-05-06", MORE)
    write_bundle(root, "2001-05-06", GOOD)
    assert needs_ingest(recorded, root)
    outcome = ingest(HARVEST, recorded, recordings_root=root)
    assert (outcome.status, outcome.rows) == ("new", 4)
    assert [v.vintage_id[:10] for v in outcome.vintages] == ["2001-05-06", "2002-05-06"]
    assert outcome.vintages[0].retrieved_at.isoformat() == "2001-05-06T00:00:00+00:00"
    assert outcome.vintages[0].retrieved_at_basis == "invented for a test"
    assert {row["note"] for row in table(recorded, "files")} == {"cut: nothing; invented"}
    assert table(recorded, "datasets")[0]["recorded"] == "true"
    assert not needs_ingest(recorded, root)
    assert ingest(HARVEST, recorded, recordings_root=root).status == "unchanged"
    write_bundle(root, "2003-05-06", f"{MORE}Nowhere,2003,1\n")
    assert needs_ingest(recorded, root)
    assert ingest(HARVEST, recorded, recordings_root=root).rows == 5


def test_nothing_recorded_is_said(recorded: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    outcome = ingest(HARVEST, recorded, recordings_root=tmp_path / "none")
    assert caplog.messages == [
        "invented/harvest: no recording bundled: it is invented; live or file drop only",
    ], "one line, and it says why"
    assert table(recorded, "datasets")[0]["no_recording"] == "it is invented"
    assert (outcome.status, outcome.rows, outcome.error) == ("not_recorded", 0, None)
    assert not needs_ingest(recorded, tmp_path / "none")


def test_a_failed_recording_is_tried_again(recorded: Settings, tmp_path: Path) -> None:
    root = tmp_path / "recordings"
    folder = write_bundle(root, "2001-05-06", GOOD)
    (folder / "001.csv.gz").write_bytes(b"damaged")
    outcome = ingest(HARVEST, recorded, recordings_root=root)
    assert outcome.status == "failed"
    assert "recorded.body" in (outcome.error or "")
    assert needs_ingest(recorded, root)
    write_bundle(tmp_path / "good", "2001-05-06", GOOD)
    assert ingest(HARVEST, recorded, recordings_root=tmp_path / "good").status == "new"


def test_live_publishers_must_always_be_asked(config: Settings) -> None:
    assert needs_ingest(config)


def test_a_lost_landed_file_is_landed_again(recorded: Settings, tmp_path: Path) -> None:
    root = tmp_path / "recordings"
    write_bundle(root, "2001-05-06", GOOD)
    ingest(HARVEST, recorded, recordings_root=root)
    (path,) = landed(recorded)
    before = pq.read_table(path)
    path.unlink()
    ingest(HARVEST, recorded, recordings_root=root)
    assert pq.read_table(path).equals(before)


# -- file drop ------------------------------------------------------------------------------------------------------


def test_a_file_drop_goes_the_same_way(config: Settings, tmp_path: Path) -> None:
    path = tmp_path / "private folder" / "download.csv"
    path.parent.mkdir()
    path.write_text(GOOD, "utf-8")
    outcome = ingest_file(HARVEST, path, "by hand", config)
    assert (outcome.status, outcome.rows) == ("new", 3)
    (vintage,) = outcome.vintages
    assert (vintage.source_mode, vintage.label, vintage.files[0].file) == ("file", "by hand", "download.csv")
    assert vintage.files[0].http_status == 0
    assert "private folder" not in (config.archive_dir / "ledger.jsonl").read_text("utf-8")
    assert ingest_file(HARVEST, path, "by hand", config).status == "unchanged"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("download.csv", "<html>x</html>", "body.html"),
        ("download.csv", "a;b\n1;2\n3;4\n", "header.unknown"),
        ("download.xlsx", GOOD, "body.xlsx"),
        ("download.doc", GOOD, "file.suffix"),
        ("missing.csv", None, "is not a file"),
    ],
)
def test_a_wrong_file_is_refused(config: Settings, tmp_path: Path, name: str, content: str | None, words: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, "utf-8")
    outcome = ingest_file(HARVEST, tmp_path / name, "by hand", config)
    assert outcome.status == "failed"
    assert words in (outcome.error or "")
    assert outcome.vintages == ()


# -- secrets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [GOOD, TINY, "<html>no: s3cr3t-key</html>", "x,y\n1,2\n3,4\n"])
def test_a_key_is_in_nothing_that_is_written(
    config: Settings, loopback: ClientOptions, publisher: Publisher, every_log: pytest.LogCaptureFixture, body: str
) -> None:
    def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
        yield Release(
            None,
            (
                getter.get(
                    publisher.url,
                    file="harvest.csv",
                    kind=Kind.CSV,
                    params={"api_key": "s3cr3t-key"},
                    headers={"X-API-KEY": "s3cr3t-header"},
                ),
            ),
        )

    publisher.body = body
    outcome = ingest(harvest(fetch=fetch), config, options=loopback)
    assert publisher.seen[0].args["api_key"] == "s3cr3t-key", "it was sent"
    assert "s3cr3t" not in repr(outcome)
    assert "api_key=REDACTED" in every_log.text
    assert "s3cr3t" not in every_log.text
    written = [path for path in config.data_dir.rglob("*") if path.is_file()]
    assert written
    for path in written:
        assert b"s3cr3t" not in path.read_bytes(), path
        if path.suffix == ".parquet":
            assert "s3cr3t" not in repr(pq.read_table(path).to_pylist())


# -- killed, full, locked -------------------------------------------------------------------------------------------

CHILD = """
    import os, signal, sys
    from pathlib import Path
    from ingestion import archive, files, ingest, ledger, objects, registry, run
    from ingestion.connections import ClientOptions
    from ingestion.settings import Settings
    from tests.invented import HARVEST, harvest

    registry.datasets = lambda: {{HARVEST.id: HARVEST}}
    def die(*_, **__):
        os.kill(os.getpid(), signal.SIGKILL)
    {patch}
    settings = Settings(_env_file=None, sources="live", data_dir=Path(sys.argv[1]), deadline=20)
    ingest.ingest(harvest(sys.argv[2]), settings, options=ClientOptions(allow_loopback=True))
"""


def child(config: Settings, url: str, patch: str = "") -> subprocess.Popen[bytes]:
    code = textwrap.dedent(CHILD.format(patch=patch))
    return subprocess.Popen([sys.executable, "-c", code, str(config.data_dir), url], cwd=PROJECT_ROOT)


def test_kill_during_a_download_leaves_nothing_half(
    config: Settings, loopback: ClientOptions, raw_server: Callable[..., RawServer]
) -> None:
    begun = threading.Event()

    def endless() -> Iterator[bytes]:
        yield answer(GOOD.encode(), length=1_000_000)
        begun.set()
        yield from itertools.repeat(b"Nowhere,2003,1\n", 500)

    server = raw_server(dripping(endless()), answer(GOOD.encode()))
    process = child(config, server.url())
    assert begun.wait(15)
    time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    assert process.wait(5) == -signal.SIGKILL
    archive = Archive(config.archive_dir)
    assert archive.vintages(HARVEST.id) == []
    assert not list(archive.root.glob("objects/**/*.zst"))
    assert not landed(config)
    assert list((archive.root / "spool").iterdir()), "the torn download lies in the spool only"
    outcome = ingest(harvest(server.url()), config, options=loopback)
    assert (outcome.status, outcome.rows) == ("new", 3)
    assert not list((archive.root / "spool").iterdir())
    assert archive.verify() == []


@pytest.mark.parametrize(
    "patch",
    [
        pytest.param("objects.publish = die", id="before the bytes are in place"),
        pytest.param("ledger.Ledger.append = die", id="before the archived line"),
        pytest.param("run.gates.check_release = die", id="before the gates"),
        pytest.param("run.publish = die", id="before the Parquet is in place"),
        pytest.param(
            "append = ledger.Ledger.append\n"
            "ledger.Ledger.append = lambda *a, **k: die() if a[1] == 'promoted' else append(*a, **k)",
            id="before the promoted line",
        ),
    ],
)
def test_kill_anywhere_and_the_next_run_converges(
    config: Settings, loopback: ClientOptions, publisher: Publisher, patch: str
) -> None:
    process = child(config, publisher.url, patch.replace("\n", "\n    "))
    assert process.wait(20) == -signal.SIGKILL
    outcome = ingest(harvest(publisher.url), config, options=loopback)
    assert (outcome.rows, outcome.error, len(outcome.vintages)) == (3, None, 1)
    (path,) = landed(config)
    assert pq.read_table(path).num_rows == 3
    assert Archive(config.archive_dir).verify() == []
    assert [row["status"] for row in table(config, "vintages")] == ["promoted"]
    assert not list((config.archive_dir / "spool").iterdir())


def test_a_full_disk_is_a_clear_outcome(
    config: Settings, loopback: ClientOptions, publisher: Publisher, take: Callable[..., Ingested]
) -> None:
    good = take()
    publisher.body = GOOD + "".join(f"Place {n},{n},{n}\n" for n in range(20_000))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        failed = take()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert failed.status == "failed"
    assert "File too large" in (failed.error or "")
    assert failed.current == good.current
    assert Archive(config.archive_dir).verify() == []
    assert take().rows == 20_003


def test_two_processes_do_not_take_in_one_dataset_at_once(
    config: Settings, publisher: Publisher, loopback: ClientOptions
) -> None:
    locks = config.archive_dir / "locks"
    locks.mkdir(parents=True)
    with FileLock(locks / "invented.harvest.lock"), pytest.raises(LockedError, match="invented/harvest"):
        ingest(harvest(publisher.url), config.model_copy(update={"deadline": 0.2}), options=loopback)


def test_a_dead_process_keeps_no_lock(config: Settings, publisher: Publisher, take: Callable[..., Ingested]) -> None:
    process = child(config, publisher.url, "run.land = die")
    process.wait(20)
    started = time.monotonic()
    assert take().status == "new"
    assert time.monotonic() - started < 2
