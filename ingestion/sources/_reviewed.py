"""Lists of what is asked for, reviewed by hand: one file each, read here and by dbt as a seed.

The files lie in ``ingestion/reviewed/``, because data flow from here to dbt and not back; ``dbt_project.yml`` names the
folder beside its own seeds, and ``dbt/seeds/_reviewed.yml`` describes and tests their columns.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from pathlib import Path

from ingestion.errors import SettingsError

FOLDER = Path(__file__).resolve().parent.parent / "reviewed"

IN_EVERY_LIST = ("language", "topic", "why_listed", "warning", "reviewed_by", "reviewed_on", "asked")
"""Columns of every list. ``asked`` is true or false: a row that is not asked for any more stays, with false, because
states of the past hold its figures."""


def asked_for(name: str, columns: Collection[str], folder: Path | None = None) -> tuple[Mapping[str, str], ...]:
    """Return the rows of a list that are asked for, in the order of the file.

    Args:
        name: of the file, without its ending.
        columns: that the publisher's function needs besides those of every list; together they are the key.
        folder: of the lists, ``ingestion/reviewed`` by default.

    Raises:
        SettingsError: the file is missing, a cell is empty or has blanks around it, ``asked`` is neither true nor
            false, or a row stands twice. The message names file and line.
    """
    path = (folder or FOLDER) / f"{name}.csv"
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except FileNotFoundError as error:
        raise SettingsError(f"the reviewed list {path.name} is missing") from error
    seen = set()
    for line, row in enumerate(rows, start=2):
        wrong = [key for key in (*columns, *IN_EVERY_LIST) if not row.get(key) or row[key] != row[key].strip()]
        if wrong:
            raise SettingsError(
                f"{path.name}, line {line}: {', '.join(wrong)} must be filled in, without blanks around"
            )
        if row["asked"] not in {"true", "false"}:
            raise SettingsError(f"{path.name}, line {line}: asked must be true or false")
        key = tuple(row[column] for column in columns)
        if key in seen:
            raise SettingsError(f"{path.name}, line {line}: {', '.join(key)} stands twice")
        seen.add(key)
    return tuple(row for row in rows if row["asked"] == "true")
