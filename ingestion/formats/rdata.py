"""Data frames that R saved (``.rda``): one frame of numbers and texts, as text. What is not known here stops.

An ``.rda`` file is R's serialization in XDR (big-endian), mostly compressed. Only what a saved data frame holds is
read: a named list of vectors with attributes. Code, environments and other objects are refused.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import math
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any

from ingestion.errors import ContractError

MAGIC = (b"RDX2\nX\n", b"RDX3\nX\n")
"""Starts of a saved file that is not compressed: format 2 or 3, XDR."""

COMPRESSED: Mapping[bytes, Callable[[Path], IO[bytes] | gzip.GzipFile]] = {
    b"\x1f\x8b": gzip.GzipFile,
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}
"""First bytes → how R compressed the file."""

MAX_INFLATED = 64 * 1024 * 1024

PAIRLIST, SYMBOL, CHARACTERS, INTEGERS, REALS, STRINGS, LIST, NULL, REFERENCE = 2, 1, 9, 13, 14, 16, 19, 254, 255
HAS_ATTRIBUTES, HAS_TAG = 1 << 9, 1 << 10
NA_INTEGER = -(2**31)
NA_REAL_LOW_WORD = 1954
"""R's missing number is a NaN with this in its lower half; any other NaN is a result of arithmetic."""

MONTH = ("yearmonth", "vctrs_vctr")
MONTH_CLASSES = (MONTH, ("yearquarter", "vctrs_vctr"))
"""Months and quarters of the R package tsibble: days from 1970-01-01 to the first day of the period."""

Columns = dict[str, list[str | None]]


class _Refused(Exception):  # noqa: N818 - becomes a readable error below
    """What was met, in one sentence."""


@dataclass(slots=True)
class _Vector:
    kind: int
    values: Sequence[Any]
    attributes: dict[str, Any] = field(default_factory=dict)


def data_frame(path: Path, *, file: str, dataset_id: str | None = None) -> tuple[str, Columns]:
    """Return the name under which the one frame of a file was saved, and its columns as text.

    Whole numbers have no decimals, months are the ISO date of their first day, a factor is its label, NA is ``None``.

    Raises:
        ContractError: not such a file, cut short, or with anything in it that is not known here.
    """
    try:
        name, frame = _Reader(_inflated(path)).saved()
        return name, _columns(frame)
    except _Refused as refused:
        detail = str(refused)
    except (EOFError, OSError, zlib.error, lzma.LZMAError, ValueError, OverflowError, RecursionError) as error:
        detail = f"the file is cut or damaged ({type(error).__name__}: {error})"
    raise ContractError(
        detail,
        dataset_id=dataset_id,
        file=file,
        rule="rdata.syntax",
        remedy="open the archived body in R: it may be damaged, or saved with another kind of object in it",
    )


def _inflated(path: Path) -> bytes:
    with path.open("rb") as body:
        head = body.read(8)
    opener = next((found for magic, found in COMPRESSED.items() if head.startswith(magic)), None)
    with opener(path) if opener else path.open("rb") as stream:
        content = stream.read(MAX_INFLATED + 1)
    if len(content) > MAX_INFLATED:
        raise _Refused(f"the file unpacks to more than {MAX_INFLATED:,} bytes")
    if not content.startswith(MAGIC):
        raise _Refused("the file does not start like data saved by R in XDR")
    return content


