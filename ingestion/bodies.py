"""What a body must look like before it is believed. No network here.

Status 200 proves little: block pages, all-zero bodies, truncated archives and archives built to explode come with it.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from ingestion.contract import Kind
from ingestion.formats import rdata
from ingestion.redaction import redact

HEAD = 65536
MAX_ENTRIES = 10_000
MAX_RATIO = 400  # deflate cannot exceed about 1032; honest spreadsheets stay below 100
RATIO_FLOOR = 1 << 20  # bytes; small members may compress to almost nothing
INFLATED_TIMES_MAX_BYTES = 8
_CHALLENGE_SIZE = 16384  # bytes; a longer page may well mention such words in passing

_ZIPPED = {Kind.XLSX, Kind.ZIP}
_CHALLENGE = re.compile(
    rb"access denied|request rejected|just a moment|captcha|are you (?:a )?human|unusual traffic|"
    rb"verify you are|enable javascript and cookies|incapsula",
    re.IGNORECASE,
)
_MARKUP = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<")


class Refused(Exception):  # noqa: N818 - a verdict on a body; the client turns it into a readable error
    """A body is not what it should be.

    Args:
        rule: short id of the rule.
        detail: what was seen, in one sentence, redacted.
        blocked: whether it looks like a page that keeps programs out.
    """

    def __init__(self, rule: str, detail: str, *, blocked: bool = False) -> None:
        super().__init__(detail)
        self.rule = rule
        self.detail = detail
        self.blocked = blocked


class Truncated(Exception):  # noqa: N818 - as above
    """A compressed body ended before its end mark, or cannot be decompressed: worth another try."""


def decode(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Undo the content encoding, piece by piece and in bounded memory.

    Raises:
        Truncated: the compressed stream is damaged or has no end.
        Refused: an encoding that was not asked for.
    """
    names = [name.strip().lower() for name in encoding.split(",") if name.strip().lower() not in {"", "identity"}]
    if not names:
        yield from chunks
        return
    if names not in (["gzip"], ["x-gzip"], ["deflate"]):
        raise Refused("http.encoding", f"the body is encoded as {encoding!r}, which was not asked for")
    bits = zlib.MAX_WBITS + (16 if names != ["deflate"] else 0)
    yield from _inflate(chunks, bits)


