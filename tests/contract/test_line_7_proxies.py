"""Wikimedia pageviews and GDELT news volume: shapes as recorded elsewhere, rows made up unless read from originals."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingestion.errors import BlockedError, ContractError, FetchError, SettingsError
from ingestion.sources import _reviewed
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


IN_EVERY_LIST = dict.fromkeys(_reviewed.IN_EVERY_LIST, "made up") | {"asked": "true"}
ARTICLE = IN_EVERY_LIST | {"project": "es.wikipedia", "article": "Migración"}
QUERY = IN_EVERY_LIST | {"query_name": "a_HO", "query": '"a" sourcecountry:HO', "media_country": "HO"}


def listed(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, *rows: dict[str, str]) -> None:
    """Put a made-up list in the place of the reviewed one."""
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    monkeypatch.setattr(_reviewed, "FOLDER", folder)


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


def test_the_lists_say_what_each_row_is_about_and_what_it_does_not_show() -> None:
    for name, seen in {"wikipedia_articles": "title_seen", "gdelt_queries": "words_seen"}.items():
        with (_reviewed.FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert len(rows) >= 4
        for row in rows:
            assert row["language"] in {"en", "es"}
            assert row["topic"]
            assert len(row["why_listed"]) > 40
            assert len(row[seen]) > 40, "nothing is listed that was not seen"
            assert row["warning"].startswith("Weak proxy: ")
            assert row["warning"].endswith("No public statistic supports line 7.")
            assert date.fromisoformat(row["reviewed_on"])
    assert [project for project, _ in wikimedia.articles()] == ["es.wikipedia", *["en.wikipedia"] * 3]
    assert set(gdelt.queries()) == {
        f"{words}_{country}" for words in ("migrant_caravan", "human_smuggling") for country in ("ES", "GT", "HO")
    }


def test_an_article_that_is_added_to_the_list_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = ARTICLE | {"project": "en.wikipedia", "article": "A\u2013B_crisis"}
    listed(monkeypatch, tmp_path, "wikipedia_articles", ARTICLE, other, ARTICLE | {"article": "Old", "asked": "false"})
    getter = Wiki(tmp_path, {"items": [ITEM]})
    (release,) = wikimedia.DATASET.fetch(wikimedia.DATASET, getter)
    assert [payload.file for payload in release.payloads] == [
        "es.wikipedia/Migraci%C3%B3n.json",
        "en.wikipedia/A%E2%80%93B_crisis.json",
    ]
    assert "/A%E2%80%93B_crisis/monthly/" in getter.asked[1][0]


def test_a_query_that_is_added_to_the_list_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = QUERY | {"query_name": "b_ES", "query": '"b" sourcecountry:ES', "media_country": "ES"}
    listed(monkeypatch, tmp_path, "gdelt_queries", QUERY, other, other | {"query_name": "c_ES", "asked": "false"})
    getter = Served(tmp_path, {gdelt.URL: news(POINTS)})
    (release,) = gdelt.DATASET.fetch(gdelt.DATASET, getter)
    assert [params["query"] for _, params in getter.asked] == ['"a" sourcecountry:HO', '"b" sourcecountry:ES']
    assert [payload.file for payload in release.payloads] == ["a_HO.json", "b_ES.json"]


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("wikipedia_articles", {"article": "Derecho de asilo"}, "must have underscores for blanks"),
        ("wikipedia_articles", {"article": "Migraci%C3%B3n"}, "no escapes"),
        ("wikipedia_articles", {"article": "Migración "}, "line 3: article must be filled in, without blanks around"),
        ("wikipedia_articles", {"warning": ""}, "line 3: warning must be filled in"),
        ("wikipedia_articles", {"asked": "yes"}, "asked must be true or false"),
        ("wikipedia_articles", {}, "stands twice"),
        ("gdelt_queries", {"query_name": "a_SP", "media_country": "SP"}, "must name SP at its end, and its query too"),
        ("gdelt_queries", {"query": '"a" sourcecountry:ES'}, "must name HO"),
    ],
)
def test_a_faulty_list_is_refused_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, change: dict[str, str], message: str
) -> None:
    row = {"wikipedia_articles": ARTICLE, "gdelt_queries": QUERY}[name]
    listed(monkeypatch, tmp_path, name, row, row | change)
    with pytest.raises(SettingsError, match=message):
        wikimedia.articles() if name == "wikipedia_articles" else gdelt.queries()


def test_a_list_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"the reviewed list nothing\.csv is missing"):
        _reviewed.asked_for("nothing", (), tmp_path)


def test_only_whole_months_are_asked_for_and_titles_are_encoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert wikimedia.last_day(date(2026, 3, 1)) == date(2026, 2, 28)
    assert wikimedia.last_day(date(2026, 1, 31)) == date(2025, 12, 31)
    assert wikimedia.address("es.wikipedia", "A/B_ó", date(2025, 12, 31)) == (
        "https://wikimedia.org/api/rest_v1/metrics/pageviews/per-article/es.wikipedia/all-access/user/A%2FB_%C3%B3/"
        "monthly/20210101/20251231"
    )
    listed(monkeypatch, tmp_path, "wikipedia_articles", ARTICLE)
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
    assert [params["query"] for _, params in getter.asked] == list(gdelt.queries().values())
    assert {params["mode"] for _, params in getter.asked} == {"timelinevolraw"}
    assert not any("timespan" in params for _, params in getter.asked), "timespan and dates exclude each other"
    rows = parsed(gdelt.DATASET, release)
    assert len(rows) == 12
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
