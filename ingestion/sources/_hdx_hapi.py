"""What the datasets of the HDX Humanitarian API share: the app identifier, paging without counts, rows as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ingestion.contract import Cadence, Dataset, Field, Gate, Getter, Kind, Licence, Payload, Publisher, Release, Row
from ingestion.errors import ContractError, FetchError
from ingestion.formats import json_pages
from ingestion.formats.header import Alignment, align
from ingestion.settings import settings

BASE = "https://hapi.humdata.org/api/v2"
LIMIT = 10_000
"""Rows of a page, the most that the interface gives."""

COUNTRIES = ("GTM", "HND", "SLV")

PUBLISHER = Publisher("hdx_hapi", "UN OCHA, Centre for Humanitarian Data", "https://hapi.humdata.org/api/v2")

PERIOD = (
    Field("reference_period_start", "First moment that the figure holds for."),
    Field("reference_period_end", "Last moment that the figure holds for; null while it still does."),
)

NO_RECORDING = (
    "no answer of these endpoints about El Salvador, Guatemala or Honduras was seen, only the publisher's schema"
)


def dataset(
    name: str,
    *,
    path: str,
    place: str,
    title: str,
    description: str,
    lines: tuple[int, ...],
    fields: tuple[Field, ...],
    unique: tuple[str, ...],
    never_all_null: tuple[str, ...],
) -> Dataset:
    """Return the contract of one endpoint.

    Args:
        name: of the dataset.
        path: of the endpoint below :data:`BASE`.
        place: the parameter that takes the code of a country. Names are not asked for: they match parts of words.
        title: readable title.
        description: what it counts and what it is not.
        lines: lines of effort.
        fields: the landed columns without the period.
        unique: the key.
        never_all_null: columns that may not be empty on every row.
    """

    def fetch(contract: Dataset, getter: Getter) -> Iterator[Release]:
        return _fetch(contract, getter, f"{BASE}/{path}", place)

    return Dataset(
        publisher=PUBLISHER,
        name=name,
        title=title,
        description=(
            f"{description} It repeats figures of other publishers and may never be added to theirs. Only the "
            "publisher's schema and usage guide were seen, and no answer about the three countries that are asked for."
        ),
        lines=lines,
        licence=Licence("by dataset, under the HDX terms", "HDX Humanitarian API", redistributable=False),
        cadence=Cadence.MONTHLY,
        hosts=("hapi.humdata.org",),
        fields=(*fields, *PERIOD),
        fetch=fetch,
        parse=parse,
        no_recording=NO_RECORDING,
        gate=Gate(min_bytes=2, min_rows=2, unique=unique, never_all_null=never_all_null),
        unknown_columns="warn",
        needs_setting="hapi_app_identifier",
        min_interval=1.0,
        documentation="https://hapi.humdata.org/openapi.json",
    )


def _fetch(contract: Dataset, getter: Getter, url: str, place: str) -> Iterator[Release]:
    """Yield one release with every page of every country; a page that is not full is the last one.

    Raises:
        FetchError: more pages than any dataset here can have.
    """
    payloads: list[Payload] = []
    for country in COUNTRIES:
        number, rows = 0, LIMIT
        while rows == LIMIT:
            if number == json_pages.MAX_PAGES:
                raise FetchError(
                    "the pages do not end", dataset_id=contract.id, url=url, rule="json.pages", remedy="run again"
                )
            params = {
                place: country,
                "output_format": "json",
                "limit": str(LIMIT),
                "offset": str(number * LIMIT),
                **_identifier(),
            }
            number += 1
            payload = getter.get(url, file=f"{country}/page-{number}.json", kind=Kind.JSON, params=params)
            rows = len(_items(contract, payload.file, payload.path))
            payloads.append(payload)
    yield Release(label=None, payloads=tuple(payloads))


def _identifier() -> Mapping[str, str]:
    """Return the app identifier as a parameter: an e-mail address in base64, masked wherever it could be shown."""
    held = settings().hapi_app_identifier
    return {"app_identifier": held.get_secret_value()} if held else {}


def parse(contract: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the rows of one page; a null stays null.

    Raises:
        ContractError: another layout than the declared one.
    """
    alignments: dict[tuple[str, ...], Alignment] = {}
    for index, item in enumerate(_items(contract, file, path)):
        record = f"/data/{index}"
        try:
            keys, cells = tuple(item), [json_pages.text(value) for value in item.values()]
        except (AttributeError, TypeError) as error:
            raise ContractError(
                f"not a row: {error}", dataset_id=contract.id, file=file, record=record, rule="json.item"
            ) from error
        if keys not in alignments:
            alignments[keys] = align(contract, keys, file=file, record=record)
        yield Row(record, alignments[keys].values(cells))


def _items(contract: Dataset, file: str, path: Path) -> list[dict[str, object]]:
    body = json_pages.load(path, file=file, dataset_id=contract.id)
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, list):
        raise ContractError("the answer has no list of data", dataset_id=contract.id, file=file, rule="json.envelope")
    return data


def place_fields(prefix: str, words: str) -> tuple[Field, ...]:
    """Return the columns that name a country; the flags of its plans are optional."""
    return (
        Field(f"{prefix}location_code", f"{words}, ISO 3166-1 alpha-3 code."),
        Field(f"{prefix}location_name", f"{words}, in words."),
        Field(f"{prefix}has_hrp", "Whether the country has a response plan now.", required=False),
        Field(f"{prefix}in_gho", "Whether the country is in the Global Humanitarian Overview now.", required=False),
    )


def people_fields() -> tuple[Field, ...]:
    """Return the columns of the two endpoints that count people by origin and asylum."""
    return (
        *place_fields("origin_", "Country of origin"),
        *place_fields("asylum_", "Country of asylum"),
        Field("population_group", "Group: REF, ASY, OIP and others, or RET and RDP."),
        Field("gender", "Sex: f, m, x, u, o, or all; all stands beside its parts."),
        Field("age_range", "Age, such as 0-4 or 60+, or all; all stands beside its parts."),
        Field("min_age", "Lowest age of the range, years; null when there is none.", required=False),
        Field("max_age", "Highest age of the range, years; null when there is none.", required=False),
        Field("population", "People.", unit="persons"),
        Field("resource_hdx_id", "Identifier of the file on HDX that the figure comes from."),
    )


PEOPLE_KEY = (
    *("origin_location_code", "asylum_location_code", "population_group", "gender", "age_range"),
    "reference_period_start",
)
