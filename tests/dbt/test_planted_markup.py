"""Markup in a text of a publisher reaches the reports as text: planted in landed rows, found inert on every page."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import duckdb

from expectations.report.audit import write_audit_report
from expectations.rules import load_rules
from expectations.validate import validate
from tests.builds import FirstRun
from tests.fixtures.rules.spoil import copy_figures

TABLE = "staging.stg_idmc__gidd_disasters"
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"


class _Page(HTMLParser):
    """Collects the text, and what a browser would run or load."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.text = ""
        self.active: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.active += [tag] if tag in {"script", "img", "iframe", "object", "link"} else []
        self.active += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_markup_of_a_publisher_stays_text_in_every_report(first_run: FirstRun, tmp_path: Path) -> None:
    rules = [rule for rule in load_rules() if rule.table == TABLE]
    database = copy_figures(first_run.workplace.newest_build.database, tmp_path / "loe_planted.duckdb", rules)
    with duckdb.connect(str(database)) as connection:
        connection.execute("update landing.idmc__gidd_disasters set event_name = ?", [MARKUP])
    results = validate(database, rules=rules, docs_dir=tmp_path / "data_docs")
    assert any(MARKUP in result.sample for result in results), "the planted name reaches a finding"
    write_audit_report(database, results, {"build_id": "planted"}, tmp_path / "audit.html")
    for page in (tmp_path / "audit.html", tmp_path / "data_docs" / f"{TABLE}.html"):
        shown = _Page(page)
        assert MARKUP in shown.text
        assert shown.active == []
