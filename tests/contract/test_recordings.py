"""Every recorded bundle, through the real client and the dataset's own fetch and parse functions."""

from __future__ import annotations

import csv
import gzip
import json
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import DecodedStreamObject, NameObject

from ingestion import registry
from ingestion.contract import Dataset, Release, Row
from ingestion.ledger import BEFORE_RELEASE
from ingestion.record import record
from ingestion.recorded import Bundle, recorded_vintages
from ingestion.settings import PROJECT_ROOT, RECORDINGS
from tests.contract.support import parsed, releases, values

DATASETS = [dataset for dataset in registry.datasets().values() if dataset.record]
EACH = pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.id)


@dataclass(frozen=True)
class Recorded:
    """One release of one bundle, parsed."""

    bundle: Bundle
    release: Release
    rows: list[Row]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Recorded]]:
    found: dict[str, list[Recorded]] = {}
    for dataset in DATASETS:
        for bundle in recorded_vintages(dataset.id):
            spool = tmp_path_factory.mktemp("spool")
            for release in releases(dataset, bundle, spool):
                found.setdefault(dataset.id, []).append(Recorded(bundle, release, parsed(dataset, release)))
    return found


@EACH
def test_a_recording_keeps_the_gates(dataset: Dataset, recorded: dict[str, list[Recorded]]) -> None:
    previous = 0
    for item in recorded[dataset.id]:
        gate = dataset.gate
        assert len(item.rows) >= gate.min_rows
        assert all(gate.min_bytes <= payload.size <= gate.max_bytes for payload in item.release.payloads)
        if gate.max_row_drop is not None:
            assert len(item.rows) >= previous * (1 - gate.max_row_drop)
        previous = len(item.rows)
        if gate.unique:
            keys = Counter(tuple(row.values.get(name) for name in gate.unique) for row in item.rows)
            assert [key for key, count in keys.items() if count > 1] == []
        assert [name for name in gate.never_all_null if not any(values(item.rows, name))] == []


@EACH
def test_rows_are_text_under_the_contracts_names(dataset: Dataset, recorded: dict[str, list[Recorded]]) -> None:
    names = {field.name for field in dataset.fields}
    required = {field.name for field in dataset.fields if field.required}
    for item in recorded[dataset.id]:
        seen = {frozenset(row.values) for row in item.rows}
        assert all(required <= columns <= names for columns in seen)
        assert all(v is None or isinstance(v, str) for row in item.rows for v in row.values.values())


@EACH
def test_every_record_of_a_file_has_its_own_name(dataset: Dataset, recorded: dict[str, list[Recorded]]) -> None:
    for item in recorded[dataset.id]:
        files = [payload.file for payload in item.release.payloads]
        assert len(set(files)) == len(files)
        for payload in item.release.payloads:
            records = [row.record for row in dataset.parse(dataset, payload.file, payload.path)]
            assert len(set(records)) == len(records)


