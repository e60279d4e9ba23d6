"""Content-addressed objects: each body once, under its SHA-256, compressed with zstd."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, cast

from ingestion.errors import ContractError
from ingestion.files import CHUNK, publish
from ingestion.redaction import LOGGER


class Objects:
    """Store of bodies: ``ab/<sha256>.zst``. Making one writes nothing.

    Args:
        root: folder of the objects.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def hashes(self) -> set[str]:
        """Return the hash of every object."""
        return {path.name.removesuffix(".zst") for path in self.root.glob("*/*.zst")}

    def sweep(self) -> None:
        """Remove temporary files that killed runs left, once they are a day old.

        A file that another thread renames in the meantime is no leftover.
        """
        for left in self.root.glob("*/.*.tmp"):
            with contextlib.suppress(FileNotFoundError):
                if datetime.now(UTC).timestamp() - left.stat().st_mtime > timedelta(days=1).total_seconds():
                    left.unlink()

    def path(self, sha256: str) -> Path:
        """Return where the object of that hash lies or would lie."""
        return self.root / sha256[:2] / f"{sha256}.zst"

    def has(self, sha256: str) -> bool:
        """Return whether the object is there (its bytes are proved by :meth:`extract` and :meth:`verify`)."""
        return self.path(sha256).is_file()

    def store(self, source: Path, sha256: str) -> None:
        """Store a file under its hash; an object that is there already is left alone.

        Raises:
            ContractError: the file does not have that hash.
        """
        import pyarrow as pa  # noqa: PLC0415 - 0.2 s that commands which only read the ledger do not pay

        if self.has(sha256):
            return
        target = self.path(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".tmp")
        temporary = Path(name)
        digest = hashlib.sha256()
        try:
            with (
                source.open("rb") as reader,
                os.fdopen(descriptor, "wb") as writer,
                pa.output_stream(writer, compression="zstd") as packed,
            ):
                while chunk := reader.read(CHUNK):
                    digest.update(chunk)
                    packed.write(chunk)
            if digest.hexdigest() != sha256:
                raise ContractError(f"the spooled body {sha256[:12]} changed before it was archived", rule="archive")
            publish(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)

    def open(self, sha256: str) -> IO[bytes]:
        """Open an object for reading, decompressed.

        Raises:
            ContractError: it is not there.
        """
        import pyarrow as pa  # noqa: PLC0415 - as above

        path = self.path(sha256)
        if not path.is_file():
            raise ContractError(
                f"the archived object {sha256} is missing",
                rule="archive.missing",
                remedy="lines-of-effort verify names all such objects; restore the archive from a backup",
            )
        return cast("IO[bytes]", pa.input_stream(str(path), compression="zstd"))

    def extract(self, sha256: str, target: Path) -> None:
        """Write an object's bytes to ``target``, proving their hash.

        Raises:
            ContractError: missing, unreadable, or altered.
        """
        digest = hashlib.sha256()
        try:
            with self.open(sha256) as reader, target.open("wb") as writer:
                while chunk := reader.read(CHUNK):
                    digest.update(chunk)
                    writer.write(chunk)
        except (OSError, ValueError) as error:
            raise _altered(sha256, f"cannot be read ({error})") from error
        if digest.hexdigest() != sha256:
            raise _altered(sha256, f"has the hash {digest.hexdigest()}")

    def reuse(self, sha256: str, target: Path) -> bool:
        """Write an object to ``target``; ``False`` when it is missing or altered.

        An altered one is set aside (``.altered``), so that the bytes can be stored again when they come again.
        """
        try:
            self.extract(sha256, target)
        except ContractError:
            path = self.path(sha256)
            if path.exists():
                LOGGER.error("the archived object %s is altered; set aside", sha256)
                path.replace(path.with_suffix(".altered"))
            return False
        return True

    def trouble(self, sha256: str) -> str:
        """Hash an object again; return what is wrong with it, or an empty text."""
        digest = hashlib.sha256()
        try:
            with self.open(sha256) as reader:
                while chunk := reader.read(CHUNK):
                    digest.update(chunk)
        except (OSError, ValueError) as error:
            return f"cannot be read: {error}"
        actual = digest.hexdigest()
        return "" if actual == sha256 else f"now has the hash {actual}"


def _altered(sha256: str, what: str) -> ContractError:
    return ContractError(
        f"the archived object {sha256} {what}",
        rule="archive.altered",
        remedy="lines-of-effort verify names all such objects; restore the archive from a backup",
    )
