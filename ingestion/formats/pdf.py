"""Documents (PDF) with a text layer: the lines of each page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingestion.errors import ContractError


def pages(path: Path, *, file: str, dataset_id: str | None = None) -> Iterator[list[str]]:
    """Yield the lines of each page, blank ones left out, one space between words.

    Raises:
        ContractError: not a readable document, one that wants a password, or a page without a text layer (a scan).
    """
    import pypdf  # noqa: PLC0415 - not needed when nothing is new
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    def broken(detail: str, rule: str, number: int) -> ContractError:
        return ContractError(
            detail,
            dataset_id=dataset_id,
            file=file,
            record=f"page {number}",
            rule=rule,
            remedy="open the archived body: it may be damaged, locked or scanned",
        )

    number = 1
    try:
        with pypdf.PdfReader(path) as document:
            for page in document.pages:
                lines = [" ".join(line.split()) for line in page.extract_text().splitlines()]
                if not any(lines):
                    raise broken("the page has no text", "pdf.text", number)
                yield [line for line in lines if line]
                number += 1
    # The reader meets damaged structures with whatever error they cause in its own code.
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        detail = f"not a readable document: {type(error).__name__}: {error}"
        raise broken(detail, "pdf.syntax", number) from error
