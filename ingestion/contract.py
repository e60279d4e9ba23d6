"""The contract of a publisher's dataset: what it is, where it comes from, and what must hold.

Frozen dataclasses only; nothing here reads or writes. A dataset is described once, in one module
of ``ingestion/sources/``; landing schema, gates, freshness, schedule, Dagster asset and
documentation row all follow from that description.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

LINES_OF_EFFORT: Mapping[int, str] = {
    1: "loe_1_acute_needs",
    2: "loe_2_international_protection",
    3: "loe_3_in_country_protection",
    4: "loe_4_labor_programs",
    5: "loe_5_return_reintegration",
    6: "loe_6_border_management",
    7: "loe_7_public_messaging",
    8: "loe_8_lawful_pathways",
}
"""Number of each line of effort → the one spelling used for folders, schemas, groups and suites."""

PROVENANCE_COLUMNS: tuple[str, ...] = (
    "_dataset_id",
    "_vintage_id",
    "_vintage_number",
    "_file",
    "_record_number",
    "_retrieved_at",
)
"""Columns that landing adds to every row. All text. ``_vintage_number`` is the zero-padded order in
which the vintages of the dataset were archived (``"0001"`` is the oldest), so text order is vintage order."""

_ID = re.compile(r"[a-z][a-z0-9_]*")


class Cadence(StrEnum):
    """How often the publisher releases, in its own practice. Freshness and schedules follow from it."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    SEMIANNUAL = "semiannual"
    ANNUAL = "annual"
    CLOSED = "closed"

    @property
    def max_age(self) -> timedelta | None:
        """Age of the newest vintage after which it counts as late: two periods; ``None`` when closed."""
        days = {
            Cadence.DAILY: 3,
            Cadence.WEEKLY: 14,
            Cadence.MONTHLY: 62,
            Cadence.QUARTERLY: 184,
            Cadence.SEMIANNUAL: 366,
            Cadence.ANNUAL: 731,
        }.get(self)
        return None if days is None else timedelta(days=days)

    @property
    def cron(self) -> str | None:
        """When to look for a new release (UTC), or ``None`` when the source is closed."""
        return {
            Cadence.DAILY: "15 6 * * *",
            Cadence.WEEKLY: "15 6 * * 1",
            Cadence.MONTHLY: "15 6 18 * *",
            Cadence.QUARTERLY: "15 6 12 2,5,8,11 *",
            Cadence.SEMIANNUAL: "15 6 20 6,11 *",
            Cadence.ANNUAL: "15 6 20 6 *",
        }.get(self)


@dataclass(frozen=True, slots=True)
class Licence:
    """Terms of the data (not of this code).

    Args:
        name: short name, e.g. ``CC BY 4.0`` or ``U.S. public domain``.
        url: where the publisher states it, when a document showed one.
        attribution: the sentence to print wherever the figures are shown.
        redistributable: whether figures may be bundled and republished.
    """

    name: str
    attribution: str
    url: str | None = None
    redistributable: bool = True


@dataclass(frozen=True, slots=True)
class Publisher:
    """An organisation that publishes statistics.

    Args:
        id: lower snake case; first part of the dataset id, the dbt source name and the Dagster key.
        name: the publisher's own name.
        homepage: the publisher's page on the data.
        country: ISO 3166-1 alpha-3 of a national publisher, ``None`` for an international one.
    """

    id: str
    name: str
    homepage: str
    country: str | None = None

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"publisher id {self.id!r} must be lower snake case")


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the landed table, under the publisher's own (newest) name.

    Args:
        name: the publisher's name, verbatim.
        description: meaning, in plain words, with the unit where it is a number.
        aliases: every other header that the publisher has used for it (compared after trimming, ignoring case).
        required: whether every file must carry it; an optional one is null where a file lacks it.
        unit: unit of measure of the value, ``None`` for a label.
    """

    name: str
    description: str
    aliases: tuple[str, ...] = ()
    required: bool = True
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A column that the publisher serves and that never reaches landing.

    Args:
        name: the publisher's name (compared after trimming, ignoring case).
        reason: ``personal data`` or ``not used``.
    """

    name: str
    reason: str = "not used"


@dataclass(frozen=True, slots=True)
class ClosedPeriods:
    """How far totals of closed years may move between the last promoted vintage and a new one.

    Values are added up by year and series in both vintages. A year is closed when it ended before the year in which
    the last promoted vintage was retrieved. A year that the new vintage does not carry has not moved.

    Args:
        period: column that names the period; its first four digits in a row are the year.
        series: columns whose values are never added together (indicator, unit of count).
        values: columns that are added up; every field with a unit when empty.
        open_years: years before that of the retrieval that the publisher still fills in.
        movement: largest move of one total, as a share of it (0.05 = five per cent).
        least: moves smaller than this, in the unit of the column, are let through: small totals jump.
        reason: why this bound, in words.
    """

    period: str
    series: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    open_years: int = 0
    movement: float = 0.05
    least: float = 0.0
    reason: str = "a larger move of a closed year is a new definition, a cut file or a mistake: a person must look"


