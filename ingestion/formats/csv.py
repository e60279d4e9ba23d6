"""CSV with a declared codec and header: strict, streamed, never sniffed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from ingestion.contract import Dataset, Row
from ingestion.errors import ContractError
from ingestion.formats.header import Alignment, align


def read_csv(
    dataset: Dataset, file: str, path: Path, *, codec: str = "utf-8-sig", delimiter: str = ","
) -> Iterator[Row]:
    """Yield the rows of a CSV file; :attr:`Row.record` is the line the row starts on (the header is line 1).

    An empty cell is ``None``; every other cell is text exactly as it stands. Empty lines may only end the file.

    Raises:
        ContractError: bytes that are not in ``codec``, a header that does not fit, a row with more or fewer cells
            than the header, broken quoting, or an empty line between rows. The error names the line.
    """

    def broken(detail: str, line: int, rule: str, remedy: str) -> ContractError:
        return ContractError(detail, dataset_id=dataset.id, file=file, record=str(line), rule=rule, remedy=remedy)

    with path.open(encoding=codec, newline="", errors="strict") as lines:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        alignment: Alignment | None = None
        empty: int | None = None
        line = 1
        try:
            for cells in reader:
                start, line = line, reader.line_num + 1
                if not cells:
                    empty = empty or start
                elif empty is not None:
                    raise broken("there is an empty line between rows", empty, "csv.blank", "look at the file there")
                elif alignment is None:
                    alignment = align(dataset, cells, file=file, record=str(start))
                elif len(cells) != len(alignment.columns):
                    raise broken(
                        f"the row has {len(cells)} cells where the header has {len(alignment.columns)}",
                        start,
                        "csv.ragged",
                        "the file is damaged or carries notes below the table; look at that line",
                    )
                else:
                    yield Row(str(start), alignment.values([cell or None for cell in cells]))
        except UnicodeDecodeError as error:
            remedy = "declare the codec that the publisher uses now"
            raise broken(
                f"not {codec} at this line or soon after: {error.reason}", line, "csv.codec", remedy
            ) from error
        except csv.Error as error:
            raise broken(f"not well-formed CSV: {error}", line, "csv.syntax", "look at that line") from error
        if alignment is None:
            raise broken("the file is empty", 1, "csv.empty", "fetch it again")
