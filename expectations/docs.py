# ruff: noqa: PLC0415 (Great Expectations costs seconds to import: only when rules run)
"""Data Docs: the results as Great Expectations renders them, one page per table, made readable offline.

As shipped, a result page loads sixteen files from seven outside hosts, needs scripts, and shows neither the rule's
id nor its severity. Here its own renderers fill its own tables; the shell around them is ours (no script, no outside
file), and each expectation carries its statement, rule id and severity as its description, followed by its own text.
"""

from __future__ import annotations

import copy
import html
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from expectations.docs_history import EarlierRun, rule_lines, run_lines
from expectations.docs_names import chapters, title_of
from expectations.rules import Rule, load_suites
from ingestion.results import CheckResult, Status

_PAGES = Path(__file__).resolve().parent / "docs_pages"
_REPLACED = ("page", "collapse")
"""Templates of Great Expectations that ours take the place of."""

_DEAD_LINK = re.compile(r'<a href="\.\./[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
"""The header links to a page about the suite, which only the site builder of Great Expectations writes."""

_UNEVALUATED = (Status.ERRORED, Status.NO_ROWS)


class Documented(NamedTuple):
    """A rule, its result, and the result object of Great Expectations (``None`` when it did not come so far)."""

    rule: Rule
    check: CheckResult
    gx: Any


def write_docs(
    outcomes: Sequence[Documented],
    folder: Path,
    *,
    descriptions: Mapping[str, str] | None = None,
    earlier: Sequence[EarlierRun] = (),
) -> Path:
    """Write an index and one page per table, and return the path of the index.

    Args:
        outcomes: every rule that was run.
        folder: made if needed; pages of an earlier build are overwritten, others removed.
        descriptions: what each table holds, by its name.
        earlier: what earlier runs found.
    """
    from great_expectations import __version__ as version
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView
    from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader

    ours = FileSystemLoader(_PAGES)
    replaced = DictLoader({f"{name}.j2": (_PAGES / f"{name}.html").read_text(encoding="utf-8") for name in _REPLACED})
    view = DefaultJinjaPageView()
    view.env.loader = ChoiceLoader([replaced, ours, view.env.loader])
    lines = {"module_name": "expectations.docs_text", "class_name": "StatementAndText"}
    section = {"class_name": "ValidationResultsColumnSectionRenderer", "table_renderer": lines}
    renderer = ValidationResultsPageRenderer(section, run_info_at_end=True)
    logging.getLogger("great_expectations.render").setLevel(logging.CRITICAL)

    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("*.html"):
        stale.unlink()
    pages = {}
    for table in sorted({outcome.rule.table for outcome in outcomes}):
        listed = [outcome for outcome in outcomes if outcome.rule.table == table]
        checks = [outcome.check for outcome in listed]
        document = renderer.render(_suite_result(table, listed, version))
        not_evaluated = [check.as_row() for check in checks if check.status in _UNEVALUATED]
        page = folder / f"{table}.html"
        text = view.render(
            document,
            not_evaluated=not_evaluated,
            title=title_of(table),
            table=table,
            description=(descriptions or {}).get(table, ""),
            history=rule_lines(earlier, checks),
        )
        page.write_text(_DEAD_LINK.sub(r"\1", text), encoding="utf-8")
        counts = {str(status): sum(check.status is status for check in checks) for status in Status}
        pages[table] = {"table": table, "title": title_of(table), "file": page.name, "total": len(checks), **counts}

    environment = Environment(loader=ours, autoescape=True)
    index = folder / "index.html"
    listed_by_suite = [
        {"title": chapter.title, "about": chapter.about, "pages": [pages[table] for table in chapter.tables]}
        for chapter in chapters((outcome.rule for outcome in outcomes), load_suites())
    ]
    runs = run_lines(earlier, [outcome.check for outcome in outcomes])
    text = environment.get_template("index.html").render(chapters=listed_by_suite, runs=runs, version=version)
    index.write_text(text, encoding="utf-8")
    return index


def _escaped(outcome: Documented) -> Any:
    """Return a result in which markup is text, where the renderer of Great Expectations does not see to it.

    It escapes the parameters of its sentences, but neither a description nor the cells of a table of values.
    """
    result = copy.deepcopy(outcome.gx)
    result.expectation_config.description = html.escape(result.expectation_config.description or "")
    result.result = _as_text(result.result)
    return result


def _as_text(value: Any) -> Any:
    if isinstance(value, str):
        return html.escape(value)
    if isinstance(value, dict):
        return {name: _as_text(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_as_text(part) for part in value)
    return value


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _suite_result(table: str, outcomes: Sequence[Documented], version: str) -> Any:
    """Return the results of one table in the form that the renderer of Great Expectations reads."""
    from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult
    from great_expectations.core.run_identifier import RunIdentifier

    results = [_escaped(o) for o in outcomes if o.gx is not None and o.check.status not in _UNEVALUATED]
    successes = sum(bool(result.success) for result in results)
    statistics = {
        "evaluated_expectations": len(results),
        "successful_expectations": successes,
        "unsuccessful_expectations": len(results) - successes,
        "success_percent": 100 * successes / len(results) if results else None,
    }
    return ExpectationSuiteValidationResult(
        success=successes == len(results),
        results=results,
        suite_name=table,
        statistics=statistics,
        meta={"great_expectations_version": version, "run_id": RunIdentifier(run_name=table, run_time=_now())},
    )
