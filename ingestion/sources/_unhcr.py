"""What the UNHCR Refugee Population Statistics datasets share: queries, envelope, checks, recording.

The interface ignores a parameter that it does not know and then answers with totals of the whole world, so every row
is checked against what was asked.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingestion.contract import (
    Cadence,
    Dataset,
    Fetch,
    Field,
    Getter,
    Licence,
    Parse,
    Payload,
    Publisher,
    RecordedResponse,
    RecordedVintage,
    Release,
    Row,
)
from ingestion.errors import ContractError
from ingestion.formats import json_pages
from ingestion.formats.header import Alignment, align
from ingestion.sources import _recording

BASE = "https://api.unhcr.org/population/v1"
DOCUMENTATION = "https://api.unhcr.org/docs/refugee-statistics.html"
HOSTS = ("api.unhcr.org",)
LIMIT = 10_000

NORTHERN_CENTRAL_AMERICA = ("GTM", "HND", "SLV")
REGION = (
    *("BLZ", "BOL", "BRA", "CAN", "CHL", "COL", "CRI", "CUB", "DOM", "ECU"),
    *("GTM", "HND", "HTI", "MEX", "NIC", "PAN", "PER", "SLV", "USA", "VEN"),
)
"""Countries of asylum that are asked for, ISO 3166-1 alpha-3."""

PUBLISHER = Publisher(
    id="unhcr",
    name="UNHCR, the UN Refugee Agency",
    homepage=DOCUMENTATION,
)
LICENCE = Licence(
    name="CC BY 4.0",
    attribution="UNHCR Refugee Population Statistics Database",
    url="https://www.unhcr.org/what-we-do/data-and-publications/data-and-statistics/terms-use-datasets",
)
CADENCE = Cadence.SEMIANNUAL

IDENTITY = (
    Field("year", "Calendar year: stocks at 31 December (30 June until the end-year release), flows within the year."),
    Field("coo_id", "UNHCR number of the country of origin; '-' where all origins are summed."),
    Field("coo_name", "UNHCR name of the country of origin; '-' where all origins are summed."),
    Field("coo", "UNHCR code of the country of origin: three letters, NOT ISO (GUA is Guatemala)."),
    Field("coo_iso", "ISO 3166-1 alpha-3 code of the country of origin; UNK unknown; '-' where all are summed."),
    Field("coa_id", "UNHCR number of the country of asylum."),
    Field("coa_name", "UNHCR name of the country of asylum."),
    Field("coa", "UNHCR code of the country of asylum: three letters, NOT ISO."),
    Field("coa_iso", "ISO 3166-1 alpha-3 code of the country of asylum."),
)
SUMMED_ASYLUM = tuple(
    Field(name, f"{what} of the country of asylum: '-', for all are summed.")
    for name, what in {
        "coa_id": "UNHCR number",
        "coa_name": "UNHCR name",
        "coa": "UNHCR code",
        "coa_iso": "ISO code",
    }.items()
)
"""The side of asylum of a query that leaves it out."""

MARKS = "As served: '0' is zero, '-' is not applicable or not collected."


def persons(name: str, description: str) -> Field:
    """Return a column of persons, with the meaning of the marks that UNHCR serves in it."""
    return Field(name, f"{description} {MARKS}", unit="persons")


PROCEDURE = Field("procedure_type", "Who decides: G government, J joint, U UNHCR.")
LEVEL = Field(
    "dec_level",
    "Instance: FI first instance, AR administrative review, RA repeat or reopened, JR judicial review, FA first "
    "instance and appeal, IN U.S. Citizenship and Immigration Services, EO U.S. immigration courts, others. 'NA' is a "
    "code (new applications), not a missing value.",
)


@dataclass(frozen=True, slots=True)
class Side:
    """What one side of a query asks: these countries, every country by itself, or (neither) the sum of all."""

    codes: tuple[str, ...] = ()
    every: bool = False

    def params(self, name: str) -> dict[str, str]:
        """Return the query parameters of this side; ``name`` is ``coo`` or ``coa``."""
        if self.every:
            return {f"{name}_all": "true"}
        return {name: ",".join(self.codes)} if self.codes else {}

    def fits(self, code: str | None) -> bool:
        """Whether a row with this ISO code can be an answer to what was asked."""
        if self.every:
            return code not in {None, "", "-"}
        return code in self.codes if self.codes else code == "-"


@dataclass(frozen=True, slots=True)
class Query:
    """One query; its name is the folder of its pages. No year is asked for: the answer is the whole history."""

    name: str
    coo: Side
    coa: Side
    shown: tuple[str, ...] = ()
    """Parameters that split the answer further, each sent as ``true``."""

    @property
    def params(self) -> dict[str, str]:
        """Query parameters but for the page. ``cf_type=ISO``: without it, codes are read as UNHCR's own."""
        sides = {**self.coo.params("coo"), **self.coa.params("coa")}
        return {**sides, **dict.fromkeys(self.shown, "true"), "cf_type": "ISO", "limit": str(LIMIT)}


