"""The warehouse as it stood on a day: the same models over the vintages that were known then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.code_version import code_version
from ingestion.errors import SettingsError
from ingestion.ledger import Ledger, State, Vintage
from ingestion.outcome import newest_promoted

if TYPE_CHECKING:
    from ingestion.settings import Settings


@dataclass(frozen=True, slots=True)
class AsOf:
    """A warehouse as it stood on a day.

    Args:
        database: the file, for readers.
        used: newest vintage of each dataset on that day, by the dates of the ledger. A recorded one may be dated before
            its release (``Vintage.date_may_precede_release``).
        missing: datasets that had no vintage yet.
    """

    database: Path
    used: tuple[Vintage, ...]
    missing: tuple[str, ...]


def build_as_of(settings: Settings, day: date) -> AsOf:
    """Build ``<workspace>/as_of/<day>/lines_of_effort_<day>.duckdb``; the publication is not touched.

    The checks of a publication are not run, and the history tables are not in the file.

    Args:
        settings: names the workspace.
        day: last day whose vintages are read.

    Raises:
        SettingsError: nothing was known on that day.
    """
    promoted: dict[str, list[Vintage]] = {}
    for vintage in Ledger(settings.archive_dir / "ledger.jsonl").vintages():
        if vintage.state is State.PROMOTED:
            promoted.setdefault(vintage.dataset_id, []).append(vintage)
    if not promoted:
        raise SettingsError("Nothing is archived yet. Run: lines-of-effort run")
    known = {name: [v for v in of if v.vintage_id[:10] <= day.isoformat()] for name, of in promoted.items()}
    used = tuple(current for of in known.values() if (current := newest_promoted(of)))
    if not used:
        first = min((v for of in promoted.values() for v in of), key=lambda v: v.vintage_id)
        raise SettingsError(
            f"Nothing was known on {day}: the first vintage is {first.vintage_id} of {first.dataset_id}.\n"
            f"  next: ask for {first.vintage_id[:10]} or a later day"
        )
    from dagster_project.dbt_runner import dbt_build_as_of  # noqa: PLC0415 - costs two seconds

    folder = settings.workspace / "as_of" / day.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    private = folder / "loe_build.duckdb"
    target = folder / f"lines_of_effort_{day}.duckdb"
    try:
        dbt_build_as_of(day.isoformat(), settings, private)
        _export(private, target, settings, day)
    finally:
        private.unlink(missing_ok=True)
    return AsOf(target, used, tuple(name for name, of in known.items() if not of))


def _export(private: Path, target: Path, settings: Settings, day: date) -> None:
    import duckdb  # noqa: PLC0415

    from publication.export import STORAGE_VERSION, comment_on, copy_tables  # noqa: PLC0415

    temporary = target.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        connection.execute(f"attach '{private}' as built (read_only)")
        connection.execute(f"attach '{temporary}' as published (storage_version '{STORAGE_VERSION}')")
        copy_tables(connection, "built", "published")
        relation = "published.quality.as_of"
        connection.execute(
            f"create table {relation} as select cast(? as date) as as_of, cast(? as timestamp) as built_at, "
            "cast(? as varchar) as source_mode, cast(? as varchar) as code_version",
            [day, datetime.now(UTC).replace(tzinfo=None), settings.sources.value, code_version()],
        )
        comment_on(connection, "table", relation, "What this database is. Not audited: no check was run on it.")
        for name, text in {
            "as_of": "The day that it shows the warehouse of.",
            "built_at": "When it was built, UTC.",
            "source_mode": "recorded (bundled figures) or live.",
            "code_version": "Hash of the code, models, rules and locked dependencies.",
        }.items():
            comment_on(connection, "column", f"{relation}.{name}", text)
        connection.execute("checkpoint published")
        connection.execute("detach published")
    temporary.replace(target)
