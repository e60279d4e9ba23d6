"""What the datasets of the Global Internal Displacement Database share: paging, the key, the mirror, the region."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ingestion.contract import (
    Dataset,
    Field,
    Getter,
    Kind,
    Licence,
    Payload,
    Publisher,
    RecordedResponse,
    RecordedVintage,
    Release,
    Row,
)
from ingestion.errors import ContractError, FetchError
from ingestion.formats import json_pages
from ingestion.formats.csv import read_csv
from ingestion.formats.header import Alignment, align, normalise
from ingestion.settings import settings
from ingestion.sources import _hdx, _recording

BASE = "https://helix-tools-api.idmcdb.org/external-api/gidd"
MIRROR = "the mirror on HDX"
PACKAGES = {
    "gidd_conflicts": "idmc-internal-displacements-new-displacements-idps",
    "gidd_disasters": "idmc-internal-displacements-new-displacements-associated-with-disasters",
}
"""The same two tables on HDX, which OCHA's program fills from the interface. Each package lists one file, a CSV."""

HOSTS = ("helix-tools-api.idmcdb.org", *_hdx.HOSTS)
LIMIT = 100
"""Rows of a page: the only size of which answers have been seen."""

COUNTRIES = (
    *("BLZ", "BOL", "BRA", "CAN", "CHL", "COL", "CRI", "CUB", "DOM", "ECU"),
    *("GTM", "HND", "HTI", "MEX", "NIC", "PAN", "PER", "SLV", "USA", "VEN"),
)
"""The interface answers about the whole world; rows of other countries are archived and not landed."""

PUBLISHER = Publisher(
    id="idmc",
    name="Internal Displacement Monitoring Centre",
    homepage="https://helix-tools-api.idmcdb.org/external-api/gidd",
)
LICENCE = Licence(
    name="CC BY 3.0 IGO",
    url="https://www.internal-displacement.org/terms-of-use/",
    attribution="Internal Displacement Monitoring Centre (IDMC), Global Internal Displacement Database",
)
LAST_UPDATED = Field(
    "last_updated", "Date of the edition, from the page; a file of the mirror on HDX lacks it.", required=False
)


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield what there is: from the interface, or from its mirror on HDX while no key for the interface is set.

    The label of the release says which: the publisher's ``last_updated``, or the mirror's day. So do the addresses
    that the archive keeps with every file. Recordings hold answers of the interface and need no key.

    Raises:
        FetchError: the database changed while it was read, or the mirror lists another number of files than one.
    """
    if getter.offline or _key():
        yield _pages(dataset, getter)
    else:
        yield _mirrored(dataset, getter)


def _mirrored(dataset: Dataset, getter: Getter) -> Release:
    found = _hdx.listed(
        dataset, getter, PACKAGES[dataset.name], "a CSV file", lambda listed: listed.file.lower().endswith(".csv")
    )
    day = f" of {found.last_modified[:10]}" if found.last_modified else ""
    return Release(label=f"{MIRROR}{day}", payloads=(getter.get(found.url, file=found.file, kind=Kind.CSV),))


def _pages(dataset: Dataset, getter: Getter) -> Release:
    """Return one release with all pages; its label is the publisher's ``last_updated``.

    The address of the next page that an answer names is not followed: it carries the key twice.

    Raises:
        FetchError: the database changed while it was read.
    """
    url = f"{BASE}/{dataset.name.removeprefix('gidd_')}/"
    params = {"format": "json", "limit": str(LIMIT), **_key()}
    payloads: list[Payload] = []
    first: tuple[str | None, int] | None = None
    offset = 0
    while first is None or offset < first[1]:
        place = {"offset": str(offset)} if offset else {}
        payload = getter.get(url, file=f"page-{offset // LIMIT + 1}.json", kind=Kind.JSON, params={**params, **place})
        envelope = _envelope(dataset, payload.file, payload.path)
        told = (envelope["last_updated"], envelope["count"])
        first = first or told
        rows = len(envelope["results"])
        if told != first or rows != min(LIMIT, first[1] - offset) or told[1] > LIMIT * json_pages.MAX_PAGES:
            raise FetchError(
                f"page {offset // LIMIT + 1} has {rows} rows and speaks of {told[1]} of {told[0]}; "
                f"page 1 spoke of {first[1]} of {first[0]}",
                dataset_id=dataset.id,
                url=payload.url,
                file=payload.file,
                rule="idmc.pages",
                remedy="run again: the publisher was probably releasing new figures",
            )
        payloads.append(payload)
        offset += LIMIT
    return Release(label=first[0], payloads=tuple(payloads))


def _key() -> Mapping[str, str]:
    """Return the key as a parameter; recordings are asked without one."""
    held = settings().idmc_client_id
    return {"client_id": held.get_secret_value()} if held else {}


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the rows of the region of one page, or of a CSV file of the same table (the mirror on HDX).

    A null stays null: no figure, which is not zero. A second line of tags (``#country+code``), which some copies on
    HDX carry, is no row.

    Raises:
        ContractError: another layout than the declared one.
    """
    rows = read_csv(dataset, file, path) if file.lower().endswith(".csv") else _page(dataset, file, path)
    return (row for row in rows if row.values["iso3"] in COUNTRIES)


