"""Commands about what comes from the publishers: take it in, record it, say what would be asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ingestion.cli_shared import DatasetIds, Json, Quiet, as_sources, dataset_ids, fail_if_sources_failed, show
from ingestion.console import OUT, notes, print_notes, progress_bars
from ingestion.errors import SettingsError
from ingestion.settings import Sources, settings


def ingest(
    datasets: DatasetIds = None,
    file: Annotated[Path | None, typer.Option(help="A file that a person downloaded (file drop).")] = None,
    vintage: Annotated[str | None, typer.Option(help="The publisher's label of that file's edition.")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Ask the publishers, archive and land; build nothing."""
    from ingestion.ingest import ingest_all, ingest_file  # noqa: PLC0415
    from ingestion.lock import writer_lock  # noqa: PLC0415
    from ingestion.registry import dataset  # noqa: PLC0415

    config = settings()
    wanted = dataset_ids(datasets)
    with writer_lock(config), notes() as warnings, progress_bars(show=not (json or quiet)):
        if file is None:
            outcomes = ingest_all(wanted, config)
        else:
            if not datasets or len(datasets) != 1 or vintage is None:
                raise SettingsError(
                    "A file drop takes one dataset and its label: ingest --file PATH --vintage LABEL ID"
                )
            outcomes = [ingest_file(dataset(datasets[0]), file, vintage, config)]
    rows = [
        {
            "dataset": outcome.dataset_id,
            "status": outcome.status,
            "vintage": outcome.current.vintage_id if outcome.current else "",
            "new vintages": len(outcome.new_vintages),
            "rows": outcome.rows,
            "error": outcome.error or "",
        }
        for outcome in outcomes
    ]
    show("Ingested", rows, json=json, quiet=quiet)
    if not (json or quiet):
        print_notes(warnings)
    fail_if_sources_failed(as_sources(outcomes), quiet=quiet)


def record(
    source: Annotated[Path, typer.Option("--from", help="Folder of the publishers' original files.")],
    datasets: DatasetIds = None,
    quiet: Quiet = False,
) -> None:
    """Cut the bundled recordings out of a folder of original files."""
    from ingestion.record import record as write_recording  # noqa: PLC0415
    from ingestion.registry import dataset  # noqa: PLC0415
    from ingestion.settings import RECORDINGS  # noqa: PLC0415

    if not source.is_dir():
        raise SettingsError(f"{source} is not a folder")
    for dataset_id in dataset_ids(datasets):
        if dataset(dataset_id).record is None:
            continue
        write_recording(dataset(dataset_id), source, RECORDINGS)
        if not quiet:
            OUT.print(f"recorded {dataset_id}")


def plan(datasets: DatasetIds = None, json: Json = False) -> None:
    """Show what would be asked, from where, and what is in hand. Writes nothing, asks nobody."""
    from ingestion.archive import Archive  # noqa: PLC0415
    from ingestion.recorded import recorded_vintages  # noqa: PLC0415
    from ingestion.registry import dataset  # noqa: PLC0415

    config = settings()
    archive = Archive(config.archive_dir)
    rows = []
    for dataset_id in dataset_ids(datasets):
        contract = dataset(dataset_id)
        vintages = archive.vintages(dataset_id)
        recorded = recorded_vintages(dataset_id)
        rows.append(
            {
                "dataset": dataset_id,
                "cadence": contract.cadence.value,
                "from": ", ".join(contract.hosts) if config.sources is Sources.LIVE else "bundled recordings",
                "recorded": len(recorded),
                "vintages in hand": len(vintages),
                "newest": vintages[-1].vintage_id if vintages else "",
                "licence": contract.licence.name,
            }
        )
    show(f"Plan ({config.sources.value})", rows, json=json)
