"""Sign-off: about exact bytes, refused when they were altered, kept with the publication. Publications are invented."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import pytest

from ingestion import cli
from ingestion.errors import SettingsError
from ingestion.settings import Settings
from ingestion.settings import settings as cached
from publication.publish import prune, put_in_place, rollback
from publication.signatures import (
    SIGNATURES,
    AlteredError,
    altered_files,
    publication_folder,
    sign,
    signatures,
    verify_publication,
)

FIRST, SECOND = "20010101T000000Z-aaaaaaaa", "20010102T000000Z-bbbbbbbb"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("LOE_DATA_DIR", str(tmp_path / "data"))
    cached.cache_clear()
    config = cached()
    config.builds_dir.mkdir(parents=True)
    for name in (FIRST, SECOND):
        _publish(config, name)
    return config


def _publish(settings: Settings, build_id: str) -> Path:
    """A publication with the least that a manifest holds."""
    folder = settings.published_dir / "builds" / build_id
    (folder / "csv").mkdir(parents=True)
    (folder / "lines_of_effort.duckdb").write_text(f"database of {build_id}")
    (folder / "csv" / "apples.csv").write_text("apples\n7\n")
    files = {
        path.relative_to(folder).as_posix(): {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in folder.rglob("*")
        if path.is_file()
    }
    manifest = {"build_id": build_id, "findings": [{"rule_id": "apples.ripe"}], "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    put_in_place(folder, settings)
    return folder


def _call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["lines-of-effort", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


def test_a_signature_names_the_manifest_and_stands_beside_it(settings: Settings) -> None:
    folder = publication_folder(settings, None)
    assert signatures(folder) == []
    signature = sign(folder, "  Ada\tLovelace ", "reviewer")
    assert signature["build_id"] == SECOND
    assert signature["verdict"] == "published with warnings"
    assert signature["manifest_sha256"] == hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    assert signature["name"] == "Ada Lovelace"
    assert signature["signed_at"].endswith("+00:00")
    sign(folder, "Somebody Else", "publisher", "Seen.")
    lines = (folder / SIGNATURES).read_text().splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["Ada Lovelace", "Somebody Else"]
    assert [one["valid"] for one in signatures(folder)] == [True, True]
    assert verify_publication(settings) == []


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda folder: (folder / "csv" / "apples.csv").write_text("apples\n8\n"), "csv/apples.csv is altered"),
        (lambda folder: (folder / "csv" / "apples.csv").unlink(), "csv/apples.csv is missing"),
        (lambda folder: (folder / "csv" / "pears.csv").write_text("7"), "csv/pears.csv is not listed"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "manifest.json cannot be read"),
        (lambda folder: (folder / "manifest.json").write_text("[]"), "manifest.json cannot be read"),
    ],
)
def test_an_altered_publication_is_not_signed(settings: Settings, damage: object, words: str) -> None:
    folder = publication_folder(settings, None)
    damage(folder)  # type: ignore[operator]
    with pytest.raises(AlteredError, match=words) as refused:
        sign(folder, "Ada", "reviewer")
    assert refused.value.exit_code == 1
    assert not (folder / SIGNATURES).exists()
    assert words in " ".join(verify_publication(settings))


def test_a_manifest_that_was_changed_after_signing_is_found(settings: Settings) -> None:
    folder = publication_folder(settings, None)
    sign(folder, "Ada", "reviewer")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "csv" / "apples.csv").write_text("apples\n8\n")
    manifest["files"]["csv/apples.csv"]["sha256"] = hashlib.sha256(b"apples\n8\n").hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert list(altered_files(folder)) == []
    assert verify_publication(settings) == [f"the signature of Ada is not about the manifest of {SECOND}"]
    sign(folder, "Grace", "reviewer")
    assert [one["valid"] for one in signatures(folder)] == [False, True]


def test_a_line_that_cannot_be_read_is_no_signature(settings: Settings) -> None:
    folder = publication_folder(settings, None)
    (folder / SIGNATURES).write_text('{"name": "Ada"}\nnonsense\n[]\n')
    assert [one["valid"] for one in signatures(folder)] == [False, False, False]
    assert len(verify_publication(settings)) == 3


def test_another_database_beside_the_publication_is_found(settings: Settings) -> None:
    (settings.published_dir / "lines_of_effort.duckdb").write_text("another")
    (problem,) = verify_publication(settings)
    assert "is not the database of the publication that is up" in problem


def test_signatures_survive_a_rollback_and_go_with_their_publication(settings: Settings) -> None:
    sign(publication_folder(settings, FIRST), "Ada", "reviewer")
    sign(publication_folder(settings, None), "Grace", "reviewer")
    assert rollback(settings) == FIRST
    assert [one["name"] for one in signatures(publication_folder(settings, None))] == ["Ada"]
    assert [one["name"] for one in signatures(publication_folder(settings, SECOND))] == ["Grace"]
    put_in_place(publication_folder(settings, SECOND), settings)
    prune(Settings(data_dir=settings.data_dir, keep_publications=1))
    assert [path.parent.name for path in settings.published_dir.glob(f"builds/*/{SIGNATURES}")] == [SECOND]


@pytest.mark.parametrize("words", [("", "reviewer", "Seen."), ("Ada", "  ", "Seen."), ("Ada", "reviewer", "\x1b[2J")])
def test_a_signature_without_its_words_is_refused(settings: Settings, words: tuple[str, str, str]) -> None:
    with pytest.raises(SettingsError, match="A signature needs"):
        sign(publication_folder(settings, None), *words)


def test_a_publication_that_is_not_kept_cannot_be_signed(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="There is no publication nonesuch") as refused:
        publication_folder(settings, "nonesuch")
    assert SECOND in str(refused.value)


def test_the_commands_sign_and_verify(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = _call(monkeypatch, capsys, "sign", "--name", "Ada", "--role", "reviewer")
    assert code == 0
    assert "Signed by Ada, reviewer, on " in out
    assert f"build {SECOND}, published with warnings, manifest sha256 " in out
    code, out, _ = _call(
        monkeypatch, capsys, "sign", FIRST, "--name", "Ada", "--role", "x", "--statement", "No.", "--json"
    )
    assert (code, json.loads(out)["statement"], json.loads(out)["build_id"]) == (0, "No.", FIRST)
    code, out, _ = _call(monkeypatch, capsys, "verify")
    assert code == 0
    assert f"Publication {SECOND} is what its manifest says; 1 signature." in out
    (settings.published_dir / "current" / "csv" / "apples.csv").write_text("8")
    code, _, err = _call(monkeypatch, capsys, "verify")
    assert (code, err.strip()) == (1, "csv/apples.csv is altered: its sha256 is not that of the manifest")
    code, _, err = _call(monkeypatch, capsys, "sign", "--name", "Ada", "--role", "reviewer")
    assert code == 1
    assert "is not signed: it is not what its manifest says" in err
