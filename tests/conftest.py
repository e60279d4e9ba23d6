"""Fixtures shared by all tests."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingestion import registry
from ingestion.connections import ClientOptions
from ingestion.contract import Dataset
from ingestion.http import Client
from ingestion.settings import Settings, Sources
from tests.builds import FirstRun, first_run_of
from tests.contract.support import originals_folder
from tests.invented import HARVEST
from tests.servers import RawServer


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Live settings in a temporary folder, with short times; nothing from the environment."""
    for name in list(os.environ):
        if name.startswith("LOE_") and name != "LOE_SHARED_DATA":
            monkeypatch.delenv(name)
    return Settings(
        _env_file=None,
        sources=Sources.LIVE,
        data_dir=tmp_path / "data",
        contact="mailto:nobody@invented.example",
        deadline=5,
        connect_timeout=1,
        read_timeout=0.4,
        attempts=3,
    )


@pytest.fixture(scope="session")
def originals() -> Path:
    """Folder of the publishers' original files; a test that needs it is skipped where there is none."""
    folder = originals_folder()
    if folder is None:
        pytest.skip("the publishers' original files are not here (set LOE_SHARED_DATA to their folder)")
    return folder


@pytest.fixture
def loopback() -> ClientOptions:
    """The documented switch for tests against a local server, and no waiting between tries."""
    return ClientOptions(allow_loopback=True, backoff=0.01)


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


@pytest.fixture
def client(config: Settings, loopback: ClientOptions, spool: Path) -> Callable[..., Client]:
    """Return a maker of clients for the invented dataset; keyword arguments go to :class:`Client`."""

    def make(dataset: Dataset = HARVEST, settings: Settings = config, **arguments: Any) -> Client:
        return Client(dataset, settings, spool, **{"options": loopback, **arguments})

    return make


@pytest.fixture
def raw_server() -> Iterator[Callable[..., RawServer]]:
    """Return a starter of raw socket servers, for answers that no well-behaved server gives."""
    servers: list[RawServer] = []

    def start(*handlers: Any) -> RawServer:
        servers.append(RawServer(handlers))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def only_harvest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry that holds the invented dataset and nothing else."""
    monkeypatch.setattr(registry, "datasets", lambda: {HARVEST.id: HARVEST})
    monkeypatch.setattr(registry, "dataset", lambda _: HARVEST)


@pytest.fixture
def every_log(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """Records of every logger at every level, but for the test server's own."""
    caplog.set_level(logging.DEBUG)
    # Not through caplog: it would raise the level of its own handler as well, and nothing would be seen.
    monkeypatch.setattr(logging.getLogger("werkzeug"), "disabled", True)
    return caplog


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--first-run",
        type=Path,
        metavar="FOLDER",
        help="make the first run of the main job in this folder, or use the one that is there (while writing tests)",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest chain of runs first, and what needs no run beside it: a second process has that to do meanwhile.

    Then the other long chains, and the many short files last: they fill up whichever process would have nothing to do.
    """
    folder = Path(__file__).parent
    order = ("pipeline/test_failures.py", "contract", "pipeline", "dbt", "browser", "faults", "unit")

    def rank(item: pytest.Item) -> int:
        path = item.path.relative_to(folder)
        return order.index(path.as_posix() if path.as_posix() in order else path.parts[0])

    items.sort(key=rank)


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> FirstRun:
    """One run from nothing, unit tests included, shared by all tests that only read."""
    return first_run_of(tmp_path_factory, pytestconfig.getoption("--first-run"))
