"""IOM, Displacement Tracking Matrix: displaced people present in a country, by round. Off, and for local use only.

The licence allows non-commercial use and neither redistribution nor derivatives. Nothing is bundled; a person who has a
key may switch it on (``LOE_DTM_LOCAL_USE``) and finds the rows in the landing folder and in the staging view of the
private build. No published table may read them: the staging view is private to a group of its own, and rules about it
name rows by their place only.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from ingestion.contract import Cadence, Dataset, Field, Gate, Getter, Kind, Licence, Payload, Publisher, Release, Row
from ingestion.errors import ContractError
from ingestion.formats import json_pages
from ingestion.formats.header import Alignment, align
from ingestion.settings import settings

URL = "https://dtmapi.iom.int/v3/displacement/admin0"
KEY_HEADER = "Ocp-Apim-Subscription-Key"

COUNTRIES = ("GTM", "HND", "SLV")


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield one release with the answer about each country. The answer is not paged."""
    held = settings().dtm_subscription_key
    headers = {KEY_HEADER: held.get_secret_value()} if held else {}
    payloads: list[Payload] = []
    for country in COUNTRIES:
        params = {"Admin0Pcode": country}
        payload = getter.get(URL, file=f"{country}.json", kind=Kind.JSON, params=params, headers=headers)
        _items(dataset, payload.file, payload.path)
        payloads.append(payload)
    yield Release(label=None, payloads=tuple(payloads))


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the rows of one country; a null stays null, 'Not available' stays as it is.

    Raises:
        ContractError: another layout, an answer that is cut or reports an error, or a country that was not asked for.
            No message quotes a figure.
    """
    asked = file.removesuffix(".json")
    alignments: dict[tuple[str, ...], Alignment] = {}
    for index, item in enumerate(_items(dataset, file, path)):
        record = f"/result/{index}"
        try:
            keys, cells = tuple(item), [json_pages.text(value) for value in item.values()]
        except (AttributeError, TypeError) as error:
            raise ContractError(
                f"not a row: {error}", dataset_id=dataset.id, file=file, record=record, rule="json.item"
            ) from error
        if keys not in alignments:
            alignments[keys] = align(dataset, keys, file=file, record=record)
        values = alignments[keys].values(cells)
        if values["admin0Pcode"] != asked:
            raise ContractError(
                f"the row is not about {asked}, which was asked for",
                dataset_id=dataset.id,
                file=file,
                record=record,
                rule="dtm.not_asked",
                remedy="check the query's parameters: the answer may be about every operation",
            )
        yield Row(record, values)


def _items(dataset: Dataset, file: str, path: Path) -> list[dict[str, object]]:
    """Return the rows of an answer, all that it counts."""

    def refused(detail: str) -> NoReturn:
        raise ContractError(detail, dataset_id=dataset.id, file=file, rule="json.envelope")

    body = json_pages.load(path, file=file, dataset_id=dataset.id)
    if not isinstance(body, dict) or not isinstance(body.get("result"), list):
        refused("the answer has no list of results")
    if body.get("isSuccess") is not True or body.get("errorMessages"):
        refused("the answer says that the query failed")
    counted = json_pages.count(body.get("totalRecordsCount"), "totalRecordsCount", file=file, dataset_id=dataset.id)
    if counted != len(body["result"]):
        refused(f"the answer holds {len(body['result'])} of {counted} rows")
    items: list[dict[str, object]] = body["result"]
    return items


DATASET = Dataset(
    publisher=Publisher("iom", "International Organization for Migration", "https://missingmigrants.iom.int"),
    name="displacement_tracking",
    title="Displacement Tracking Matrix: displaced people by country and round",
    description=(
        "Displaced people present in a country, by operation and round of assessment, with the reason of displacement "
        "and where they came from. Rounds are successive counts of the same people: never add them. For El Salvador, "
        "Guatemala and Honduras only operations that have ended are known (Volcán de Fuego, Eta and Iota, Amanda and "
        "Cristóbal). Off by default: the licence allows non-commercial use and neither redistribution nor derivatives, "
        "so nothing is bundled and no published table reads it. Only the layout of an answer was seen, none about the "
        "three countries; how an answer without rows looks was not seen either, and one that reports an error is "
        "refused. Not a count of everybody who is displaced."
    ),
    lines=(1, 5),
    licence=Licence(
        "non-commercial, no redistribution, no derivatives",
        "IOM, Displacement Tracking Matrix (DTM)",
        redistributable=False,
    ),
    cadence=Cadence.ANNUAL,
    hosts=("dtmapi.iom.int",),
    fields=(
        Field("operation", "Operation, in words."),
        Field("admin0Name", "Country, in words."),
        Field("admin0Pcode", "ISO 3166-1 alpha-3 code of the country."),
        Field("numPresentIdpInd", "Displaced people present on the day.", unit="persons"),
        Field("reportingDate", "Day of the report, as 2010-11-30T00:00:00."),
        Field("yearReportingDate", "Year of the report."),
        Field("monthReportingDate", "Month of the report."),
        Field("roundNumber", "Number of the round within the operation."),
        Field("displacementReason", "Reason of displacement."),
        Field("numberMales", "Men and boys among them.", unit="persons"),
        Field("numberFemales", "Women and girls among them.", unit="persons"),
        Field("idpOriginAdmin1Name", "Region that they come from, in words; 'Not available' where it is not known."),
        Field("idpOriginAdmin1Pcode", "Code of that region; 'Not available' where it is not known."),
        Field("assessmentType", "Kind of assessment."),
    ),
    fetch=fetch,
    parse=parse,
    no_recording="off by default, its licence forbids to pass the figures on",
    # No unique key and no totals: a gate would publish the values that break it.
    gate=Gate(min_bytes=2, min_rows=2, never_all_null=("admin0Pcode", "numPresentIdpInd", "reportingDate")),
    unknown_columns="warn",
    needs_setting="dtm_subscription_key",
    local_use="dtm_local_use",
)
