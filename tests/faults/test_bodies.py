"""Bodies that must not be believed, made by hand."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from ingestion import bodies
from ingestion.bodies import Refused, check
from ingestion.contract import Kind
from ingestion.sources._recording import data_frame_body
from tests.invented import GOOD


def refused(path: Path, content: bytes, kind: Kind, *, min_bytes: int = 1, max_bytes: int = 1_000_000) -> Refused:
    path.write_bytes(content)
    with pytest.raises(Refused) as caught:
        check(path, kind, min_bytes=min_bytes, max_bytes=max_bytes)
    return caught.value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "body"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["place", "apples"])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def archive(change: Callable[[zipfile.ZipFile], None]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        change(made)
    return target.getvalue()


GOOD_BODIES = {
    Kind.CSV: GOOD.encode(),
    Kind.JSON: b'\xef\xbb\xbf {"items": []}\n',
    Kind.XLSX: workbook(),
    Kind.XLS: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\1" * 600,
    Kind.ZIP: archive(lambda made: made.writestr("a/b.csv", GOOD)),
    Kind.PDF: b"%PDF-1.7\n...\n%%EOF\n",
    Kind.RDATA: data_frame_body("a", {"place": ["x"]}),
    Kind.HTML: b"<!doctype html><p>links</p>",
}


@pytest.mark.parametrize("kind", list(Kind))
def test_a_good_body_passes(path: Path, kind: Kind) -> None:
    path.write_bytes(GOOD_BODIES[kind])
    check(path, kind, min_bytes=1, max_bytes=1_000_000)


@pytest.mark.parametrize("kind", list(Kind))
def test_zeros_emptiness_and_other_kinds_are_refused(path: Path, kind: Kind) -> None:
    assert refused(path, b"\0" * 5000, kind).rule == "body.zeros"
    assert refused(path, b"", kind).rule == "body.empty"
    for other in Kind:
        alike = {kind, other} == {Kind.XLSX, Kind.ZIP}
        if other is not kind and not alike and not (kind is Kind.CSV and other in {Kind.JSON, Kind.XLS, Kind.RDATA}):
            assert refused(path, GOOD_BODIES[other], kind).rule.startswith(("body.", "zip."))


@pytest.mark.parametrize("kind", [k for k in Kind if k is not Kind.HTML])
@pytest.mark.parametrize(
    "page", [b"<html>x</html>", b"\xef\xbb\xbf\n  <!DOCTYPE html>", b"<?xml version='1.0'?><Error/>"]
)
def test_markup_is_refused(path: Path, kind: Kind, page: bytes) -> None:
    assert refused(path, page, kind).rule == "body.html"


def test_sizes(path: Path) -> None:
    assert refused(path, GOOD.encode(), Kind.CSV, min_bytes=10_000).rule == "body.min_bytes"
    assert refused(path, GOOD.encode(), Kind.CSV, max_bytes=5).rule == "body.max_bytes"


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (Kind.JSON, b'{"items": [1, 2'),
        (Kind.JSON, b"Internal error"),
        (Kind.PDF, b"%PDF-1.7\n..."),
        (Kind.CSV, b"place,apples\nNowhere,\0\0\0"),
    ],
)
def test_a_body_cut_short_or_garbled_is_refused(path: Path, kind: Kind, content: bytes) -> None:
    assert refused(path, content, kind).rule == f"body.{kind.value}"


def test_utf16_text_is_left_to_the_parser(path: Path) -> None:
    path.write_bytes(GOOD.encode("utf-16"))
    check(path, Kind.CSV, min_bytes=1, max_bytes=10_000)


def test_a_zip_cut_short_is_refused(path: Path) -> None:
    assert refused(path, GOOD_BODIES[Kind.XLSX][:-200], Kind.XLSX).rule == "zip.corrupt"


def test_a_flipped_byte_is_found(path: Path) -> None:
    noise = random.Random(1).randbytes(5000)  # noqa: S311
    content = bytearray(archive(lambda made: made.writestr("a.bin", noise)))
    content[2500] ^= 0xFF
    assert refused(path, bytes(content), Kind.ZIP).rule == "zip.corrupt"


@pytest.mark.parametrize(
    "name", ["../evil.csv", "a/../../evil", "/etc/passwd", "C:\\evil", "..\\evil", "a\\..\\..\\evil"]
)
def test_a_member_outside_is_refused(path: Path, name: str) -> None:
    content = archive(lambda made: made.writestr(zipfile.ZipInfo(name), b"x"))
    assert refused(path, content, Kind.ZIP).rule == "zip.path"


def test_a_link_is_refused(path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    assert refused(path, archive(lambda made: made.writestr(link, "/etc/passwd")), Kind.ZIP).rule == "zip.link"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(path: Path) -> None:
    def twice(made: zipfile.ZipFile) -> None:
        made.writestr("a", b"1")
        made.writestr("a", b"2")

    assert refused(path, archive(twice), Kind.ZIP).rule == "zip.duplicate"


def test_an_encrypted_member_is_refused(path: Path) -> None:
    content = bytearray(archive(lambda made: made.writestr("a", b"1")))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[6] |= 1
    assert refused(path, bytes(content), Kind.ZIP).rule == "zip.encrypted"


def test_bombs_are_refused_before_anything_unpacks_them(path: Path) -> None:
    content = archive(lambda made: made.writestr("a", b"\0" * 3_000_000))
    assert refused(path, content, Kind.ZIP).rule == "zip.ratio"
    assert refused(path, content, Kind.ZIP, max_bytes=100_000).rule == "zip.size"
    many = archive(lambda made: [made.writestr(str(n), b"") for n in range(bodies.MAX_ENTRIES + 1)])
    assert refused(path, many, Kind.ZIP, max_bytes=10_000_000).rule == "zip.entries"


def test_a_member_that_lies_about_its_size_is_refused(path: Path) -> None:
    content = bytearray(archive(lambda made: made.writestr("a", b"\0" * 3_000_000)))
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 1000)
    content[22:26] = struct.pack("<I", 1000)
    assert refused(path, bytes(content), Kind.ZIP).rule == "zip.corrupt"


def test_a_zip_that_is_no_workbook_is_refused(path: Path) -> None:
    assert refused(path, GOOD_BODIES[Kind.ZIP], Kind.XLSX).rule == "zip.workbook"


def test_entities_in_a_workbook_are_refused(path: Path) -> None:
    def bomb(made: zipfile.ZipFile) -> None:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr(
            "xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'
        )

    assert refused(path, archive(bomb), Kind.XLSX).rule == "zip.entities"


def test_a_challenge_is_told_from_a_plain_page(path: Path) -> None:
    assert refused(path, b"<html>Request Rejected. Support ID 42</html>", Kind.CSV).blocked
    assert refused(path, b"<html>Request Rejected. Support ID 42</html>", Kind.HTML).rule == "body.challenge"
    path.write_bytes(b"<html>" + b"<p>many words</p>" * 2000 + b"about the captcha</html>")
    check(path, Kind.HTML, min_bytes=1, max_bytes=1_000_000)
    assert not refused(path, b"<html>Down for maintenance</html>", Kind.CSV).blocked


def test_the_snippet_is_short_printable_and_redacted() -> None:
    words = bodies.snippet(b"<style>p{}</style><p>a\x07b</p> https://x.example/?token=hush " + b"long " * 200)
    assert len(words) <= 200
    assert words.isprintable()
    assert "hush" not in words
    assert words.startswith("a·b https://x.example/?token=REDACTED")
