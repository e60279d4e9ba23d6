"""What the data frames of IOM's R package gdidata share: publisher, address, reading and recording."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from pathlib import Path

from ingestion.contract import (
    Dataset,
    Field,
    FileDrop,
    Getter,
    Kind,
    Licence,
    Publisher,
    Record,
    RecordedResponse,
    RecordedVintage,
    Release,
    Row,
)
from ingestion.errors import ContractError
from ingestion.formats import rdata
from ingestion.formats.header import align
from ingestion.sources import _recording

PUBLISHER = Publisher(
    id="iom_gdidata",
    name="International Organization for Migration, R package gdidata",
    homepage="https://github.com/iom/gdidata",
)
LICENCE = Licence(
    name="MIT (package)",
    attribution=(
        "International Organization for Migration, R package gdidata; the figures are those of the authority that the "
        "dataset names, whose own terms were not checked"
    ),
)
HOSTS = ("github.com", "raw.githubusercontent.com")
"""A download of a file in a repository is answered with a redirect to the second."""

COMMIT = "c9e4cc69cebd91d6cfca5f4107e2406e4de2c6ff"
ADDRESS = f"{PUBLISHER.homepage}/raw/{COMMIT}/data"
"""Put together from repository, commit and folder. The state of a commit does not change: a later one is handed over
as a file, or this constant is changed."""

ORIGINALS = "iom_gdidata_derived"
MONTH_FIELD = Field("t", "First day of the month.")

Keep = Callable[[dict[str, str | None]], bool]
"""Whether a row is taken. Every row with a column is true."""


def fetch(frame: str) -> Callable[[Dataset, Getter], Iterator[Release]]:
    """Return a fetch function that asks for the file of one data frame."""

    def ask(_dataset: Dataset, getter: Getter) -> Iterator[Release]:
        file = f"{frame}.rda"
        yield Release(label=None, payloads=(getter.get(f"{ADDRESS}/{file}", file=file, kind=Kind.RDATA),))

    return ask


def parse(frame: str, keep: Keep = bool) -> Callable[..., Iterator[Row]]:
    """Return a parse function that reads the rows of one data frame; ``keep`` tells which of them are landed."""

    def read(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
        saved_as, columns = rdata.data_frame(path, file=file, dataset_id=dataset.id)
        if saved_as != frame:
            raise ContractError(
                f"the data frame is {saved_as}, not {frame}",
                dataset_id=dataset.id,
                file=file,
                rule="gdidata.frame",
                remedy=f"hand over {frame}.rda of the package",
            )
        alignment = align(dataset, list(columns), file=file, record=f"{frame}!names")
        for number, cells in enumerate(zip(*columns.values(), strict=True), start=1):
            values = alignment.values(cells)
            if keep(values):
                yield Row(f"{frame}!{number}", values)

    return read


def recorder(frame: str, last_day: date, cut: str, keep: Keep = bool) -> Record:
    """Return a record function that saves the used columns and rows of one data frame anew, in their order."""

    def record(dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
        original = f"{ORIGINALS}/{frame}.rda"
        names: Collection[str] = [field.name for field in dataset.fields]
        _, columns = rdata.data_frame(from_dir / original, file=original, dataset_id=dataset.id)
        rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
        kept = [row for row in rows if keep(row)]
        yield RecordedVintage(
            vintage_date=last_day,
            date_basis="the last day of the newest month in the data; when the package took them in is not recorded",
            responses=(
                RecordedResponse(
                    url=f"{ADDRESS}/{frame}.rda",
                    body=_recording.data_frame_body(
                        frame, {name: [row[name] for row in kept] for name in names}, months=("t",), numbers=("n",)
                    ),
                    content_type="application/octet-stream",
                    original=original,
                    original_sha256=_recording.sha256(from_dir / original),
                    cut=cut,
                    note=(
                        f"Rebuilt: the kept rows and columns saved anew without compression. The original is the file "
                        f"of github.com/iom/gdidata at commit {COMMIT}, cleaned by IOM from the tables of the "
                        "authority, whose own files were not at hand. The address is put together from repository, "
                        "commit and folder and was not asked."
                    ),
                ),
            ),
        )

    return record


def file_drop(frame: str) -> FileDrop:
    """Return what a person may hand over."""
    return FileDrop(f"the data frame of a later state of the package ({frame}.rda)", (Kind.RDATA,))