@EACH
def test_a_bundle_says_whose_the_figures_are(dataset: Dataset) -> None:
    folder = RECORDINGS / dataset.publisher.id / dataset.name
    attribution = (folder / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert dataset.licence.attribution in attribution
    assert dataset.licence.name in attribution
    assert dataset.publisher.name in attribution
    bundles = sorted(folder.glob("*/recording.json"))
    assert bundles
    for path in bundles:
        described = json.loads(path.read_text(encoding="utf-8"))
        assert described["dataset_id"] == dataset.id
        assert described["vintage_date"] == path.parent.name
        assert described["licence"] == dataset.licence.name
        assert described["attribution"] == dataset.licence.attribution
        basis = described["date_basis"]
        assert basis
        is_edge_of_a_period = re.match(r"(the )?(first|last) ", basis) is not None
        assert basis.startswith(BEFORE_RELEASE) >= is_edge_of_a_period, "a state of the past would not warn of it"
        stored = {"recording.json", *(response["body"] for response in described["responses"])}
        assert {file.name for file in path.parent.iterdir()} == stored
        for response in described["responses"]:
            assert response["cut"], "what was left out is always said"
            assert response["note"]
            assert (response["original"] is None) == (response["original_sha256"] is None)
            if response["original"]:
                assert response["original_sha256"] in attribution


def test_recordings_stay_small() -> None:
    assert sum(path.stat().st_size for path in RECORDINGS.rglob("*") if path.is_file()) < 25_000_000


def unpacked(path: Path) -> object:
    """Return a file of a bundle without the work of zlib: gzip bodies, members of workbooks, streams of documents.

    A workbook and a document are packed by the recorder itself, so the description has their hash and size as packed.
    """
    body = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(body)
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return [(entry.filename, entry.date_time, book.read(entry)) for entry in book.infolist()]
    if path.suffix == ".pdf":
        return [(page.mediabox, page.get_contents().get_data()) for page in pypdf.PdfReader(path).pages]
    if path.name == "recording.json":
        described = json.loads(body)
        for response in described["responses"]:
            if not response["body"].endswith(".gz"):
                del response["sha256"], response["size"]
        return described
    return body


@pytest.mark.parametrize("ending", ["xlsx", "pdf"])
def test_another_zlib_gives_the_same_recording_and_another_figure_does_not(ending: str, tmp_path: Path) -> None:
    kept = min(RECORDINGS.rglob(f"*.{ending}"), key=lambda path: path.stat().st_size)
    other, spoilt = tmp_path / f"other.{ending}", tmp_path / f"spoilt.{ending}"
    if ending == "xlsx":
        with zipfile.ZipFile(kept) as book:
            members = [(entry, book.read(entry)) for entry in book.infolist()]
        for target, wrong in ((other, b""), (spoilt, b" ")):
            with zipfile.ZipFile(target, "w") as book:
                for entry, content in members:
                    copy = zipfile.ZipInfo(entry.filename, entry.date_time)
                    book.writestr(copy, content + wrong, zipfile.ZIP_DEFLATED, compresslevel=1)
    else:
        for target, wrong in ((other, b""), (spoilt, b" ")):
            document = pypdf.PdfWriter(clone_from=kept)
            for page in document.pages:
                stream = DecodedStreamObject()
                stream.set_data(page.get_contents().get_data() + wrong)
                page[NameObject("/Contents")] = stream
            document.write(target)
    assert other.read_bytes() != kept.read_bytes()
    assert unpacked(other) == unpacked(kept)
    assert unpacked(spoilt) != unpacked(kept)


@EACH
def test_the_originals_give_the_same_recording(dataset: Dataset, originals: Path, tmp_path: Path) -> None:
    """Byte for byte; all that zlib packs is compared unpacked, since another zlib may pack it otherwise."""
    record(dataset, originals, tmp_path)
    rebuilt, kept = (root / dataset.publisher.id / dataset.name for root in (tmp_path, RECORDINGS))

    def contents(folder: Path) -> dict[str, object]:
        return {path.relative_to(folder).as_posix(): unpacked(path) for path in folder.rglob("*") if path.is_file()}

    assert contents(rebuilt) == contents(kept)


def test_every_file_read_by_others_is_listed(recorded: dict[str, list[Recorded]]) -> None:
    """Their figures are flagged by that list, so the list and the recordings must name the same files."""
    with (PROJECT_ROOT / "dbt" / "seeds" / "files_read_by_others.csv").open(encoding="utf-8", newline="") as stream:
        listed = {(row["dataset_id"], row["vintage_id"][:10], row["file_name"]) for row in csv.DictReader(stream)}
    found = {
        (dataset_id, one.bundle.vintage_date.isoformat(), payload.file)
        for dataset_id, several in recorded.items()
        for one in several
        for payload in one.release.payloads
        if (answer := one.bundle.find(payload.url)) and "read by others: " in answer.note
    }
    assert listed == found
    assert len(found) == 6 + 5 + 1
