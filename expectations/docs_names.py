"""Names that a reader of the Data Docs sees: a title for each table, and the suite that it stands under."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from expectations.rules import Rule, Suite

_PREFIX = re.compile(r"^(stg_\w+?__|dim_|fct_|rpt_|loe_\d_)")
_WORDS = {
    "cbp": "CBP",
    "chnv": "CHNV",
    "gidd": "GIDD",
    "h2": "H-2",
    "h2a": "H-2A",
    "h2b": "H-2B",
    "khsm": "key metrics:",
    "niv": "nonimmigrant visas,",
    "per": "per",
    "us": "U.S.",
    "wdi": "World Development Indicators",
    "100k": "100,000",
}


class Chapter(NamedTuple):
    """A suite as a heading: its title, what it protects, and its tables."""

    title: str
    about: str
    tables: tuple[str, ...]


def title_of(table: str) -> str:
    """Return a readable title of ``schema.table``; the name itself stands beside it wherever it is shown."""
    words = _PREFIX.sub("", table.rsplit(".", maxsplit=1)[-1]).split("_")
    title = " ".join(_WORDS.get(word, word) for word in words)
    return title[:1].upper() + title[1:]


def chapters(rules: Iterable[Rule], suites: Sequence[Suite]) -> list[Chapter]:
    """Return the tables of the rules under the suite that names them first, in the order of the suites."""
    known = {suite.name: suite for suite in suites}
    placed: dict[str, str] = {}
    for rule in rules:
        placed.setdefault(rule.table, rule.suite)
    found = []
    for name in [*known, *sorted(set(placed.values()) - set(known))]:
        tables = tuple(sorted(table for table, suite in placed.items() if suite == name))
        if tables:
            suite = known.get(name)
            found.append(Chapter(suite.title if suite else name, suite.about if suite else "", tables))
    return found
