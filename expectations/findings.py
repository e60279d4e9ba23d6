"""From a rule that did not pass to the rows that break it, all of them, in the database that was checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expectations.custom.sql import plain_query
from expectations.rules import Rule, load_rules
from ingestion.errors import LinesOfEffortError

Row = Mapping[str, Any]


class UnknownRuleError(LinesOfEffortError):
    """There is no such rule in the catalogue, or nothing to show its rows from. Exit code 2."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Broken:
    """The rows that break a rule.

    Args:
        count: how many there are.
        rows: the first of them, in a fixed order; key columns first.
    """

    count: int
    rows: tuple[Row, ...]


def broken_rows(database: Path, rule: Rule, limit: int) -> Broken | None:
    """Return the rows of a build that break a rule, or ``None`` where the rule has no query that finds them.

    Rules written as a query, and the expectations of this project, have one. For those that Great Expectations
    ships only the sample that was kept with the result is known.

    Args:
        database: the private file of the build that was checked.
        rule: of the catalogue.
        limit: rows to return; 0 for all.

    Raises:
        UnknownRuleError: the database is not kept any more.
    """
    if not database.is_file():
        raise UnknownRuleError(
            "The database that was checked is no longer kept, only the sample is.\n"
            "  next: lines-of-effort run --force builds and checks it again"
        )
    import duckdb  # noqa: PLC0415 (only this needs it)

    from expectations.gx_session import expectation_of  # noqa: PLC0415 (imports Great Expectations)

    expectation = expectation_of(rule)
    if not hasattr(expectation, "broken"):
        return None
    query = plain_query(expectation.broken(), rule.batch_query)
    with duckdb.connect(str(database), read_only=True) as connection:
        (count,) = connection.execute(f"select count(*) from ({query}) as broken").fetchall()[0]  # noqa: S608
        cut = f" limit {limit}" if limit else ""
        cursor = connection.execute(f"select * from ({query}) as broken order by all{cut}")  # noqa: S608
        names = [column[0] for column in cursor.description or []]
        rows = tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    return Broken(int(count), rows)


def rule_of(rule_id: str, rules: Sequence[Rule] | None = None) -> Rule:
    """Return a rule of the catalogue by its id.

    Raises:
        UnknownRuleError: there is none; the message names those with a similar id.
    """
    known = {rule.id: rule for rule in (load_rules() if rules is None else rules)}
    if rule_id not in known:
        import difflib  # noqa: PLC0415 (only an error needs it)

        near = difflib.get_close_matches(rule_id, known, n=3) or sorted(known)[:3]
        raise UnknownRuleError(f"There is no rule {rule_id!r} in expectations/suites. Near to it: {', '.join(near)}.")
    return known[rule_id]
