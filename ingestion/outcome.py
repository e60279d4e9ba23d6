"""What taking in one dataset came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.ledger import State, Vintage
from ingestion.results import CheckResult


@dataclass(frozen=True, slots=True)
class Ingested:
    """What taking in one dataset came to.

    Args:
        dataset_id: ``publisher/dataset``.
        status: ``new``, ``unchanged``, ``held`` (the newest release is held), ``failed``, ``not_recorded``, or
            ``not_configured`` (a setting that the publisher wants is not set, so it was not asked).
        vintages: all of the dataset, oldest first, whatever their state.
        new_vintages: those archived by this run.
        rows: of the current vintage (the newest promoted one); 0 without one.
        checks: gate results of the newest vintage, and what this run found.
        error: readable and redacted, when failed or held.
        seconds: time taken.
    """

    dataset_id: str
    status: str
    vintages: tuple[Vintage, ...]
    new_vintages: tuple[Vintage, ...]
    rows: int
    checks: tuple[CheckResult, ...]
    error: str | None
    seconds: float

    @property
    def current(self) -> Vintage | None:
        """The newest promoted vintage: the one that readers see."""
        return newest_promoted(self.vintages)


def newest_promoted(vintages: Sequence[Vintage]) -> Vintage | None:
    """Return the current vintage among some that are ordered oldest first."""
    return next((v for v in reversed(vintages) if v.state is State.PROMOTED), None)
