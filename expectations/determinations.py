"""How far the figures of a dataset may be relied on, use by use: what somebody decided, and what this build shows.

The words are those of the U.S. Government Accountability Office (GAO-09-680G, *Assessing the Reliability of
Computer-Processed Data*, and its predecessor GAO-03-273G): data are *sufficiently reliable* for a use, *not
sufficiently reliable*, or their reliability is *undetermined*. A determination is always for a use, and it is a
person's: ``expectations/determinations.yml`` holds it with its grounds and its last day. What a build shows can only
lower it: data that were found sufficiently reliable become undetermined where the build gives a reason to doubt it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator

from expectations.decisions import Decision, load_decisions
from expectations.rules import Name, Sentence
from ingestion.errors import LinesOfEffortError
from ingestion.results import CheckResult, Disposition, Severity, Status

FILE = Path(__file__).resolve().parent / "determinations.yml"

Row = dict[str, Any]

_UNITING = ("core.", "scorecard.", "quality.", "reference.")
"""Tables that unite many datasets: a warning about one of them that names no dataset is about no single one."""

_DISPOSED = {Disposition.ACCEPTED, Disposition.CORRECTED, Disposition.FALSE_POSITIVE}


ANY_USE = "any use"
NOBODY_HAS_ASSESSED_IT = "Nobody has assessed it yet."
"""Use and grounds of a dataset without an entry. What nobody has assessed is undetermined; it is never left out."""


class DeterminationError(LinesOfEffortError):
    """The file of determinations cannot be used. The message names the entry, the field and the fault. Exit code 2."""

    exit_code = 2


class Word(StrEnum):
    """GAO's three words."""

    SUFFICIENT = "sufficiently_reliable"
    NOT_SUFFICIENT = "not_sufficiently_reliable"
    UNDETERMINED = "undetermined"


class Unaffected(Decision):
    """A warning that has no bearing on the use.

    Attributes:
        rule_id: the rule.
        reason: why its finding says nothing against this use.
    """

    rule_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.]+$")]
    reason: Sentence


class Assessment(Decision):
    """What somebody decided about one dataset for one use.

    Attributes:
        dataset: ``publisher/dataset``.
        use: what the figures would be used for, in words.
        determination: one of GAO's three words.
        grounds: why, from the publisher's documentation and from what was tested.
        decided_by: who answers for it.
        decided_on: the day of the decision.
        expires: last day on which it holds; from the day after it counts as undetermined.
        unaffected_by: warnings about the dataset that have no bearing on this use.
    """

    dataset: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+/[a-z0-9_]+$")]
    use: Name
    determination: Word
    grounds: Annotated[str, StringConstraints(strip_whitespace=True, min_length=40)]
    decided_by: Name
    decided_on: date
    expires: date
    unaffected_by: tuple[Unaffected, ...] = Field(default=())

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.expires <= self.decided_on:
            raise ValueError("it expires after the day on which it was decided")
        return self


