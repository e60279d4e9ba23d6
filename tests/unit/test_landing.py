from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion.contract import PROVENANCE_COLUMNS, Dataset, Row
from ingestion.errors import ContractError
from ingestion.landing import land, landing_path
from ingestion.ledger import ArchivedFile, Vintage
from tests.invented import GOOD, MORE, harvest

WHEN = "2001-02-03T04:05:06+00:00"


def vintage(*names: str) -> Vintage:
    return Vintage(
        dataset_id="invented/harvest",
        vintage_id="2001-02-03-abc",
        number=7,
        label=None,
        retrieved_at=datetime.fromisoformat(WHEN),
        retrieved_at_basis="invented",
        content_sha256="0" * 64,
        source_mode="live",
        files=tuple(ArchivedFile(name, "", "", 200, "text/csv", WHEN, "0" * 64, 1) for name in names),
    )


def files(folder: Path, **contents: str) -> list[tuple[str, Path]]:
    listed = []
    for name, content in contents.items():
        path = folder / name
        path.write_text(content, "utf-8")
        listed.append((f"{name}.csv", path))
    return listed


def rows_of(*rows: Row):
    def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
        yield from rows

    return parse


def test_rows_land_as_text_with_provenance(tmp_path: Path) -> None:
    target = tmp_path / "out.parquet"
    landed = land(
        harvest(), vintage("a.csv", "b.csv"), files(tmp_path, a=GOOD, b=MORE), target, parser="v1", batch_rows=2
    )
    table = pq.read_table(target)
    assert table.column_names == ["place", "year", "apples", *PROVENANCE_COLUMNS]
    assert {str(field.type) for field in table.schema} == {"string"}
    assert landed.rows == table.num_rows == 7
    assert landed.rows_by_file == {"a.csv": 3, "b.csv": 4}
    assert table.slice(1, 1).to_pylist() == [
        {
            "place": "Elsewhere",
            "year": "2001",
            "apples": "0",
            "_dataset_id": "invented/harvest",
            "_vintage_id": "2001-02-03-abc",
            "_vintage_number": "0007",
            "_file": "a.csv",
            "_record_number": "3",
            "_retrieved_at": WHEN,
        }
    ]
    metadata = pq.ParquetFile(target).metadata
    assert metadata.num_row_groups == 4, "written in batches"
    assert metadata.row_group(0).column(0).compression == "ZSTD"
    assert metadata.metadata[b"loe.parser"] == b"v1"


def test_missing_is_null_and_never_empty_or_zero(tmp_path: Path) -> None:
    parse = rows_of(Row("1", {"place": "Nowhere", "apples": None}), Row("2", {"place": "", "apples": "0"}))
    landed = land(harvest(parse=parse), vintage("a"), [("a", tmp_path)], tmp_path / "out", parser="v1")
    rows = pq.read_table(tmp_path / "out").to_pylist()
    assert [(row["place"], row["year"], row["apples"]) for row in rows] == [("Nowhere", None, None), ("", None, "0")]
    assert (landed.filled["apples"], landed.filled["year"]) == (1, 0)


@pytest.mark.parametrize("value", [5, 5.0, True, b"5", ["5"], "\ud800"])
def test_only_text_lands(tmp_path: Path, value: object) -> None:
    parse = rows_of(Row("1", {"apples": "1"}), Row("sheet!2", {"apples": value}))  # type: ignore[dict-item]
    with pytest.raises(ContractError, match="landing takes text only") as caught:
        land(harvest(parse=parse), vintage("a"), [("a", tmp_path)], tmp_path / "out", parser="v1")
    assert (caught.value.file, caught.value.record) == ("a", "sheet!2")


def test_columns_outside_the_contract_are_refused(tmp_path: Path) -> None:
    parse = rows_of(Row("9", {"apples": "1", "surname": "x"}))
    with pytest.raises(ContractError, match="surname") as caught:
        land(harvest(parse=parse), vintage("a"), [("a", tmp_path)], tmp_path / "out", parser="v1")
    assert caught.value.record == "9"


def test_a_row_needs_a_record_name(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="without a record name"):
        land(harvest(parse=rows_of(Row("", {}))), vintage("a"), [("a", tmp_path)], tmp_path / "out", parser="v1")


def test_a_crash_of_the_parser_is_an_error_about_the_file(tmp_path: Path) -> None:
    def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
        yield Row("1", {"apples": "1"})
        raise KeyError("column")

    with pytest.raises(ContractError, match="KeyError") as caught:
        land(harvest(parse=parse), vintage("a"), [("a", tmp_path)], tmp_path / "out", parser="v1")
    assert (caught.value.dataset_id, caught.value.file, caught.value.rule) == (
        "invented/harvest",
        "a",
        "parser.crashed",
    )


def test_an_error_of_the_parser_gets_its_place(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="unexpected header") as caught:
        land(harvest(), vintage("a.csv"), files(tmp_path, a="x,y\n1,2\n"), tmp_path / "out", parser="v1")
    assert (caught.value.dataset_id, caught.value.file) == ("invented/harvest", "a.csv")


def test_no_rows_make_an_empty_table_with_the_schema(tmp_path: Path) -> None:
    landed = land(harvest(parse=rows_of()), vintage("a"), [("a", tmp_path)], tmp_path / "out", parser="v1")
    assert landed.rows == 0
    assert landed.rows_by_file == {"a": 0}
    assert pq.read_table(tmp_path / "out").column_names[:3] == ["place", "year", "apples"]


def test_memory_is_bounded_by_a_batch(tmp_path: Path) -> None:
    def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
        for number in range(60_000):
            yield Row(str(number), {"place": f"place {number}", "apples": str(number)})

    tracemalloc.start()
    try:
        land(harvest(parse=parse), vintage("a"), [("a", tmp_path)], tmp_path / "out", parser="v1", batch_rows=1000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000, "all rows at once take about 30 MB"


def test_the_place_of_a_landed_file(tmp_path: Path) -> None:
    assert landing_path(tmp_path, harvest(), "v") == tmp_path / "invented" / "harvest" / "v.parquet"
