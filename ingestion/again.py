"""Landing anew from the archive: the vintages of an earlier build, in a private folder, from archived bytes alone."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from ingestion import registry
from ingestion.archive import Archive
from ingestion.errors import LinesOfEffortError
from ingestion.ledger import Event, State
from ingestion.ledger_tables import write_ledger_tables
from ingestion.progress import progress
from ingestion.run import Run
from ingestion.settings import RECORDINGS, Settings


class NotLandedAgainError(LinesOfEffortError):
    """The archive does not give what was asked of it: bytes missing or altered, or refused by parser or gate."""


def land_again(wanted: Collection[tuple[str, str]], until: datetime, source: Settings, target: Settings) -> None:
    """Land the vintages that an earlier build read, out of the archive of ``source``, into ``target``.

    Bytes are proved by their hash, then go through the same parser and gates. Nobody is asked, ``source`` is only read.

    Args:
        wanted: dataset id and vintage id of every vintage that was promoted then.
        until: what was archived later is left out; vintages that were held before stand in the ledger's tables too.
        source: the workspace with the archive.
        target: settings of an empty private workspace.

    Raises:
        NotLandedAgainError: naming each vintage and what is wrong with it.
    """
    archive = Archive(source.archive_dir)
    states = {(v.dataset_id, v.vintage_id): v.state for v in archive.ledger.vintages()}
    _refuse(dict.fromkeys(set(wanted) - set(states), "the archive does not know it"))
    held = {pair for pair, state in states.items() if state is State.HELD}
    target.archive_dir.mkdir(parents=True)
    (target.archive_dir / "objects").symlink_to(archive.objects.root.resolve(), target_is_directory=True)
    events = [
        json.dumps(entry, ensure_ascii=False, sort_keys=True)
        for entry in archive.ledger.events()
        if entry["event"] == Event.ARCHIVED
        and (
            (pair := (entry["dataset_id"], entry["vintage_id"])) in wanted
            or (pair in held and datetime.fromisoformat(entry["at"]) <= until)
        )
    ]
    (target.archive_dir / "ledger.jsonl").write_text("\n".join(events) + "\n", encoding="utf-8")
    private = Archive(target.archive_dir)
    names = sorted({vintage.dataset_id for vintage in private.ledger.vintages()} & set(registry.datasets()))
    troubles: dict[tuple[str, str], str] = {}
    for number, name in enumerate(names, start=1):
        run = Run(registry.dataset(name), target, None)
        outcome = run.guarded(run.judge_again, recordings_root=RECORDINGS, tables=False, recorded=False)
        promoted = {v.vintage_id for v in outcome.vintages if v.state is State.PROMOTED}
        for dataset_id, vintage_id in wanted:
            if dataset_id == name and vintage_id not in promoted:
                troubles[dataset_id, vintage_id] = outcome.error or "a gate refuses it"
        progress("ingest", number, len(names), name)
    _refuse(troubles)
    write_ledger_tables(target, registry.datasets())


def _refuse(troubles: dict[tuple[str, str], str]) -> None:
    if troubles:
        lines = [f"  {dataset_id} {vintage_id}: {why}" for (dataset_id, vintage_id), why in sorted(troubles.items())]
        raise NotLandedAgainError(
            "\n".join(["These vintages cannot be had from the archive again:", *lines])
            + "\n  next: lines-of-effort verify names what is altered or missing in the archive"
        )
