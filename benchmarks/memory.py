"""Peak memory of every kind of rule on one large table in which each row, or each group of rows, breaks the rule.

The rows are synthetic: no publisher has a table of that size. Each kind runs in a process of its own, which says what
the operating system counted as its peak.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROWS = 10_000_000
PROMISE_GIB = 2

_KIB_PER_GIB = 1024**2

# Column n is the row's number; of two rows that follow each other, both have the same twin.
_TABLE = """
create schema core;
create table core.many as
select n, n // 2 as twin, 'area ' || (n % 1000) as area, 2000 + n // 2 % 20 as year, cast(null as integer) as missing,
    n % 97 as part, n % 89 as other_part, n % 97 + n % 89 + 7 as total,
    case when n % 4 = 0 then 'total' else 'part' end as kind, n % 2 = 0 as is_closed,
    date '1900-01-01' + cast((n // 1000) * 40 as integer) as day
from range({rows}) as numbers (n)
"""


def _column(kind: str, column: str, **kwargs: Any) -> dict[str, Any]:
    return {"key": ["n"], "expectation": {"type": kind, "kwargs": {"column": column, **kwargs}}}


def _own(kind: str, **kwargs: Any) -> dict[str, Any]:
    return {"expectation": {"type": kind, "kwargs": kwargs}}


KINDS: dict[str, dict[str, Any]] = {
    "expect_column_values_to_not_be_null": _column("expect_column_values_to_not_be_null", "missing"),
    "expect_column_values_to_be_in_set": _column("expect_column_values_to_be_in_set", "area", value_set=["nowhere"]),
    "expect_column_values_to_be_between": _column("expect_column_values_to_be_between", "n", max_value=-1),
    "expect_column_values_to_be_unique": _column("expect_column_values_to_be_unique", "twin"),
    "expect_compound_columns_to_be_unique": {
        "key": ["n"],
        "expectation": {"type": "expect_compound_columns_to_be_unique", "kwargs": {"column_list": ["twin", "year"]}},
    },
    "sql, each row": {"sql": "select * from {batch} where n >= 0"},
    "sql, each pair of rows": {"sql": "select twin, count(*) as n from {batch} group by twin having count(*) > 1"},
    "expect_parts_to_sum_to_total, in a row": _own(
        "expect_parts_to_sum_to_total", key=["n"], parts=["part", "other_part"], total="total"
    ),
    "expect_parts_to_sum_to_total, in rows": _own(
        "expect_parts_to_sum_to_total",
        key=["twin"],
        values=["total"],
        parts_where="kind = 'part'",
        total_where="kind = 'total'",
    ),
    "expect_periods_to_be_continuous": _own(
        "expect_periods_to_be_continuous", column="day", frequency="month", key=["area"]
    ),
    "expect_values_to_be_within_rounding_of": _own(
        "expect_values_to_be_within_rounding_of", columns=["part"], key=["n"], other=["total"], rounded_to=10
    ),
    "expect_no_movement_in_closed_periods, in a row": _own(
        "expect_no_movement_in_closed_periods", key=["n"], closed_by="true", old="part", new="total"
    ),
    "expect_no_movement_in_closed_periods, in rows": _own(
        "expect_no_movement_in_closed_periods", key=["twin"], closed_by="true", value="total", vintage="n"
    ),
}
"""Kind of rule → the fields of a rule of that kind."""


def make_table(database: Path, rows: int = ROWS) -> None:
    """Write the table ``core.many`` to a new file."""
    import duckdb  # noqa: PLC0415 (not needed by the process that only starts the others)

    with duckdb.connect(str(database)) as connection:
        connection.execute(_TABLE.format(rows=rows))


def rule_of(kind: str) -> Any:
    """Return a rule of a kind."""
    from expectations.rules import Rule  # noqa: PLC0415

    described = {
        "id": "memory.rule",
        "suite": "memory",
        "table": "core.many",
        "statement": "Synthetic rows break this rule.",
        "reason": "To measure memory.",
        "source": "Synthetic rows",
        "severity": "error",
        "owner": "maintainers",
    }
    return Rule.model_validate(described | KINDS[kind])


def _child(database: Path, kind: str) -> None:
    """Run one rule and print its status, its offending rows, its seconds and the peak of this process."""
    from expectations.validate import validate  # noqa: PLC0415

    (check,) = validate(database, rules=[rule_of(kind)])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_GIB
    print(json.dumps([check.status, check.failing_count, check.seconds, peak, check.sample]))  # noqa: T201


def measure(rows: int = ROWS) -> list[str]:
    """Return the section of the benchmarks' page, a table with a line per kind of rule."""
    lines = [
        "## Memory of the audit",
        "",
        (
            f"Peak of a whole process with one rule on one table of {rows:,} synthetic rows, all of which break it; "
            f"the promise is under {PROMISE_GIB} GiB."
        ),
        "",
        "| kind of rule | offending | seconds | peak, GiB |",
        "|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "loe_many.duckdb")
        make_table(database, rows)
        for kind in KINDS:
            command = [sys.executable, __file__, str(database), kind]
            done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
            status, count, seconds, peak, sample = json.loads(done.stdout.splitlines()[-1])
            if status != "failed":
                raise RuntimeError(f"{kind}: {status}, {sample}")
            lines.append(f"| {kind} | {count:,} | {seconds:.1f} | {peak:.2f} |")
    return [*lines, ""]


if __name__ == "__main__":
    if len(sys.argv) > 2:  # noqa: PLR2004
        _child(Path(sys.argv[1]), sys.argv[2])
    else:
        print("\n".join(measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)))  # noqa: T201
