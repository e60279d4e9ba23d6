"""Work in processes of its own, beside this one: Python uses one core a process, and machines have two."""

from __future__ import annotations

import logging
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from logging.handlers import QueueHandler, QueueListener
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.queues import Queue
from typing import Any

_LOGGERS = ("lines_of_effort", "ingestion")


class SideProcesses(ProcessPoolExecutor):
    """A pool whose processes log here, and end with the process that started them, however that ended.

    Args:
        workers: number of processes; all are started with the first piece of work.
    """

    def __init__(self, workers: int) -> None:
        context = get_context("spawn")  # a fork would take open files, threads and the handles of DuckDB with it
        records = context.Queue()
        self._listener = QueueListener(records, _LogHere())
        self._listener.start()
        super().__init__(workers, mp_context=context, initializer=partial(_begin, records))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the processes end. Only who waits has heard of all that they logged."""
        super().shutdown(wait, cancel_futures=cancel_futures)
        self._listener.stop()


class _LogHere(logging.Handler):
    """Gives a record to the logger of the same name in this process."""

    def emit(self, record: logging.LogRecord) -> None:
        """Hand it over."""
        logging.getLogger(record.name).handle(record)


def _begin(records: Queue[Any]) -> None:
    """Prepare a new process."""
    # The process that asked is interrupted too, and must not wait for this one.
    signal.signal(signal.SIGINT, lambda *_: os._exit(1))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    for name in _LOGGERS:
        logging.getLogger(name).addHandler(QueueHandler(records))
        logging.getLogger(name).setLevel(logging.INFO)


def _end_with_parent() -> None:
    """End at once when the process that started this one is gone."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
