"""IOM's Displacement Tracking Matrix: off by default, for local use only. Layout as seen, every row made up."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3
from pydantic import SecretStr
from requests.adapters import BaseAdapter, HTTPAdapter

from expectations.rules import load_rules
from ingestion import registry
from ingestion.contract import PROVENANCE_COLUMNS, ClosedPeriods, FileDrop, Gate, Kind, Licence, RecordedVintage
from ingestion.errors import ContractError, SettingsError
from ingestion.ingest import ingest
from ingestion.landing import landing_path
from ingestion.record import record
from ingestion.redaction import is_secret, redact
from ingestion.settings import Settings
from ingestion.sources import iom_displacement_tracking as dtm
from tests.contract.support import Served, parsed, values

DATASET = dtm.DATASET
KEY = "0123456789abcdef"
COUNTED = "987654"
LOCAL_ONLY = [dataset for dataset in registry.datasets().values() if dataset.local_use]


def item(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {field.name: "Invented" for field in DATASET.fields}
    made |= {"admin0Pcode": "GTM", "numPresentIdpInd": int(COUNTED), "reportingDate": "2010-11-30T00:00:00"}
    made |= {"yearReportingDate": 2010, "monthReportingDate": 11, "roundNumber": 1, "numberMales": 1}
    return made | {"numberFemales": None, "idpOriginAdmin1Pcode": "Not available"} | changes


def answer(items: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """The envelope as seen."""
    envelope = {"result": items, "statusCode": 200, "isSuccess": True, "errorMessages": []}
    return envelope | {"totalRecordsCount": len(items)} | changes


def answers() -> dict[str | tuple[str, str], object]:
    return {(dtm.URL, f"Admin0Pcode={code}"): answer([item(admin0Pcode=code)]) for code in dtm.COUNTRIES}


class Interface(BaseAdapter):
    """The interface, answering with one row for each country that is asked for; it remembers what was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        self.asked.append(request)
        body = json.dumps(answer([item(admin0Pcode=(request.url or "")[-3:])])).encode()
        raw = urllib3.HTTPResponse(io.BytesIO(body), {"Content-Type": "application/json"}, 200, preload_content=False)
        return HTTPAdapter().build_response(request, raw)

    def close(self) -> None:
        """Nothing is held open."""