class _Reader:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = len(MAGIC[0])
        self.symbols: list[str] = []

    def saved(self) -> tuple[str, _Vector]:
        """Return the one object of the file and its name."""
        version, _, _ = self.integers(3)
        if MAGIC[0].replace(b"2", b"%d" % version) != self.content[: self.at - 12]:
            raise _Refused(f"serialization {version} is not what the file starts with")
        if self.content.startswith(MAGIC[1]):
            encoding = self.take(self.integers(1)[0])
            if encoding != b"UTF-8":
                raise _Refused(f"texts are in {encoding!r}, not in UTF-8")
        saved = self.item()
        if self.at != len(self.content):
            raise _Refused(f"{len(self.content) - self.at} bytes follow the end of the data")
        if not isinstance(saved, dict) or len(saved) != 1:
            raise _Refused("the file does not hold exactly one object")
        ((name, frame),) = saved.items()
        if not isinstance(frame, _Vector) or "data.frame" not in _texts(frame.attributes.get("class")):
            raise _Refused(f"{name} is not a data frame")
        return name, frame

    def take(self, length: int) -> bytes:
        if not 0 <= length <= len(self.content) - self.at:
            raise _Refused(f"a length of {length} at byte {self.at} does not fit into the file")
        self.at += length
        return self.content[self.at - length : self.at]

    def integers(self, count: int) -> tuple[int, ...]:
        return struct.unpack(f">{count}i", self.take(4 * count))

    def item(self) -> Any:
        """Return the next object: a vector, text, symbol, pairlist (as a dict) or ``None``."""
        (flags,) = self.integers(1)
        kind = flags & 0xFF
        match kind:
            case _ if kind == NULL:
                return None
            case _ if kind == REFERENCE:
                return self.symbol(flags >> 8)
            case _ if kind == SYMBOL:
                self.symbols.append(str(self.item()))
                return self.symbols[-1]
            case _ if kind == CHARACTERS:
                (length,) = self.integers(1)
                return None if length == -1 else self.take(length).decode("utf-8")
            case _ if kind == PAIRLIST:
                return self.pairs(flags)
            case _ if kind in (INTEGERS, REALS, STRINGS, LIST):
                vector = _Vector(kind, self.vector(kind))
                if flags & HAS_ATTRIBUTES:
                    (flags,) = self.integers(1)
                    vector.attributes = self.pairs(flags)
                return vector
            case _:
                raise _Refused(f"an object of R's type {kind} at byte {self.at - 4} is not known")

    def symbol(self, number: int) -> str:
        if not 0 < number <= len(self.symbols):
            raise _Refused(f"a name at byte {self.at - 4} refers to one that was not there")
        return self.symbols[number - 1]

    def pairs(self, flags: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while flags & 0xFF == PAIRLIST:
            if flags & HAS_ATTRIBUTES or not flags & HAS_TAG:
                raise _Refused(f"a list at byte {self.at - 4} has attributes or no names")
            name = self.item()
            if name in found:
                raise _Refused(f"a list has two entries named {name!r}")
            found[name] = self.item()
            (flags,) = self.integers(1)
        if flags & 0xFF != NULL:
            raise _Refused(f"a list does not end at byte {self.at - 4}")
        return found

    def vector(self, kind: int) -> Sequence[Any]:
        (count,) = self.integers(1)
        if count < 0:
            raise _Refused("a vector is longer than this reader can count")
        if kind == INTEGERS:
            return [None if value == NA_INTEGER else value for value in self.integers(count)]
        if kind == REALS:
            return [_real(value) for value in struct.unpack(f">{count}Q", self.take(8 * count))]
        return [self.item() for _ in range(count)]


def _real(bits: int) -> float | None:
    value: float = struct.unpack(">d", bits.to_bytes(8))[0]
    if math.isnan(value) and bits & 0xFFFFFFFF == NA_REAL_LOW_WORD:
        return None
    if not math.isfinite(value):
        raise _Refused(f"{value} is not a figure")
    return value


def _texts(vector: object) -> list[str | None]:
    if vector is None:
        return []
    if not isinstance(vector, _Vector) or vector.kind != STRINGS or vector.attributes:
        raise _Refused("an attribute is not a plain list of texts")
    return list(vector.values)


def _columns(frame: _Vector) -> Columns:
    names = _texts(frame.attributes.get("names"))
    if frame.kind != LIST or len(names) != len(frame.values) or len(set(names)) != len(names) or None in names:
        raise _Refused("the columns of the frame have no names, or two the same")
    columns = {str(name): _column(str(name), vector) for name, vector in zip(names, frame.values, strict=True)}
    if len({len(column) for column in columns.values()}) != 1:
        raise _Refused("the columns of the frame are not of one length")
    return columns


def _column(name: str, vector: object) -> list[str | None]:
    if not isinstance(vector, _Vector) or vector.kind == LIST:
        raise _Refused(f"column {name!r} is not a vector")
    attributes = dict(vector.attributes)
    classes = tuple(_texts(attributes.pop("class", None)))
    if classes in MONTH_CLASSES:
        attributes.pop("fiscal_start", None)  # where a quarter's year starts; its first day says all
        values = [None if value is None else _day(name, value) for value in vector.values]
    elif classes == ("factor",):
        levels = dict(enumerate(_texts(attributes.pop("levels", None)), start=1))
        if set(vector.values) - {None, *levels}:
            raise _Refused(f"column {name!r} has a number without a label")
        values = [None if value is None else levels[value] for value in vector.values]
    elif classes:
        raise _Refused(f"column {name!r} is of the class {' '.join(map(str, classes))}, which is not known")
    else:
        values = [_text(value) for value in vector.values]
    if attributes:
        raise _Refused(f"column {name!r} has attributes that are not known: {', '.join(attributes)}")
    return values


def _day(name: str, days: float) -> str:
    day = date(1970, 1, 1) + timedelta(days=days)
    if not float(days).is_integer() or day.day != 1:
        raise _Refused(f"column {name!r} is of months, and {days:g} is not the first day of one")
    return day.isoformat()


def _text(value: float | str | None) -> str | None:
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else None if value is None else str(value)
