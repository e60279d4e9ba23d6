"""One run over one dataset: where releases come from, and what becomes of each."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from filelock import FileLock, Timeout
from requests.adapters import BaseAdapter

from ingestion import bodies, gates, registry
from ingestion.archive import Archive
from ingestion.contract import Dataset, Kind, Payload, Release
from ingestion.errors import ContractError, LinesOfEffortError, LockedError, SourceError
from ingestion.files import publish, sha256_of
from ingestion.http import BodyError, Client, ClientOptions, Validators, utc_now
from ingestion.landing import Landed, land, landing_path
from ingestion.ledger import Event, State, Vintage, validators
from ingestion.ledger_tables import write_ledger_tables
from ingestion.outcome import Ingested, newest_promoted
from ingestion.pending import parser_version
from ingestion.recorded import Bundle, recorded_vintages
from ingestion.redaction import LOGGER, redact
from ingestion.results import CheckResult
from ingestion.settings import Settings

LIVE_BASIS = "time of the answer"
FILE_BASIS = "time at which the file was handed over; a person downloaded it"

_KINDS = {f".{kind.value}": kind for kind in Kind}
Work = Callable[[], None]


class Run:
    """One run over one dataset.

    Args:
        dataset: its contract.
        settings: mode, folders, limits.
        options: switches of the client.
    """

    def __init__(self, dataset: Dataset, settings: Settings, options: ClientOptions | None) -> None:
        self.dataset = dataset
        self.settings = settings
        self.options = options
        self.archive = Archive(settings.archive_dir)
        self.parser = parser_version(dataset)
        self.new: list[str] = []
        self.notes: list[CheckResult] = []
        self.has_recordings = True
        self.configured = True
        self.spool = Path()

    def guarded(self, work: Work, *, recordings_root: Path, tables: bool, recorded: bool) -> Ingested:
        """Do the work under the dataset's lock; turn every failure into an outcome."""
        started = time.perf_counter()
        error: str | None = None
        locks = self.archive.root / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        try:
            with (
                FileLock(locks / f"{self.dataset.id.replace('/', '.')}.lock", timeout=self.settings.deadline),
                self.archive.spool() as self.spool,
            ):
                error = self._attempt(work)
        except Timeout:
            raise LockedError(f"another process is taking in {self.dataset.id}; run again when it has ended") from None
        if tables:
            known = {**registry.datasets(), self.dataset.id: self.dataset}
            write_ledger_tables(self.settings, known, recordings_root)
        return self._outcome(error, time.perf_counter() - started, recorded=recorded)

    def _attempt(self, work: Work) -> str | None:
        try:
            work()
        except BodyError as failure:
            if failure.path is not None:
                self._quarantine({failure.file or "body": failure.path}, failure)
            error = str(failure)
        except LinesOfEffortError as failure:
            error = str(failure)
        except Exception as failure:  # noqa: BLE001 - one dataset's trouble must not stop the others
            LOGGER.exception("%s: unexpected failure", self.dataset.id)
            error = f"unexpected {type(failure).__name__}: {failure}\n  source: {self.dataset.id}"
        else:
            return None
        last = newest_promoted(self.archive.vintages(self.dataset.id))
        error = f"{redact(error)}\n  last good vintage: {last.vintage_id if last else 'none'}"
        LOGGER.error("%s failed: %s", self.dataset.id, error)
        self.archive.ledger.append(Event.FAILED, self.dataset.id, error=error)
        return error

    def _outcome(self, error: str | None, seconds: float, *, recorded: bool) -> Ingested:
        vintages = self.archive.vintages(self.dataset.id)
        newest = vintages[-1] if vintages else None
        checks = [gates.from_stored(self.dataset.id, stored) for stored in (newest.checks if newest else ())]
        held = newest is not None and newest.state is State.HELD
        if error is not None:
            status = "failed"
            what = error.splitlines()[0]
            self.notes.append(gates.note(self.dataset, "taken_in", "The dataset could be taken in.", what))
        elif held:
            status = "held"
            error = "\n".join(
                f"held: {c.statement} {c.observed} (expected {c.expected}){f'; {c.sample}' if c.sample else ''}"
                for c in gates.failures(checks)
            )
        elif self.new:
            status = "new"
        elif recorded and not self.has_recordings and newest is None:
            status = "not_recorded"
        else:
            status = "unchanged" if self.configured else "not_configured"
        current = newest_promoted(vintages)
        return Ingested(
            dataset_id=self.dataset.id,
            status=status,
            vintages=tuple(vintages),
            new_vintages=tuple(v for v in vintages if v.vintage_id in self.new),
            rows=(current.row_count or 0) if current else 0,
            checks=(*checks, *self.notes),
            error=error,
            seconds=seconds,
        )

    def take_in_recordings(self, root: Path) -> None:
        """Take in every bundle that the ledger does not know, oldest first."""
        bundles = recorded_vintages(self.dataset.id, root)
        self.has_recordings = bool(bundles)
        if not bundles:
            why = self.dataset.no_recording or "its bundle is missing; restore it from version control"
            ways = "live or file drop" if self.dataset.file_drop else "live"
            LOGGER.warning("%s: no recording bundled: %s; %s only", self.dataset.id, why, ways)
        taken = self.archive.ledger.recordings()
        for bundle in bundles:
            if bundle.fingerprint in taken:
                continue
            client = Client(
                self.dataset, self.settings, self.spool, adapter=bundle.adapter(), clock=lambda b=bundle: b.retrieved_at  # type: ignore[misc]
            )  # fmt: skip
            for release, newest in _marked(self._releases(client)):
                notes = {p.file: _recorded_note(bundle, p) for p in release.payloads}
                self._take_in(release, "recorded", bundle.date_basis, notes, newest=newest)
            self.archive.ledger.append(
                Event.RECORDING, self.dataset.id, recording=bundle.fingerprint, vintage_date=str(bundle.vintage_date)
            )

    def take_in_live(self, adapter: BaseAdapter | None) -> None:
        """Ask the publisher, unless a setting that this takes is not set.

        Then what the contract names instead is asked, or nothing: the last good vintage stays.
        """
        missing = [f"LOE_{name.upper()}" for name in self.dataset.settings_needed if not getattr(self.settings, name)]
        names, verb, instead = " and ".join(missing), "is" if len(missing) == 1 else "are", self.dataset.without_setting
        self.configured = not missing or instead is not None
        if missing and instead:
            LOGGER.warning("%s: %s %s not set: asking %s", self.dataset.id, names, verb, instead)
        if not self.configured:
            words = "%s: not configured, not asked: %s %s not set; the last good vintage is used"
            LOGGER.warning(words, self.dataset.id, names, verb)
            return
        if self.dataset.local_use:
            words = "%s: for local use only: staged, in no published table: %s"
            LOGGER.warning(words, self.dataset.id, self.dataset.licence.name)
        known = {
            url: Validators(file.etag, file.last_modified, file.sha256)
            for url, file in validators(self.archive.vintages(self.dataset.id)).items()
            if file.etag or file.last_modified
        }
        client = Client(
            self.dataset,
            self.settings,
            self.spool,
            adapter=adapter,
            validators=known,
            reuse=self.archive.objects.reuse,
            options=self.options,
        )
        for release, newest in _marked(self._releases(client)):
            moved = client.permanent_redirects
            notes = {p.file: f"moved for good to {moved[p.file]}" for p in release.payloads if p.file in moved}
            self.notes += [
                gates.note(self.dataset, "address", "The address has not moved for good.", f"{file}: {text}")
                for file, text in notes.items()
            ]
            self._take_in(release, "live", LIVE_BASIS, notes, newest=newest)

    def take_in_file(self, path: Path, label: str | None) -> None:
        """Take in one file that a person downloaded.

        Raises:
            ContractError: the dataset takes no file, or not one of this kind; there is no such file; it is refused.
        """
        kind = self._kind_of(path)
        copy = self.spool / f"drop{path.suffix.lower()}"
        shutil.copyfile(path, copy)
        gate = self.dataset.gate
        try:
            bodies.check(copy, kind, min_bytes=gate.min_bytes, max_bytes=gate.max_bytes)
        except bodies.Refused as refusal:
            error = BodyError(
                refusal.detail,
                dataset_id=self.dataset.id,
                file=path.name,
                rule=refusal.rule,
                remedy="open the file and compare it with the publisher's page",
            )
            error.path = copy
            raise error from None
        payload = Payload(
            file=path.name,
            path=copy,
            url="",
            final_url="",
            status=0,
            headers={},
            retrieved_at=utc_now(),
            sha256=sha256_of(copy),
            size=copy.stat().st_size,
        )
        self._take_in(Release(label, (payload,)), "file", FILE_BASIS, {path.name: "file drop"}, newest=True)

    def _kind_of(self, path: Path) -> Kind:
        """Return what a file handed over is, by the end of its name."""
        drop = self.dataset.file_drop
        if drop is None:
            raise ContractError(
                f"{self.dataset.id} takes no file: its release is made of answers of an interface to several questions",
                dataset_id=self.dataset.id,
                file=path.name,
                rule="file.none",
                remedy="ask the publisher: set LOE_SOURCES=live and leave --file out",
            )
        kind = _KINDS.get(path.suffix.lower())
        if not path.is_file() or kind not in drop.kinds:
            ends = " or ".join(f".{kind.value}" for kind in drop.kinds)
            raise ContractError(
                f"{path.name} is not a file" if not path.is_file() else f"{path.name} does not end in {ends}",
                dataset_id=self.dataset.id,
                file=path.name,
                rule="file.suffix",
                remedy=f"hand over, under the publisher's own name, {drop.what}",
            )
        return kind

    def _releases(self, client: Client) -> Iterator[Release]:
        """Run the fetch function; a crash of it is an error about the source."""
        try:
            yield from self.dataset.fetch(self.dataset, client)
        except (LinesOfEffortError, OSError):
            raise
        except Exception as error:
            raise ContractError(
                f"what the publisher serves could not be understood ({type(error).__name__}: {redact(str(error))})",
                dataset_id=self.dataset.id,
                rule="fetch.crashed",
                remedy="the publisher's page or interface may have changed; look at its documentation",
            ) from error

    def _take_in(self, release: Release, mode: str, basis: str, notes: dict[str, str], *, newest: bool) -> None:
        planned = self.archive.plan(self.dataset, release, source_mode=mode, basis=basis, notes=notes)
        vintage = planned.vintage
        if planned.known:
            self.archive.add_release(self.dataset, release, source_mode=mode, basis=basis, notes=notes)
            if planned.went_backwards and newest:
                self._went_backwards(vintage)
            return
        files = [(payload.file, payload.path) for payload in release.payloads]
        landed = self._land(vintage, files)
        self.archive.add_release(self.dataset, release, source_mode=mode, basis=basis, notes=notes)
        self.new.append(vintage.vintage_id)
        self._judge(vintage, landed)

    def _went_backwards(self, vintage: Vintage) -> None:
        LOGGER.warning("%s went backwards: %s came again", self.dataset.id, vintage.vintage_id)
        statement = "The publisher does not serve an older edition again."
        seen = f"went backwards: the content of {vintage.vintage_id} came again; the newer vintage stays current"
        self.notes.append(gates.note(self.dataset, "went_backwards", statement, seen))

    def judge_again(self) -> None:
        """Land what has no verdict (a killed run), was read by another parser, or lost its landed file."""
        for vintage in self.archive.vintages(self.dataset.id):
            path = landing_path(self.settings.landing_dir, self.dataset, vintage.vintage_id)
            lost = vintage.state is State.PROMOTED and not path.is_file()
            if vintage.state is State.ARCHIVED or vintage.parser != self.parser or lost:
                LOGGER.info("%s: landing %s again", self.dataset.id, vintage.vintage_id)
                files = []
                for number, file in enumerate(vintage.files):
                    body = self.spool / f"again-{number}{Path(file.file).suffix}"
                    self.archive.objects.extract(file.sha256, body)
                    files.append((file.file, body))
                self._judge(vintage, self._land(vintage, files))
                for _, body in files:
                    body.unlink()

    def _land(self, vintage: Vintage, files: Sequence[tuple[str, Path]]) -> Landed:
        target = self.spool / f"{vintage.vintage_id}.parquet"
        try:
            return land(self.dataset, vintage, files, target, parser=self.parser)
        except SourceError as error:
            self._quarantine(dict(files), error)
            raise

    def _judge(self, vintage: Vintage, landed: Landed) -> None:
        """Promote or hold."""
        earlier = [v for v in self.archive.vintages(self.dataset.id) if v.number < vintage.number]
        last = newest_promoted(earlier)
        last_path = landing_path(self.settings.landing_dir, self.dataset, last.vintage_id) if last else None
        checks = gates.check_release(self.dataset, vintage, landed, last, last_path)
        failed = gates.failures(checks)
        root = self.archive.root / "held" if failed else self.settings.landing_dir
        publish(landed.path, landing_path(root, self.dataset, vintage.vintage_id))
        if not failed:
            landing_path(self.archive.root / "held", self.dataset, vintage.vintage_id).unlink(missing_ok=True)
        self.archive.ledger.append(
            Event.HELD if failed else Event.PROMOTED,
            self.dataset.id,
            vintage_id=vintage.vintage_id,
            row_count=landed.rows,
            parser=self.parser,
            checks=[gates.as_stored(check) for check in checks],
        )
        LOGGER.log(
            logging.WARNING if failed else logging.INFO,
            "%s: %s %s, %d rows%s",
            self.dataset.id,
            vintage.vintage_id,
            "held" if failed else "promoted",
            landed.rows,
            "".join(f"; {check.rule_id}: {check.observed}" for check in failed),
        )

    def _quarantine(self, paths: Mapping[str, Path], error: SourceError) -> None:
        folder = self.archive.quarantine(
            self.dataset.id, dict(paths), redact(str(error)), {"rule": error.rule, "parser": self.parser}
        )
        LOGGER.warning("%s: bytes set aside in quarantine/%s/%s", self.dataset.id, self.dataset.id, folder.name)


def _marked(releases: Iterator[Release]) -> Iterator[tuple[Release, bool]]:
    """Yield each release and whether it is the last; one in hand is not lost when the fetch fails after it."""
    held: Release | None = None
    try:
        for release in releases:
            if held is not None:
                yield held, False
            held = release
    except SourceError:
        if held is not None:
            yield held, False
        raise
    if held is not None:
        yield held, True


def _recorded_note(bundle: Bundle, payload: Payload) -> str:
    answer = bundle.find(payload.url)
    return answer.note if answer else ""
