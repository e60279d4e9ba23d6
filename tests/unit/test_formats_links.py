from __future__ import annotations

import re
from pathlib import Path

from ingestion.formats.links import links

PAGE = """<html><body>
<A HREF='/sites/a-state.csv'>one</A>
<a class="x" href="https://example.org/sites/b-state.csv?x=1&amp;y=2#top">two</a>
<a href="/sites/a-state.csv">one again</a>
<a href="/documents/Report as of 5 Dec 2024.xlsx">spaces</a>
<a href="/documents/Report%20as%20of%205%20Nov%202024.xlsx">encoded</a>
<a href="">empty</a><a name="anchor">no href</a>
<!-- <a href="/sites/commented-state.csv">gone</a> -->
/sites/text-state.csv
</body></html>"""


def found(tmp_path: Path, pattern: str) -> list[str]:
    path = tmp_path / "page.html"
    path.write_text(PAGE)
    return links(path, "https://example.org/list/page", re.compile(pattern))


def test_links_are_absolute_in_page_order_and_come_once(tmp_path: Path) -> None:
    assert found(tmp_path, r"-state\.csv$") == [
        "https://example.org/sites/a-state.csv",
        "https://example.org/sites/b-state.csv?x=1&y=2#top",
    ]


def test_spaces_are_encoded_and_what_is_encoded_stays_so(tmp_path: Path) -> None:
    assert found(tmp_path, r"Report[^/]*\.xlsx$") == [
        "https://example.org/documents/Report%20as%20of%205%20Dec%202024.xlsx",
        "https://example.org/documents/Report%20as%20of%205%20Nov%202024.xlsx",
    ]


def test_nothing_found_is_an_empty_list(tmp_path: Path) -> None:
    assert found(tmp_path, "nowhere") == []
