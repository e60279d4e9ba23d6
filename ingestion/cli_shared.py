"""What the commands of the command line share: options, tables, and what to do about a source that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingestion.console import ERR, print_json, print_table
from ingestion.errors import SourceError

if TYPE_CHECKING:
    from ingestion.outcome import Ingested

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing unless something is wrong.")]
DatasetIds = Annotated[list[str] | None, typer.Argument(help="Dataset ids (publisher/dataset); all when left out.")]


def as_sources(outcomes: list[Ingested]) -> dict[str, dict[str, str]]:
    """Return dataset id → status and error of each outcome."""
    return {o.dataset_id: {"status": o.status, "error": o.error or ""} for o in outcomes}


def fail_if_sources_failed(sources: dict[str, dict[str, str]], *, quiet: bool) -> None:
    """Exit with 3 when a source failed or was held, naming it."""
    failed = {name: facts for name, facts in sources.items() if facts["status"] in {"failed", "held"}}
    for name, facts in failed.items():
        if not quiet:
            ERR.print(f"[bold]{name} {facts['status']}[/]; its last good vintage is used")
            ERR.out(facts["error"] or "")
    if failed:
        raise typer.Exit(SourceError.exit_code)


def dataset_ids(wanted: list[str] | None) -> list[str]:
    """Return the ids that are wanted, or all.

    Raises:
        SettingsError: one is not known.
    """
    from ingestion.registry import dataset, datasets  # noqa: PLC0415

    return [dataset(name).id for name in wanted] if wanted else list(datasets())


def show(title: str, rows: list[dict[str, Any]], *, json: bool, quiet: bool = False) -> None:
    """Print rows as a table or as JSON."""
    if json:
        print_json(rows)
    elif rows and not quiet:
        columns = {name: "right" if isinstance(value, int) else "left" for name, value in rows[0].items()}
        cells = [[f"{v:,}" if isinstance(v, int) else str(v) for v in row.values()] for row in rows]
        print_table(title, columns, cells)
