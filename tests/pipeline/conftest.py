"""Runs of the real main job, on the bundled recordings, in processes of their own."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builds import FirstRun, Workplace

__all__ = ["FirstRun", "Workplace"]


@pytest.fixture
def workplace(first_run: FirstRun, tmp_path: Path) -> Iterator[Workplace]:
    """A copy of the published workplace, for tests that break something."""
    shutil.copytree(first_run.workplace.data_dir, tmp_path / "data", symlinks=True)
    yield Workplace(tmp_path / "data")
    shutil.rmtree(tmp_path / "data")


def wait_for_build(place: Workplace) -> None:
    """Until the run has a private database open."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if (place.builds / "work" / "loe_build.duckdb").exists():
            return
        time.sleep(0.1)
    raise AssertionError("the run did not start to build")