@dataclass(frozen=True, slots=True)
class Gate:
    """Bounds that a release must keep before it is promoted. Each bound is switched off with ``None``.

    Args:
        min_bytes: smallest believable size of one file (a block page is smaller).
        max_bytes: largest size that is read at all.
        min_rows: fewest landed rows of a whole release.
        max_row_drop: largest fall in rows against the last promoted vintage, as a share (0.25 = a quarter).
        unique: columns that identify a row within one release; ``()`` when the publisher gives no key.
        never_all_null: columns that may not be empty on every row.
        closed_periods: how far closed years may move.
    """

    min_bytes: int = 1
    max_bytes: int = 256 * 1024 * 1024
    min_rows: int = 1
    max_row_drop: float | None = 0.25
    unique: tuple[str, ...] = ()
    never_all_null: tuple[str, ...] = ()
    closed_periods: ClosedPeriods | None = None


class Kind(StrEnum):
    """What a body must look like before it is believed (magic bytes or first character)."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    XLS = "xls"
    ZIP = "zip"
    PDF = "pdf"
    RDATA = "rda"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class FileDrop:
    """A file of the publisher that a person may download and hand over.

    Args:
        what: the file, in words.
        kinds: what it may be; the end of its name says which.
        part: whether a release is made of several such files and one alone may come. Few rows are then no sign of a
            cut file, and the tables keep, for each period or series, the newest vintage that carries it.
    """

    what: str
    kinds: tuple[Kind, ...]
    part: bool = False


@dataclass(frozen=True, slots=True)
class Payload:
    """One body as served (content encoding undone), spooled on disk.

    Args:
        file: logical name, unique inside the release; recorded with every landed row.
        path: where the body lies.
        url: the address asked, secrets redacted.
        final_url: the address that answered after redirects, secrets redacted.
        status: HTTP status; 0 for a file drop.
        headers: response headers worth keeping (lower-case names).
        retrieved_at: aware UTC time of retrieval.
        sha256: of the body.
        size: of the body, bytes.
    """

    file: str
    path: Path
    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    retrieved_at: datetime
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Release:
    """What a publisher served at one time for one dataset: it becomes a vintage.

    Args:
        label: the publisher's own mark of the edition (``lastupdated``, "as of", file name), or ``None``.
        payloads: the bodies, in order.
    """

    label: str | None
    payloads: tuple[Payload, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One record on its way to landing.

    Args:
        record: line of a CSV (the header is line 1), JSON pointer, or ``sheet!row``.
        values: by :attr:`Field.name`; text or ``None``. A column that the file lacks may be left out.
    """

    record: str
    values: Mapping[str, str | None]


class Getter(Protocol):
    """What a fetch function may do with the network: ask for one body."""

    @property
    def offline(self) -> bool:
        """Whether a recording answers, not the publisher."""
        ...  # pragma: no cover

    def get(
        self,
        url: str,
        *,
        file: str,
        kind: Kind,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        conditional: bool = True,
    ) -> Payload:
        """Return the body at ``url``, or raise :class:`ingestion.errors.FetchError`."""
        ...  # pragma: no cover


Fetch = Callable[["Dataset", Getter], Iterator[Release]]
"""Asks the publisher for what there is now, oldest release first."""

Parse = Callable[["Dataset", str, Path], Iterator[Row]]
"""``(dataset, file, path)`` → rows of that file, streamed."""


@dataclass(frozen=True, slots=True)
class RecordedResponse:
    """One answer that the recorder writes.

    Args:
        url: address without query.
        params: query parameters, as the fetch function sends them.
        body: the bytes to serve.
        content_type: of the answer.
        original: path of the input file, relative to the input folder (``None`` for a page that only lists links).
        original_sha256: of the input file.
        cut: what was left out of the original, in words.
        note: anything a reader must know (rebuilt layout, address not verified).
        read_by_others: where the publisher's own file was not at hand: what the figures come from instead, in words.
            Each such file has its row in ``dbt/seeds/files_read_by_others.csv``, and its figures a flag of that name.
    """

    url: str
    body: bytes
    content_type: str
    params: Mapping[str, str] = field(default_factory=dict)
    original: str | None = None
    original_sha256: str | None = None
    cut: str = ""
    note: str = ""
    read_by_others: str = ""