PAIRS = Query("pairs", coo=Side(every=True), coa=Side(REGION))
NCA_ORIGIN = Query("nca_origin", coo=Side(NORTHERN_CENTRAL_AMERICA), coa=Side(every=True))
TOTALS = Query("totals", coo=Side(), coa=Side(REGION))


def fetcher(endpoint: str, queries: Sequence[Query]) -> Fetch:
    """Return a fetch function that asks all pages of each query; together they are one release."""

    def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
        payloads: list[Payload] = []
        for query in queries:
            payloads += json_pages.fetch_pages(
                getter,
                f"{BASE}/{endpoint}/",
                folder=query.name,
                params=query.params,
                pages=lambda payload: envelope(dataset, payload.file, payload.path)[0],
                dataset_id=dataset.id,
            )
        yield Release(label=None, payloads=tuple(payloads))

    return fetch


def parser(queries: Sequence[Query]) -> Parse:
    """Return a parse function that checks each row against the query that its page belongs to."""
    by_name = {query.name: query for query in queries}

    def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
        query = by_name.get(file.partition("/")[0])
        if query is None:
            raise ContractError(f"no query is called {file.partition('/')[0]!r}", dataset_id=dataset.id, file=file)
        for row in rows(dataset, file, path):
            for side, asked in (("coo_iso", query.coo), ("coa_iso", query.coa)):
                if not asked.fits(row.values[side]):
                    raise ContractError(
                        f"{side} is {row.values[side]!r}, which was not asked for",
                        dataset_id=dataset.id,
                        file=file,
                        record=row.record,
                        rule="unhcr.not_asked",
                        remedy="check the query's parameters: one that the publisher does not know is ignored, "
                        "and the answer is about the whole world",
                    )
            yield row

    return parse


