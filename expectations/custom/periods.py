"""``expect_periods_to_be_continuous``: a series has no hole."""

from __future__ import annotations

from typing import Literal

from great_expectations.compatibility import pydantic

from expectations.custom.offending_rows import ExpectNoRowToBreakTheRule, Sentence
from expectations.custom.sql import columns, named, quoted


class ExpectPeriodsToBeContinuous(ExpectNoRowToBreakTheRule):
    """Each period of a series follows the one before it.

    Attributes:
        column: the period: a date or timestamp, or a whole number for years.
        frequency: distance between two periods that follow each other.
        key: columns that name a series; the whole table is one series without them.
        starts_at: SQL expression, over the columns of the key, of the period with which each series must begin.
        periods: number of periods that each series must have.
    """

    column: str
    frequency: Literal["day", "week", "month", "quarter", "year", "number"]
    key: list[str] = pydantic.Field(default_factory=list)
    starts_at: str = ""
    periods: int = pydantic.Field(default=0, ge=0)

    def broken(self) -> str:
        """Return each hole with the periods on its two sides, and each series that starts or ends elsewhere."""
        period = quoted(self.column)
        series = f"partition by {columns(self.key)}" if self.key else ""
        key = f"{columns(self.key)}, " if self.key else ""
        grouped = f"group by {columns(self.key)}" if self.key else ""
        holes = (
            f"select {key}'hole' as what, previous as after_period, period as before_period, "  # noqa: S608
            f"{self._steps('previous', 'period')} - 1 as periods_missing "
            f"from (select {key}{period} as period, lag({period}) over ({series} order by {period}) as previous "
            f"from (select distinct {key}{period} from {{batch}} where {period} is not null) as periods) as pairs "
            f"where {self._steps('previous', 'period')} > 1"
        )
        ends = f"select {key}min({period}) as first, max({period}) as last, count(distinct {period}) as n from {{batch}} {grouped}"  # noqa: S608, E501
        found = [holes]
        if self.starts_at:
            found.append(
                f"select {key}'other start' as what, null as after_period, first as before_period, "  # noqa: S608
                f"{self._steps(f'({self.starts_at})', 'first')} as periods_missing "
                f"from ({ends}) as ends where first is distinct from {self.starts_at}"
            )
        if self.periods:
            found.append(
                f"select {key}'number of periods' as what, first as after_period, last as before_period, "  # noqa: S608
                f"{self.periods} - n as periods_missing from ({ends}) as ends where n <> {self.periods}"
            )
        return " union all by name ".join(found)

    def _steps(self, earlier: str, later: str) -> str:
        if self.frequency == "number":
            return f"({later} - {earlier})"
        return f"date_diff('{self.frequency}', {earlier}, {later})"

    def sentence(self) -> Sentence:
        """Return what is expected, as a sentence."""
        step = "one" if self.frequency == "number" else f"one {self.frequency}"
        key, params = named("key", self.key)
        params |= {"column": self.column} | ({"starts_at": self.starts_at} if self.starts_at else {})
        text = f"For each {key}, " if self.key else ""
        text += f"$column has no hole: each period follows the one before it by {step}"
        if self.starts_at:
            text += ", starting at $starts_at"
        if self.periods:
            text += f", {self.periods} periods in all"
        return f"{text}.", params