def load_determinations(path: Path | None = None) -> tuple[Assessment, ...]:
    """Return the determinations of a file, by default of ``expectations/determinations.yml``.

    Raises:
        DeterminationError: the file is missing or not YAML, an entry lacks something or holds an unknown key, or two
            entries are about the same dataset and use.
    """
    return load_decisions(
        path or FILE,
        Assessment,
        name="dataset",
        label=lambda entry: f"{entry.dataset}, {entry.use!r}",
        identity=lambda entry: (entry.dataset, entry.use),
        error=DeterminationError,
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a build shows, whatever the dataset.

    Args:
        results: of every checker, with their dispositions.
        upstream: ``schema.table`` → ids of the datasets that it is built from.
        sources: rows of ``core.dim_source``.
        vintages: rows of ``core.dim_vintage``.
        reconciliation: rows of ``scorecard.rpt_reconciliation``.
        started_at: start of the build, which is the day on which it is judged.
    """

    results: Sequence[CheckResult]
    upstream: Mapping[str, frozenset[str]]
    sources: Sequence[Row]
    vintages: Sequence[Row]
    reconciliation: Sequence[Row]
    started_at: datetime


def determinations(assessments: Iterable[Assessment], evidence: Evidence) -> list[Row]:
    """Return one row per dataset and use: the decision, what the build shows, and what counts.

    ``determination`` is what counts; ``decided`` is what the person decided, and ``lowered_because`` says why the two
    differ (null where they do not). Only *sufficiently reliable* can be lowered, to *undetermined*. A dataset of
    ``evidence.sources`` that nobody has assessed has one row, undetermined for any use, with nobody's name or day.
    """
    shown: dict[str, Row] = {}
    rows = [_row(entry, evidence, shown) for entry in assessments]
    unassessed = {row["dataset_id"] for row in evidence.sources} - set(shown)
    rows += [_unassessed(dataset_id, evidence) for dataset_id in sorted(unassessed)]
    return sorted(rows, key=lambda row: row["dataset_id"])


def _unassessed(dataset_id: str, evidence: Evidence) -> Row:
    facts = _shown(dataset_id, evidence)
    return {
        "dataset_id": dataset_id,
        "use": ANY_USE,
        "determination": str(Word.UNDETERMINED),
        "decided": None,
        "lowered_because": None,
        "grounds": NOBODY_HAS_ASSESSED_IT,
        "decided_by": None,
        "decided_on": None,
        "expires": None,
        **{name: value for name, value in facts.items() if not name.startswith("_")},
    }


def _row(entry: Assessment, evidence: Evidence, shown: dict[str, Row]) -> Row:
    if entry.dataset not in shown:
        shown[entry.dataset] = _shown(entry.dataset, evidence)
    facts = shown[entry.dataset]
    doubts = _doubts(entry, facts, evidence.started_at.date())
    lowered = bool(doubts) and entry.determination is Word.SUFFICIENT
    return {
        "dataset_id": entry.dataset,
        "use": entry.use,
        "determination": str(Word.UNDETERMINED if lowered else entry.determination),
        "decided": str(entry.determination),
        "lowered_because": " ".join(doubts) if lowered else None,
        "grounds": entry.grounds,
        "decided_by": entry.decided_by,
        "decided_on": entry.decided_on.isoformat(),
        "expires": entry.expires.isoformat(),
        **{name: value for name, value in facts.items() if not name.startswith("_")},
    }


def _doubts(entry: Assessment, facts: Row, today: date) -> list[str]:
    """Return what the build gives against the use, one sentence each."""
    doubts = []
    if today > entry.expires:
        doubts.append(f"The determination expired on {entry.expires}.")
    if not facts["vintages"]:
        doubts.append("No vintage of the dataset is in this build.")
    if facts["_blocking"]:
        doubts.append(f"Blocking checks did not pass: {', '.join(facts['_blocking'])}.")
    unaffected = {item.rule_id for item in entry.unaffected_by}
    if warned := [rule_id for rule_id in facts["_open"] if rule_id not in unaffected]:
        doubts.append(f"Warnings are open: {', '.join(warned)}.")
    if facts["headlines_unexplained"]:
        doubts.append(f"Published headlines are not met, and nobody has explained why: {facts['_unexplained']}.")
    return doubts


def _shown(dataset_id: str, evidence: Evidence) -> Row:
    """Return what the build shows about one dataset; names with an underscore are not published."""
    about = [result for result in evidence.results if _is_about(result, dataset_id, evidence.upstream)]
    found = [result for result in about if result.status is not Status.PASSED]
    blocking = sorted({result.rule_id for result in found if result.severity is Severity.ERROR})
    warned = [result for result in found if result.severity is Severity.WARNING]
    still_open = sorted({result.rule_id for result in warned if result.disposition not in _DISPOSED})
    source: Row = next((row for row in evidence.sources if row["dataset_id"] == dataset_id), {})
    age = _age(source.get("newest_retrieved_at"), evidence.started_at)
    limit = source.get("max_age_days")
    headlines = [row for row in evidence.reconciliation if row["dataset_id"] == dataset_id]
    verdicts = [str(row["verdict"]) for row in headlines]
    unexplained = [
        str(row["headline_id"])
        for row in headlines
        if row["verdict"] == "does_not_match" and str(row["explanation"]).startswith("Not explained")
    ]
    return {
        "checks_passed": len(about) - len(found),
        "checks_not_passed": len(found),
        "blocking_not_passed": len(blocking),
        "findings_open": len(still_open),
        "findings_disposed": len({result.rule_id for result in warned}) - len(still_open),
        "vintages": sum(row["dataset_id"] == dataset_id for row in evidence.vintages),
        "newest_vintage_id": source.get("newest_vintage_id"),
        "age_days": age,
        "max_age_days": limit,
        "is_late": age > int(limit) if age is not None and limit is not None else None,
        "headlines_met": sum(verdict in {"exact", "within_rounding"} for verdict in verdicts),
        "headlines_explained": sum(
            verdict in {"restated", "definition_differs", "does_not_match"} for verdict in verdicts
        )
        - len(unexplained),
        "headlines_unexplained": len(unexplained),
        "_blocking": blocking,
        "_open": still_open,
        "_unexplained": ", ".join(unexplained),
    }


def _is_about(result: CheckResult, dataset_id: str, upstream: Mapping[str, frozenset[str]]) -> bool:
    """Whether a check is about a dataset: it names it, or it is about a table that is built from it.

    A check that names another dataset is not. A warning on a table that unites many datasets is about none of them
    alone; a blocking check that did not pass there is about all.
    """
    if result.dataset_id is not None:
        return result.dataset_id == dataset_id
    if dataset_id not in upstream.get(result.table_name, frozenset()):
        return False
    return result.blocks or not result.table_name.startswith(_UNITING)


def _age(retrieved_at: object, started_at: datetime) -> int | None:
    """Return the whole days between retrieval and build."""
    if not retrieved_at:
        return None
    moment = retrieved_at if isinstance(retrieved_at, datetime) else datetime.fromisoformat(str(retrieved_at))
    return (started_at - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))).days