def rows(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the items of one page under the names of the contract, values as text.

    Raises:
        ContractError: another envelope, an item that is no object, or a column that is missing.
    """
    alignments: dict[tuple[str, ...], Alignment] = {}
    for index, item in enumerate(envelope(dataset, file, path)[1]):
        record = f"/items/{index}"
        if not isinstance(item, dict):
            raise ContractError("not an object", dataset_id=dataset.id, file=file, record=record, rule="json.item")
        keys = tuple(item)
        if keys not in alignments:
            alignments[keys] = align(dataset, keys, file=file, record=record)
        try:
            values = alignments[keys].values([json_pages.text(value) for value in item.values()])
        except TypeError as error:
            raise ContractError(
                str(error), dataset_id=dataset.id, file=file, record=record, rule="json.item"
            ) from error
        yield Row(record, values)


def envelope(dataset: Dataset, file: str, path: Path) -> tuple[int, list[object]]:
    """Return the number of pages and the items; the envelope's ``total`` is never used: it adds cases to persons."""

    def refused(detail: str) -> ContractError:
        return ContractError(
            detail,
            dataset_id=dataset.id,
            file=file,
            rule="json.envelope",
            remedy="look at the archived body: it may be an error message",
        )

    body = json_pages.load(path, file=file, dataset_id=dataset.id)
    if not isinstance(body, dict) or not isinstance(body.get("items"), list):
        raise refused("the answer has no list of items")
    page, pages = (
        json_pages.count(body.get(name), name, file=file, dataset_id=dataset.id) for name in ("page", "maxPages")
    )
    asked = file.rpartition("page-")[2].removesuffix(".json")
    if str(page) != asked:
        raise refused(f"the answer calls itself page {page}")
    if page <= pages and not body["items"]:
        raise refused(f"page {page} of {pages} is empty")
    return pages, body["items"]


# Recording -----------------------------------------------------------------------------------------------------------

PACKAGE = (
    "Rows of UNHCR's own statistical package (R package `refugees` 2025.12.1, github.com/PopulationStatistics/refugees "
    "at commit 0c16a6d0c2f37d8578f9b9e3d1e4459efe850398 of 2026-06-25), laid out as the "
    "pages of the interface that the package is filled from: an empty cell is '-', 0 is '0', rows by ascending year. "
    "`coo_id` and `coa_id` are not in the package and are null here; `short-url` is null and `total` empty."
)
VINTAGE = date(2026, 6, 25)
VINTAGE_BASIS = "date of the commit of UNHCR's own package (`refugees`) that the rows were taken from"


def record_query(
    dataset: Dataset,
    from_dir: Path,
    *,
    endpoint: str,
    query: Query,
    original: str,
    cut: str,
    keep: Callable[[dict[str, str]], bool] = lambda _row: True,
    number: int = 1,
    pages: int = 1,
) -> RecordedResponse:
    """Return a page of a query, laid out from a CSV file of the package."""
    with (from_dir / original).open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines, strict=True) if keep(row)]
    text = {field.name for field in (*IDENTITY, PROCEDURE, LEVEL)} - {"year"} | {"app_type", "app_pc", "dec_pc"}
    text |= {"pop_type", "location", "loc_type", "acc_type"}
    items = [
        {f.name: row[f.name] if f.name in text else wire(row[f.name]) for f in dataset.fields if f.name in row}
        for row in sorted(rows, key=lambda row: int(row["year"]))
    ]
    items = [{f.name: item.get(f.name) for f in dataset.fields} for item in items]
    if len(items) > LIMIT:
        raise ValueError(f"{original} has more rows than one page of the interface holds")
    return page(from_dir, endpoint, query, items, original=original, cut=cut, note=PACKAGE, number=number, pages=pages)


def page(
    from_dir: Path,
    endpoint: str,
    query: Query,
    items: Sequence[dict[str, object]],
    *,
    original: str,
    cut: str,
    note: str,
    number: int = 1,
    pages: int = 1,
    source: Path | None = None,
    read_by_others: str = "",
) -> RecordedResponse:
    """Return one recorded page of a query; ``source`` is the original where it is not ``from_dir/original``."""
    envelope = {"page": number, "short-url": None, "maxPages": pages, "total": [], "items": list(items)}
    return RecordedResponse(
        url=f"{BASE}/{endpoint}/",
        params={**query.params, "page": str(number)},
        body=_recording.json_body(envelope),
        content_type="application/json",
        original=original,
        original_sha256=_recording.sha256(source or from_dir / original),
        cut=cut,
        note=note,
        read_by_others=read_by_others,
    )


def wire_items(from_dir: Path, original: str) -> list[dict[str, object]]:
    """Return the items of a page that was recorded from the interface itself."""
    items: list[dict[str, object]] = json.loads((from_dir / original).read_text(encoding="utf-8"))["items"]
    return items


def vintage(*responses: RecordedResponse) -> RecordedVintage:
    """Return the one recorded vintage of a UNHCR dataset."""
    return RecordedVintage(vintage_date=VINTAGE, date_basis=VINTAGE_BASIS, responses=responses)


def wire(cell: str) -> int | str:
    """Return a cell of the package as the interface serves it: an empty one is '-', zero is the text '0'."""
    if cell in {"", "0"}:
        return cell or "-"
    return int(cell)
