"""Landing: rows of a parser → zstd Parquet, all text, under the publisher's names, with provenance columns.

Rows are streamed in batches; the schema is the contract's, never sniffed. The file's metadata names the dataset, the
vintage and the version of the parser.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.contract import PROVENANCE_COLUMNS, Dataset, Row
from ingestion.errors import ContractError, SourceError
from ingestion.ledger import Vintage

BATCH_ROWS = 50_000
_TEXT = {str, type(None)}


@dataclass(slots=True)
class Landed:
    """What was written.

    Args:
        path: the Parquet file.
        rows: its number of rows.
        rows_by_file: the same, by logical file.
        filled: rows with a value, by column.
    """

    path: Path
    rows: int = 0
    rows_by_file: dict[str, int] = field(default_factory=dict)
    filled: dict[str, int] = field(default_factory=dict)


def schema(dataset: Dataset, vintage_id: str, parser: str) -> pa.Schema:
    """Return the landing schema: the contract's fields, then :data:`PROVENANCE_COLUMNS`, all text."""
    names = [f.name for f in dataset.fields] + list(PROVENANCE_COLUMNS)
    metadata = {"loe.dataset_id": dataset.id, "loe.vintage_id": vintage_id, "loe.parser": parser}
    return pa.schema([pa.field(name, pa.string()) for name in names], metadata=metadata)


def landing_path(root: Path, dataset: Dataset, vintage_id: str) -> Path:
    """Return ``<root>/<publisher>/<dataset>/<vintage_id>.parquet``."""
    return root / dataset.publisher.id / dataset.name / f"{vintage_id}.parquet"


def land(
    dataset: Dataset,
    vintage: Vintage,
    files: Sequence[tuple[str, Path]],
    target: Path,
    *,
    parser: str,
    batch_rows: int = BATCH_ROWS,
) -> Landed:
    """Parse the files of a vintage, in order, into one Parquet file. Memory is bounded by one batch.

    Args:
        dataset: whose contract and parser apply.
        vintage: identity written to every row.
        files: logical name and path of each body.
        target: file to write; the caller renames it into place.
        parser: version of the parser, kept in the file's metadata.
        batch_rows: rows held in memory.

    Raises:
        ContractError: from the parser; or a column that the contract lacks, a value that is not text, no record name.
    """
    landed = Landed(target)
    shape = schema(dataset, vintage.vintage_id, parser)
    names = [f.name for f in dataset.fields]
    with pq.ParquetWriter(target, shape, compression="zstd") as writer:
        for file, path in files:
            retrieved_at = next((f.retrieved_at for f in vintage.files if f.file == file), "")
            constant = {
                "_dataset_id": dataset.id,
                "_vintage_id": vintage.vintage_id,
                "_vintage_number": vintage.vintage_number,
                "_file": file,
                "_retrieved_at": retrieved_at,
            }
            landed.rows_by_file[file] = 0
            for rows in _batches(_rows(dataset, file, path), batch_rows):
                batch = _batch(dataset, file, rows, names, constant, shape)
                writer.write_batch(batch)
                landed.rows += batch.num_rows
                landed.rows_by_file[file] += batch.num_rows
                for name, column in zip(shape.names, batch.columns, strict=True):
                    landed.filled[name] = landed.filled.get(name, 0) + len(column) - column.null_count
    return landed


def _rows(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Run the parser; a crash of it is an error about the file, not a crash of the run."""
    try:
        yield from dataset.parse(dataset, file, path)
    except SourceError as error:
        error.dataset_id = error.dataset_id or dataset.id
        error.file = error.file or file
        raise
    except (OSError, MemoryError):
        raise
    except Exception as error:
        raise ContractError(
            f"the parser could not read the file ({type(error).__name__}: {error})",
            dataset_id=dataset.id,
            file=file,
            rule="parser.crashed",
            remedy="the layout may have changed: compare the quarantined file with the contract",
        ) from error


def _batches(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def _batch(
    dataset: Dataset,
    file: str,
    rows: Sequence[Row],
    names: Sequence[str],
    constant: Mapping[str, str],
    shape: pa.Schema,
) -> pa.RecordBatch:
    allowed = set(names)
    for row in rows:
        if not row.values.keys() <= allowed:
            extra = ", ".join(sorted(set(row.values) - allowed))
            raise _contract(dataset, file, row.record, f"the parser gives columns that the contract lacks: {extra}")
        if not row.record:
            raise _contract(dataset, file, None, "the parser gives a row without a record name")
    columns = []
    for name in shape.names:
        if name in constant:
            columns.append(pa.repeat(pa.scalar(constant[name], pa.string()), len(rows)))
            continue
        values = [row.record if name == "_record_number" else row.values.get(name) for row in rows]
        try:
            # Arrow itself would take bytes for text.
            column = pa.array(values, pa.string()) if set(map(type, values)) <= _TEXT else None
        except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
            column = None
        if column is None:
            at, value = next(((r.record, v) for r, v in zip(rows, values, strict=True) if not _is_text(v)), (None, "?"))
            detail = f"the parser gives {type(value).__name__} {value!r:.60} for {name!r}; landing takes text only"
            raise _contract(dataset, file, at, detail)
        columns.append(column)
    return pa.RecordBatch.from_arrays(columns, schema=shape)


def _is_text(value: object) -> bool:
    if value is None or not isinstance(value, str):
        return value is None
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _contract(dataset: Dataset, file: str, record: str | None, detail: str) -> ContractError:
    return ContractError(
        detail,
        dataset_id=dataset.id,
        file=file,
        record=record,
        rule="parser.row",
        remedy="correct the dataset's parse function or its fields",
    )
