from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from ingestion.contract import Kind
from ingestion.errors import ContractError, FetchError, LinesOfEffortError
from ingestion.http import BodyError, Client
from ingestion.recorded import MISSING_RULE, recorded_vintages
from ingestion.settings import Settings
from tests.invented import GOOD, HARVEST, RECORDED_URL, write_bundle


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "recordings"


def ask(root: Path, config: Settings, spool: Path, url: str = RECORDED_URL, **arguments: Any):
    (bundle,) = recorded_vintages(HARVEST.id, root)
    client = Client(HARVEST, config, spool, adapter=bundle.adapter(), clock=lambda: bundle.retrieved_at)
    return client.get(url, **{"file": "harvest.csv", "kind": Kind.CSV, **arguments})


def test_nothing_recorded(root: Path) -> None:
    assert recorded_vintages(HARVEST.id, root) == []


def test_bundles_come_oldest_first_with_their_date_and_fingerprint(root: Path) -> None:
    for day in ("2002-01-01", "2001-05-06"):
        write_bundle(root, day, GOOD)
    bundles = recorded_vintages(HARVEST.id, root)
    assert [str(bundle.vintage_date) for bundle in bundles] == ["2001-05-06", "2002-01-01"]
    assert bundles[0].date_basis == "invented for a test"
    assert bundles[0].retrieved_at.isoformat() == "2001-05-06T00:00:00+00:00"
    content = (bundles[0].path / "recording.json").read_bytes()
    assert bundles[0].fingerprint == hashlib.sha256(content).hexdigest()


def test_an_answer_goes_through_the_same_client(root: Path, config: Settings, spool: Path) -> None:
    write_bundle(root, "2001-05-06", GOOD, params={"b": "2", "a": "1"}, url=f"{RECORDED_URL}?c=3")
    payload = ask(root, config, spool, params={"c": "3", "a": "1", "b": "2", "api_key": "hush-hush"})
    assert payload.path.read_text("utf-8") == GOOD
    assert payload.retrieved_at.isoformat() == "2001-05-06T00:00:00+00:00"
    assert payload.headers["content-type"] == "text/csv"
    assert "hush" not in repr(payload)
    (bundle,) = recorded_vintages(HARVEST.id, root)
    answer = bundle.find(payload.url)
    assert answer is not None
    assert answer.note == "cut: nothing; invented"


@pytest.mark.parametrize(
    ("url", "params"),
    [
        (RECORDED_URL, {"year": "2002"}),
        (RECORDED_URL, {}),
        (f"{RECORDED_URL}x", {"year": "2001"}),
        ("https://localhost/harvest.csv", {"year": "2001"}),
    ],
)
def test_anything_else_is_an_error_that_names_the_address(
    root: Path, config: Settings, spool: Path, url: str, params: dict[str, str]
) -> None:
    write_bundle(root, "2001-05-06", GOOD, params={"year": "2001"})
    with pytest.raises(FetchError, match="holds no answer") as caught:
        ask(root, config, spool, url, params={**params, "token": "hush-hush"})
    assert caught.value.rule == MISSING_RULE
    assert url in str(caught.value)
    assert "hush" not in str(caught.value)


def test_hosts_are_checked_in_recorded_mode_too(root: Path, config: Settings, spool: Path) -> None:
    write_bundle(root, "2001-05-06", GOOD, url="https://elsewhere.example/harvest.csv")
    with pytest.raises(FetchError) as caught:
        ask(root, config, spool, "https://elsewhere.example/harvest.csv")
    assert caught.value.rule == "url.host"


def test_bodies_are_checked_in_recorded_mode_too(root: Path, config: Settings, spool: Path) -> None:
    write_bundle(root, "2001-05-06", "<html>Access to data</html>")
    with pytest.raises(BodyError):
        ask(root, config, spool)


def test_a_recorded_error_is_served_as_one(root: Path, config: Settings, spool: Path) -> None:
    write_bundle(root, "2001-05-06", GOOD, status=404)
    with pytest.raises(FetchError, match="404"):
        ask(root, config, spool)


@pytest.mark.parametrize("how", ["swapped", "cut", "missing", "not gzip"])
def test_a_damaged_body_is_refused(root: Path, config: Settings, spool: Path, how: str) -> None:
    folder = write_bundle(root, "2001-05-06", GOOD)
    body = folder / "001.csv.gz"
    if how == "swapped":
        body.write_bytes(gzip.compress(GOOD.replace("5", "6").encode()))
    elif how == "cut":
        body.write_bytes(body.read_bytes()[:-9])
    elif how == "missing":
        body.unlink()
    else:
        body.write_bytes(GOOD.encode())
    with pytest.raises(ContractError) as caught:
        ask(root, config, spool)
    assert caught.value.rule == "recorded.body"
    assert "2001-05-06/001.csv.gz" in str(caught.value)


def test_a_plain_body_is_not_unpacked(root: Path, config: Settings, spool: Path) -> None:
    write_bundle(root, "2001-05-06", GOOD, packed=False)
    assert ask(root, config, spool).path.read_text("utf-8") == GOOD


@pytest.mark.parametrize("change", [{"vintage_date": "yesterday"}, {"responses": [{}]}, {"dataset_id": "a/b"}, None])
def test_a_recording_that_cannot_be_read_says_so(root: Path, change: dict[str, Any] | None) -> None:
    path = write_bundle(root, "2001-05-06", GOOD) / "recording.json"
    described = json.loads(path.read_text("utf-8"))
    path.write_text("{" if change is None else json.dumps(described | change), "utf-8")
    with pytest.raises(LinesOfEffortError, match="invented/harvest/2001-05-06"):
        recorded_vintages(HARVEST.id, root)