@dataclass(frozen=True, slots=True)
class RecordedVintage:
    """One recorded state of a dataset.

    Args:
        vintage_date: the date that the recording stands for.
        date_basis: where that date comes from, in words.
        responses: the answers.
    """

    vintage_date: date
    date_basis: str
    responses: tuple[RecordedResponse, ...]


Record = Callable[["Dataset", Path], Iterator[RecordedVintage]]
"""Cuts recordings out of a folder of the publisher's files, oldest vintage first."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset of one publisher.

    Args:
        publisher: who publishes it.
        name: lower snake case; with the publisher's id it is the dataset id.
        title: readable title.
        description: what it counts and how, and what it must not be read as.
        lines: numbers of the lines of effort that use it.
        licence: terms of the data.
        cadence: release practice.
        hosts: the only hosts that may be asked, redirects included.
        fields: the landed columns, in order.
        fetch: asks the publisher.
        parse: reads one archived file.
        record: cuts recordings, or ``None`` when none is bundled.
        no_recording: why no recording is bundled, in words. Exactly one of ``record`` and ``no_recording`` is given:
            a dataset without a recording works live and by file drop, and a run on the recordings says so.
        file_drop: the file that a person may hand over, or ``None`` where a release cannot come as one.
        dropped: columns known and left out before landing.
        gate: bounds for promotion.
        unknown_columns: ``refuse`` stops at a column in neither ``fields`` nor ``dropped``; ``warn`` reports it.
        needs_setting: name of the setting (a field of ``Settings``) without which the publisher does not answer, or
            ``None``. While it is not set a live run does not ask and uses the last good vintage.
        without_setting: what a live run asks instead while that setting is not set, in words, or ``None``.
        local_use: name of the setting (a field of ``Settings``) by which a person says that the figures are taken in
            for their own use, where the licence forbids to pass them on; ``None`` where it does not. While it is not
            set a live run does not ask. Nothing is bundled, and no published table reads them.
        min_interval: politeness, seconds between two requests to one host.
        documentation: page of the publisher that documents it.
        period: column whose first four digits in a row are the year of its figures; the pages read the years covered
            from it.
    """

    publisher: Publisher
    name: str
    title: str
    description: str
    lines: tuple[int, ...]
    licence: Licence
    cadence: Cadence
    hosts: tuple[str, ...]
    fields: tuple[Field, ...]
    fetch: Fetch
    parse: Parse
    record: Record | None = None
    no_recording: str | None = None
    file_drop: FileDrop | None = None
    dropped: tuple[Dropped, ...] = ()
    gate: Gate = field(default_factory=Gate)
    unknown_columns: str = "refuse"
    needs_setting: str | None = None
    without_setting: str | None = None
    local_use: str | None = None
    min_interval: float = 1.0
    documentation: str | None = None
    period: str | None = None

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.name):
            raise ValueError(f"dataset name {self.name!r} must be lower snake case")
        unknown = set(self.lines) - set(LINES_OF_EFFORT)
        if unknown or not self.lines:
            raise ValueError(f"{self.id}: lines {self.lines!r} must be numbers from 1 to 8")
        if self.unknown_columns not in {"refuse", "warn"}:
            raise ValueError(f"{self.id}: unknown_columns must be 'refuse' or 'warn'")
        if (self.record is None) != bool(self.no_recording):
            raise ValueError(f"{self.id}: give either record, or the reason in no_recording")
        if self.without_setting and not self.needs_setting:
            raise ValueError(f"{self.id}: without_setting needs the setting that it stands in for")
        if self.local_use and (self.record or self.licence.redistributable or self.file_drop or self.without_setting):
            raise ValueError(f"{self.id}: what is for local use only comes in by its two settings, and by no other way")
        if self.local_use and (self.gate.unique or self.gate.closed_periods):
            raise ValueError(f"{self.id}: these gates publish the values that break them, which are for local use only")
        names = [f.name for f in self.fields]
        if len(set(names)) != len(names) or set(names) & set(PROVENANCE_COLUMNS):
            raise ValueError(f"{self.id}: field names must be unique and not provenance columns")
        closed = self.gate.closed_periods
        compared = {closed.period, *closed.series, *closed.values} if closed else set()
        missing = (set(self.gate.unique) | set(self.gate.never_all_null) | compared) - set(names)
        if missing:
            raise ValueError(f"{self.id}: the gate names columns that are not fields: {sorted(missing)}")

    @property
    def id(self) -> str:
        """``publisher/dataset``."""
        return f"{self.publisher.id}/{self.name}"

    @property
    def settings_needed(self) -> tuple[str, ...]:
        """Names of the settings without which a live run does not ask."""
        return tuple(name for name in (self.needs_setting, self.local_use) if name)
