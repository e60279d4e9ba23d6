from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from ingestion.contract import Cadence, Dataset, Dropped, Field, Licence, Publisher
from ingestion.errors import ContractError
from ingestion.formats.header import align, normalise

DATASET = Dataset(
    publisher=Publisher(id="test", name="Test", homepage="https://example.org"),
    name="header",
    title="Header",
    description="Made up for tests.",
    lines=(1,),
    licence=Licence(name="none", attribution="none"),
    cadence=Cadence.CLOSED,
    hosts=("example.org",),
    fields=(
        Field("Year", "Year."),
        Field("Citizenship", "Citizenship.", aliases=("Citizenship Grouping",)),
        Field("Note", "Note.", required=False),
    ),
    fetch=lambda _dataset, _getter: iter(()),
    parse=lambda _dataset, _file, _path: iter(()),
    no_recording="made up for tests",
    dropped=(Dropped("EMPLOYER_NAME", "personal data"),),
)
WARNING = replace(DATASET, unknown_columns="warn")


def test_columns_are_found_by_name_in_any_order_through_aliases_case_and_spaces() -> None:
    alignment = align(DATASET, [" citizenship  GROUPING ", "employer_name", "Year"], file="f.csv")
    assert alignment.columns == ("Citizenship", None, "Year")
    assert alignment.absent == ("Note",)
    assert alignment.values(["PERU", "Jane Roe", "2023"]) == {"Citizenship": "PERU", "Year": "2023"}


def test_a_difference_is_shown_column_by_column() -> None:
    with pytest.raises(ContractError) as caught:
        align(DATASET, ["Jahr", "Citizenships", "EMPLOYER_NAME"], file="f.csv", record="1")
    message = str(caught.value)
    assert "- Year" in message
    assert "- Citizenship   (renamed to 'citizenships'?)" in message
    assert "+ Jahr" in message
    assert "+ Citizenships" in message
    assert "Note" not in message, "an optional field is not missing"
    assert caught.value.rule == "header.missing"
    assert caught.value.file == "f.csv"
    assert caught.value.dataset_id == "test/header"


def test_an_unknown_column_stops_where_the_contract_refuses_it() -> None:
    with pytest.raises(ContractError, match=r"\+ Surprise") as caught:
        align(DATASET, ["Year", "Citizenship", "Surprise"], file="f.csv")
    assert caught.value.rule == "header.unknown"


def test_an_unknown_column_is_reported_and_left_out_where_the_contract_warns(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        alignment = align(WARNING, ["Year", "Citizenship", "Surprise"], file="f.csv")
    assert alignment.unknown == ("Surprise",)
    assert alignment.values(["2023", "PERU", "?"]) == {"Year": "2023", "Citizenship": "PERU"}
    (record,) = caplog.records
    assert record.unknown_columns == ("Surprise",)  # type: ignore[attr-defined]
    assert record.dataset_id == "test/header"  # type: ignore[attr-defined]
    assert "Surprise" in record.getMessage()


def test_warning_mode_does_not_excuse_a_missing_column() -> None:
    with pytest.raises(ContractError, match="- Citizenship"):
        align(WARNING, ["Year", "Surprise"], file="f.csv")


@pytest.mark.parametrize(
    "header",
    [
        ["Year", "year", "Citizenship"],
        ["Year", "Citizenship", "Citizenship Grouping"],
        ["Year", "Citizenship", "EMPLOYER_NAME", "Employer_Name"],
    ],
    ids=["same name", "name and alias", "dropped twice"],
)
def test_a_column_may_not_come_twice(header: list[str]) -> None:
    with pytest.raises(ContractError, match="more than once") as caught:
        align(DATASET, header, file="f.csv")
    assert caught.value.rule == "header.duplicate"


@pytest.mark.parametrize("dataset", [DATASET, WARNING], ids=["refuse", "warn"])
@pytest.mark.parametrize("empty", ["", None, "  "])
def test_a_column_without_a_name_always_stops(dataset: Dataset, empty: str | None) -> None:
    with pytest.raises(ContractError, match="without a name"):
        align(dataset, ["Year", "Citizenship", empty], file="f.csv")


def test_normalise_keeps_words_apart() -> None:
    assert normalise(" FY  Total\nAdmitted ") == "fy total admitted"
    assert normalise("FY_TOTAL") != normalise("FY TOTAL")
