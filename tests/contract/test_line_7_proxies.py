"""Wikimedia pageviews and GDELT news volume: shapes as recorded elsewhere, rows made up unless read from originals."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingestion.errors import BlockedError, ContractError, FetchError
from ingestion.sources import gdelt_news_volume as gdelt
from ingestion.sources import wikimedia_pageviews as wikimedia
from tests.contract.support import Served, parsed

ITEM = {
    "project": "es.wikipedia",
    "article": "Migración",
    "granularity": "monthly",
    "timestamp": "2021010100",
    "access": "all-access",
    "agent": "user",
    "views": 12,
}
POINTS = [
    {"date": "20210101T000000Z", "value": 0, "norm": 300},
    {"date": "20210103T000000Z", "value": 2, "norm": 200},
]


class Wiki(Served):
    """Answers every address alike."""

    def __init__(self, folder: Path, answer: object) -> None:
        super().__init__(folder, {})
        self.answer = answer

    def get(self, url: str, **arguments: Any) -> Any:
        self.answers = {url: self.answer}
        return super().get(url, **arguments)


def news(points: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "query_details": {"title": "made up", "date_resolution": "day"},
        "timeline": [{"series": "Article Count", "data": points}],
    }


def test_only_whole_months_are_asked_for_and_titles_are_encoded(tmp_path: Path) -> None:
    assert wikimedia.last_day(date(2026, 3, 1)) == date(2026, 2, 28)
    assert wikimedia.last_day(date(2026, 1, 31)) == date(2025, 12, 31)
    assert wikimedia.address("es.wikipedia", "A/B_ó", date(2025, 12, 31)) == (
        "https://wikimedia.org/api/rest_v1/metrics/pageviews/per-article/es.wikipedia/all-access/user/A%2FB_%C3%B3/"
        "monthly/20210101/20251231"
    )
    getter = Wiki(tmp_path, {"items": [ITEM]})
    (release,) = wikimedia.DATASET.fetch(wikimedia.DATASET, getter)
    (row,) = parsed(wikimedia.DATASET, release)
    assert (row.record, row.values) == ("/items/0", {**ITEM, "views": "12"})


def test_an_article_without_views_is_no_failure_and_other_errors_are(tmp_path: Path) -> None:
    nothing = Wiki(tmp_path, FetchError("the publisher answered 404", rule="http.404"))
    assert list(wikimedia.DATASET.fetch(wikimedia.DATASET, nothing)) == []
    with pytest.raises(BlockedError):
        list(wikimedia.DATASET.fetch(wikimedia.DATASET, Wiki(tmp_path, BlockedError("403", rule="http.403"))))


@pytest.mark.parametrize(
    "body", [{"detail": "not an answer"}, {"items": [5]}, {"items": [{**ITEM, "article": "Other"}]}]
)
def test_another_answer_about_views_stops(tmp_path: Path, body: object) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(body))
    with pytest.raises(ContractError):
        list(wikimedia.DATASET.parse(wikimedia.DATASET, "es.wikipedia/Migraci%C3%B3n.json", path))


def test_real_views_are_read(originals: Path) -> None:
    path = originals / "wikimedia" / "per_article_monthly_ChatGPT.json"
    rows = list(wikimedia.DATASET.parse(wikimedia.DATASET, "en.wikipedia/ChatGPT.json", path))
    assert len(rows) == 46
    assert rows[0].values["views"] == "1882964"


def test_every_query_of_news_is_asked(tmp_path: Path) -> None:
    getter = Served(tmp_path, {gdelt.URL: news(POINTS)})
    (release,) = gdelt.DATASET.fetch(gdelt.DATASET, getter)
    assert [params["query"] for _, params in getter.asked] == list(gdelt.QUERIES.values())
    assert {params["mode"] for _, params in getter.asked} == {"timelinevolraw"}
    assert not any("timespan" in params for _, params in getter.asked), "timespan and dates exclude each other"
    rows = parsed(gdelt.DATASET, release)
    assert len(rows) == 6
    assert rows[1].values == {
        "query_name": "migrant_caravan_ES",
        "title": "made up",
        "date_resolution": "day",
        "series": "Article Count",
        "date": "20210103T000000Z",
        "value": "2",
        "norm": "200",
    }
    assert "20210102T000000Z" not in {row.values["date"] for row in rows}, "a missing day is not made up"


def test_a_refusal_of_news_is_said_and_is_no_failure(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    getter = Served(tmp_path, {gdelt.URL: BlockedError("the publisher answered 429", rule="http.429")})
    assert list(gdelt.DATASET.fetch(gdelt.DATASET, getter)) == []
    assert "gdelt/news_volume: left out of this run" in caplog.text


def test_nothing_found_in_the_news_has_no_rows_and_another_answer_stops(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("{}")
    assert list(gdelt.DATASET.parse(gdelt.DATASET, "x.json", path)) == []
    for body in ([], {"timeline": []}, news([5]), news([{"date": "20210101T000000Z", "value": 1}])):  # type: ignore[list-item]
        path.write_text(json.dumps(body))
        with pytest.raises(ContractError):
            list(gdelt.DATASET.parse(gdelt.DATASET, "x.json", path))


def test_real_news_are_read(originals: Path) -> None:
    path = originals / "gdelt" / "timelinevolraw_tigray_EI_excerpt.json"
    rows = list(gdelt.DATASET.parse(gdelt.DATASET, "x.json", path))
    assert [(row.values["value"], row.values["norm"]) for row in rows][:2] == [("0", "169311"), ("3", "205079")]
