"""``expect_values_to_be_within_rounding_of``: figures agree with printed ones, or with another column."""

from __future__ import annotations

from typing import Any

from great_expectations.compatibility import pydantic

from expectations.custom.offending_rows import ExpectNoRowToBreakTheRule, Sentence, tolerance_in_words
from expectations.custom.sql import Value, amount, columns, listed, literal, named, number, quoted


class ExpectValuesToBeWithinRoundingOf(ExpectNoRowToBreakTheRule):
    """Figures are those of a second source, as far as its rounding permits.

    The second source is either ``other``, a column beside each of ``columns``; or ``printed``, figures read off a
    page by a person: rows of the values of the key and one figure for each of ``columns``.

    Attributes:
        columns: columns with the figures.
        key: columns that name a row.
        other: column of the second source, one for each of ``columns``.
        printed: the figures of the second source by key.
        add_up: several rows of a key are added up before they are compared with ``printed``.
        only_if_present: a printed figure whose key is in no row is not judged. Otherwise it breaks the rule.
        rounded_to: unit to which the second source is rounded; figures may differ by half of it.
        within: distance that is permitted, in the unit of the figure, in place of ``rounded_to``.
        within_percent: distance that is permitted, in percent of the second source.
        wider: SQL condition of rows in which ``wider_within`` holds in place of ``within``.
        wider_within: see ``wider``.
    """

    columns: list[str] = pydantic.Field(min_items=1)
    key: list[str] = pydantic.Field(min_items=1)
    other: list[str] = pydantic.Field(default_factory=list)
    printed: list[list[Any]] = pydantic.Field(default_factory=list)
    add_up: bool = False
    only_if_present: bool = False
    rounded_to: float = 0
    within: float = 0
    within_percent: float = 0
    wider: str = ""
    wider_within: float = 0

    @pydantic.root_validator(pre=True)  # type: ignore[untyped-decorator]
    def _one_source(cls, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N805 (a class method)
        other, printed = values.get("other") or [], values.get("printed") or []
        names, key = values.get("columns") or [], values.get("key") or []
        if bool(other) == bool(printed):
            raise ValueError("give either other (columns) or printed (figures by key)")
        if other and len(other) != len(names):
            raise ValueError("other names one column for each of columns")
        if any(len(row) != len(key) + len(names) for row in printed):
            raise ValueError("each row of printed holds the values of the key, then one figure for each of columns")
        if sum(bool(values.get(name)) for name in ("rounded_to", "within", "within_percent")) > 1:
            raise ValueError("give one of rounded_to, within and within_percent")
        if bool(values.get("wider")) != bool(values.get("wider_within")):
            raise ValueError("wider and wider_within go together")
        return values

    def broken(self) -> str:
        """Return the rows whose figures are too far from those of the second source."""
        if self.printed:
            return self._far_from_printed()
        pairs = list(zip(self.columns, self.other, strict=True))
        shown = columns([*self.key, *(name for pair in pairs for name in pair)])
        far = " or ".join(self._is_far(quoted(own), quoted(other)) for own, other in pairs)
        return f"select {shown} from {{batch}} where {far}"  # noqa: S608

    def _far_from_printed(self) -> str:
        keys = [f"key_{n}" for n in range(len(self.key))]
        figures = [f"figure_{n}" for n in range(len(self.columns))]
        rows = ", ".join("(" + ", ".join(literal(cell) for cell in row) + ")" for row in self.printed)
        source = "{batch}"
        if self.add_up:
            sums = ", ".join(f"sum({quoted(name)}) as {quoted(name)}" for name in self.columns)
            source = f"(select {columns(self.key)}, {sums} from {{batch}} group by {columns(self.key)})"  # noqa: S608
        shown = [f"printed.{place} as {quoted(name)}" for place, name in zip(keys, self.key, strict=True)]
        far = []
        for place, name in zip(figures, self.columns, strict=True):
            own, printed = f"own.{quoted(name)}", f"printed.{place}"
            shown += [own, f"{printed} as {quoted(f'{name}_printed')}"]
            far.append(f"({printed} is not null and ({own} is null or {self._is_far(own, printed)}))")
        same = " and ".join(f"own.{quoted(name)} = printed.{place}" for place, name in zip(keys, self.key, strict=True))
        return (
            f"select {', '.join(shown)} from (values {rows}) as printed ({', '.join([*keys, *figures])}) "  # noqa: S608
            f"{'inner' if self.only_if_present else 'left'} join {source} as own on {same} where {' or '.join(far)}"
        )

    def _is_far(self, own: str, other: str) -> str:
        permitted = amount(self._within())
        if self.within_percent:
            permitted = f"{amount(self.within_percent)} / 100.0 * abs({other})"
        if self.wider:
            permitted = f"case when {self.wider} then {amount(self.wider_within)} else {permitted} end"
        return f"abs({own} - {other}) > {permitted}"

    def _within(self) -> float:
        return self.within or self.rounded_to / 2

    def sentence(self) -> Sentence:
        """Return what is expected, as a sentence."""
        key, params = named("key", self.key)
        own, of_own = named("column", self.columns)
        params |= of_own
        end = tolerance_in_words(f"{number(self.within_percent)} %" if self.within_percent else self._within())
        if self.rounded_to:
            end += f" (printed figures are rounded to {number(self.rounded_to)})"
        if self.wider:
            end += f" ({number(self.wider_within)} where $wider)"
            params["wider"] = self.wider
        verb = "equals" if len(self.columns) == 1 and not end else "equal" if not end else "agrees with"
        if len(self.columns) > 1 and end:
            verb = "agree with"
        if self.other:
            other, of_other = named("other", self.other)
            return f"In each row (named by {key}), {own} {verb} {other}{end}.", params | of_other
        added = f", added up by {key}," if self.add_up else ""
        figures = "; ".join(self._printed_in_words(row) for row in self.printed)
        params["printed"] = figures
        where = "" if self.add_up else f", by {key}"
        text = f"{own}{added} {verb} the printed figures{where}: $printed{end}."
        if self.only_if_present:
            text += " A figure whose key has no row is not compared."
        return text, params

    def _printed_in_words(self, row: list[Value]) -> str:
        key = " ".join(str(cell) for cell in row[: len(self.key)])
        figures = ["not printed" if cell is None else number(cell) for cell in row[len(self.key) :]]  # type: ignore[arg-type]
        return f"{key} {listed(figures)}"
