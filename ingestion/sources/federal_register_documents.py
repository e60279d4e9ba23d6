"""Federal Register: rules, notices and presidential documents on caps, parole, protected status and admissions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ingestion.contract import (
    Cadence,
    Dataset,
    Dropped,
    Field,
    Gate,
    Getter,
    Licence,
    Payload,
    Publisher,
    Release,
    Row,
)
from ingestion.errors import ContractError
from ingestion.formats import json_pages
from ingestion.formats.header import align
from ingestion.http import utc_now

URL = "https://www.federalregister.gov/api/v1/documents.json"
FIRST_YEAR = 2019
PER_PAGE = "1000"
QUERIES: Mapping[str, Mapping[str, str]] = {
    "h2b_cap": {
        "conditions[term]": '"Exercise of Time-Limited Authority To Increase"',
        "conditions[type][]": "RULE",
    },
    "refugee_ceiling": {
        "conditions[term]": '"Presidential Determination on Refugee Admissions"',
        "conditions[type][]": "PRESDOCU",
    },
    "parole_process": {"conditions[term]": '"Implementation of a Parole Process"', "conditions[type][]": "NOTICE"},
    "family_reunification": {
        "conditions[term]": '"Family Reunification Parole"',
        "conditions[type][]": "NOTICE",
    },
    "protected_status": {"conditions[term]": '"Temporary Protected Status"', "conditions[type][]": "NOTICE"},
}
"""Name → words and type of document that are asked for, reviewed by hand."""


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield one release: each query by year of publication, because deep paging stops. A year without a match is kept.

    Raises:
        ContractError: an answer without envelope, or with fewer documents over its pages than it counts.
    """
    today = utc_now().date()
    payloads: list[Payload] = []
    for name, conditions in QUERIES.items():
        for year in range(FIRST_YEAR, today.year + 1):
            folder = f"{name}/{year}"
            params = {
                **conditions,
                "conditions[publication_date][gte]": f"{year}-01-01",
                "conditions[publication_date][lte]": f"{year}-12-31",
                "order": "oldest",
                "per_page": PER_PAGE,
            }
            pages = list(
                json_pages.fetch_pages(
                    getter,
                    URL,
                    folder=folder,
                    params=params,
                    pages=lambda payload: _envelope(dataset, payload)[1],
                    dataset_id=dataset.id,
                )
            )
            _hold_to_count(dataset, folder, pages)
            payloads += pages
    yield Release(label=f"{today:%Y-%m-%d}", payloads=tuple(payloads))


def _envelope(dataset: Dataset, payload: Payload) -> tuple[int, int, int]:
    """Return the documents counted, the pages, and the documents on this page."""
    body = json_pages.load(payload.path, file=payload.file, dataset_id=dataset.id)
    if not isinstance(body, dict) or "count" not in body:
        raise ContractError("the answer has no count", dataset_id=dataset.id, file=payload.file, rule="json.envelope")
    told = [
        json_pages.count(body.get(name, 0), name, file=payload.file, dataset_id=dataset.id)
        for name in ("count", "total_pages")
    ]
    return told[0], told[1], len(_results(dataset, payload.file, body))


def _results(dataset: Dataset, file: str, body: Mapping[str, object]) -> list[object]:
    """Return the documents of an answer; one that counts none may leave the list out."""
    found = body.get("results", [] if str(body.get("count")) == "0" else None)
    if not isinstance(found, list):
        raise ContractError("the answer has no list of results", dataset_id=dataset.id, file=file, rule="json.envelope")
    return found


def _hold_to_count(dataset: Dataset, folder: str, pages: list[Payload]) -> None:
    told = [_envelope(dataset, page) for page in pages]
    fetched = sum(on_page for _, _, on_page in told)
    if fetched != told[0][0]:
        raise ContractError(
            f"{told[0][0]:,} documents are counted and {fetched:,} came",
            dataset_id=dataset.id,
            file=folder,
            rule="federal_register.count",
            remedy="run again; if it stays, ask for shorter periods: the interface stops after some thousand documents",
        )


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield one row per query and document.

    Raises:
        ContractError: another layout.
    """
    body = json_pages.load(path, file=file, dataset_id=dataset.id)
    if not isinstance(body, dict):
        raise ContractError("the answer is not an object", dataset_id=dataset.id, file=file, rule="json.envelope")
    for index, document in enumerate(_results(dataset, file, body)):
        record = f"/results/{index}"
        if not isinstance(document, dict):
            raise ContractError("not an object", dataset_id=dataset.id, file=file, record=record, rule="json.item")
        flat = {"query_name": file.partition("/")[0], **document}
        cells = [None if isinstance(value, dict | list) else json_pages.text(value) for value in flat.values()]
        yield Row(record, align(dataset, tuple(flat), file=file, record=record).values(cells))


DATASET = Dataset(
    publisher=Publisher("federal_register", "Office of the Federal Register", "https://www.federalregister.gov/"),
    name="documents",
    title="Federal Register documents on H-2B caps, refugee admissions, parole and protected status",
    description=(
        "Rules, notices and presidential documents whose text holds fixed words: the yearly rules that raise the cap "
        "on H-2B visas, determinations on refugee admissions, notices on parole processes and on Temporary Protected "
        "Status. A document is evidence of a rule, not a statistic: caps and ceilings are read from the text by hand "
        "(table dim_policy_ceiling). Corrections are documents of their own. Numbers of documents before 2016 were "
        "sometimes used twice: number and day of publication together name a document."
    ),
    lines=(4, 8),
    licence=Licence("U.S. public domain", "Office of the Federal Register"),
    cadence=Cadence.DAILY,
    hosts=("www.federalregister.gov",),
    fields=(
        Field("query_name", "Name of the query, from the folder of the file."),
        Field("document_number", "Number of the document."),
        Field("type", "Type of document, such as Rule or Notice."),
        Field("title", "Title as printed."),
        Field("publication_date", "Day of publication."),
        Field("html_url", "Page of the document."),
    ),
    dropped=(Dropped("abstract"), Dropped("agencies"), Dropped("pdf_url")),
    unknown_columns="warn",
    fetch=fetch,
    parse=parse,
    no_recording="no answer of the interface is at hand, only its parameters, fields and the numbers of four documents",
    gate=Gate(
        min_bytes=2, min_rows=2, unique=("query_name", "document_number", "publication_date"), never_all_null=("title",)
    ),
)
