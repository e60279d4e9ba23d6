"""Work in processes of its own: what it logs, how it fails, and that it ends with who asked. Invented work."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from ingestion.errors import SourceError
from ingestion.progress import LOGGER_NAME, progress
from ingestion.side_processes import SideProcesses


def _work(what: str) -> str:
    if what == "refused":
        raise SourceError("refused", file="apples.csv", rule="apple.worm")
    if what == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    logging.getLogger("ingestion.invented").warning("%d worms", 3)
    progress("ingest", 1, 2, what)
    return what.upper()


def test_it_answers_and_what_it_logs_is_logged_here(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, LOGGER_NAME)
    with SideProcesses(1) as pool:
        assert pool.submit(_work, "apples").result() == "APPLES"
    told = [(record.name, record.getMessage()) for record in caplog.records]
    assert told == [("ingestion.invented", "3 worms"), (LOGGER_NAME, "ingest 1/2 apples")]
    assert (caplog.records[1].stage, caplog.records[1].total) == ("ingest", 2)  # type: ignore[attr-defined]


def test_what_goes_wrong_there_is_told_here() -> None:
    with SideProcesses(1) as pool, pytest.raises(SourceError) as failure:
        pool.submit(_work, "refused").result()
    assert str(failure.value) == "refused\n  file: apples.csv\n  rule: apple.worm"
    with SideProcesses(1) as pool, pytest.raises(BrokenProcessPool):
        pool.submit(_work, "killed").result()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_it_ends_in_the_middle_of_its_work_with_the_process_that_asked(how: signal.Signals, tmp_path: Path) -> None:
    script = tmp_path / "asks.py"
    script.write_text(
        textwrap.dedent("""
            import os, signal, time
            from ingestion.side_processes import SideProcesses
            if __name__ == "__main__":
                signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a shell runs in the background
                pool = SideProcesses(1)
                print(pool.submit(os.getpid).result(), flush=True)
                pool.submit(time.sleep, 600)
                time.sleep(600)
        """)
    )
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as asks:
        assert asks.stdout is not None
        side = int(asks.stdout.readline())
        if how is signal.SIGINT:
            os.killpg(asks.pid, how)  # as a terminal does
        else:
            asks.kill()
    for _ in range(300):
        if not Path(f"/proc/{side}").exists():
            return
        time.sleep(0.1)
    pytest.fail("the process goes on without the one that asked")
