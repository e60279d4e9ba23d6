"""One writer at a time: the message names the holder, and a dead holder holds nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.errors import LockedError
from ingestion.lock import writer_lock
from ingestion.settings import PROJECT_ROOT, Settings

_HOLD = """
import sys, time
from pathlib import Path
from ingestion.lock import writer_lock
from ingestion.settings import Settings
with writer_lock(Settings(data_dir=Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


def _holder(data_dir: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(data_dir)], stdout=subprocess.PIPE, text=True, cwd=PROJECT_ROOT
    )
    assert process.stdout
    assert process.stdout.readline().strip() == "held"
    return process


def _end(holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.communicate()


def test_a_second_writer_is_told_who_holds(tmp_path: Path) -> None:
    holder = _holder(tmp_path)
    try:
        with pytest.raises(LockedError, match=f"process {holder.pid} since"), writer_lock(Settings(data_dir=tmp_path)):
            pass
    finally:
        _end(holder)


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    holder = _holder(tmp_path)
    _end(holder)
    with writer_lock(Settings(data_dir=tmp_path)):
        assert str(os.getpid()) in (tmp_path / "recorded" / "writer.json").read_text()


def test_the_lock_is_reentrant_in_one_process(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with writer_lock(settings), writer_lock(settings):
        pass
    with writer_lock(settings):
        pass
