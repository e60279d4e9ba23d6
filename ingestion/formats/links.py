"""Links of a page that lists a publisher's files: found in the page, never put together here."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urljoin


class _Hrefs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.hrefs += [value for name, value in attrs if name == "href" and value]


def links(path: Path, base: str, pattern: re.Pattern[str]) -> list[str]:
    """Return the absolute addresses of the page's links whose address matches, in page order, each once.

    Args:
        path: the page.
        base: the address that answered with it.
        pattern: searched in the percent-encoded address without query and fragment.
    """
    parser = _Hrefs()
    parser.feed(path.read_text(encoding="utf-8", errors="replace"))
    found = (urljoin(base, quote(href.strip(), safe="%/:?#[]@!$&'()*+,;=~")) for href in parser.hrefs)
    return list(dict.fromkeys(url for url in found if pattern.search(re.split(r"[?#]", url)[0])))
