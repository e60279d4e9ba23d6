"""Runs of the real main job, on the bundled recordings, in processes of their own."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator

import pytest

from tests.builds import FirstRun, Workplace


@pytest.fixture
def workplace(first_run: FirstRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A copy of the published workplace, for tests that break something.

    It always lies at the same path, and dbt's parsed project is kept from one copy to the next: at another path dbt
    would parse everything anew, as it does not when somebody runs a second time.
    """
    folder = tmp_path_factory.getbasetemp() / "workplace"
    data, kept = folder / "data", folder / "partial_parse.msgpack"
    parsed = data / "dbt" / "duckdb" / kept.name
    shutil.copytree(first_run.workplace.data_dir, data, symlinks=True)
    if kept.exists():
        shutil.copy(kept, parsed)
    yield Workplace(data)
    if parsed.exists():
        shutil.copy(parsed, kept)
    shutil.rmtree(data)


def wait_for_build(place: Workplace) -> None:
    """Until the run has a private database open."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        if (place.builds / "work" / "loe_build.duckdb").exists():
            return
        time.sleep(0.1)
    raise AssertionError("the run did not start to build")
