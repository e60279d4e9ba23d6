"""Known findings: who accepted which, why, and until when.

``expectations/acceptances.yml`` is the only place where a finding gets a disposition. An accepted finding stays in
every report, with its disposition: accepting never hides, and never lifts a block. What may not block is a warning,
and that is decided in the rule itself. Loading does not import Great Expectations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from expectations.decisions import Decision, load_decisions
from expectations.rules import Name, Sentence, Table
from ingestion.errors import LinesOfEffortError
from ingestion.results import Checker, CheckResult, Disposition, Severity, Status

FILE = Path(__file__).resolve().parent / "acceptances.yml"
_FILE_NAME = "expectations/acceptances.yml"


class AcceptanceError(LinesOfEffortError):
    """The file of acceptances cannot be used. The message names the entry, the field and the fault. Exit code 2."""

    exit_code = 2


class Acceptance(Decision):
    """One finding that somebody answers for.

    Attributes:
        rule_id: the rule whose finding it is.
        table: ``schema.table`` that the finding is about.
        match: text that the finding's sample must contain, e.g. ``year=2025``; any finding of the rule when left out.
        at_most: rows that may break the rule; when more do, the finding is open again. Not limited when left out.
        disposition: ``accepted`` (a known error of the source), ``corrected`` (mended here, the source is still
            wrong) or ``false_positive`` (the rule is wrong in this case).
        reason: what is known of the cause, and from where.
        owner: who answers for it.
        expires: last day on which it holds. After that day a build is refused until somebody has looked again.
    """

    rule_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.]+$")]
    table: Table
    match: Name | None = None
    at_most: Annotated[int, Field(ge=1)] | None = None
    disposition: Literal[Disposition.ACCEPTED, Disposition.CORRECTED, Disposition.FALSE_POSITIVE]
    reason: Sentence
    owner: Name
    expires: date

    def is_about(self, result: CheckResult) -> bool:
        """Whether ``result`` is of its rule and table, whatever came out."""
        return (self.rule_id, self.table) == (result.rule_id, result.table_name)

    def matches(self, result: CheckResult) -> bool:
        """Whether ``result`` is the finding that was accepted. A crash or an empty table never is."""
        return (
            self.is_about(result)
            and result.status is Status.FAILED
            and (self.match is None or self.match in result.sample)
        )

    def exceeded_by(self, result: CheckResult) -> bool:
        """Whether more rows break the rule than were accepted."""
        return self.at_most is not None and (result.failing_count or 0) > self.at_most

    @property
    def label(self) -> str:
        """Its name in messages: the rule, the table and what it is limited to."""
        return f"{self.rule_id} ({self.table}{f', {self.match}' if self.match else ''})"


def load_acceptances(path: Path | None = None) -> tuple[Acceptance, ...]:
    """Return the acceptances of a file, by default of ``expectations/acceptances.yml``.

    Raises:
        AcceptanceError: the file is missing or not YAML, an entry lacks something or holds an unknown key, or two
            entries are about the same finding.
    """
    return load_decisions(
        path or FILE,
        Acceptance,
        name="rule_id",
        label=lambda entry: entry.label,
        identity=lambda entry: (entry.rule_id, entry.table, entry.match),
        error=AcceptanceError,
    )


def dispose(result: CheckResult, acceptances: Iterable[Acceptance], today: date) -> CheckResult:
    """Return ``result`` with its disposition: that of the acceptance that matches it on that day, else ``open``.

    A result that passed has none.

    Args:
        result: of any checker.
        acceptances: as loaded.
        today: the day on which the build started.
    """
    if result.status is Status.PASSED:
        return result
    for entry in acceptances:
        if not entry.matches(result) or today > entry.expires:
            continue
        if entry.exceeded_by(result):
            why = f"Open again: {result.failing_count:,} rows break the rule, and {entry.at_most:,} were accepted."
            return replace(result, disposition=Disposition.OPEN, disposition_reason=why)
        return replace(
            result,
            disposition=entry.disposition,
            disposition_reason=entry.reason,
            disposition_owner=entry.owner,
            disposition_expires=entry.expires.isoformat(),
        )
    return replace(result, disposition=Disposition.OPEN)


def check_acceptances(
    results: Sequence[CheckResult], acceptances: Sequence[Acceptance], today: date
) -> list[CheckResult]:
    """Return the two checks of the acceptances themselves: none has expired (error), each is still needed (warning).

    Args:
        results: of every checker of the build.
        acceptances: as loaded.
        today: the day on which the build started.
    """
    expired = [entry for entry in acceptances if today > entry.expires]
    idle = [entry for entry in acceptances if not any(_undecided(entry, result) for result in results)]
    return [
        _own_check(
            "acceptances.not_expired",
            "No acceptance of a finding is past its last day.",
            "A finding is accepted for a time, so that somebody looks again; past it nobody answers for it.",
            Severity.ERROR,
            f"{len(acceptances):,} acceptances, judged on {today}",
            [
                f"{e.label} was accepted by {e.owner} until {e.expires}: look at the finding again, then renew "
                f"the entry in {_FILE_NAME} or remove it"
                for e in expired
            ],
        ),
        _own_check(
            "acceptances.still_needed",
            "Every acceptance matches a finding.",
            "An acceptance without a finding would silently cover the next one.",
            Severity.WARNING,
            f"{len(acceptances):,} acceptances",
            [f"{e.label} matches no finding of this build: remove it from {_FILE_NAME}" for e in idle],
        ),
    ]


def _undecided(entry: Acceptance, result: CheckResult) -> bool:
    """Whether the acceptance is needed, or cannot be judged because its rule crashed or saw nothing."""
    crashed = entry.is_about(result) and result.status in {Status.ERRORED, Status.NO_ROWS}
    return crashed or entry.matches(result)


def _own_check(
    rule_id: str, statement: str, reason: str, severity: Severity, observed: str, broken: list[str]
) -> CheckResult:
    return CheckResult(
        checker=Checker.ACCEPTANCE,
        rule_id=rule_id,
        statement=statement,
        severity=severity,
        table_name=_FILE_NAME,
        status=Status.FAILED if broken else Status.PASSED,
        reason=reason,
        rule_source="This project: every acceptance has an owner, a reason and a last day",
        owner="maintainers",
        observed=observed,
        expected="no entry",
        failing_count=len(broken),
        sample="; ".join(broken),
        disposition=Disposition.OPEN if broken else None,
    )
