"""What a publication says of the one before it: figures that differ, ranked, and counts per line of effort."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.errors import LinesOfEffortError
from ingestion.settings import Settings
from publication.export import DATABASE_NAME
from publication.publish import publications

_COLUMNS = (
    "change_rank, change_size, change_kind, cause, line_of_effort, indicator_id, measure, reference_area, "
    "counterpart_area, time_period, unit_of_measure, dataset_id, previous_value, observation_value, difference, "
    "percent_change, observation_key"
)


class NoChangesKeptError(LinesOfEffortError):
    """There is no such publication, or it was made before changes were kept. Exit code 2."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between a publication and the one that was up before it.

    Args:
        build_id: the publication.
        previous_build_id: the one before it; ``None`` at the first.
        code_changed: whether other code made the one before.
        figures: one mapping per figure that differs, largest first; columns of ``quality.publication_changes``.
        lines: line of effort (0: none), its counts by size and by kind.
        tables: tables whose number of rows differs; columns of ``quality.publication_table_changes``.
    """

    build_id: str
    previous_build_id: str | None
    code_changed: bool
    figures: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    tables: list[dict[str, Any]]


def changes_of(settings: Settings, build_id: str | None = None) -> Changes:
    """Read what a publication says of the one before it.

    Args:
        settings: names the workspace.
        build_id: which publication; the one that is up when left out.

    Raises:
        NoChangesKeptError: no such publication is kept, or it holds no changes.
    """
    name = build_id or (settings.published_dir / "current").resolve().name
    kept = {path.name: path for path in publications(settings)}
    if name not in kept:
        raise NoChangesKeptError(
            f"There is no publication {build_id or 'that is up'}; kept: {', '.join(kept) or 'none'}.\n"
            "  next: lines-of-effort status shows what is published"
        )
    return _read(name, kept[name] / DATABASE_NAME)


def _read(name: str, database: Path) -> Changes:
    import duckdb  # noqa: PLC0415 - commands that only read small files must not pay for it

    with duckdb.connect(str(database), read_only=True) as connection:

        def rows(sql: str) -> list[dict[str, Any]]:
            cursor = connection.execute(sql)
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

        try:
            tables = rows("from quality.publication_table_changes order by table_name")
            figures = rows(f"select {_COLUMNS} from quality.publication_changes order by change_rank")
        except duckdb.CatalogException:
            raise NoChangesKeptError(f"Build {name} was made before changes were kept.") from None
        lines = rows(
            "select coalesce(line_of_effort, 0) as line, count(*) as figures, "
            "count(*) filter (change_size = 'large') as large, count(*) filter (change_size = 'moderate') as moderate, "
            "count(*) filter (change_size = 'small') as small, count(*) filter (change_kind = 'added') as added, "
            "count(*) filter (change_kind = 'removed') as removed, "
            "count(*) filter (change_kind = 'revised') as revised "
            "from quality.publication_changes group by 1 order by 1"
        )
    return Changes(
        build_id=name,
        previous_build_id=tables[0]["previous_build_id"] if tables else None,
        code_changed=any(table["code_changed"] for table in tables),
        figures=figures,
        lines=lines,
        tables=[table for table in tables if table["previous_rows"] != table["row_count"]],
    )


def as_table(changes: Changes, limit: int) -> list[dict[str, Any]]:
    """Return the largest differences as rows of text for the console.

    Args:
        changes: what differs.
        limit: how many; all when 0.
    """
    return [
        {
            "rank": figure["change_rank"],
            "size": figure["change_size"],
            "kind": figure["change_kind"],
            "cause": figure["cause"],
            "line": figure["line_of_effort"] or 0,
            "measure": figure["measure"],
            "area": " of ".join(area for area in (figure["reference_area"], figure["counterpart_area"]) if area),
            "period": figure["time_period"],
            "unit": figure["unit_of_measure"],
            "before": _number(figure["previous_value"]),
            "now": _number(figure["observation_value"]),
            "percent": _number(figure["percent_change"], 1),
        }
        for figure in changes.figures[: limit or None]
    ]


def _number(value: Any, digits: int = 2) -> str:
    if value is None:
        return ""
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
