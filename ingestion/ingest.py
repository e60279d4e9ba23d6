"""Taking in datasets: fetch → land → archive → gates → promote or hold.

Each step is safe to be killed in: bytes are archived before they are promoted, promotion is one rename followed by one
ledger line, and a vintage without a verdict gets it on the next run. A landed vintage is not parsed again until the
code that reads it changes (:func:`ingestion.pending.parser_version`); then it is landed anew from the archived bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path

from requests.adapters import BaseAdapter

from ingestion import registry
from ingestion.contract import Dataset
from ingestion.http import ClientOptions
from ingestion.ledger_tables import write_ledger_tables
from ingestion.outcome import Ingested
from ingestion.progress import progress
from ingestion.run import Run
from ingestion.settings import RECORDINGS, Settings, Sources
from ingestion.side_processes import SideProcesses

__all__ = ["Ingested", "ingest", "ingest_all", "ingest_file"]


def ingest(
    dataset: Dataset,
    settings: Settings,
    *,
    recordings_root: Path = RECORDINGS,
    adapter: BaseAdapter | None = None,
    options: ClientOptions | None = None,
    tables: bool = True,
) -> Ingested:
    """Take in what the publisher (or its recordings) has now. Never raises a :class:`SourceError`: see ``error``.

    Args:
        dataset: its contract.
        settings: mode, folders, limits.
        recordings_root: where recordings lie.
        adapter: answers instead of network and recordings (tests).
        options: switches of the client.
        tables: whether to rewrite the ledger's tables afterwards.

    Raises:
        LockedError: another process is taking in the same dataset and does not finish within the deadline.
    """
    run = Run(dataset, settings, options)
    recorded = settings.sources is Sources.RECORDED and adapter is None

    def work() -> None:
        run.judge_again()
        if recorded:
            run.take_in_recordings(recordings_root)
        else:
            run.take_in_live(adapter)

    return run.guarded(work, recordings_root=recordings_root, tables=tables, recorded=recorded)


def ingest_file(dataset: Dataset, path: Path, label: str | None, settings: Settings) -> Ingested:
    """Take in one file that a person downloaded. Same checks, parser and gates as a download.

    Args:
        dataset: its contract.
        path: the file; its name is kept as the logical name, its folder is not.
        label: the publisher's mark of the edition.
        settings: mode and folders.
    """
    run = Run(dataset, settings, None)
    return run.guarded(lambda: run.take_in_file(path, label), recordings_root=RECORDINGS, tables=True, recorded=False)


def ingest_all(
    ids: Sequence[str],
    settings: Settings,
    *,
    recordings_root: Path = RECORDINGS,
    options: ClientOptions | None = None,
    processes: int = 0,
) -> list[Ingested]:
    """Take in several datasets side by side; outcomes in the order of ``ids``.

    One that fails does not stop the others. The ledger's tables are rewritten once, at the end.

    Args:
        ids: the datasets, ``publisher/dataset``.
        settings: mode, folders, limits.
        recordings_root: where recordings lie.
        options: switches of the client.
        processes: how many processes read at the same time; with 0, ``settings.downloads`` threads of this one do,
            which is right for publishers (they are waited for) and slower for recordings (they are computed with).
    """
    outcomes: dict[str, Ingested] = {}
    threads = partial(ThreadPoolExecutor, settings.downloads, thread_name_prefix="ingest")
    with SideProcesses(processes) if processes else threads() as pool:
        futures = [pool.submit(_ingest_one, name, settings, recordings_root, options) for name in ids]
        for future in as_completed(futures):
            outcome = future.result()
            outcomes[outcome.dataset_id] = outcome
            progress("ingest", len(outcomes), len(futures), outcome.dataset_id)
    write_ledger_tables(settings, registry.datasets(), recordings_root)
    return [outcomes[dataset_id] for dataset_id in ids]


def _ingest_one(dataset_id: str, settings: Settings, recordings_root: Path, options: ClientOptions | None) -> Ingested:
    dataset = registry.dataset(dataset_id)
    return ingest(dataset, settings, recordings_root=recordings_root, options=options, tables=False)
