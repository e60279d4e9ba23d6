"""GDELT: online news articles that match a query, by day. Optional by nature: it refuses often."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from ingestion.contract import Cadence, Dataset, Field, Gate, Getter, Kind, Licence, Payload, Publisher, Release, Row
from ingestion.errors import ContractError, FetchError, SettingsError
from ingestion.formats import json_pages
from ingestion.formats.header import align
from ingestion.http import utc_now
from ingestion.sources import _reviewed

logger = logging.getLogger(__name__)

URL = "https://api.gdeltproject.org/api/v2/doc/doc"


def queries() -> Mapping[str, str]:
    """Return name → query of each one that is asked for.

    Raises:
        SettingsError: the list cannot be used, or a query does not name the country of its media by the FIPS code
            with which its name ends (ES is El Salvador, not Spain).
    """
    listed = _reviewed.asked_for("gdelt_queries", ("query_name", "query", "media_country"))
    for row in listed:
        country = row["media_country"]
        if not row["query_name"].endswith(f"_{country}") or not row["query"].endswith(f" sourcecountry:{country}"):
            raise SettingsError(
                f"gdelt_queries.csv: {row['query_name']} must name {country} at its end, and its query too"
            )
    return {row["query_name"]: row["query"] for row in listed}


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield one release with the answers to all queries, or nothing: a refusal is reported and is no failure.

    A release with some of the answers would look like a fall in the news, so it is all of them or none.
    """
    until = utc_now().date() - timedelta(days=1)
    payloads: list[Payload] = []
    for name, query in queries().items():
        params = {
            "query": query,
            "mode": "timelinevolraw",
            "format": "json",
            "startdatetime": "20210101000000",
            "enddatetime": f"{until:%Y%m%d}235959",
        }
        try:
            payloads.append(getter.get(URL, file=f"{name}.json", kind=Kind.JSON, params=params))
        except FetchError as error:
            logger.warning(
                "%s: left out of this run, nothing new is taken in: %s", dataset.id, str(error).splitlines()[0]
            )
            return
    yield Release(label=f"{until:%Y-%m-%d}", payloads=tuple(payloads))


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield one row per query and point in time; an answer ``{}`` found nothing, and points can be missing.

    Raises:
        ContractError: another layout.
    """
    body = json_pages.load(path, file=file, dataset_id=dataset.id)
    if body == {}:
        return

    def refused(detail: str, record: str | None = None) -> ContractError:
        return ContractError(detail, dataset_id=dataset.id, file=file, record=record, rule="json.envelope")

    details = body.get("query_details") if isinstance(body, dict) else None
    timeline = body.get("timeline") if isinstance(body, dict) else None
    if not isinstance(details, dict) or not isinstance(timeline, list):
        raise refused("the answer has no query_details and timeline")
    for number, series in enumerate(timeline):
        if not isinstance(series, dict) or not isinstance(series.get("data"), list):
            raise refused("a series without data", f"/timeline/{number}")
        for index, point in enumerate(series["data"]):
            record = f"/timeline/{number}/data/{index}"
            if not isinstance(point, dict):
                raise refused("not an object", record)
            flat = {
                "query_name": file.removesuffix(".json"),
                "title": details.get("title"),
                "date_resolution": details.get("date_resolution"),
                "series": series.get("series"),
                **point,
            }
            cells = [json_pages.text(value) for value in flat.values()]
            yield Row(record, align(dataset, tuple(flat), file=file, record=record).values(cells))


DATASET = Dataset(
    publisher=Publisher("gdelt", "The GDELT Project", "https://www.gdeltproject.org/"),
    name="news_volume",
    title="Online news articles that match a query, by day",
    description=(
        "Articles of the online media of one country that GDELT monitors and that match a query, by day, beside all "
        "articles monitored on that day. A weak proxy: it measures what media write, never the reach or the effect of "
        "a government's message. The number of all articles swings, so only the share may be compared. A day without a "
        "row is missing, not zero. The interface refuses often; then nothing is taken in and the run says so. Asked "
        "for are the queries of a reviewed list, reference.gdelt_queries, in media of El Salvador, Guatemala and "
        "Honduras; it says why each stands there."
    ),
    lines=(7,),
    licence=Licence(
        "unlimited use with citation and link",
        "The GDELT Project, https://www.gdeltproject.org/",
        url="https://www.gdeltproject.org/",
    ),
    cadence=Cadence.DAILY,
    hosts=("api.gdeltproject.org",),
    fields=(
        Field(
            "query_name", "Name of the query: its words and the country of the media (FIPS code), from the file name."
        ),
        Field("title", "The query, as the answer repeats it."),
        Field("date_resolution", "Length of a period: day for spans of a week and more."),
        Field("series", "Name of the series: Article Count."),
        Field("date", "Start of the period, as YYYYMMDDTHHMMSSZ."),
        Field("value", "Articles that match.", unit="articles"),
        Field("norm", "All articles monitored in the period.", unit="articles"),
    ),
    fetch=fetch,
    parse=parse,
    no_recording="the only answer at hand is a short excerpt about another part of the world",
    gate=Gate(min_bytes=2, min_rows=2, unique=("query_name", "series", "date"), never_all_null=("value", "norm")),
    min_interval=6.0,
)