# Off by default -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "LOE_DTM_SUBSCRIPTION_KEY and LOE_DTM_LOCAL_USE are not set"),
        ({"dtm_subscription_key": SecretStr(KEY)}, "LOE_DTM_LOCAL_USE is not set"),
        ({"dtm_local_use": True}, "LOE_DTM_SUBSCRIPTION_KEY is not set"),
    ],
    ids=["as installed", "a key alone", "the switch alone"],
)
def test_nothing_is_asked_without_the_key_and_the_switch(
    changes: dict[str, Any], said: str, config: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    interface = Interface()
    outcome = ingest(DATASET, config.model_copy(update=changes), adapter=interface, tables=False)
    assert (outcome.status, outcome.rows, outcome.error, interface.asked) == ("not_configured", 0, None, [])
    assert caplog.messages == [f"{DATASET.id}: not configured, not asked: {said}; the last good vintage is used"]


def test_with_both_it_is_landed_and_says_what_for(
    config: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = config.model_copy(update={"dtm_subscription_key": SecretStr(KEY), "dtm_local_use": True})
    monkeypatch.setattr(dtm, "settings", lambda: on)
    contract = replace(DATASET, min_interval=0.0)
    interface = Interface()
    outcome = ingest(contract, on, adapter=interface, tables=False)
    assert (outcome.status, outcome.rows, outcome.error) == ("new", 3, None)
    assert f"{DATASET.id}: for local use only: staged, in no published table: {DATASET.licence.name}" in caplog.messages
    assert [request.headers[dtm.KEY_HEADER] for request in interface.asked] == [KEY] * 3
    assert outcome.current is not None
    assert landing_path(on.landing_dir, DATASET, outcome.current.vintage_id).is_file()
    shown = [check.sample + check.observed + check.expected for check in outcome.checks]
    assert not any(COUNTED in text for text in shown), "what a gate says is published, what it read is not"


def test_the_key_is_masked() -> None:
    assert is_secret(dtm.KEY_HEADER)
    assert KEY not in redact(f"{dtm.KEY_HEADER}: {KEY}")
    assert KEY not in str(Settings(_env_file=None, dtm_subscription_key=SecretStr(KEY)))
    assert not Settings(_env_file=None).dtm_local_use


# Never bundled, never published ---------------------------------------------------------------------------------------


def nothing(*_: object) -> Iterator[RecordedVintage]:
    yield from ()


@pytest.mark.parametrize("dataset", LOCAL_ONLY, ids=lambda dataset: dataset.id)
def test_what_is_for_local_use_cannot_be_recorded(dataset: Any, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="forbids"):
        record(dataset, tmp_path, tmp_path / "recordings")
    assert not (tmp_path / "recordings").exists()
    with pytest.raises(ValueError, match="no other way"):
        replace(dataset, record=nothing, no_recording=None)
    with pytest.raises(ValueError, match="no other way"):
        replace(dataset, licence=Licence("open", "somebody"))
    with pytest.raises(ValueError, match="no other way"):
        replace(dataset, file_drop=FileDrop("a file", (Kind.CSV,)))
    with pytest.raises(ValueError, match="no other way"):
        replace(dataset, without_setting="a mirror")


@pytest.mark.parametrize("dataset", LOCAL_ONLY, ids=lambda dataset: dataset.id)
def test_gates_of_it_print_no_values(dataset: Any) -> None:
    with pytest.raises(ValueError, match="gates publish"):
        replace(dataset, gate=Gate(unique=("operation",)))
    with pytest.raises(ValueError, match="gates publish"):
        replace(dataset, gate=Gate(closed_periods=ClosedPeriods("yearReportingDate")))


@pytest.mark.parametrize("dataset", LOCAL_ONLY, ids=lambda dataset: dataset.id)
def test_rules_of_it_print_the_place_of_a_row_only(dataset: Any) -> None:
    """What a rule finds is published with the report; these say where to look, not what stands there."""
    rules = [rule for rule in load_rules() if rule.dataset == dataset.id]
    assert len(rules) >= 3
    for rule in rules:
        assert (rule.sql or "").split("from")[0].split() == ["select", "vintage_id,", "source_file,", "source_record"]
        assert (rule.observe, rule.expectation) == (None, None)


def test_it_is_the_licence_that_says_so() -> None:
    assert [dataset.id for dataset in LOCAL_ONLY] == [DATASET.id]
    assert not DATASET.licence.redistributable
    assert "no redistribution" in DATASET.licence.name
    assert DATASET.record is None


# What is asked, what comes back ---------------------------------------------------------------------------------------


def test_three_countries_are_asked_by_code(tmp_path: Path) -> None:
    getter = Served(tmp_path, answers())
    (release,) = DATASET.fetch(DATASET, getter)
    assert getter.asked == [(dtm.URL, {"Admin0Pcode": code}) for code in ("GTM", "HND", "SLV")]
    rows = parsed(DATASET, release)
    assert [row.record for row in rows] == ["/result/0"] * 3
    assert values(rows, "numberFemales") == [None] * 3
    assert values(rows, "idpOriginAdmin1Pcode") == ["Not available"] * 3, "as served"
    assert set(rows[0].values) == {field.name for field in DATASET.fields}
    assert not set(rows[0].values) & set(PROVENANCE_COLUMNS)


@pytest.mark.parametrize(
    "body",
    [
        answer([item()], totalRecordsCount=2),
        answer([item()], totalRecordsCount=None),
        answer([item()], isSuccess=False),
        answer([item()], errorMessages=["no"]),
        answer([item(admin0Pcode="HTI")]),
        answer([item(numPresentIdpInd=[COUNTED])]),
        answer([{"operation": "Invented"}]),
        {"statusCode": 401, "message": "Access denied"},
        [item()],
    ],
    ids=["cut", "no count", "failed", "messages", "not asked for", "list", "lost columns", "no key", "no envelope"],
)
def test_another_answer_stops_and_no_message_quotes_a_figure(tmp_path: Path, body: object) -> None:
    path = tmp_path / "GTM.json"
    path.write_text(json.dumps(body))
    with pytest.raises(ContractError) as caught:
        list(DATASET.parse(DATASET, "GTM.json", path))
    assert COUNTED not in str(caught.value)


def test_a_cut_answer_stops_before_the_next_country_is_asked(tmp_path: Path) -> None:
    getter = Served(tmp_path, {dtm.URL: answer([item()], totalRecordsCount=2)})
    with pytest.raises(ContractError):
        list(DATASET.fetch(DATASET, getter))
    assert len(getter.asked) == 1
