"""The auditor's walk: what the page shows is what the commands print, and it holds all that an auditor asks."""

from __future__ import annotations

import re
import shlex

import pytest

from ingestion.settings import PROJECT_ROOT
from tests.builds import FirstRun

PAGE = PROJECT_ROOT / "docs" / "audit-walkthrough.md"
REPEATS = re.compile(r"trace |findings \S|verify")
"""Commands that change nothing, need no second publication, take no minute and do not hang on the day."""


def _shown() -> dict[str, str]:
    """Command → output, of every command on the page."""
    shown = {}
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        for part in re.split(r"^\$ lines-of-effort ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            shown[command] = output
    return shown


def _without_the_run(text: str) -> str:
    """Drop what differs from run to run: build ids, counts of signatures and of rows read, blanks at line ends."""
    text = re.sub(r"\d{8}T\d{6}Z-[0-9a-f]{8}", "BUILD", text)
    text = re.sub(r"\d+ signatures?", "SIGNATURES", text)
    text = re.sub(r"^(Checks .*?)\d+ passed", r"\1N passed", text, flags=re.MULTILINE)  # the tests' run makes more
    text = re.sub(r"[\d,]+ rows read", "ROWS read", text)  # each dataset that is added makes the long table longer
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


SHOWN = _shown()


def test_the_walk_shows_every_step() -> None:
    named = {command.split()[0] for command in SHOWN}
    assert named == {"trace", "findings", "changes", "verify", "reproduce", "sign", "status"}
    assert all(SHOWN.values()), "each command with its output"


@pytest.mark.parametrize("command", [command for command in SHOWN if REPEATS.match(command)])
def test_a_command_prints_what_the_page_shows(first_run: FirstRun, command: str) -> None:
    place = first_run.workplace
    result = place.call(*shlex.split(command))
    assert result.returncode == 0, result.stderr
    printed = result.stdout.replace(str(place.data_dir), "data")
    assert _without_the_run(printed) == _without_the_run(SHOWN[command])
