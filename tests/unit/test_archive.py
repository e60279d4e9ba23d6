from __future__ import annotations

import hashlib
import json
import os
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingestion.archive import Archive, content_sha256
from ingestion.contract import Payload, Release
from ingestion.errors import ContractError
from ingestion.files import publish
from ingestion.ledger import Event, State, validators
from tests.invented import GOOD, HARVEST, MORE

WHEN = datetime(2001, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def release(folder: Path, *bodies: str, label: str | None = "first", when: datetime = WHEN) -> Release:
    payloads = []
    for number, body in enumerate(bodies):
        path = folder / f"body-{number}"
        path.write_text(body, "utf-8")
        payloads.append(
            Payload(
                file=f"{number}.csv",
                path=path,
                url=f"https://invented.example/{number}",
                final_url=f"https://invented.example/final/{number}",
                status=200,
                headers={"content-type": "text/csv", "etag": f'"{len(body)}"'},
                retrieved_at=when,
                sha256=hashlib.sha256(body.encode()).hexdigest(),
                size=len(body.encode()),
            )
        )
    return Release(label, tuple(payloads))


def add(archive: Archive, made: Release):
    return archive.add_release(HARVEST, made, source_mode="live", basis="time of the answer")


def test_making_one_writes_nothing(archive: Archive) -> None:
    assert archive.vintages(HARVEST.id) == []
    assert archive.verify() == []
    assert not archive.root.exists()


def test_a_release_becomes_a_vintage(archive: Archive, tmp_path: Path) -> None:
    made = release(tmp_path, GOOD, MORE)
    planned = add(archive, made)
    assert not planned.known
    (vintage,) = archive.vintages(HARVEST.id)
    assert vintage == planned.vintage
    lines = sorted(f"{p.file}\0{p.sha256}\n" for p in made.payloads)
    content = hashlib.sha256("".join(lines).encode()).hexdigest()
    assert vintage.content_sha256 == content == content_sha256(made.payloads)
    assert vintage.vintage_id == f"2001-02-03-{content[:12]}"
    assert (vintage.number, vintage.vintage_number, vintage.state) == (1, "0001", State.ARCHIVED)
    assert vintage.retrieved_at == WHEN
    assert [f.file for f in vintage.files] == ["0.csv", "1.csv"]
    assert vintage.files[0].final_url == "https://invented.example/final/0"
    for payload in made.payloads:
        with archive.open(payload.sha256) as stream:
            assert stream.read() == payload.path.read_bytes()
        assert archive.objects.path(payload.sha256).relative_to(archive.root).parts[:2] == (
            "objects",
            payload.sha256[:2],
        )
    assert archive.verify() == []
    assert not list(archive.root.rglob("*.tmp"))


def test_order_of_the_files_does_not_matter(archive: Archive, tmp_path: Path) -> None:
    made = release(tmp_path, GOOD, MORE)
    assert content_sha256(made.payloads) == content_sha256(made.payloads[::-1])


def test_the_same_bytes_make_no_new_vintage(archive: Archive, tmp_path: Path) -> None:
    add(archive, release(tmp_path, GOOD))
    again = add(archive, release(tmp_path, GOOD, label="another label", when=WHEN + timedelta(days=3)))
    assert again.known
    assert not again.went_backwards
    assert len(archive.vintages(HARVEST.id)) == 1
    assert [entry["event"] for entry in archive.ledger.events()] == ["archived", "checked"]


def test_an_older_edition_served_again_is_recognised(archive: Archive, tmp_path: Path) -> None:
    first = add(archive, release(tmp_path, GOOD))
    second = add(archive, release(tmp_path, MORE, when=WHEN + timedelta(days=1)))
    assert (first.vintage.number, second.vintage.number) == (1, 2)
    stale = add(archive, release(tmp_path, GOOD, when=WHEN + timedelta(days=2)))
    assert stale.went_backwards
    assert stale.vintage.vintage_id == first.vintage.vintage_id
    assert [v.number for v in archive.vintages(HARVEST.id)] == [1, 2]
    assert "went backwards" in list(archive.ledger.events())[-1]["note"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"retrieved_at": datetime(2001, 1, 1)}, "no time zone"),  # noqa: DTZ001
        ({"retrieved_at": datetime.now(UTC) + timedelta(days=2)}, "in the future"),
        ({"sha256": "0" * 64}, "changed before it was archived"),
    ],
)
def test_what_cannot_be_trusted_is_not_archived(
    archive: Archive, tmp_path: Path, change: dict[str, object], words: str
) -> None:
    made = release(tmp_path, GOOD)
    with pytest.raises(ContractError, match=words):
        add(archive, replace(made, payloads=(replace(made.payloads[0], **change),)))
    assert archive.vintages(HARVEST.id) == []
    assert not list(archive.root.rglob("*.zst"))


