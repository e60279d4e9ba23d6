"""One invented dataset for tests. Its publisher does not exist and its figures mean nothing."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingestion.contract import Cadence, Dataset, Field, FileDrop, Gate, Getter, Kind, Licence, Publisher, Release, Row
from ingestion.errors import ContractError

HEADER = "place,year,apples"
GOOD = f"{HEADER}\nNowhere,2001,5\nElsewhere,2001,0\nNowhere,2002,7\n"
MORE = f"{GOOD}Elsewhere,2002,3\n"
RECORDED_URL = "https://statistics.invented.example/harvest.csv"


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Read the invented CSV."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if reader.fieldnames != HEADER.split(","):
            raise ContractError(f"unexpected header {reader.fieldnames}", file=file, rule="header.unknown")
        for row in reader:
            yield Row(str(reader.line_num), dict(row))


def fetching(url: str, *, label: str | None = "edition", **arguments: Any) -> Callable[..., Iterator[Release]]:
    """Return a fetch function that asks one address."""

    def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
        asked = {"file": "harvest.csv", "kind": Kind.CSV, **arguments}
        yield Release(label, (getter.get(url, **asked),))

    return fetch


HARVEST = Dataset(
    publisher=Publisher("invented", "The Invented Institute", "https://invented.example"),
    name="harvest",
    title="Invented harvest",
    description="Apples that nobody picked, in places that do not exist.",
    lines=(1,),
    licence=Licence("invented", "The Invented Institute"),
    cadence=Cadence.ANNUAL,
    hosts=("127.0.0.1", "localhost", "statistics.invented.example"),
    fields=(Field("place", "a place"), Field("year", "a year"), Field("apples", "apples", unit="apples")),
    fetch=fetching(RECORDED_URL),
    parse=parse,
    no_recording="it is invented",
    file_drop=FileDrop("the invented table", (Kind.CSV, Kind.XLSX)),
    gate=Gate(min_bytes=10, max_bytes=1_000_000, min_rows=2, unique=("place", "year"), never_all_null=("apples",)),
    min_interval=0.0,
)


def harvest(url: str | None = None, *, gate: dict[str, Any] | None = None, **changes: Any) -> Dataset:
    """Return the invented dataset with changes; ``url`` is where it is asked for."""
    if url is not None:
        changes.setdefault("fetch", fetching(url))
    if gate:
        changes["gate"] = replace(HARVEST.gate, **gate)
    return replace(HARVEST, **changes)


def write_bundle(
    root: Path,
    day: str,
    body: str,
    *,
    url: str = RECORDED_URL,
    params: dict[str, str] | None = None,
    status: int = 200,
    packed: bool = True,
) -> Path:
    """Write a recording of the invented dataset, as the recorder lays it out; return its folder."""
    folder = root / "invented" / "harvest" / day
    folder.mkdir(parents=True)
    content = body.encode()
    name = "001.csv.gz" if packed else "001.csv"
    (folder / name).write_bytes(gzip.compress(content, mtime=0) if packed else content)
    response = {
        "url": url,
        "params": params or {},
        "status": status,
        "content_type": "text/csv",
        "body": name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "original": None,
        "original_sha256": None,
        "cut": "nothing",
        "note": "invented",
    }
    described = {
        "dataset_id": "invented/harvest",
        "vintage_date": day,
        "date_basis": "invented for a test",
        "licence": "invented",
        "attribution": "invented",
        "responses": [response],
    }
    (folder / "recording.json").write_text(json.dumps(described, indent=1, sort_keys=True), "utf-8")
    return folder
