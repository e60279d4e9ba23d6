"""Aligns the header of a file with the contract: which column is which field, and what does not fit."""

from __future__ import annotations

import difflib
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.contract import Dataset
from ingestion.errors import ContractError

logger = logging.getLogger(__name__)


def normalise(name: str) -> str:
    """Return a header as it is compared: no space around it, one space inside, case ignored."""
    return " ".join(name.split()).casefold()


@dataclass(frozen=True, slots=True)
class Alignment:
    """What each column of a file is.

    Args:
        columns: per position, the name of the field, or ``None`` for a column that does not reach landing.
        absent: optional fields that the file lacks (null on every row).
        unknown: columns in neither ``fields`` nor ``dropped``; only ever filled with ``unknown_columns="warn"``.
            They are left out of landing, because nobody has looked at what they hold.
    """

    columns: tuple[str | None, ...]
    absent: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def values(self, cells: Sequence[str | None]) -> dict[str, str | None]:
        """Return the cells of one row by field name; the caller has checked that there is one cell per column."""
        return {name: cell for name, cell in zip(self.columns, cells, strict=True) if name is not None}


def align(dataset: Dataset, header: Sequence[str | None], *, file: str, record: str = "1") -> Alignment:
    """Return which column of ``header`` is which field of ``dataset``.

    Order does not matter; names are compared by :func:`normalise`, through each field's aliases.
    With ``unknown_columns="warn"`` an unknown column is logged as a warning (``record.unknown_columns`` on the
    log record carries the names) and returned in :attr:`Alignment.unknown`.

    Raises:
        ContractError: a required field is missing, a name comes twice, a column has no name, or is unknown
            where the contract refuses it. The message shows the difference, one column a line.
    """
    known: dict[str, str | None] = {normalise(d.name): None for d in dataset.dropped}
    known |= {normalise(name): field.name for field in dataset.fields for name in (field.name, *field.aliases)}
    keys = [normalise(name or "") for name in header]

    unknown = [(name or "").strip() for name, key in zip(header, keys, strict=True) if key not in known]
    found = Counter(known[key] for key in keys if known.get(key) is not None)
    twice = [str(name) for name, count in found.items() if count > 1]
    twice += [key for key, count in Counter(k for k in keys if known.get(k) is None).items() if count > 1]
    missing = [f.name for f in dataset.fields if f.required and f.name not in found]

    refused = unknown if dataset.unknown_columns == "refuse" or "" in unknown else []
    if missing or twice or refused:
        raise ContractError(
            _difference(missing, refused, twice),
            dataset_id=dataset.id,
            file=file,
            record=record,
            rule="header.duplicate" if twice else "header.missing" if missing else "header.unknown",
            remedy="compare the publisher's new header with the contract's fields, aliases and dropped columns",
        )
    if unknown:
        logger.warning(
            "%s: %s has columns that the contract does not know, left out of landing: %s",
            dataset.id,
            file,
            ", ".join(unknown),
            extra={"dataset_id": dataset.id, "file": file, "unknown_columns": tuple(unknown)},
        )
    return Alignment(
        columns=tuple(known.get(key) for key in keys),
        absent=tuple(f.name for f in dataset.fields if f.name not in found),
        unknown=tuple(unknown),
    )


def _difference(missing: Sequence[str], unknown: Sequence[str], twice: Sequence[str]) -> str:
    lines = ["the header is not the one in the contract (- expected and not there, + there and not expected):"]
    for name in missing:
        close = difflib.get_close_matches(normalise(name), [normalise(u) for u in unknown], n=1, cutoff=0.6)
        lines.append(f"    - {name}" + (f"   (renamed to {close[0]!r}?)" if close else ""))
    lines += [f"    + {name}" if name else "    + (a column without a name)" for name in unknown]
    lines += [f"    ! {name}   (more than once)" for name in twice]
    return "\n".join(lines)
