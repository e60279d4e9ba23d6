"""Wikimedia: views of single articles by month, a weak proxy of attention."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote, unquote

from ingestion.contract import Cadence, Dataset, Field, Gate, Getter, Kind, Licence, Payload, Publisher, Release, Row
from ingestion.errors import ContractError, FetchError, SettingsError
from ingestion.formats import json_pages
from ingestion.formats.header import align
from ingestion.http import utc_now
from ingestion.sources import _reviewed

BASE = "https://wikimedia.org/api/rest_v1/metrics/pageviews/per-article"
FIRST_DAY = date(2021, 1, 1)
NO_VIEWS = "http.404"
"""Rule of the error with which the interface answers about an article without views in any month."""


def articles() -> list[tuple[str, str]]:
    """Return project and title of each article that is asked for, exactly as Wikimedia spells them.

    Raises:
        SettingsError: the list cannot be used, or a title has a blank where Wikimedia has an underscore.
    """
    listed = [
        (row["project"], row["article"]) for row in _reviewed.asked_for("wikipedia_articles", ("project", "article"))
    ]
    for _, title in listed:
        if " " in title or "%" in title:
            raise SettingsError(f"wikipedia_articles.csv: {title!r} must have underscores for blanks and no escapes")
    return listed


def last_day(today: date) -> date:
    """Return the last day of the last month that is over: the interface counts whole months only."""
    return today.replace(day=1) - timedelta(days=1)


def address(project: str, article: str, until: date) -> str:
    """Return the address of one article: readers only, without known programs."""
    title = quote(article, safe="")
    return f"{BASE}/{project}/all-access/user/{title}/monthly/{FIRST_DAY:%Y%m%d}/{until:%Y%m%d}"


def fetch(_dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield one release with the answer about each article; one without views has no answer and no rows."""
    until = last_day(utc_now().date())
    payloads: list[Payload] = []
    for project, article in articles():
        file = f"{project}/{quote(article, safe='')}.json"
        try:
            payloads.append(getter.get(address(project, article, until), file=file, kind=Kind.JSON))
        except FetchError as error:
            if error.rule != NO_VIEWS:
                raise
    if payloads:
        yield Release(label=f"{until:%Y-%m}", payloads=tuple(payloads))


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield one row per article and month; a month without views has none.

    Raises:
        ContractError: another layout, or another article than the one asked for.
    """
    asked = tuple(unquote(part) for part in file.removesuffix(".json").split("/"))
    body = json_pages.load(path, file=file, dataset_id=dataset.id)
    if not isinstance(body, dict) or not isinstance(body.get("items"), list):
        raise ContractError("the answer has no list of items", dataset_id=dataset.id, file=file, rule="json.envelope")
    for index, item in enumerate(body["items"]):
        record = f"/items/{index}"
        if not isinstance(item, dict):
            raise ContractError("not an object", dataset_id=dataset.id, file=file, record=record, rule="json.item")
        values = align(dataset, tuple(item), file=file, record=record).values(
            [json_pages.text(value) for value in item.values()]
        )
        if len(asked) == 2 and (values["project"], values["article"]) != asked:  # noqa: PLR2004 - project and title
            raise ContractError(
                f"the row is about {values['project']} {values['article']!r}",
                dataset_id=dataset.id,
                file=file,
                record=record,
                rule="wikimedia.not_asked",
            )
        yield Row(record, values)


DATASET = Dataset(
    publisher=Publisher("wikimedia", "Wikimedia Foundation", "https://wikimedia.org/api/rest_v1"),
    name="pageviews",
    title="Views of Wikipedia articles by month",
    description=(
        "Views of an article by readers in a whole calendar month. A weak proxy: it measures attention to a subject, "
        "never the reach or the effect of a government's message, and readers of a language live in many countries. A "
        "month without views has no row, which is missing and not zero. A renamed article breaks the series, redirects "
        "are not followed, and programs that are not known as such make peaks. Asked for are the articles of a "
        "reviewed list, reference.wikipedia_articles, which says why each stands there."
    ),
    lines=(7,),
    licence=Licence("CC0", "Wikimedia Foundation, pageviews"),
    cadence=Cadence.MONTHLY,
    hosts=("wikimedia.org",),
    fields=(
        Field("project", "Wiki, such as es.wikipedia."),
        Field("article", "Title of the article; underscores stand for blanks."),
        Field("granularity", "Length of the period: monthly."),
        Field("timestamp", "First day of the month and hour 00, as YYYYMMDDHH."),
        Field("access", "Kind of access: all-access."),
        Field("agent", "Kind of reader: user, without known programs."),
        Field("views", "Views in the month.", unit="views"),
    ),
    fetch=fetch,
    parse=parse,
    no_recording="the only answer at hand is about an article that has nothing to do with migration",
    gate=Gate(min_bytes=2, min_rows=2, unique=("project", "article", "timestamp"), never_all_null=("views",)),
)
