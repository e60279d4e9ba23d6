"""Runs of the real main job, on the bundled recordings, in processes of their own."""

from __future__ import annotations

import gzip
import shutil
import time
from collections.abc import Iterator, Mapping

import pytest

from ingestion.settings import RECORDINGS
from tests.builds import FirstRun, Workplace


@pytest.fixture
def workplace(first_run: FirstRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A copy of the published workplace, for tests that break something."""
    data = tmp_path_factory.mktemp("workplace") / "data"
    shutil.copytree(first_run.workplace.data_dir, data, symlinks=True)
    yield Workplace(data)
    shutil.rmtree(data)


APPEALS = "ocha_fts/requirements_funding"
"""The dataset of which tests take in an altered vintage: few models depend on it, so such a run is short."""

FUNDING_OF_HONDURAS = {"14692873": "20773706", "47824769": "50694255", "66868714": "67537401"}
"""Invented changes of three recorded figures: funding of the plans of 2025, 2023 and 2022."""


def take_in_changed_appeals(place: Workplace, changes: Mapping[str, str] = FUNDING_OF_HONDURAS) -> None:
    """Take in, as a file drop, the newest recorded file of appeals with altered figures."""
    recorded = RECORDINGS / APPEALS / "2026-04-01" / "001.csv.gz"
    text = gzip.decompress(recorded.read_bytes()).decode()
    for old, new in changes.items():
        assert text.count(f",{old},") == 1
        text = text.replace(f",{old},", f",{new},")
    path = place.data_dir.with_name("appeals.csv")
    path.write_text(text)
    result = place.call("ingest", "--file", str(path), "--vintage", "by hand", APPEALS)
    assert result.returncode == 0, result.stderr


def wait_for_build(place: Workplace) -> None:
    """Until the run has a private database open."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        if (place.builds / "work" / "loe_build.duckdb").exists():
            return
        time.sleep(0.1)
    raise AssertionError("the run did not start to build")
