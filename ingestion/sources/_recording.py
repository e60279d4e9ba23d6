"""What the record functions of several datasets share: hashes, pages of links, bodies of several formats."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import openpyxl

from ingestion.contract import RecordedResponse
from ingestion.formats import rdata

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest time that a zip entry can have."""


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, hex."""
    with path.open("rb") as body:
        return hashlib.file_digest(body, "sha256").hexdigest()


def json_body(document: object) -> bytes:
    """Return a JSON document as bytes, compact, keys in the order given, characters as they are."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def link_page(url: str, title: str, files: Sequence[str]) -> RecordedResponse:
    """Return an answer that lists files the way a publisher's page does: one link each, newest first."""
    items = "".join(f'<li><a href="{html.escape(f)}">{html.escape(f.rsplit("/", 1)[-1])}</a></li>\n' for f in files)
    body = f"<!DOCTYPE html>\n<html><head><title>{html.escape(title)}</title></head><body>\n<ul>\n{items}</ul>\n"
    return RecordedResponse(
        url=url,
        body=f"{body}</body></html>\n".encode(),
        content_type="text/html; charset=utf-8",
        cut="everything on the page but the links that are used",
        note="Rebuilt: a page with only the links to the recorded files.",
    )


def workbook_body(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    """Return a new workbook, the same bytes every time: fixed times inside, nobody named as its author."""
    book = openpyxl.Workbook(write_only=False)
    for sheet in book.worksheets:
        book.remove(sheet)
    fill(book)
    book.properties.creator = None
    buffer = io.BytesIO()
    book.save(buffer)
    packed = io.BytesIO()
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(packed, "w") as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":  # openpyxl writes the time of saving
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            new.writestr(entry, content, compresslevel=9)
    return packed.getvalue()


def document_body(pages: Sequence[Sequence[str]]) -> bytes:
    """Return a PDF with these lines on its pages, the same bytes every time. Its characters are those of Latin-1."""
    import pypdf  # noqa: PLC0415 - only the recorder writes documents
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject  # noqa: PLC0415

    document = pypdf.PdfWriter()
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}
    fonts = DictionaryObject(
        {NameObject("/F1"): DictionaryObject({NameObject(key): NameObject(name) for key, name in font.items()})}
    )
    for lines in pages:
        page = document.add_blank_page(width=612, height=14 * (len(lines) + 4))
        shown = (re.sub(r"([\\()])", r"\\\1", line) for line in lines)
        moves = "".join(f"0 -14 Td ({line}) Tj\n" for line in shown)
        text = DecodedStreamObject()
        text.set_data(f"BT /F1 10 Tf 36 {14 * (len(lines) + 2)} Td\n{moves}ET".encode("latin-1"))
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        page[NameObject("/Contents")] = text.flate_encode()
    buffer = io.BytesIO()
    document.write(buffer)
    return buffer.getvalue()


def data_frame_body(
    name: str, columns: Mapping[str, Sequence[str | None]], *, months: Sequence[str] = (), numbers: Sequence[str] = ()
) -> bytes:
    """Return a data frame as R saves one without compression: serialization 2, XDR.

    Args:
        name: name under which it is saved.
        columns: its columns as :func:`ingestion.formats.rdata.data_frame` gives them.
        months: columns that are months; they are written with the class that tsibble gives them.
        numbers: columns that are numbers; all others are texts.
    """

    def integers(*values: int) -> bytes:
        return struct.pack(f">{len(values)}i", *values)

    def text(value: str | None) -> bytes:
        encoded = b"" if value is None else value.encode()
        return integers(rdata.CHARACTERS, -1 if value is None else len(encoded)) + encoded

    def texts(values: Sequence[str | None]) -> bytes:
        return integers(rdata.STRINGS, len(values)) + b"".join(text(value) for value in values)

    def reals(values: Sequence[float | None], flags: int = 0) -> bytes:
        packed = (
            struct.pack(">Q", 0x7FF00000 << 32 | rdata.NA_REAL_LOW_WORD) if value is None else struct.pack(">d", value)
            for value in values
        )
        return integers(rdata.REALS | flags, len(values)) + b"".join(packed)

    def tagged(tag: str, value: bytes) -> bytes:
        return integers(rdata.PAIRLIST | rdata.HAS_TAG, rdata.SYMBOL) + text(tag) + value

    end = integers(rdata.NULL)
    vectors = []
    for column, values in columns.items():
        if column in months:
            days = [None if value is None else (date.fromisoformat(value) - date(1970, 1, 1)).days for value in values]
            vectors.append(reals(days, rdata.HAS_ATTRIBUTES) + tagged("class", texts(rdata.MONTH)) + end)
        elif column in numbers:
            vectors.append(reals([None if value is None else float(value) for value in values]))
        else:
            vectors.append(texts(values))
    rows = len(next(iter(columns.values())))
    frame = integers(rdata.LIST | rdata.HAS_ATTRIBUTES, len(vectors)) + b"".join(vectors)
    frame += tagged("names", texts(list(columns)))
    frame += tagged("row.names", integers(rdata.INTEGERS, 2, rdata.NA_INTEGER, -rows))
    frame += tagged("class", texts(["data.frame"])) + end
    return rdata.MAGIC[0] + integers(2, 0x00040303, 0x00020300) + tagged(name, frame) + end
