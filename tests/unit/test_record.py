from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
import time_machine

from ingestion.contract import Dataset, Licence, RecordedResponse, RecordedVintage
from ingestion.errors import SettingsError
from ingestion.record import main, record
from ingestion.recorded import recorded_vintages
from ingestion.sources import _recording
from tests.unit.test_formats_header import DATASET as MADE_UP

BODY = "Year,Citizenship\n2023,Curaçao\n".encode()


def workbook(book: openpyxl.Workbook) -> None:
    book.create_sheet("2023").append(["Year", 2023])


def vintages(_dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    original = from_dir / "table.csv"
    table = RecordedResponse(
        url="https://example.org/table.csv",
        params={"page": "1", "format": "csv"},
        body=original.read_bytes(),
        content_type="text/csv",
        original="table.csv",
        original_sha256=_recording.sha256(original),
        cut="nothing",
        note="made up for tests",
        read_by_others="a table of somebody else",
    )
    page = _recording.link_page("https://example.org/", "List", [table.url])
    book = RecordedResponse(
        url="https://example.org/book.xlsx",
        body=_recording.workbook_body(workbook),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    yield RecordedVintage(date(2023, 1, 31), "made up", (page, table))
    yield RecordedVintage(date(2024, 1, 31), "made up", (page, table, book))


DATASET = replace(MADE_UP, record=vintages, no_recording=None)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def from_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "originals"
    folder.mkdir()
    (folder / "table.csv").write_bytes(BODY)
    return folder


def test_a_bundle_holds_the_answers_and_says_what_they_are(from_dir: Path, tmp_path: Path) -> None:
    bundles = record(DATASET, from_dir, tmp_path / "to")
    assert [bundle.relative_to(tmp_path / "to").as_posix() for bundle in bundles] == [
        "test/header/2023-01-31",
        "test/header/2024-01-31",
    ]
    assert sorted(files(bundles[1])) == ["001.html.gz", "002.csv.gz", "003.xlsx", "recording.json"]
    text = (bundles[1] / "recording.json").read_text(encoding="utf-8")
    described = json.loads(text)
    assert text == json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert described["dataset_id"] == "test/header"
    assert described["vintage_date"] == "2024-01-31"
    assert described["responses"][1] == {
        "url": "https://example.org/table.csv",
        "params": {"page": "1", "format": "csv"},
        "status": 200,
        "content_type": "text/csv",
        "body": "002.csv.gz",
        "sha256": hashlib.sha256(BODY).hexdigest(),
        "size": len(BODY),
        "original": "table.csv",
        "original_sha256": hashlib.sha256(BODY).hexdigest(),
        "cut": "nothing",
        "note": "made up for tests",
        "read_by_others": "a table of somebody else",
    }
    assert "read_by_others" not in described["responses"][0]
    served = recorded_vintages("test/header", tmp_path / "to")[1].answers[1]
    assert served.note == "cut: nothing; read by others: a table of somebody else; made up for tests"
    assert gzip.decompress((bundles[1] / "002.csv.gz").read_bytes()) == BODY
    attribution = (tmp_path / "to" / "test" / "header" / "ATTRIBUTION.md").read_text(encoding="utf-8")
    for said in (
        "Publisher: Test",
        hashlib.sha256(BODY).hexdigest(),
        "left out: nothing",
        "read by others: a table of somebody else",
        "note: made up for tests",
    ):
        assert said in attribution


def test_the_same_files_give_the_same_bytes(from_dir: Path, tmp_path: Path) -> None:
    # openpyxl writes the time of saving, gzip and zip that of the files
    with time_machine.travel(datetime(2026, 1, 2, tzinfo=UTC)):
        record(DATASET, from_dir, tmp_path / "one")
    with time_machine.travel(datetime(2031, 2, 3, tzinfo=UTC)):
        record(DATASET, from_dir, tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_workbook_names_nobody_and_no_time() -> None:
    with zipfile.ZipFile(io.BytesIO(_recording.workbook_body(workbook))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {_recording.EPOCH}
        core = archive.read("docProps/core.xml").decode()
    assert "creator" not in core
    assert core.count("1980-01-01T00:00:00Z") == 2


def test_recording_again_replaces_what_was_there(from_dir: Path, tmp_path: Path) -> None:
    (bundle, _) = record(DATASET, from_dir, tmp_path)
    stale = bundle.parent / "1999-01-01"
    stale.mkdir()
    record(DATASET, from_dir, tmp_path)
    assert not stale.exists()


def test_a_missing_original_leaves_the_old_recording(from_dir: Path, tmp_path: Path) -> None:
    record(DATASET, from_dir, tmp_path / "to")
    before = files(tmp_path / "to")
    (from_dir / "table.csv").unlink()
    with pytest.raises(SettingsError, match=r"table\.csv is not there"):
        record(DATASET, from_dir, tmp_path / "to")
    assert files(tmp_path / "to") == before


def test_what_may_not_be_passed_on_is_not_recorded(from_dir: Path, tmp_path: Path) -> None:
    closed = replace(DATASET, licence=Licence(name="closed", attribution="x", redistributable=False))
    with pytest.raises(SettingsError, match="licence"):
        record(closed, from_dir, tmp_path / "to")
    with pytest.raises(SettingsError, match="no recording: "):
        record(MADE_UP, from_dir, tmp_path / "to")
    assert not (tmp_path / "to").exists()


def test_the_command_records_what_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "from" / "world_bank"
    folder.mkdir(parents=True)
    (folder / "population_SP.POP.TOTL.csv").write_text(
        "Country Name,Country Code,Year,Value\nHonduras,HND,2020,1\nWorld,WLD,2020,9\nAruba,ABW,2020,2\n"
    )
    (folder / "VC.IHR.PSRC.P5_nca_selected.csv").write_text("iso3,year,homicides_per_100k\nHND,2020,1.5000\n")
    arguments = ["--from", str(tmp_path / "from"), "--to", str(tmp_path / "to"), "world_bank/wdi"]
    assert main(arguments) == 0
    assert "world_bank/wdi 2026-07-13" in capsys.readouterr().out
    assert (tmp_path / "to" / "world_bank" / "wdi" / "ATTRIBUTION.md").exists()
