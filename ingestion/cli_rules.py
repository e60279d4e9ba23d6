"""Commands about rules: run them again, and show what does not pass."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingestion.cli_shared import Json, show
from ingestion.console import OUT, print_json
from ingestion.errors import SettingsError
from ingestion.settings import settings

if TYPE_CHECKING:
    from ingestion.results import CheckResult


def check(
    what: Annotated[
        list[str] | None, typer.Argument(help="Suites, tables (schema.table) or rule ids; every rule when left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Run the rules again on the newest build, and say what does not pass. Publishes and keeps nothing."""
    from dagster_project.checks.not_landed import soften, upstream_and_landed  # noqa: PLC0415
    from expectations.rules import load_rules  # noqa: PLC0415
    from expectations.validate import summary, validate  # noqa: PLC0415
    from ingestion.results import Status  # noqa: PLC0415
    from publication.build import current_build  # noqa: PLC0415

    build = current_build(settings())
    if build is None or not build.database.is_file():
        raise SettingsError("There is no build whose tables could be checked. Run: lines-of-effort run")
    rules = [rule for rule in load_rules() if not what or {rule.suite, rule.table, rule.id} & set(what)]
    unknown = set(what or ()) - {name for rule in rules for name in (rule.suite, rule.table, rule.id)}
    if unknown:
        raise SettingsError(f"No suite, table or rule is called {', '.join(sorted(unknown))}.")
    results = soften(validate(build.database, rules=rules), *upstream_and_landed(build))
    counts = summary(results)
    if json:
        print_json({"build_id": build.id, "counts": counts, "results": [result.as_row() for result in results]})
    else:
        shown = ("rule_id", "severity", "status", "failing_count", "statement")
        found = [result.as_row() for result in results if result.status is not Status.PASSED]
        rows = [{name: "" if row[name] is None else row[name] for name in shown} for row in found]
        show(f"What does not pass in build {build.id}", rows, json=False)
        told = [
            f"{counts[name]} {name.replace('_', ' ')}" for name in ("passed", "warned", "failed", "errored", "no_rows")
        ]
        OUT.print(f"{counts['total']} rules: {', '.join(told)}")
    if counts["blocking"]:
        raise typer.Exit(4)


def findings(
    rule: Annotated[str | None, typer.Argument(help="Rule id; a list of what did not pass when left out.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="Rows to print; 0 for all.")] = 20,
    json: Json = False,
) -> None:
    """Show what did not pass in the newest build, published or refused; with RULE, the rows that break it."""
    from ingestion.results import Status  # noqa: PLC0415
    from publication.build import current_build  # noqa: PLC0415

    build = current_build(settings())
    if build is None:
        raise SettingsError("Nothing was built yet. Run: lines-of-effort run")
    results = build.results()
    if rule is not None:
        _findings_of(rule, [result for result in results if result.rule_id == rule], build.database, limit, json=json)
        return
    shown = ("rule_id", "severity", "status", "disposition", "failing_count", "statement")
    found = [result.as_row() for result in results if result.status is not Status.PASSED and not result.never_landed]
    rows = [{name: "" if row[name] is None else row[name] for name in shown} for row in found]
    show(f"What did not pass in build {build.id}", rows, json=json)
    if json:
        return
    if not rows:
        OUT.print(f"Nothing was found in build {build.id}.")
    if idle := sum(result.never_landed for result in results):
        OUT.print(f"{idle} rules had nothing to check: their datasets were never landed.")


def _findings_of(rule_id: str, results: list[CheckResult], database: Path, limit: int, *, json: bool) -> None:
    """Print a rule, what came out of it, and the rows that break it."""
    from expectations.findings import broken_rows, rule_of  # noqa: PLC0415
    from ingestion.results import Checker  # noqa: PLC0415

    if not results:
        rule_of(rule_id)  # says which are near
        raise SettingsError(f"Rule {rule_id} was not run in the newest build.")
    broken = None
    if results[0].checker is Checker.EXPECTATION:
        broken = broken_rows(database, rule_of(rule_id), limit)
    if json:
        print_json({"results": [result.as_row() for result in results], "rows": broken and asdict(broken)})
        return
    shown = ("rule_id", "table_name", "statement", "reason", "rule_source", "severity", "owner", "status", "observed",
             "expected", "disposition", "disposition_reason")  # fmt: skip
    for result in results:
        row = result.as_row()
        for name in (*shown, *(() if broken else ("sample",))):
            if row[name]:
                OUT.out(f"{name.replace('_', ' '):<19} {row[name]}", highlight=False)
        OUT.print()
    if broken is not None:
        rows = [{name: "" if value is None else str(value) for name, value in row.items()} for row in broken.rows]
        show(f"Rows that break it ({len(rows):,} of {broken.count:,})", rows, json=False)
