from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import ContractError
from ingestion.formats.csv import read_csv
from tests.unit.test_formats_header import DATASET

HEADER = "Year,Citizenship\n"


def rows(tmp_path: Path, body: bytes | str, **options: str) -> list[tuple[str, dict[str, str | None]]]:
    path = tmp_path / "body"
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return [(row.record, dict(row.values)) for row in read_csv(DATASET, "f.csv", path, **options)]


def refusal(tmp_path: Path, body: bytes | str, **options: str) -> ContractError:
    with pytest.raises(ContractError) as caught:
        rows(tmp_path, body, **options)
    assert caught.value.file == "f.csv"
    assert caught.value.dataset_id == "test/header"
    return caught.value


def test_cells_are_text_as_they_stand_and_empty_ones_are_null(tmp_path: Path) -> None:
    body = HEADER + '2025 (FYTD),"CHINA, PEOPLES REPUBLIC OF"\n007,\n NA ,"say ""hi"""\n'
    assert rows(tmp_path, body) == [
        ("2", {"Year": "2025 (FYTD)", "Citizenship": "CHINA, PEOPLES REPUBLIC OF"}),
        ("3", {"Year": "007", "Citizenship": None}),
        ("4", {"Year": " NA ", "Citizenship": 'say "hi"'}),
    ]


def test_a_byte_order_mark_and_windows_lines_are_no_trouble(tmp_path: Path) -> None:
    assert rows(tmp_path, b"\xef\xbb\xbfYear,Citizenship\r\n2023,PERU\r\n") == [
        ("2", {"Year": "2023", "Citizenship": "PERU"})
    ]


def test_a_record_is_named_by_the_line_it_starts_on(tmp_path: Path) -> None:
    assert [record for record, _ in rows(tmp_path, HEADER + '1,"a\nb\nc"\n2,d\n')] == ["2", "5"]


@pytest.mark.parametrize("ragged", ["2023\n", "2023,PERU,x\n"])
def test_a_ragged_row_is_named_and_no_row_after_it_is_read(tmp_path: Path, ragged: str) -> None:
    error = refusal(tmp_path, HEADER + "2022,PERU\n" + ragged + "2024,PERU\n")
    assert (error.rule, error.record) == ("csv.ragged", "3")


def test_notes_below_the_table_are_not_rows(tmp_path: Path) -> None:
    assert refusal(tmp_path, HEADER + "2022,PERU\n\nSource: somebody\n").record == "3"


def test_empty_lines_may_end_the_file(tmp_path: Path) -> None:
    assert len(rows(tmp_path, HEADER + "2022,PERU\n\n\n")) == 1


def test_bytes_outside_the_declared_codec_are_refused_and_another_codec_must_be_declared(tmp_path: Path) -> None:
    latin = "Year,Citizenship\n2023,CURAÇAO\n".encode("latin-1")
    assert refusal(tmp_path, latin).rule == "csv.codec"
    assert rows(tmp_path, latin, codec="latin-1")[0][1]["Citizenship"] == "CURAÇAO"


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("", "csv.empty"),
        ("\n\n", "csv.empty"),
        (HEADER + '2023,"PERU\n', "csv.syntax"),
        (HEADER + '2023,"PE"RU\n', "csv.syntax"),
        ("Year,Citizenship,Year\n", "header.duplicate"),
        ("<html><body>Access Denied</body></html>\n", "header.missing"),
    ],
)
def test_what_is_not_the_table_is_refused(tmp_path: Path, body: str, rule: str) -> None:
    assert refusal(tmp_path, body).rule == rule


def test_rows_are_streamed(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text(HEADER + "2022,PERU\n" * 20_000 + "broken\n")
    stream = read_csv(DATASET, "f.csv", path)
    assert next(stream).record == "2", "the first row comes before the last one has been looked at"
    stream.close()  # type: ignore[attr-defined]


ANY = st.text(st.characters(codec="utf-8", exclude_characters="\r"))


@given(st.lists(st.tuples(ANY, ANY), max_size=5))
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]]) -> None:
    table = io.StringIO(newline="")
    csv.writer(table, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([("Year", "Citizenship"), *cells])
    found = rows(tmp_path_factory.mktemp("any"), table.getvalue())
    assert [tuple(v or "" for v in values.values()) for _, values in found] == cells
