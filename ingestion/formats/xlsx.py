"""Workbooks (xlsx, xls): cells as text, merged ranges resolved, header row found by rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import python_calamine

from ingestion.errors import ContractError

Cells = list[str | None]


def text(value: object) -> str | None:
    """Return a cell as landing keeps it.

    ``15000.0`` → ``"15000"``, ``12.62`` → ``"12.62"``, a date → ``"2014-03-03"``, a date with a time →
    ``"2014-03-03 10:30:27"``, ``''`` → ``None``. Text is kept verbatim, spaces included. An error value (``#N/A``)
    and a formula that was never calculated come from the reader as ``''`` and cannot be told from an empty cell.
    """
    if type(value) is str:  # most cells by far
        return value or None
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return f"{value:.0f}"
        case timedelta():
            return f"{value.total_seconds():g}"
        case _:  # str() of a date or a date with a time is ISO 8601, with a space between the two
            return str(value)


@contextmanager
def workbook(path: Path, *, file: str, dataset_id: str | None = None) -> Iterator[python_calamine.CalamineWorkbook]:
    """Open a workbook. That it is not built to explode has been checked where its bytes came in.

    Raises:
        ContractError: not a workbook, damaged, or protected by a password.
    """
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
    except (python_calamine.CalamineError, OSError) as error:
        raise ContractError(
            f"not a readable workbook: {error}",
            dataset_id=dataset_id,
            file=file,
            rule="xlsx.syntax",
            remedy="look at the archived body: it may be damaged or protected by a password",
        ) from error
    try:
        yield book
    finally:
        book.close()


def sheet_rows(
    book: python_calamine.CalamineWorkbook, sheet: str, *, file: str, dataset_id: str | None = None
) -> Iterator[tuple[int, list[Any]]]:
    """Yield ``(row number as the spreadsheet shows it, raw cells)``, all rows equally wide, hidden rows too.

    Raises:
        ContractError: the sheet cannot be read.
    """
    try:
        yield from enumerate(book.get_sheet_by_name(sheet).iter_rows(), start=1)
    except python_calamine.CalamineError as error:
        raise ContractError(
            f"sheet {sheet!r} cannot be read: {error}", dataset_id=dataset_id, file=file, rule="xlsx.syntax"
        ) from error


def fill_merged(
    grid: Sequence[Sequence[str | None]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] | None
) -> list[Cells]:
    """Return the grid with the value of each merged range in all of its cells.

    Args:
        grid: rows of a sheet from its first row on.
        merged: ``((row, column), (row, column))`` of the first and last cell, counted from 0; parts outside the grid
            are left out.
    """
    filled = [list(row) for row in grid]
    for (top, left), (bottom, right) in merged or ():
        if top >= len(filled) or left >= len(filled[top]):
            continue
        for row in filled[top : bottom + 1]:
            row[left : right + 1] = [filled[top][left]] * len(row[left : right + 1])
    return filled


def find_row(rows: Sequence[Sequence[str | None]], rule: Callable[[Sequence[str | None]], bool]) -> int | None:
    """Return the index of the first row that keeps ``rule``, or ``None``."""
    return next((index for index, row in enumerate(rows) if rule(row)), None)


def join_header(rows: Sequence[Sequence[str | None]]) -> Cells:
    """Return one header out of several rows: the different texts of each column, top down, joined by a space."""
    return [
        " ".join(dict.fromkeys(" ".join(c.split()) for c in column if c)) or None for column in zip(*rows, strict=True)
    ]
