"""One writer at a time: an operating-system lock that a dead process cannot keep."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from filelock import FileLock, Timeout

from ingestion.errors import LockedError
from ingestion.settings import Settings


@contextmanager
def writer_lock(settings: Settings, *, timeout: float = 0.0) -> Iterator[None]:
    """Hold the workspace for writing. Re-entrant inside one process.

    Args:
        settings: names the workspace.
        timeout: seconds to wait for another writer.

    Raises:
        LockedError: another process holds it; the message names its process id and start.
    """
    folder = settings.workspace
    folder.mkdir(parents=True, exist_ok=True)
    holder = folder / "writer.json"
    lock = FileLock(folder / "writer.lock", timeout=timeout, is_singleton=True, thread_local=False)
    try:
        with lock:
            holder.write_text(
                json.dumps({"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")})
            )
            yield
    except Timeout:
        raise LockedError(_message(holder.read_text() if holder.exists() else "")) from None


def _message(holder: str) -> str:
    try:
        who = json.loads(holder)
        named = f"process {who['pid']} since {who['since']}"
    except (ValueError, KeyError):
        named = "another process"
    return f"The warehouse is being written by {named}. Wait for it to end, then run again."
