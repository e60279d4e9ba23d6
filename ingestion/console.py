"""What the command line prints: tables for people, JSON for machines, progress while work lasts."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ingestion.progress import LOGGER_NAME
from ingestion.results import NEVER_LANDED

STAGES = ("ingest", "build", "vintages", "audit", "report", "publish")
"""Stages of a run, in order."""

_PIPE_WIDTH = 160
"""Columns when nobody is watching: a log or a pipe has no width, and 80 would break every table."""

OUT = Console(highlight=False)
ERR = Console(stderr=True, highlight=False)
for _console in (OUT, ERR):
    if not _console.is_terminal:
        _console.width = _PIPE_WIDTH


class _Bars(logging.Handler):
    """Draws one bar per stage out of the progress records."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(logging.INFO)
        self._progress = progress
        self._tasks: dict[str, Any] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Move the bar of the record's stage."""
        facts = record.__dict__
        stage = facts["stage"]
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(stage, total=facts["total"])
        self._progress.update(self._tasks[stage], completed=facts["done"], total=facts["total"])


@contextmanager
def progress_bars(*, show: bool) -> Iterator[None]:
    """Draw progress on standard error while the block runs, when ``show`` and a person is watching."""
    logger = logging.getLogger(LOGGER_NAME)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    columns = (TextColumn("{task.description:>8}"), BarColumn(30), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=ERR, transient=True, disable=not (show and ERR.is_terminal)) as progress:
        handler = _Bars(progress)
        logger.addHandler(handler)
        try:
            yield
        finally:
            logger.removeHandler(handler)


class _Notes(logging.Handler):
    """Keeps warnings, each once, in the order in which they came."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message."""
        self.texts.setdefault(record.getMessage())


@contextmanager
def notes() -> Iterator[list[str]]:
    """Collect the project's own warnings while the block runs; the list is filled when it ends."""
    loggers = [logging.getLogger(name) for name in ("lines_of_effort", "ingestion")]
    handler = _Notes()
    found: list[str] = []
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
    try:
        yield found
    finally:
        for logger in loggers:
            logger.propagate = True
            logger.removeHandler(handler)
        found.extend(handler.texts)


def print_notes(texts: list[str]) -> None:
    """Print collected warnings under a heading; nothing when there are none."""
    if texts:
        OUT.print("[bold]Notes[/]")
        for text in texts:
            OUT.out(f"  {text}")
        OUT.print()


def print_json(value: Any) -> None:
    """Print one JSON document on standard output, nothing else."""
    OUT.out(json.dumps(value, indent=1, sort_keys=True, default=str), highlight=False)


def print_table(title: str, columns: Mapping[str, str], rows: list[list[str]]) -> None:
    """Print a table.

    Args:
        title: above the table.
        columns: header → ``left`` or ``right``.
        rows: cells as text; brackets are not read as markup.
    """
    OUT.print(title, style="bold", markup=False)  # as a title of the table it would be folded to the table's width
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for header, justify in columns.items():
        table.add_column(header, justify="right" if justify == "right" else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell.replace("[", "\\[") for cell in row))
    OUT.print(table)
    OUT.print()


def print_run(manifest: Mapping[str, Any], published: Path, sources: Mapping[str, Mapping[str, str]]) -> None:
    """Print what a run did: datasets, lines of effort, rules, models built, time by stage, paths."""
    mode = "bundled recordings" if manifest["source_mode"] == "recorded" else "live publishers"
    OUT.print(f"[bold]Lines of Effort[/]  build {manifest['build_id']}  ({mode})\n")
    print_table(
        "Datasets",
        {"dataset": "left", "vintage": "left", "publisher's label": "left", "rows": "right", "this run": "left"},
        [
            [
                v["dataset_id"],
                v["vintage_id"],
                v["vintage_label"] or "",
                f"{v['row_count']:,}",
                sources.get(v["dataset_id"], {}).get("status", ""),
            ]
            for v in manifest["vintages"]
        ],
    )
    lines = []
    for line in manifest["lines"]:
        indicators = line["indicators"]
        lines.append(
            [
                line["schema"],
                str(line["datasets"]),
                str(line["tables"]),
                f"{line['rows']:,}",
                *(str(indicators.get(status, 0)) for status in ("computed", "partial", "live_only", "no_public_data")),
                str(line["checks"]["passed"]),
                line["oldest"] or "none",
                line["newest"] or "none",
            ]
        )
    print_table(
        "Lines of effort",
        {
            "line": "left",
            "datasets": "right",
            "tables": "right",
            "rows": "right",
            "indicators computed": "right",
            "partial": "right",
            "live only": "right",
            "no public data": "right",
            "checks passed": "right",
            "oldest figure": "left",
            "newest figure": "left",
        },
        lines,
    )
    checks = manifest["checks"]
    verdict = "published with warnings" if checks["warned"] else "published"
    OUT.print(
        f"[bold]Audit[/]  {verdict}: {checks['passed']} checks passed, {checks['warned']} warned, "
        f"{checks['failed']} failed, {checks['errored']} crashed, {checks['no_rows']} saw no rows"
    )
    never_landed = [finding for finding in manifest["findings"] if _never_landed(finding)]
    for finding in manifest["findings"]:
        if finding in never_landed:
            continue
        crashed = "" if finding["status"] == "failed" else f" ({finding['status']})"
        decided = _disposition(finding)
        OUT.out(f"       {finding['severity']}{crashed}, {decided}: {finding['statement']} [{finding['rule_id']}]")
    if never_landed:
        named = (finding["sample"].removeprefix(f"{NEVER_LANDED} of ").split(", ") for finding in never_landed)
        missing = len({dataset_id for ids in named for dataset_id in ids})
        OUT.out(f"       {len(never_landed)} rules saw no rows, because {missing} datasets were never landed")
    if models := manifest.get("models"):  # a publication of earlier code has none
        OUT.out(f"Built  {_built(models)}")
    timed = [(name, manifest["stages"][name]) for name in STAGES if name in manifest["stages"]]
    OUT.print(f"[bold]Time[/]   {', '.join(f'{name} {seconds:.1f} s' for name, seconds in timed)}\n")
    for name, path in {
        "database": published / "lines_of_effort.duckdb",
        "tables": published / "current" / "parquet",
        "audit report": published / "current" / "reports" / "audit.html",
        "data docs": published / "current" / "reports" / "data_docs" / "index.html",
        "manifest": published / "current" / "manifest.json",
    }.items():
        OUT.out(f"{name + ':':<14}{relative(path)}")


def _never_landed(finding: Mapping[str, Any]) -> bool:
    """Whether a rule saw no rows only because its dataset was never landed."""
    return finding["status"] == "no_rows" and (finding["sample"] or "").startswith(NEVER_LANDED)


def _built(models: Mapping[str, Any]) -> str:
    """How many models were built, and why all or since when the rest is unchanged."""
    built, unchanged = len(models["built"]), len(models["unchanged"])
    if models["unchanged_since"] is None:
        return f"all {built} models: {models['everything_because']}"
    return f"{built} of {built + unchanged} models; the rest is unchanged since build {models['unchanged_since']}"


def _disposition(finding: Mapping[str, Any]) -> str:
    """``open``, or what was decided, by whom and until when."""
    word = str(finding.get("disposition") or "open").replace("_", " ")
    if finding.get("disposition_expires") is None:
        return word
    return f"{word} by {finding['disposition_owner']} until {finding['disposition_expires']}"


def relative(path: Path) -> str:
    """Return the path as a person would type it from where they stand."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
