"""``expect_no_movement_in_closed_periods``: what is closed does not change in silence."""

from __future__ import annotations

from typing import Any

from great_expectations.compatibility import pydantic

from expectations.custom.offending_rows import ExpectNoRowToBreakTheRule, Sentence, tolerance_in_words
from expectations.custom.sql import amount, columns, named, number, quoted


class ExpectNoMovementInClosedPeriods(ExpectNoRowToBreakTheRule):
    """A figure of a closed period is the same in every vintage.

    Either each row holds an ``old`` and a ``new`` figure; or the rows of a ``key`` are added up within each
    ``vintage``, and the sums compared.

    Attributes:
        key: columns that name a figure.
        closed_by: SQL condition that a row of a closed period meets.
        old: column with the earlier figure.
        new: column with the later figure.
        value: column whose rows are added up.
        vintage: column that names the vintage.
        within: movement that is permitted, in the unit of the figure.
        within_percent: movement that is permitted, in percent of the earlier (or smallest) figure.
        from_size: figures below this size are not judged.
    """

    key: list[str] = pydantic.Field(min_items=1)
    closed_by: str
    old: str = ""
    new: str = ""
    value: str = ""
    vintage: str = ""
    within: float = 0
    within_percent: float = 0
    from_size: float = 0

    @pydantic.root_validator(pre=True)  # type: ignore[untyped-decorator]
    def _one_shape(cls, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N805 (a class method)
        in_a_row = {name for name in ("old", "new") if values.get(name)}
        in_rows = {name for name in ("value", "vintage") if values.get(name)}
        if (len(in_a_row), len(in_rows)) not in {(2, 0), (0, 2)}:
            raise ValueError("give either old and new (columns), or value and vintage (rows of several vintages)")
        if values.get("within") and values.get("within_percent"):
            raise ValueError("give one of within and within_percent")
        return values

    def broken(self) -> str:
        """Return the closed figures that moved, with both values."""
        if self.old:
            old, new = quoted(self.old), quoted(self.new)
            source = f"{{batch}} where ({self.closed_by}) and {self._has_moved(old, new)}"
            return (
                f"select {columns([*self.key, self.old, self.new])}, {self._percent(old, new)} as percent from {source}"  # noqa: S608
            )
        key = columns(self.key)
        return (
            f"select {key}, smallest, largest, {self._percent('smallest', 'largest')} as percent from ("  # noqa: S608
            f"select {key}, min(total) as smallest, max(total) as largest from ("
            f"select {key}, {quoted(self.vintage)}, sum({quoted(self.value)}) as total from {{batch}} "
            f"where {self.closed_by} group by {key}, {quoted(self.vintage)}) as sums group by {key}) as extremes "
            f"where {self._has_moved('smallest', 'largest')}"
        )

    def _has_moved(self, old: str, new: str) -> str:
        permitted = (
            f"{amount(self.within_percent)} / 100.0 * abs({old})" if self.within_percent else amount(self.within)
        )
        moved = f"abs({new} - {old}) > {permitted}"
        return f"abs({old}) >= {amount(self.from_size)} and {moved}" if self.from_size else moved

    @staticmethod
    def _percent(old: str, new: str) -> str:
        return f"round(100.0 * ({new} - {old}) / nullif(abs({old}), 0), 2)"

    def sentence(self) -> Sentence:
        """Return what is expected, as a sentence."""
        key, params = named("key", self.key)
        params["closed_by"] = self.closed_by
        end = tolerance_in_words(f"{number(self.within_percent)} %" if self.within_percent else self.within)
        if self.from_size:
            end += f"; figures below {number(self.from_size)} are not judged"
        if self.old:
            params |= {"old": self.old, "new": self.new}
            return f"Where $closed_by, $new equals $old for each {key}{end}.", params
        params |= {"value": self.value, "vintage": self.vintage}
        return f"Where $closed_by, the sum of $value by {key} is the same in every $vintage{end}.", params
