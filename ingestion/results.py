"""One row per check, whoever made it: ingestion gates, dbt tests, dbt unit tests, expectations, acceptances.

All of them become rows of ``quality.check_results``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum


class Checker(StrEnum):
    """Who made the check."""

    GATE = "gate"
    DBT_TEST = "dbt_test"
    DBT_UNIT_TEST = "dbt_unit_test"
    EXPECTATION = "expectation"
    ACCEPTANCE = "acceptance"


class Severity(StrEnum):
    """``error`` blocks publication; ``warning`` is shown first and never hidden."""

    ERROR = "error"
    WARNING = "warning"


class Status(StrEnum):
    """What came out.

    ``errored`` (the rule itself crashed) and ``no_rows`` (the rule saw nothing) are neither passed nor failed:
    both block publication where the severity is ``error``.
    """

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    NO_ROWS = "no_rows"


class Disposition(StrEnum):
    """What was decided about a finding; see ``expectations/acceptances.yml``. None of them hides it."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    FALSE_POSITIVE = "false_positive"


NEVER_LANDED = "no vintage was ever landed"
"""How the sample of a rule begins that saw no rows because its dataset was never landed."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check.

    Args:
        checker: who checked.
        rule_id: stable id of the rule.
        statement: the rule in plain words.
        reason: why the rule exists.
        rule_source: where the rule comes from (publisher's documentation, accounting identity, ...).
        severity: what a failure means.
        owner: who answers for the rule.
        dataset_id: ``publisher/dataset`` when the rule is about one dataset, else ``None``.
        table_name: ``schema.table`` (or the dataset id, for a gate).
        column_name: the column, when the rule is about one.
        status: what came out.
        observed: what was seen, as text.
        expected: what was wanted, as text.
        failing_count: rows that broke the rule; ``None`` when it is not about rows.
        sample: up to five offending keys, or the error message, as text.
        seconds: time the check took.
        disposition: what was decided about the finding; ``None`` when the check passed.
        disposition_reason: why.
        disposition_owner: who answers for that decision.
        disposition_expires: last day on which it holds, ISO 8601.
        carried_from: id of the earlier build in which it ran, because nothing that it reads has changed since;
            ``None`` when it ran in this build.
    """

    checker: Checker
    rule_id: str
    statement: str
    severity: Severity
    table_name: str
    status: Status
    reason: str = ""
    rule_source: str = ""
    owner: str = ""
    dataset_id: str | None = None
    column_name: str | None = None
    observed: str = ""
    expected: str = ""
    failing_count: int | None = None
    sample: str = ""
    seconds: float = 0.0
    disposition: Disposition | None = None
    disposition_reason: str = ""
    disposition_owner: str = ""
    disposition_expires: str | None = None
    carried_from: str | None = None

    @property
    def blocks(self) -> bool:
        """Whether it stops publication."""
        return self.severity is Severity.ERROR and self.status is not Status.PASSED

    @property
    def never_landed(self) -> bool:
        """Whether it saw no rows only because a dataset was never landed."""
        return self.status is Status.NO_ROWS and self.sample.startswith(NEVER_LANDED)

    def as_row(self) -> dict[str, object]:
        """Return the fields as a flat mapping, enumerations as text."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        row = {name: str(value) if isinstance(value, StrEnum) else value for name, value in values}
        if self.status is not Status.PASSED and self.disposition is None:
            row["disposition"] = str(Disposition.OPEN)  # nobody has decided yet, e.g. in a build that was refused early
        return row
