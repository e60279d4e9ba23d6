"""What the files of CBP's public data portal share: the publisher, the names of files, and the page that lists them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from urllib.parse import unquote

from ingestion.contract import Dataset, Getter, Kind, Licence, Publisher, Release
from ingestion.errors import BlockedError, ContractError, FetchError
from ingestion.formats.links import links

logger = logging.getLogger(__name__)

PUBLISHER = Publisher(
    id="cbp",
    name="U.S. Customs and Border Protection",
    homepage="https://www.cbp.gov/newsroom/stats/nationwide-encounters",
    country="USA",
)

LICENCE = Licence(name="U.S. public domain", attribution="U.S. Customs and Border Protection, Public Data Portal")

HOSTS = ("www.cbp.gov", "cbp.gov")

MONTHS = ("oct", "nov", "dec", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep")
"""Months of a U.S. fiscal year, in order."""

COVERED = r"(?P<covered>fy\d\d-fy(?P<year>\d\d)(?:-(?P<month>[a-z]{3}))?)"
"""The part of a name that says which fiscal years the file covers; no month: the file of a closed year."""

AGAIN = r"(?:_(?P<again>\d+))?"
"""The end of a name that was put up again."""


def name(url: str) -> str:
    """Return the name of the file at an address."""
    return unquote(url.rsplit("/", 1)[-1])


def edition(dataset: Dataset, url: str, pattern: re.Pattern[str]) -> tuple[int, int, int]:
    """Return ``(last fiscal year, months of it, repetition)`` of a file; editions sort in the order of release.

    A name without a month is the final file of a closed year: twelve months. ``_0`` at its end marks a file that was
    put up again under the same name.

    Raises:
        ContractError: the name does not say which years and months the file covers.
    """
    match = pattern.fullmatch(name(url))
    month = (match["month"] or "sep").lower() if match else ""
    if not match or month not in MONTHS:
        raise ContractError(
            f"the name {name(url)!r} does not say which fiscal years and months the file covers",
            dataset_id=dataset.id,
            url=url,
            rule="cbp.name",
            remedy="look at the page of the publisher and extend the pattern of names",
        )
    return int(match["year"]), MONTHS.index(month) + 1, int(match["again"]) + 1 if match["again"] else 0


def fetch_files(
    dataset: Dataset, getter: Getter, *, page_url: str, link: re.Pattern[str], pattern: re.Pattern[str], what: str
) -> Iterator[Release]:
    """Yield one release per file of one kind that the page lists, oldest first.

    Each file covers four fiscal years, so the older links are the only way to older years. One that is listed but no
    longer served is reported and passed over; the newest must answer.

    Raises:
        FetchError: the page lists no such file, or the newest cannot be had.
        ContractError: a name that does not say what the file covers.
    """
    page = getter.get(page_url, file="discovery.html", kind=Kind.HTML)
    listed = links(page.path, page.final_url or page_url, link)
    found = sorted(listed, key=lambda url: edition(dataset, url, pattern))
    if not found:
        raise FetchError(
            f"the page lists no {what}",
            dataset_id=dataset.id,
            url=page_url,
            rule="discovery.no_links",
            remedy="look at the page: the publisher may have moved the files or renamed them",
        )
    for url in found:
        try:
            payload = getter.get(url, file=name(url), kind=Kind.CSV)
        except BlockedError:
            raise
        except FetchError as error:
            if url == found[-1]:
                raise
            logger.warning("%s: an older file is listed but not served: %s", dataset.id, error)
            continue
        match = pattern.fullmatch(name(url))
        yield Release(label=match["covered"].lower() if match else name(url), payloads=(payload,))
