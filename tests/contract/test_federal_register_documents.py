"""Federal Register: the shape of the interface as documented; pages made up, numbers and titles of real documents."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion.errors import ContractError
from ingestion.sources import federal_register_documents as register
from tests.contract.support import Served, parsed

DOCUMENT = {
    "document_number": "2022-27236",
    "type": "Rule",
    "title": "Exercise of Time-Limited Authority To Increase",
    "abstract": "made up",
    "publication_date": "2022-12-15",
    "agencies": [{"name": "made up"}],
    "html_url": "https://www.federalregister.gov/made-up",
    "pdf_url": "https://www.federalregister.gov/made-up.pdf",
}


class Register(Served):
    """Answers the pages of one query and year; every other query finds nothing."""

    def __init__(self, folder: Path, pages: list[dict[str, Any]]) -> None:
        super().__init__(folder, {})
        self.pages = pages

    def get(self, url: str, **arguments: Any) -> Any:
        params = arguments["params"]
        mine = arguments["file"].startswith("h2b_cap/2022/")
        self.answers = {url: self.pages[int(params["page"]) - 1] if mine else {"count": 0, "total_pages": 0}}
        return super().get(url, **arguments)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "utc_now", lambda: datetime(2022, 12, 31, tzinfo=UTC))


def page(*documents: dict[str, Any], count: int, pages: int) -> dict[str, Any]:
    return {"count": count, "total_pages": pages, "results": list(documents)}


def test_each_query_is_asked_year_by_year_and_all_pages_are_read(tmp_path: Path) -> None:
    other = DOCUMENT | {"document_number": "2022-00001"}
    served = Register(tmp_path, [page(DOCUMENT, count=2, pages=2), page(other, count=2, pages=2)])
    (release,) = register.DATASET.fetch(register.DATASET, served)
    years = range(register.FIRST_YEAR, 2023)
    assert len(served.asked) == len(register.QUERIES) * len(years) + 1
    first = served.asked[0][1]
    assert first["conditions[publication_date][gte]"] == "2019-01-01"
    assert first["conditions[type][]"] == "RULE"
    rows = parsed(register.DATASET, release)
    assert [row.values["document_number"] for row in rows] == ["2022-27236", "2022-00001"]
    assert rows[0].values == {
        "query_name": "h2b_cap",
        "document_number": "2022-27236",
        "type": "Rule",
        "title": DOCUMENT["title"],
        "publication_date": "2022-12-15",
        "html_url": DOCUMENT["html_url"],
    }


def test_fewer_documents_than_counted_stop_the_fetch(tmp_path: Path) -> None:
    """Deep paging ends without an error: only the count tells."""
    served = Register(tmp_path, [page(DOCUMENT, count=3, pages=1)])
    with pytest.raises(ContractError, match="3 documents are counted and 1 came"):
        list(register.DATASET.fetch(register.DATASET, served))


def test_an_answer_without_envelope_stops_the_fetch(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="no count"):
        list(register.DATASET.fetch(register.DATASET, Register(tmp_path, [{"errors": "made up"}])))
    with pytest.raises(ContractError, match="no list of results"):
        list(register.DATASET.fetch(register.DATASET, Register(tmp_path, [{"count": 1, "total_pages": 1}])))


def test_a_number_alone_does_not_name_a_document() -> None:
    assert register.DATASET.gate.unique == ("query_name", "document_number", "publication_date")
