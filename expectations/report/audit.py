"""The audit report: one self-contained HTML page, and the same content as JSON beside it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader

from expectations.report.content import report_content
from ingestion.results import CheckResult

_NONE = "\N{EN DASH}"
_FOLDER = Path(__file__).resolve().parent


def write_audit_report(
    database: Path, results: Sequence[CheckResult], build: Mapping[str, object], target: Path
) -> None:
    """Write the report of a build, published or not.

    The page needs no script, no network and no other file. Every text is escaped, whoever it comes from, and the
    page's own policy lets a browser load and run nothing: a label with markup in it stays a label.

    Args:
        database: the private DuckDB file of the build, closed by its writer; it may be missing.
        results: the results of all checkers.
        build: ``build_id``, ``built_at`` (ISO 8601), ``source_mode``, ``code_version``, ``python``, ``stages``
            (seconds by name), ``previous_build_id``, and ``refused`` (why) where it was refused; the rest is not shown.
        target: path of the page; the JSON file has the same name with the ending ``.json``.
    """
    content = report_content(database, results, build)
    style = (_FOLDER / "audit.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"size": _size, "thousands": _thousands, "figure": _figure, "web": _web, "moment": _moment}
    page = environment.get_template("audit.html").render(**content, style=style, style_hash=f"sha256-{digest}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page, encoding="utf-8")
    document = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
    target.with_suffix(".json").write_text(document + "\n", encoding="utf-8")


def _thousands(value: object) -> str:
    """Return a whole number with separators; anything else as it is, nothing as a dash."""
    if value is None or value == "":
        return _NONE
    return f"{value:,}" if isinstance(value, int) else str(value)


def _figure(value: object) -> str:
    """Return a figure with separators and two decimals (two digits where it is less than that); nothing as a dash."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.2f}" if abs(value) >= 0.005 else f"{value:.2g}"  # noqa: PLR2004 (half of the last decimal)
    return _thousands(int(value) if isinstance(value, float) else value)


def _size(value: object) -> str:
    """Return a number of bytes in a unit that can be read."""
    if not isinstance(value, int):
        return _NONE
    amount = float(value)
    for unit in ("bytes", "KiB", "MiB"):
        if amount < 1024:  # noqa: PLR2004 (bytes in a KiB)
            return f"{amount:,.0f} {unit}" if unit == "bytes" else f"{amount:,.1f} {unit}"
        amount /= 1024
    return f"{amount:,.1f} GiB"


def _web(value: object) -> bool:
    """Tell whether a text is an address that may become a link."""
    return isinstance(value, str) and urlsplit(value).scheme in {"http", "https"}


def _moment(value: object) -> str:
    """Return an ISO 8601 time without its T, to the minute."""
    text = str(value or _NONE)
    return f"{text[:10]} {text[11:16]} UTC" if len(text) > 16 and text[10] == "T" else text  # noqa: PLR2004
