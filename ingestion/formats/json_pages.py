"""JSON that comes in numbered pages: ask for all of them, read each one strictly, values as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from ingestion.contract import Getter, Kind, Payload
from ingestion.errors import ContractError, FetchError

MAX_PAGES = 1000
"""More pages than any dataset here can have: a page count above it is an error, not work to do."""


def text(value: object) -> str | None:
    """Return a JSON value as landing keeps it: ``5`` → ``"5"``, text kept (``""`` too), ``null`` → ``None``.

    Raises:
        TypeError: the value is an object or a list.
    """
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return str(value)
        case _:
            raise TypeError(f"a {type(value).__name__} is not a single value")


def load(path: Path, *, file: str, dataset_id: str | None = None) -> Any:
    """Return the JSON document in ``path``; numbers come as text, with the digits that the publisher wrote.

    Raises:
        ContractError: not UTF-8, not JSON, ``NaN``, or an object with the same key twice.
    """

    def constant(name: str) -> NoReturn:
        raise ValueError(f"{name} is not JSON")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("an object has the same key twice")
        return found

    try:
        return json.loads(
            path.read_bytes().decode("utf-8-sig"),
            parse_int=str,
            parse_float=str,
            parse_constant=constant,
            object_pairs_hook=unique,
        )
    except (ValueError, RecursionError) as error:
        raise ContractError(
            f"the body is not the JSON that was asked for: {error}",
            dataset_id=dataset_id,
            file=file,
            rule="json.syntax",
            remedy="look at the archived body: the publisher may have answered with a page for people",
        ) from error


def count(value: object, name: str, *, file: str, dataset_id: str | None = None) -> int:
    """Return a count out of an envelope, whether the publisher wrote ``3`` or ``"3"``.

    Raises:
        ContractError: it is not a whole number of zero or more.
    """
    shown = text(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
    if shown is None or not shown.isascii() or not shown.isdigit():
        raise ContractError(
            f"the answer's {name!r} is {value!r}, not a count", dataset_id=dataset_id, file=file, rule="json.envelope"
        )
    return int(shown)


def fetch_pages(
    getter: Getter,
    url: str,
    *,
    folder: str,
    params: Mapping[str, str],
    pages: Callable[[Payload], int],
    dataset_id: str,
) -> Iterator[Payload]:
    """Yield page 1, 2, ... of one query as ``<folder>/page-<n>.json``; always at least page 1.

    Args:
        getter: asks the publisher.
        url: address without query.
        folder: logical folder of the pages, part of :attr:`Payload.file`.
        params: query parameters; ``page`` is added.
        pages: reads the number of pages out of an answer (0 when nothing was found), and checks the envelope.
        dataset_id: named in errors.

    Raises:
        FetchError: the number of pages changed while they were read, or is beyond :data:`MAX_PAGES`.
    """
    number, last = 1, 1
    while number <= last:
        file = f"{folder}/page-{number}.json"
        payload = getter.get(url, file=file, kind=Kind.JSON, params={**params, "page": str(number)})
        told = pages(payload)
        if number == 1:
            last = told
        if told != last or told > MAX_PAGES:
            raise FetchError(
                f"page {number} speaks of {told} pages, page 1 of {last}; at most {MAX_PAGES} are read",
                dataset_id=dataset_id,
                url=payload.url,
                file=file,
                rule="json.pages",
                remedy="run again: the publisher was probably releasing new figures",
            )
        yield payload
        number += 1
