"""``expect_parts_to_sum_to_total``: parts that are printed beside their total add up to it."""

from __future__ import annotations

from typing import Any

from great_expectations.compatibility import pydantic

from expectations.custom.offending_rows import ExpectNoRowToBreakTheRule, Sentence, tolerance_in_words
from expectations.custom.sql import amount, columns, named, quoted


class ExpectPartsToSumToTotal(ExpectNoRowToBreakTheRule):
    """Parts add up to their total.

    Either in one row, ``parts`` being columns beside the column ``total``; or in several rows of one group: the rows
    of a ``key`` that meet ``parts_where`` are the parts of the row that meets ``total_where``, in each of ``values``.

    Attributes:
        key: columns that name a row, or a group of rows.
        parts: columns that hold the parts.
        total: column that holds their total.
        values: columns whose parts and total are rows.
        parts_where: SQL condition that a row of a part meets.
        total_where: SQL condition that the row of the total meets.
        tolerance: distance that is permitted, in the unit of the figure.
        tolerance_per_part: distance that is permitted for each part that has a figure; half a unit of rounding.
        at_most: parts may also be less than the total (some are not published).
        total_may_be_missing: a group without a total is not judged.
        missing_adds_nothing: a part or total without a figure counts as nothing. Otherwise a missing part in a row
            makes the sum missing, and a missing sum meets only a missing total.
    """

    key: list[str] = pydantic.Field(min_items=1)
    parts: list[str] = pydantic.Field(default_factory=list)
    total: str = ""
    values: list[str] = pydantic.Field(default_factory=list)
    parts_where: str = ""
    total_where: str = ""
    tolerance: float = 0
    tolerance_per_part: float = 0
    at_most: bool = False
    total_may_be_missing: bool = False
    missing_adds_nothing: bool = False

    @pydantic.root_validator(pre=True)  # type: ignore[untyped-decorator]
    def _one_shape(cls, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N805 (a class method)
        in_a_row = {name for name in ("parts", "total") if values.get(name)}
        in_rows = {name for name in ("values", "parts_where", "total_where") if values.get(name)}
        if (len(in_a_row), len(in_rows)) not in {(2, 0), (0, 3)}:
            raise ValueError("give either parts and total (columns), or values, parts_where and total_where (rows)")
        return values

    def broken(self) -> str:
        """Return the rows, or groups of rows, whose parts do not make the total."""
        if self.parts:
            figures = [("sum_of_parts", self.total, self._in_a_row(), self._cell(self.total), self._parts_in_a_row())]
            source = "{batch} as batch"
        else:
            figures = [(f"{value}_of_parts", f"{value}_total", *self._in_rows(value)) for value in self.values]
            source = f"{{batch}} group by {columns(self.key)}"
        selected = []
        conditions = []
        shown = list(self.key)
        for part, total, sum_of_parts, whole, count in figures:
            selected += [
                f"{sum_of_parts} as {quoted(part)}",
                f"{whole} as {quoted(total)}",
                f"{count} as {quoted(f'n {part}')}",
            ]
            conditions.append(self._is_off(quoted(part), quoted(total), quoted(f"n {part}")))
            shown += [part, total]
        return (
            f"select {columns(shown)} from (select {columns(self.key)}, {', '.join(selected)} from {source}) as summed "  # noqa: S608
            f"where {' or '.join(conditions)}"
        )

    def _in_a_row(self) -> str:
        cells = [self._cell(part) for part in self.parts]
        return " + ".join(f"coalesce({cell}, 0)" if self.missing_adds_nothing else cell for cell in cells)

    @staticmethod
    def _cell(name: str) -> str:
        return f"batch.{quoted(name)}"

    def _parts_in_a_row(self) -> str:
        return " + ".join(f"cast({self._cell(part)} is not null as integer)" for part in self.parts)

    def _in_rows(self, value: str) -> tuple[str, str, str]:
        column = quoted(value)
        parts = f"filter (where {self.parts_where})"
        return f"sum({column}) {parts}", f"sum({column}) filter (where {self.total_where})", f"count({column}) {parts}"

    def _is_off(self, parts: str, total: str, count: str) -> str:
        if self.missing_adds_nothing:
            parts, total = f"coalesce({parts}, 0)", f"coalesce({total}, 0)"
        distance = f"{parts} - {total}" if self.at_most else f"abs({parts} - {total})"
        permitted = (
            f"{amount(self.tolerance)} + {amount(self.tolerance_per_part)} * {count}"
            if self.tolerance_per_part
            else f"{amount(self.tolerance)}"
        )
        off = f"coalesce({distance} > {permitted}, false)"
        if self.at_most or self.total_may_be_missing:
            unknown = "false" if self.total_may_be_missing else f"({total} is null and {parts} is not null)"
        else:
            unknown = f"({parts} is null) <> ({total} is null)"
        return f"({off} or {unknown})"

    def sentence(self) -> Sentence:
        """Return what is expected, as a sentence."""
        verb = "add up to no more than" if self.at_most else "add up to"
        end = tolerance_in_words(self.tolerance, self.tolerance_per_part)
        key, params = named("key", self.key)
        if self.parts:
            parts, of_parts = named("part", self.parts)
            params |= of_parts | {"total": self.total}
            text = f"In each row (named by {key}), {parts} {verb} $total{end}."
        else:
            values, of_values = named("value", self.values)
            params |= of_values | {"parts": self.parts_where, "total": self.total_where}
            text = f"For each {key}, {values} of the rows where $parts {verb} the row where $total{end}."
        if self.missing_adds_nothing:
            text += " A missing part adds nothing."
        if self.total_may_be_missing:
            text += " Where there is no total, nothing is compared."
        return text, params
