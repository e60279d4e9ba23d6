"""What the datasets that lie on the Humanitarian Data Exchange share: the address of a file, from the list of files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from ingestion.contract import Dataset, Getter, Kind
from ingestion.errors import FetchError
from ingestion.formats import json_pages

PACKAGE = "https://data.humdata.org/api/3/action/package_show"
HOSTS = ("data.humdata.org", "s3.us-east-1.amazonaws.com")
"""A download is answered with a redirect to storage, as users of HDX report."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One file that a package on HDX lists.

    Args:
        name: its title on the page.
        url: where it lies.
        last_modified: when it was changed, as HDX says (ISO 8601); ``None`` where it does not.
    """

    name: str
    url: str
    last_modified: str | None

    @property
    def file(self) -> str:
        """The last part of the address."""
        return unquote(PurePosixPath(urlsplit(self.url).path).name)


def listed(dataset: Dataset, getter: Getter, package: str, what: str, wanted: Callable[[Listed], bool]) -> Listed:
    """Return the one file of a package that is wanted; its address is read from the list, never put together.

    Args:
        dataset: the dataset.
        getter: asks HDX.
        package: name of the package in its address on HDX.
        what: the file, in words.
        wanted: whether a listed file is it.

    Raises:
        FetchError: the list names no such file, or several.
    """
    page = getter.get(PACKAGE, file="package.json", kind=Kind.JSON, params={"id": package}, conditional=False)
    body = json_pages.load(page.path, file=page.file, dataset_id=dataset.id)
    result = body.get("result") if isinstance(body, dict) else None
    items = result.get("resources") if isinstance(result, dict) else None
    files = [
        Listed(str(item.get("name")), str(item["download_url"]), item.get("last_modified"))
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, dict) and item.get("download_url")
    ]
    found = [file for file in files if wanted(file)]
    if len(found) != 1:
        raise FetchError(
            f"the list of files names {what} {len(found)} times",
            dataset_id=dataset.id,
            url=PACKAGE,
            rule="hdx.resource",
            remedy="look at the page of the dataset: the file may have been renamed",
        )
    return found[0]