def test_a_release_needs_files_of_different_names(archive: Archive, tmp_path: Path) -> None:
    made = release(tmp_path, GOOD)
    with pytest.raises(ContractError, match="no files"):
        add(archive, Release(None, ()))
    with pytest.raises(ContractError, match="two files of one name"):
        add(archive, Release(None, made.payloads * 2))


def test_verify_names_an_altered_and_a_missing_object(archive: Archive, tmp_path: Path) -> None:
    made = release(tmp_path, GOOD, MORE, "third")
    add(archive, made)
    altered, missing, cut = (archive.objects.path(p.sha256) for p in made.payloads)
    content = bytearray(altered.read_bytes())
    content[len(content) // 2] ^= 0x01
    altered.write_bytes(content)
    missing.unlink()
    cut.write_bytes(cut.read_bytes()[:-3])
    problems = archive.verify()
    assert {problem.kind for problem in problems} == {"altered", "missing"}
    assert {problem.sha256 for problem in problems} == {p.sha256 for p in made.payloads}
    text = "\n".join(map(str, problems))
    for payload in made.payloads:
        assert f"{payload.sha256} ({HARVEST.id} " in text
        assert payload.file in text


def test_an_object_swapped_for_another_is_found(archive: Archive, tmp_path: Path) -> None:
    made = release(tmp_path, GOOD, MORE)
    add(archive, made)
    first, second = (archive.objects.path(p.sha256) for p in made.payloads)
    first.write_bytes(second.read_bytes())
    (problem,) = archive.verify()
    assert problem.sha256 == made.payloads[0].sha256
    assert made.payloads[1].sha256 in problem.detail
    with pytest.raises(ContractError, match="has the hash"):
        archive.objects.extract(made.payloads[0].sha256, tmp_path / "out")


def test_an_altered_object_is_set_aside_and_stored_again(archive: Archive, tmp_path: Path) -> None:
    made = release(tmp_path, GOOD)
    add(archive, made)
    path = archive.objects.path(made.payloads[0].sha256)
    path.write_bytes(b"garbage")
    assert not archive.objects.reuse(made.payloads[0].sha256, tmp_path / "out")
    assert path.with_suffix(".altered").exists()
    add(archive, made)
    assert archive.verify() == []


def test_a_missing_object_says_so(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="missing"):
        archive.open("0" * 64)
    assert not archive.objects.reuse("0" * 64, tmp_path / "out")


def test_a_torn_last_line_is_tolerated_reported_and_left_alone(archive: Archive, tmp_path: Path) -> None:
    add(archive, release(tmp_path, GOOD))
    path = archive.ledger.path
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"event": "archived", "dataset')
    assert len(archive.vintages(HARVEST.id)) == 1
    (problem,) = archive.verify()
    assert problem.kind == "ledger"
    assert "line 2" in problem.detail
    add(archive, release(tmp_path, MORE, when=WHEN + timedelta(days=1)))
    assert [v.number for v in archive.vintages(HARVEST.id)] == [1, 2]
    assert path.read_bytes().startswith(whole), "appended, never rewritten"


@pytest.mark.parametrize("line", [b"[]\n", b"null\n", b'"text"\n', b"\xff\xfe\n", b"{}\n"])
def test_a_line_that_is_no_event_is_reported(archive: Archive, line: bytes) -> None:
    archive.ledger.append(Event.FAILED, HARVEST.id, error="x")
    archive.ledger.path.write_bytes(line + archive.ledger.path.read_bytes())
    assert len(list(archive.ledger.events())) == 1
    assert len(archive.verify()) == (0 if line == b"null\n" else 1)


def test_lines_of_many_threads_stay_whole(archive: Archive) -> None:
    def write(number: int) -> None:
        for _ in range(5):
            Archive(archive.root).ledger.append(Event.FAILED, f"a/b{number}", error="x" * 5000)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    problems: list[str] = []
    assert len(list(archive.ledger.events(problems))) == 20
    assert not problems


def test_verdicts_add_up(archive: Archive, tmp_path: Path) -> None:
    planned = add(archive, release(tmp_path, GOOD))
    facts = {"vintage_id": planned.vintage.vintage_id, "checks": []}
    archive.ledger.append(Event.HELD, HARVEST.id, row_count=1, parser="a", **facts)
    assert archive.vintages(HARVEST.id)[0].state is State.HELD
    archive.ledger.append(Event.PROMOTED, HARVEST.id, row_count=2, parser="b", **facts)
    assert archive.vintages(HARVEST.id)[0].state is State.PROMOTED
    archive.ledger.append(Event.HELD, HARVEST.id, row_count=0, parser="c", **facts)
    (vintage,) = archive.vintages(HARVEST.id)
    assert (vintage.state, vintage.row_count, vintage.parser) == (State.PROMOTED, 2, "b"), "the landed file stays"


def test_the_newest_validators_win(archive: Archive, tmp_path: Path) -> None:
    add(archive, release(tmp_path, GOOD))
    add(archive, release(tmp_path, MORE, when=WHEN + timedelta(days=1)))
    known = validators(archive.vintages(HARVEST.id))
    assert known["https://invented.example/0"].etag == f'"{len(MORE)}"'


def test_quarantine_keeps_bytes_and_reason(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "bad"
    path.write_bytes(b"bad")
    folder = archive.quarantine(HARVEST.id, {"a/../b.csv": path}, "it is bad", {"rule": "x"})
    assert archive.quarantine(HARVEST.id, {"a/../b.csv": path}, "it is bad", {"rule": "x"}) == folder
    assert folder.parent == archive.root / "quarantine" / "invented" / "harvest"
    reason = json.loads((folder / "reason.json").read_text("utf-8"))
    assert reason["reason"] == "it is bad"
    (body,) = folder.glob("*.body")
    assert body.read_bytes() == b"bad"
    assert sorted(p.name for p in folder.iterdir()) == sorted([body.name, "reason.json"])


def test_leftovers_of_dead_processes_are_swept(archive: Archive) -> None:
    spool = archive.root / "spool"
    for name in ("4194304-dead", "not-a-pid", f"{os.getpid()}-alive"):
        (spool / name).mkdir(parents=True)
    left = archive.root / "objects" / "ab" / ".old.tmp"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")
    os.utime(left, (0, 0))
    with archive.spool() as folder:
        assert {path.name for path in spool.iterdir()} == {f"{os.getpid()}-alive", folder.name}
    assert not folder.exists()
    assert not left.exists()


def test_a_file_is_synced_before_it_is_named_and_its_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "folder" / "target"
    synced: list[tuple[str, bool]] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append((Path(f"/proc/self/fd/{descriptor}").readlink().name, target.exists()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    temporary = tmp_path / "temporary"
    temporary.write_bytes(b"x")
    publish(temporary, target)
    assert synced == [("temporary", False), ("folder", True)]


def test_everything_goes_through_the_durable_rename(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[str] = []
    monkeypatch.setattr("ingestion.objects.publish", lambda a, b: (published.append(b.name), a.replace(b)))
    made = release(tmp_path, GOOD)
    add(archive, made)
    assert published == [f"{made.payloads[0].sha256}.zst"]


def test_sweeping_leaves_the_work_of_other_threads_alone(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    old = archive.objects.root / "ab" / ".old.tmp"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"left by a killed run")
    os.utime(old, (0, 0))
    fresh = old.with_name(".fresh.tmp")
    fresh.write_bytes(b"being written")
    renamed = old.with_name(".renamed.tmp")  # seen by the listing, gone a moment later
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter([renamed, old, fresh]))
    archive.objects.sweep()
    assert not old.exists()
    assert fresh.exists()
