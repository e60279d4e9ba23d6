"""Pieces of SQL that the rules are put together from. Imports nothing heavy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

SAMPLE_SIZE = 5
"""Offending rows that are kept per rule; no more than these are fetched."""

_BIND = re.compile(r"(?<![:\\\w]):(?=\w)")

Value = bool | int | float | Decimal | str | date | None


def over_batch(sql: str) -> str:
    """Return a rule's query in the form that Great Expectations substitutes and SQLAlchemy executes.

    The batch is bound once to a name (so that it can be joined and read twice); other braces and colons lose their
    special meaning.
    """
    body = sql.strip().rstrip(";").replace("{batch}", "\0")
    body = body.replace("{", "{{").replace("}", "}}").replace("\0", "batch_rows")
    return escape_colons(f"with batch_rows as (select * from {{batch}}) select * from ({body}) as broken")  # noqa: S608


def plain_query(sql: str, batch_query: str) -> str:
    """Return a rule's query over its batch as SQL that the database runs without Great Expectations."""
    body = sql.strip().rstrip(";").replace("{batch}", "batch_rows")
    return f"with batch_rows as ({batch_query}) select * from ({body}) as found"  # noqa: S608


def escape_colons(sql: str) -> str:
    """Return SQL in which no colon is taken for a bind parameter (``::`` casts are left alone)."""
    return _BIND.sub(r"\\:", sql)


def quoted(name: str) -> str:
    """Return a column name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def columns(names: Iterable[str]) -> str:
    """Return column names as the list of a select."""
    return ", ".join(quoted(name) for name in names)


def literal(value: Value) -> str:
    """Return a value as SQL."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    return str(value)


def amount(value: float) -> str:
    """Return a number as SQL, whole where it is whole."""
    return str(int(value)) if float(value).is_integer() else str(value)


def listed(names: Sequence[str]) -> str:
    """Return names as a reader enumerates them: ``a, b and c``."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def named(place: str, names: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Return places for names in the text of a sentence, ``$key_0 and $key_1``, and what stands for each."""
    params = {f"{place}_{n}": name for n, name in enumerate(names)}
    return listed([f"${name}" for name in params]), params


def number(value: float | str) -> str:
    """Return a number as people write it, with a comma at each thousand; a text stays as it is."""
    if isinstance(value, str):
        return value
    return f"{int(value):,}" if float(value).is_integer() else str(value)
