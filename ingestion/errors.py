"""Errors that a person can act on: what failed, where, under which rule, and what to do next."""

from __future__ import annotations


class LinesOfEffortError(Exception):
    """Base of every error that this project raises on purpose.

    Attributes:
        exit_code: the process exit code that the command line uses for it (documented in ``docs/cli.md``).
    """

    exit_code = 1


class SettingsError(LinesOfEffortError):
    """A setting is missing or has a value that cannot be used. Exit code 2."""

    exit_code = 2


class LockedError(LinesOfEffortError):
    """Another run holds the warehouse. Exit code 5."""

    exit_code = 5


class SourceError(LinesOfEffortError):
    """One dataset could not be brought in. Exit code 3.

    Args:
        detail: what happened, in one sentence.
        dataset_id: ``publisher/dataset``.
        url: the address asked, already redacted.
        file: the file inside the release.
        record: line number, JSON pointer or ``sheet!row``.
        rule: short id of the rule that refused it, e.g. ``http.status`` or ``header.unknown``.
        remedy: what a person can do next.
    """

    exit_code = 3

    def __init__(
        self,
        detail: str,
        *,
        dataset_id: str | None = None,
        url: str | None = None,
        file: str | None = None,
        record: str | None = None,
        rule: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.detail = detail
        self.dataset_id = dataset_id
        self.url = url
        self.file = file
        self.record = record
        self.rule = rule
        self.remedy = remedy
        super().__init__(detail)

    def __str__(self) -> str:
        """One readable block: the sentence, then each known place on its own line."""
        places = {
            "source": self.dataset_id,
            "url": self.url,
            "file": self.file,
            "row": self.record,
            "rule": self.rule,
            "next": self.remedy,
        }
        lines = [self.detail, *(f"  {name}: {value}" for name, value in places.items() if value)]
        return "\n".join(lines)


class FetchError(SourceError):
    """The publisher could not be reached, or answered with an error, within the deadline."""


class BlockedError(FetchError):
    """The publisher refuses programs (403, 429 without end, a challenge page). Use a file drop."""


class ContractError(SourceError):
    """The bytes are not what the contract says: wrong format, header, or value outside the shape."""


class HeldError(SourceError):
    """The bytes were archived but a gate refused them: the vintage is held, the last good one stays."""
