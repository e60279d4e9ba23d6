"""The command line: what it prints, what it refuses, and how it ends."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion import cli
from ingestion.errors import HeldError, LinesOfEffortError, LockedError, SettingsError, SourceError
from ingestion.registry import datasets
from ingestion.settings import PROJECT_ROOT, Settings, settings
from publication.publish import NotPublishedError

COMMANDS = {command.name or command.callback.__name__ for command in cli.app.registered_commands if command.callback}


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOE_DATA_DIR", str(tmp_path / "data"))
    settings.cache_clear()
    yield
    settings.cache_clear()


def _call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["lines-of-effort", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


def test_config_lists_every_setting_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = _call(monkeypatch, capsys, "config", "--json")
    assert code == 0
    assert {row["variable"] for row in json.loads(out)} == {f"LOE_{name.upper()}" for name in Settings.model_fields}


def test_a_setting_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOE_DOWNLOADS", "none")
    code, _, err = _call(monkeypatch, capsys, "status")
    assert code == 2
    assert "LOE_DOWNLOADS" in err
    assert "lines-of-effort config" in err


def test_status_without_a_publication_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = _call(monkeypatch, capsys, "status")
    assert code == 0
    assert "lines-of-effort run" in out
    assert json.loads(_call(monkeypatch, capsys, "status", "--json")[1]) == {"published": False}


def test_an_unknown_dataset_is_answered_with_the_known_ones(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = _call(monkeypatch, capsys, "ingest", "nobody/nothing")
    assert code == 2
    assert "nobody/nothing" in err
    assert next(iter(datasets())) in err


def test_a_file_drop_needs_one_dataset_and_a_label(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    dropped = tmp_path / "dropped.csv"
    dropped.write_text("x")
    code, _, err = _call(monkeypatch, capsys, "ingest", "--file", str(dropped))
    assert code == 2
    assert "--vintage" in err


def test_a_refused_file_drop_names_source_file_rule_and_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    dropped = tmp_path / "dropped.csv"
    dropped.write_text("<html><body>Access denied</body></html>")
    arguments = ("ingest", "--file", str(dropped), "--vintage", "by hand", "cbp/nationwide_encounters_state")
    code, _, err = _call(monkeypatch, capsys, *arguments)
    assert code == 3
    for word in ("cbp/nationwide_encounters_state", "dropped.csv", "rule:", "next:"):
        assert word in err


def test_ingest_prints_rows_as_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _call(monkeypatch, capsys, "ingest", "--json", "state_prm/refugee_admissions")
    assert code == 0
    (row,) = json.loads(out)
    assert (row["dataset"], row["status"], row["error"]) == ("state_prm/refugee_admissions", "new", "")
    assert row["rows"] > 0
    assert _call(monkeypatch, capsys, "verify")[0] == 0


def test_quiet_prints_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert _call(monkeypatch, capsys, "ingest", "--quiet", "state_prm/refugee_admissions") == (0, "", "")


def test_an_altered_archive_is_found_by_verify(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _call(monkeypatch, capsys, "ingest", "--quiet", "state_prm/refugee_admissions")
    blob = next(settings().archive_dir.rglob("*.zst"))
    blob.write_bytes(blob.read_bytes()[:-10])
    code, _, err = _call(monkeypatch, capsys, "verify")
    assert code == 1
    assert blob.stem[:12] in err


def test_record_refuses_what_is_not_a_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, _, err = _call(monkeypatch, capsys, "record", "--from", str(tmp_path / "nowhere"))
    assert code == 2
    assert "is not a folder" in err


def test_rollback_without_a_publication_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = _call(monkeypatch, capsys, "rollback")
    assert code == 4
    assert "There is no publication" in err


def test_every_command_and_exit_code_is_documented() -> None:
    page = (PROJECT_ROOT / "docs" / "cli.md").read_text()
    assert set(re.findall(r"^\| `(\w+)", page, re.MULTILINE)) == COMMANDS
    documented = {int(code) for code in re.findall(r"^\| (\d) \|", page, re.MULTILINE)}
    errors = (LinesOfEffortError, SettingsError, SourceError, HeldError, NotPublishedError, LockedError)
    assert documented == {0, *(error.exit_code for error in errors)}


def test_answering_status_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['x', 'status']; from ingestion.cli import app\n"
        "try: app()\nexcept SystemExit: pass\n"
        "print(sorted({'dagster', 'dbt', 'great_expectations', 'duckdb', 'pandas', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT_ROOT, check=True)
    assert done.stdout.strip().endswith("[]")


LEAVES = """
import atexit
from ingestion import cli

command = cli.main


def main():
    atexit.register(print, "waited for the end")
    command()


cli.main = main
cli.command_line()
"""


@pytest.mark.parametrize(("arguments", "code"), [(("config", "--json"), 0), (("run", "--never"), 2)])
def test_the_process_leaves_with_its_code_after_all_that_waits_for_its_end(
    arguments: tuple[str, ...], code: int
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LEAVES, *arguments], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == code, ended.stderr
    assert ended.stdout.endswith("waited for the end\n")
