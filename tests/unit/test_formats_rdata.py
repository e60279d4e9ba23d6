"""Data frames of R: what a saved frame holds becomes text, and everything else stops."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.errors import ContractError
from ingestion.formats import rdata
from ingestion.sources._recording import data_frame_body

COLUMNS = {
    "t": ["2020-01-01", "2024-05-01", None],
    "origin": ["MEX", None, "Canadá"],
    "n": ["2243", "0", None],
    "rate": ["1.5", "-2", "0.25"],
}
BODY = data_frame_body("made_up", COLUMNS, months=("t",), numbers=("n", "rate"))


def words(*values: int) -> bytes:
    return struct.pack(f">{len(values)}i", *values)


def text(value: str) -> bytes:
    return words(rdata.CHARACTERS, len(value)) + value.encode()


def tagged(name: str, value: bytes) -> bytes:
    return words(rdata.PAIRLIST | rdata.HAS_TAG, rdata.SYMBOL) + text(name) + value


def texts(*values: str) -> bytes:
    return words(rdata.STRINGS, len(values)) + b"".join(map(text, values))


END = words(rdata.NULL)


def frame(*columns: bytes, names: tuple[str, ...] = ("a",), of: str = "data.frame", head: bytes = b"") -> bytes:
    """A saved frame, put together by hand from the vectors of its columns."""
    body = words(rdata.LIST | rdata.HAS_ATTRIBUTES, len(columns)) + b"".join(columns)
    body += tagged("names", texts(*names)) + tagged("class", texts(of)) + END
    return (head or rdata.MAGIC[0] + words(2, 0, 0)) + tagged("made_up", body) + END


def read(folder: Path, body: bytes) -> rdata.Columns:
    path = folder / "made_up.rda"
    path.write_bytes(body)
    name, columns = rdata.data_frame(path, file=path.name, dataset_id="orchard/pears")
    assert name == "made_up"
    return columns


def refused(folder: Path, body: bytes) -> str:
    with pytest.raises(ContractError) as caught:
        read(folder, body)
    assert (caught.value.rule, caught.value.dataset_id, caught.value.file) == (
        "rdata.syntax",
        "orchard/pears",
        "made_up.rda",
    )
    return str(caught.value)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_a_frame_comes_back_as_it_was_saved(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    assert read(tmp_path, pack(BODY)) == COLUMNS


def test_integers_factors_and_the_third_format(tmp_path: Path) -> None:
    integers = words(rdata.INTEGERS, 3, 7, rdata.NA_INTEGER, 0)
    factor = words(rdata.INTEGERS | rdata.HAS_ATTRIBUTES, 3, 2, 1, rdata.NA_INTEGER)
    factor += tagged("levels", texts("male", "female")) + tagged("class", texts("factor")) + END
    third = rdata.MAGIC[1] + words(3, 0, 0, 5) + b"UTF-8"
    found = read(tmp_path, frame(integers, factor, names=("a", "b"), head=third))
    assert found == {"a": ["7", None, "0"], "b": ["female", "male", None]}


def test_a_missing_number_is_not_a_failed_calculation(tmp_path: Path) -> None:
    """Both are NaN; R marks the one that is missing."""
    missing = words(rdata.REALS, 1) + struct.pack(">Q", 0x7FF00000 << 32 | rdata.NA_REAL_LOW_WORD)
    assert read(tmp_path, frame(missing)) == {"a": [None]}
    assert "nan is not a figure" in refused(tmp_path, frame(words(rdata.REALS, 1) + struct.pack(">d", float("nan"))))
    assert "inf is not a figure" in refused(tmp_path, frame(words(rdata.REALS, 1) + struct.pack(">d", float("inf"))))


LOGICAL, CLOSURE, ALTERNATIVE = 10, 3, 238
ONE = words(rdata.INTEGERS, 1, 1)
DATED = words(rdata.REALS | rdata.HAS_ATTRIBUTES, 1) + struct.pack(">d", 1.0)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (frame(words(LOGICAL, 1, 1)), "type 10"),
        (frame(words(CLOSURE)), "type 3"),
        (frame(words(ALTERNATIVE)), "type 238"),
        (frame(ONE, of="matrix"), "not a data frame"),
        (frame(ONE, ONE, names=("a", "a")), "two the same"),
        (frame(ONE, words(rdata.INTEGERS, 0), names=("a", "b")), "not of one length"),
        (frame(words(rdata.LIST, 0)), "not a vector"),
        (frame(DATED + tagged("class", texts("Date")) + END), "class Date"),
        (frame(DATED + tagged("units", texts("days")) + END), "units"),
        (frame(DATED + tagged("class", texts(*rdata.MONTH)) + END), "not the first day"),
        (frame(DATED + tagged("levels", texts("a")) + tagged("class", texts("factor")) + END)[:-40], "does not fit"),
        (
            frame(
                words(rdata.INTEGERS | rdata.HAS_ATTRIBUTES, 1, 0)
                + tagged("levels", texts("a"))
                + tagged("class", texts("factor"))
                + END
            ),
            "without a label",
        ),
        (frame(words(rdata.INTEGERS, -2)), "longer than"),
        (frame(words(rdata.INTEGERS, 2**30)), "does not fit"),
        (frame(words(5 << 8 | rdata.REFERENCE)), "refers to one that was not there"),
        (frame(ONE) + b"more", "4 bytes follow"),
        (frame(ONE, head=rdata.MAGIC[0] + words(3, 0, 0)), "serialization 3"),
        (frame(ONE, head=rdata.MAGIC[1] + words(3, 0, 0, 6) + b"latin1"), "latin1"),
        (rdata.MAGIC[0] + words(2, 0, 0) + tagged("x", ONE) + tagged("y", ONE) + END, "exactly one object"),
        (b"RDA2\nA\n2\n", "does not start"),
        (BODY[:-1], "does not fit"),
        (bz2.compress(BODY)[:-9], "cut or damaged"),
        (gzip.compress(BODY)[:-9], "cut or damaged"),
        (b"BZh9" + b"x" * 40, "cut or damaged"),
    ],
)
def test_what_is_not_known_stops(tmp_path: Path, body: bytes, said: str) -> None:
    assert said in refused(tmp_path, body)


def test_a_file_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdata, "MAX_INFLATED", len(BODY) - 1)
    assert "unpacks to more than" in refused(tmp_path, gzip.compress(BODY))