def _inflate(chunks: Iterator[bytes], bits: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj(bits)
    for chunk in chunks:
        data = chunk
        while data:
            if inflater.eof:  # another member may follow; padding with zeros is harmless
                data = data.lstrip(b"\0")
                if not data:
                    break
                inflater = zlib.decompressobj(bits)
            try:
                piece = inflater.decompress(data, HEAD)
            except zlib.error as error:
                raise Truncated(f"the compressed body is damaged ({error})") from None
            if piece:
                yield piece
            data = inflater.unconsumed_tail or inflater.unused_data
    if not inflater.eof:
        raise Truncated("the compressed body ends before its end mark")


def snippet(head: bytes) -> str:
    """Return the first words of a body as redacted text for a message: tags and runs of blanks removed."""
    text = head[:4096].decode("utf-8", errors="replace")
    text = re.sub(r"<(script|style)\b.*?(</\1>|\Z)", " ", text, flags=re.DOTALL | re.IGNORECASE)
    text = " ".join(re.sub(r"<[^>]*>?", " ", text).split())
    text = "".join(character if character.isprintable() else "·" for character in text)
    return redact(text)[:200]


def is_challenge(head: bytes) -> bool:
    """Return whether the body reads like a page that keeps programs out."""
    return bool(_MARKUP.match(head)) and bool(_CHALLENGE.search(head))


def check(path: Path, kind: Kind, *, min_bytes: int, max_bytes: int) -> None:
    """Check a whole spooled body.

    Raises:
        Refused: too small, too large, all zeros, a web page, the wrong magic bytes, cut short, or an unsafe archive.
    """
    size = path.stat().st_size
    if size > max_bytes:
        raise Refused("body.max_bytes", f"the body has {size:,} bytes; the limit is {max_bytes:,}")
    with path.open("rb") as stream:
        head = stream.read(HEAD)
        stream.seek(max(0, size - 2048))
        tail = stream.read()
    if size == 0:
        raise Refused("body.empty", "the body is empty")
    if not head.strip(b"\0"):
        raise Refused("body.zeros", f"the body is nothing but zero bytes ({size:,} bytes)")
    if kind is not Kind.HTML and _MARKUP.match(head):
        raise Refused(
            "body.html", f"a web page came instead of {kind.value}: {snippet(head)!r}", blocked=is_challenge(head)
        )
    looks_right, problem = _MAGIC[kind]
    if not looks_right(head, tail):
        raise Refused(f"body.{kind.value}", f"the body {problem}: {snippet(head)!r}")
    if kind is Kind.HTML and size < _CHALLENGE_SIZE and is_challenge(head):
        raise Refused("body.challenge", f"a page that keeps programs out came: {snippet(head)!r}", blocked=True)
    if size < min_bytes:
        raise Refused(
            "body.min_bytes", f"the body has {size:,} bytes; at least {min_bytes:,} are expected: {snippet(head)!r}"
        )
    if kind in _ZIPPED:
        check_zip(path, max_inflated=INFLATED_TIMES_MAX_BYTES * max_bytes, workbook=kind is Kind.XLSX)


_PK = (b"PK\x03\x04", b"PK\x05\x06")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MAGIC: dict[Kind, tuple[Callable[[bytes, bytes], bool], str]] = {
    Kind.XLSX: (lambda head, _: head.startswith(_PK), "does not start like a zip archive"),
    Kind.ZIP: (lambda head, _: head.startswith(_PK), "does not start like a zip archive"),
    Kind.XLS: (lambda head, _: head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "does not start like old Excel"),
    Kind.PDF: (lambda head, tail: b"%PDF-" in head[:1024] and b"%%EOF" in tail, "is not a whole PDF"),
    Kind.RDATA: (
        lambda head, _: head.startswith((*rdata.MAGIC, *rdata.COMPRESSED)),
        "does not start like data saved by R",
    ),
    Kind.JSON: (
        lambda head, tail: _start(head)[:1] in {b"{", b"["} and tail.rstrip()[-1:] in {b"}", b"]"},
        "is not whole JSON: its first or last character is wrong",
    ),
    Kind.CSV: (
        lambda head, _: not head.startswith((*_PK, b"%PDF-")) and (b"\0" not in head or head.startswith(_UTF16)),
        "is not text",
    ),
    Kind.HTML: (lambda head, _: _start(head).startswith(b"<"), "does not start like a web page"),
}


def _start(head: bytes) -> bytes:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()


def check_zip(path: Path, *, max_inflated: int, workbook: bool = False) -> None:
    """Check an archive before anything unpacks it: names, number, sizes, ratios, check sums, entity declarations.

    Args:
        path: the archive.
        max_inflated: largest sum of the unpacked sizes, bytes.
        workbook: whether it must be an Excel workbook.

    Raises:
        Refused: with the rule that it broke.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(members, max_inflated)
            names = {member.filename for member in members}
            if workbook and not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
                raise Refused("zip.workbook", "the archive is not an Excel workbook: its table of contents is missing")
            for member in members:
                _read_through(archive, member, entities=not workbook)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Refused("zip.corrupt", f"the archive is corrupt ({error})") from None


def _check_members(members: list[zipfile.ZipInfo], max_inflated: int) -> None:
    if len(members) > MAX_ENTRIES:
        raise Refused("zip.entries", f"the archive has {len(members):,} members; the limit is {MAX_ENTRIES:,}")
    total = sum(member.file_size for member in members)
    if total > max_inflated:
        raise Refused("zip.size", f"the archive unpacks to {total:,} bytes; the limit is {max_inflated:,}")
    seen: set[str] = set()
    for member in members:
        name = member.orig_filename
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if ".." in parts or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name) or "\0" in name:
            raise Refused("zip.path", f"the archive holds a member that points outside itself: {name[:120]!r}")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise Refused("zip.link", f"the archive holds a link: {name[:120]!r}")
        if name in seen:
            raise Refused("zip.duplicate", f"the archive holds two members of one name: {name[:120]!r}")
        seen.add(name)
        if member.flag_bits & 0x1:
            raise Refused("zip.encrypted", f"the archive is encrypted: {name[:120]!r}")
        if member.file_size > RATIO_FLOOR and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise Refused(
                "zip.ratio",
                f"the member {name[:120]!r} unpacks from {member.compress_size:,} to {member.file_size:,} bytes",
            )


def _read_through(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, entities: bool) -> None:
    """Unpack to nowhere: proves check sum and true size. ``zipfile`` never reads more than the declared size."""
    with archive.open(member) as stream:
        head = stream.read(HEAD)
        if not entities and member.filename.endswith((".xml", ".rels")) and re.search(rb"<!(DOCTYPE|ENTITY)", head):
            raise Refused("zip.entities", f"the member {member.filename[:120]!r} declares XML entities")
        while stream.read(1 << 20):
            pass