def _page(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    envelope = _envelope(dataset, file, path)
    dropped = {normalise(column.name) for column in dataset.dropped}
    alignments: dict[tuple[str, ...], Alignment] = {}
    for index, item in enumerate(envelope["results"]):
        record = f"/results/{index}"
        try:
            # Lists (codes of events) are among what is dropped: they never have to be a single value.
            flat = {key: json_pages.text(value) for key, value in item.items() if normalise(key) not in dropped}
        except (AttributeError, TypeError) as error:
            raise ContractError(
                f"not a row: {error}", dataset_id=dataset.id, file=file, record=record, rule="json.item"
            ) from error
        flat["last_updated"] = envelope["last_updated"]
        keys = tuple(flat)
        if keys not in alignments:
            alignments[keys] = align(dataset, keys, file=file, record=record)
        yield Row(record, alignments[keys].values(list(flat.values())))


def _envelope(dataset: Dataset, file: str, path: Path) -> dict[str, Any]:
    body = json_pages.load(path, file=file, dataset_id=dataset.id)
    if not isinstance(body, dict) or not isinstance(body.get("results"), list):
        raise ContractError(
            "the answer has no list of results",
            dataset_id=dataset.id,
            file=file,
            rule="json.envelope",
            remedy="look at the archived body: it may say that the client is not registered",
        )
    count = json_pages.count(body.get("count"), "count", file=file, dataset_id=dataset.id)
    updated = body.get("last_updated")
    return {"count": count, "last_updated": None if updated is None else str(updated), "results": body["results"]}


# Recording -----------------------------------------------------------------------------------------------------------

EDITION = date(2025, 5, 13)


def recorder(original: str, cut: str, keep: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """Return a record function that lays out rows of a JSON-lines file as pages of the interface."""

    def record(dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
        source = from_dir / original
        items = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
        items = [keep(item) for item in items if item["iso3"] in COUNTRIES]
        yield RecordedVintage(
            vintage_date=EDITION,
            date_basis="`last_updated` in the publisher's answers",
            responses=tuple(
                _response(dataset, items, offset, original, _recording.sha256(source), cut)
                for offset in range(0, len(items), LIMIT)
            ),
        )

    return record


def _response(
    dataset: Dataset, items: list[dict[str, Any]], offset: int, original: str, digest: str, cut: str
) -> RecordedResponse:
    url = f"{BASE}/{dataset.name.removeprefix('gidd_')}/"
    asked = {"format": "json", "limit": str(LIMIT)}

    def page(start: int) -> str | None:
        place = f"&offset={start}" if start else ""
        return f"{url}?format=json&limit={LIMIT}{place}" if 0 <= start < len(items) else None

    envelope = {
        "last_updated": EDITION.isoformat(),
        "count": len(items),
        "next": page(offset + LIMIT),
        "previous": page(offset - LIMIT),
        "results": items[offset : offset + LIMIT],
    }
    return RecordedResponse(
        url=url,
        params={**asked, "offset": str(offset)} if offset else asked,
        body=_recording.json_body(envelope),
        content_type="application/json",
        original=original,
        original_sha256=digest,
        cut=cut,
        note=(
            "Rows as the interface served them, in their order, cut into pages anew: `count`, `next` and `previous` "
            "are those of the kept rows, without the client's key. The original holds the kept countries' rows of all "
            "pages of the answers recorded in github.com/OCHA-DAP/hdx-scraper-idmc-gidd at commit "
            "3c03db4551dfae2b9b16daf6456308b642139c0c."
        ),
    )
