"""What the files of OCHA's Financial Tracking Service on HDX have in common."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ingestion.contract import Dataset, Fetch, Getter, Kind, Parse, Release, Row
from ingestion.formats.csv import read_csv


def fetch_of(address: str, file: str) -> Fetch:
    """Return a fetch of the one file that is up now: one release, without a label of the publisher's own."""

    def fetch(_dataset: Dataset, getter: Getter) -> Iterator[Release]:
        yield Release(label=None, payloads=(getter.get(address, file=file, kind=Kind.CSV),))

    return fetch


def parse_of(column: str) -> Parse:
    """Return a parser of rows as text. A line of HXL tags (``#country+code`` in ``column``) is no row."""

    def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
        for row in read_csv(dataset, file, path):
            if not (row.values[column] or "").startswith("#"):
                yield row

    return parse


def cut(source: Path, keep: Callable[[Mapping[str, str]], bool]) -> bytes:
    """Return the file with its header, and the rows of it that ``keep`` wants, every cell as it is."""
    with source.open(encoding="utf-8-sig", newline="") as lines:
        header, *rows = csv.reader(lines, strict=True)
    kept = io.StringIO(newline="")
    csv.writer(kept, lineterminator="\r\n").writerows(
        [header, *(row for row in rows if keep(dict(zip(header, row, strict=True))))]
    )
    return kept.getvalue().encode()
