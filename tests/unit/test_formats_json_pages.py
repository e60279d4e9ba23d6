from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingestion.contract import Payload
from ingestion.errors import ContractError, FetchError
from ingestion.formats import json_pages
from tests.contract.support import Served


@pytest.mark.parametrize(
    ("value", "expected"),
    [(5, "5"), ("0", "0"), ("-", "-"), ("NA", "NA"), ("", ""), (None, None), (True, "true"), (False, "false")],
)
def test_values_become_text_and_null_stays_null(value: object, expected: str | None) -> None:
    assert json_pages.text(value) == expected


@pytest.mark.parametrize("value", [[], {}, [1], {"a": 1}])
def test_a_nested_value_is_not_a_single_value(value: object) -> None:
    with pytest.raises(TypeError):
        json_pages.text(value)


def test_numbers_keep_the_digits_that_the_publisher_wrote(tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_text('{"a": 1832641364775.520, "b": 12345678901234567890, "c": "x", "d": 0.1, "e": 1E+05}')
    assert json_pages.load(path, file="p") == {
        "a": "1832641364775.520",
        "b": "12345678901234567890",
        "c": "x",
        "d": "0.1",
        "e": "1E+05",
    }


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b'{"a": 1', b'{"a": NaN}', b'{"a": 1, "a": 2}', b'{"a": "\xff"}', b"[" * 200_000],
    ids=["empty", "html", "cut", "nan", "twice", "not utf-8", "deep"],
)
def test_what_is_not_json_is_refused(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "page"
    path.write_bytes(body)
    with pytest.raises(ContractError) as caught:
        json_pages.load(path, file="page-1.json", dataset_id="a/b")
    assert (caught.value.rule, caught.value.file, caught.value.dataset_id) == ("json.syntax", "page-1.json", "a/b")


@pytest.mark.parametrize(("value", "expected"), [(3, 3), ("3", 3), (0, 0), ("0", 0)])
def test_counts_may_be_text(value: object, expected: int) -> None:
    assert json_pages.count(value, "pages", file="p") == expected


@pytest.mark.parametrize("value", [None, "-1", -1, "3.0", 3.0, True, "", "three", "٣", [3]])
def test_what_is_no_count_is_refused(value: object) -> None:
    with pytest.raises(ContractError):
        json_pages.count(value, "pages", file="p")


URL = "https://example.org/items"


def pages_of(payload: Payload) -> int:
    return int(json.loads(payload.path.read_text())["pages"])


def served(tmp_path: Path, counts: dict[int, int]) -> Served:
    return Served(tmp_path, {(URL, f"limit=2&page={page}"): {"pages": count} for page, count in counts.items()})


def fetch(getter: Served) -> list[str]:
    return [
        payload.file
        for payload in json_pages.fetch_pages(
            getter, URL, folder="all", params={"limit": "2"}, pages=pages_of, dataset_id="a/b"
        )
    ]


@pytest.mark.parametrize(("count", "files"), [(0, 1), (1, 1), (3, 3)])
def test_all_pages_are_asked_and_always_the_first(tmp_path: Path, count: int, files: int) -> None:
    getter = served(tmp_path, dict.fromkeys(range(1, 6), count))
    assert fetch(getter) == [f"all/page-{n}.json" for n in range(1, files + 1)]
    assert len(getter.asked) == files


def test_a_count_that_changes_while_reading_stops(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="page 2 speaks of 4 pages") as caught:
        fetch(served(tmp_path, {1: 3, 2: 4}))
    assert caught.value.rule == "json.pages"


def test_an_absurd_count_stops_at_once(tmp_path: Path) -> None:
    getter = served(tmp_path, {1: json_pages.MAX_PAGES + 1})
    with pytest.raises(FetchError):
        fetch(getter)
    assert len(getter.asked) == 1
