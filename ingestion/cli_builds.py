"""Commands that build beside the publication: as it stood on a day, and again from the archived bytes."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Annotated

import typer

from ingestion.cli_shared import Json, show
from ingestion.console import OUT, notes, print_json, progress_bars, relative
from ingestion.settings import settings


def build(
    as_of: Annotated[datetime, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day, YYYY-MM-DD.")],
    json: Json = False,
) -> None:
    """Build every table as it stood on a day, into a file of its own. The publication is not touched."""
    from dagster_project.as_of import build_as_of  # noqa: PLC0415
    from ingestion.lock import writer_lock  # noqa: PLC0415

    config = settings()
    started = time.perf_counter()
    with writer_lock(config), progress_bars(show=not json):
        found = build_as_of(config, as_of.date())
    rows = [
        {"dataset": v.dataset_id, "vintage used": v.vintage_id, "publisher's label": v.label or ""} for v in found.used
    ]
    early = {v.dataset_id: v.retrieved_at_basis for v in found.used if v.date_may_precede_release}
    rows += [
        {"dataset": name, "vintage used": "none yet: its tables are empty", "publisher's label": ""}
        for name in found.missing
    ]
    if json:
        day = f"{as_of:%Y-%m-%d}"
        print_json({"as_of": day, "database": str(found.database), "datasets": rows, "may_precede_release": early})
        return
    show(f"The warehouse as it stood on {as_of:%Y-%m-%d}", rows, json=False)
    if early:
        OUT.print("\nNot what could be read on that day: the date of these vintages may lie before their release.")
        for name, basis in early.items():
            OUT.out(f"  {name}: {basis}")
    OUT.print("\nNot audited: the checks of a publication were not run. The publication was not touched.")
    OUT.print(f"database: {relative(found.database)}", soft_wrap=True)
    OUT.print(f"Done in {time.perf_counter() - started:.1f} s.")


def reproduce(
    build: Annotated[str | None, typer.Argument(help="Build id; the one that is up when left out.")] = None,
    json: Json = False,
) -> None:
    """Rebuild a publication from its archived bytes and compare every table. Publishes nothing."""
    from dagster_project.reproduce import reproduce as rebuild  # noqa: PLC0415

    with notes(), progress_bars(show=not json):
        done = rebuild(settings(), build)
    rows = [difference.as_row() for difference in done.different]
    if json:
        facts = {"build_id": done.build_id, "vintages": done.vintages, "compared": done.compared}
        print_json(facts | {"not_compared": list(done.left_out), "different": rows, "equal": not rows})
    else:
        OUT.print(f"Build {done.build_id}, rebuilt from {done.vintages:,} archived vintages:")
        verdict = f"{len(rows):,} of {done.compared:,} tables differ" if rows else f"all {done.compared:,} tables equal"
        OUT.print(f"{verdict} by row count and content hash.")
        OUT.print(f"Not compared, because they hold what differs between builds: {', '.join(done.left_out)}.\n")
        show("What differs", rows, json=False)
    if rows:
        raise typer.Exit(1)
