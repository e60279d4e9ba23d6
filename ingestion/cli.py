"""The command line, ``lines-of-effort``.

The one place that reaches across packages: everything heavy is imported inside the command that needs it,
so that ``status`` or a run with nothing to do answers at once.

Exit codes: 0 done (or nothing to do), 1 unexpected, 2 wrong use or setting, 3 a source could not be refreshed
(the rest was published), 4 a blocking rule failed and the last publication stays up, 5 another run holds the warehouse.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
from typing import Any

import typer

from ingestion.cli_builds import build, reproduce
from ingestion.cli_publication import changes, rollback, sign, status, trace, verify
from ingestion.cli_rules import check, findings
from ingestion.cli_run import run
from ingestion.cli_shared import Json, show
from ingestion.cli_sources import ingest, plan, record
from ingestion.console import ERR
from ingestion.errors import LinesOfEffortError, SettingsError
from ingestion.settings import Settings, settings

app = typer.Typer(
    name="lines-of-effort",
    help="Build, check and publish the warehouse of the eight lines of effort.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def config(json: Json = False) -> None:
    """Show every setting, its value and its variable. Secrets are masked."""
    values = settings()
    rows: list[dict[str, Any]] = [
        {
            "variable": f"LOE_{name.upper()}",
            "value": str(getattr(values, name)),
            "meaning": field.description or "",
        }
        for name, field in Settings.model_fields.items()
    ]
    show("Settings", rows, json=json)


for command in (
    run, ingest, build, record, plan, status, config, verify,
    trace, check, findings, reproduce, changes, sign, rollback,
):  # fmt: skip
    app.command()(command)


def main() -> None:
    """Run the command line and turn our own errors into a message and an exit code."""
    from pydantic import ValidationError  # noqa: PLC0415

    try:
        app()
    except LinesOfEffortError as error:
        ERR.out(str(error))
        raise SystemExit(error.exit_code) from None
    except ValidationError as error:
        fields = ", ".join(f"LOE_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        ERR.out(f"A setting cannot be used. {fields}\n  next: lines-of-effort config lists all settings")
        raise SystemExit(SettingsError.exit_code) from None


def command_line() -> None:
    """Run :func:`main` as a process of its own.

    It ends without taking apart what it made: after a build these are millions of objects, and freeing each of them
    took three seconds.
    """
    ended_with: list[int] = []
    atexit.register(_leave, ended_with)  # the first that is registered is the last that is called
    try:
        main()
    except SystemExit as stop:
        if stop.code is None or isinstance(stop.code, int):
            ended_with.append(stop.code or 0)
        raise


def _leave(ended_with: list[int]) -> None:
    if ended_with:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended_with[0])


if __name__ == "__main__":
    command_line()
