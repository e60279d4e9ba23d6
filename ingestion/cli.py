"""The command line, ``lines-of-effort``.

The one place that reaches across packages: everything heavy is imported inside the command that needs it,
so that ``status`` or a run with nothing to do answers at once.

Exit codes: 0 done (or nothing to do), 1 unexpected, 2 wrong use or setting, 3 a source could not be refreshed
(the rest was published), 4 a blocking rule failed and the last publication stays up, 5 another run holds the warehouse.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingestion.console import ERR, OUT, notes, print_json, print_notes, print_run, print_table, progress_bars, relative
from ingestion.errors import FetchError, LinesOfEffortError, SettingsError, SourceError
from ingestion.settings import Settings, Sources, settings

if TYPE_CHECKING:
    from ingestion.outcome import Ingested
    from ingestion.results import CheckResult

app = typer.Typer(
    name="lines-of-effort",
    help="Build, check and publish the warehouse of the eight lines of effort.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing unless something is wrong.")]
DatasetIds = Annotated[list[str] | None, typer.Argument(help="Dataset ids (publisher/dataset); all when left out.")]


@app.command()
def run(
    force: Annotated[bool, typer.Option(help="Build every model, whatever changed.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Ask the publishers, archive, land, build, audit and publish."""
    from ingestion.lock import writer_lock  # noqa: PLC0415
    from publication.fingerprint import fingerprint, published_manifest  # noqa: PLC0415

    config = settings()
    started = time.perf_counter()
    with writer_lock(config), notes() as warnings, progress_bars(show=not (json or quiet)):
        before = published_manifest(config)
        outcomes = _ask_publishers(config)
        seconds = time.perf_counter() - started
        news = config.sources is Sources.RECORDED and _recordings_are_new(config)
        idle = before is not None and not force and not news and before["fingerprint"] == fingerprint(config)
        if not idle:
            _run_job(config, outcomes, seconds, everything=force)
    manifest = published_manifest(config)
    if manifest is None:
        raise LinesOfEffortError("The run ended without a publication.")
    sources = _as_sources(outcomes) or ({} if idle else _sources_of_last_build(config))
    if json:
        print_json(manifest | {"nothing_new": idle, "sources": sources, "notes": warnings})
    elif not quiet:
        if idle:
            OUT.print(f"Nothing new since build {manifest['build_id']}: nothing done.\n")
        print_run(manifest, config.published_dir, sources)
        OUT.print()
        print_notes(warnings)
        OUT.print(f"Done in {time.perf_counter() - started:.1f} s.")
    _fail_if_sources_failed(sources, quiet=quiet)


def _ask_publishers(config: Settings) -> list[Ingested]:
    """In live mode ask every publisher first: whether there is work to do is only known afterwards.

    Raises:
        FetchError: nothing could be had and nothing is archived, so there is nothing to build.
    """
    if config.sources is Sources.RECORDED:
        return []
    from ingestion.ingest import ingest_all  # noqa: PLC0415

    outcomes = ingest_all(_dataset_ids(None), config)
    if not any(outcome.current for outcome in outcomes):
        raise FetchError(
            "No publisher could be reached, and nothing is archived yet:\n"
            + "\n".join(f"- {(outcome.error or outcome.status).splitlines()[0]}" for outcome in outcomes),
            rule="run.nothing_landed",
            remedy="check the network, or build from the recordings with LOE_SOURCES=recorded",
        )
    return outcomes


def _recordings_are_new(config: Settings) -> bool:
    from ingestion.pending import needs_ingest  # noqa: PLC0415

    return needs_ingest(config)


def _as_sources(outcomes: list[Ingested]) -> dict[str, dict[str, str]]:
    return {o.dataset_id: {"status": o.status, "error": o.error or ""} for o in outcomes}


def _run_job(config: Settings, outcomes: list[Ingested], seconds: float, *, everything: bool) -> None:
    """Run the main job, or raise what stopped it. What was just taken in is not asked for again."""
    from dagster_project.main_job import run_main_job  # noqa: PLC0415

    why = run_main_job(config, outcomes, seconds if outcomes else 0.0, everything=everything)
    if why is not None:
        raise _stopped(config, why)


def _stopped(config: Settings, why: str) -> LinesOfEffortError:
    """Return the error for a run that did not publish: blocking rules are named with what broke them."""
    from publication.build import current_build  # noqa: PLC0415
    from publication.publish import NotPublishedError  # noqa: PLC0415

    build = current_build(config)
    blocking = [result for result in build.results() if result.blocks] if build else []
    if build is None or not blocking:
        return LinesOfEffortError(why)
    lines = [f"Not published: {len(blocking)} blocking checks did not pass. The last publication stays up."]
    for result in blocking[:10]:
        lines.append(f"  {result.rule_id} ({result.table_name}, {result.status}): {result.statement}")
        lines.append(f"    {result.sample or result.observed}")
    lines.append(f"  next: read {build.reports / 'audit.html'}")
    return NotPublishedError("\n".join(lines))


def _sources_of_last_build(config: Settings) -> dict[str, dict[str, str]]:
    from publication.build import current_build  # noqa: PLC0415

    build = current_build(config)
    return build.state.get("sources", {}) if build else {}


def _fail_if_sources_failed(sources: dict[str, dict[str, str]], *, quiet: bool) -> None:
    """Exit with 3 when a source failed or was held, naming it."""
    failed = {name: facts for name, facts in sources.items() if facts["status"] in {"failed", "held"}}
    for name, facts in failed.items():
        if not quiet:
            ERR.print(f"[bold]{name} {facts['status']}[/]; its last good vintage is used")
            ERR.out(facts["error"] or "")
    if failed:
        raise typer.Exit(SourceError.exit_code)


@app.command()
def ingest(
    datasets: DatasetIds = None,
    file: Annotated[Path | None, typer.Option(help="A file that a person downloaded (file drop).")] = None,
    vintage: Annotated[str | None, typer.Option(help="The publisher's label of that file's edition.")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Ask the publishers, archive and land; build nothing."""
    from ingestion.ingest import ingest_all, ingest_file  # noqa: PLC0415
    from ingestion.lock import writer_lock  # noqa: PLC0415
    from ingestion.registry import dataset  # noqa: PLC0415

    config = settings()
    wanted = _dataset_ids(datasets)
    with writer_lock(config), notes() as warnings, progress_bars(show=not (json or quiet)):
        if file is None:
            outcomes = ingest_all(wanted, config)
        else:
            if not datasets or len(datasets) != 1 or vintage is None:
                raise SettingsError(
                    "A file drop takes one dataset and its label: ingest --file PATH --vintage LABEL ID"
                )
            outcomes = [ingest_file(dataset(datasets[0]), file, vintage, config)]
    rows = [
        {
            "dataset": outcome.dataset_id,
            "status": outcome.status,
            "vintage": outcome.current.vintage_id if outcome.current else "",
            "new vintages": len(outcome.new_vintages),
            "rows": outcome.rows,
            "error": outcome.error or "",
        }
        for outcome in outcomes
    ]
    _show("Ingested", rows, json=json, quiet=quiet)
    if not (json or quiet):
        print_notes(warnings)
    _fail_if_sources_failed(_as_sources(outcomes), quiet=quiet)


@app.command()
def build(
    as_of: Annotated[datetime, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day, YYYY-MM-DD.")],
    json: Json = False,
) -> None:
    """Build every table as it stood on a day, into a file of its own. The publication is not touched."""
    from dagster_project.as_of import build_as_of  # noqa: PLC0415
    from ingestion.lock import writer_lock  # noqa: PLC0415

    config = settings()
    started = time.perf_counter()
    with writer_lock(config), progress_bars(show=not json):
        found = build_as_of(config, as_of.date())
    rows = [
        {"dataset": v.dataset_id, "vintage used": v.vintage_id, "publisher's label": v.label or ""} for v in found.used
    ]
    early = {v.dataset_id: v.retrieved_at_basis for v in found.used if v.date_may_precede_release}
    rows += [
        {"dataset": name, "vintage used": "none yet: its tables are empty", "publisher's label": ""}
        for name in found.missing
    ]
    if json:
        day = f"{as_of:%Y-%m-%d}"
        print_json({"as_of": day, "database": str(found.database), "datasets": rows, "may_precede_release": early})
        return
    _show(f"The warehouse as it stood on {as_of:%Y-%m-%d}", rows, json=False)
    if early:
        OUT.print("\nNot what could be read on that day: the date of these vintages may lie before their release.")
        for name, basis in early.items():
            OUT.out(f"  {name}: {basis}")
    OUT.print("\nNot audited: the checks of a publication were not run. The publication was not touched.")
    OUT.print(f"database: {relative(found.database)}", soft_wrap=True)
    OUT.print(f"Done in {time.perf_counter() - started:.1f} s.")


@app.command()
def record(
    source: Annotated[Path, typer.Option("--from", help="Folder of the publishers' original files.")],
    datasets: DatasetIds = None,
    quiet: Quiet = False,
) -> None:
    """Cut the bundled recordings out of a folder of original files."""
    from ingestion.record import record as write_recording  # noqa: PLC0415
    from ingestion.registry import dataset  # noqa: PLC0415
    from ingestion.settings import RECORDINGS  # noqa: PLC0415

    if not source.is_dir():
        raise SettingsError(f"{source} is not a folder")
    for dataset_id in _dataset_ids(datasets):
        if dataset(dataset_id).record is None:
            continue
        write_recording(dataset(dataset_id), source, RECORDINGS)
        if not quiet:
            OUT.print(f"recorded {dataset_id}")


@app.command()
def plan(datasets: DatasetIds = None, json: Json = False) -> None:
    """Show what would be asked, from where, and what is in hand. Writes nothing, asks nobody."""
    from ingestion.archive import Archive  # noqa: PLC0415
    from ingestion.recorded import recorded_vintages  # noqa: PLC0415
    from ingestion.registry import dataset  # noqa: PLC0415

    config = settings()
    archive = Archive(config.archive_dir)
    rows = []
    for dataset_id in _dataset_ids(datasets):
        contract = dataset(dataset_id)
        vintages = archive.vintages(dataset_id)
        recorded = recorded_vintages(dataset_id)
        rows.append(
            {
                "dataset": dataset_id,
                "cadence": contract.cadence.value,
                "from": ", ".join(contract.hosts) if config.sources is Sources.LIVE else "bundled recordings",
                "recorded": len(recorded),
                "vintages in hand": len(vintages),
                "newest": vintages[-1].vintage_id if vintages else "",
                "licence": contract.licence.name,
            }
        )
    _show(f"Plan ({config.sources.value})", rows, json=json)


@app.command()
def status(json: Json = False) -> None:
    """Show what is published, who signed it, and the newest vintage of each dataset."""
    from publication.fingerprint import fingerprint, published_manifest  # noqa: PLC0415
    from publication.signatures import signatures  # noqa: PLC0415

    config = settings()
    manifest = published_manifest(config)
    if manifest is None:
        if json:
            print_json({"published": False})
        else:
            OUT.print("Nothing is published yet. Run: lines-of-effort run")
        return
    current = manifest["fingerprint"] == fingerprint(config)
    signed = signatures((config.published_dir / "current").resolve())
    if json:
        print_json(manifest | {"published": True, "up_to_date": current, "signatures": signed})
        return
    print_run(manifest, config.published_dir, {})
    OUT.print()
    for one in signed:
        _print_signature(one)
    if not signed:
        OUT.print("Not signed.")
    OUT.print("\nUp to date." if current else "\nCode, models, rules or vintages changed since: run again to publish.")


@app.command()
def config(json: Json = False) -> None:
    """Show every setting, its value and its variable. Secrets are masked."""
    values = settings()
    rows: list[dict[str, Any]] = [
        {
            "variable": f"LOE_{name.upper()}",
            "value": str(getattr(values, name)),
            "meaning": field.description or "",
        }
        for name, field in Settings.model_fields.items()
    ]
    _show("Settings", rows, json=json)


@app.command()
def verify(json: Json = False) -> None:
    """Hash every archived and published file again; name what is altered or missing, and signatures of other bytes."""
    from ingestion.archive import Archive  # noqa: PLC0415
    from publication.fingerprint import published_manifest  # noqa: PLC0415
    from publication.signatures import signatures, verify_publication  # noqa: PLC0415

    config = settings()
    problems = [str(problem) for problem in Archive(config.archive_dir).verify()]
    problems += verify_publication(config)
    manifest = published_manifest(config)
    signed = signatures((config.published_dir / "current").resolve()) if manifest else []
    if json:
        build_id = manifest["build_id"] if manifest else None
        print_json({"problems": problems, "publication": build_id, "signatures": signed})
    elif problems:
        ERR.out("\n".join(problems))
    else:
        OUT.print("Every archived file has the bytes that were archived.")
        if manifest:
            number = f"{len(signed)} signature{'' if len(signed) == 1 else 's'}"
            OUT.print(f"Publication {manifest['build_id']} is what its manifest says; {number}.")
    if problems:
        raise typer.Exit(1)


@app.command()
def trace(
    table: Annotated[str, typer.Argument(help="schema.table, as loe_6_border_management.southwest_encounters.")],
    key: Annotated[list[str], typer.Argument(help="column=value until one row is left, or an observation key.")],
    json: Json = False,
) -> None:
    """Walk a published figure back to the archived bytes, and work it out again from them."""
    import duckdb  # noqa: PLC0415

    from expectations.tracing import find  # noqa: PLC0415
    from expectations.tracing import trace as walk_back  # noqa: PLC0415
    from expectations.tracing_text import trace_text  # noqa: PLC0415
    from ingestion.archive import Archive  # noqa: PLC0415
    from ingestion.reread import reread  # noqa: PLC0415

    config = settings()
    database = config.published_dir / "lines_of_effort.duckdb"
    if not database.exists():
        raise SettingsError("Nothing is published yet. Run: lines-of-effort run")
    read = partial(reread, Archive(config.archive_dir))
    with duckdb.connect(str(database), read_only=True) as connection:
        found = [walk_back(connection, read, observation_key) for observation_key in find(connection, table, key)]
    if json:
        print_json([one.as_json() for one in found])
    else:
        OUT.out("\n\n".join(trace_text(one) for one in found))
    if not all(one.verified for one in found):
        raise typer.Exit(1)


@app.command()
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
        _show(f"What does not pass in build {build.id}", rows, json=False)
        told = [
            f"{counts[name]} {name.replace('_', ' ')}" for name in ("passed", "warned", "failed", "errored", "no_rows")
        ]
        OUT.print(f"{counts['total']} rules: {', '.join(told)}")
    if counts["blocking"]:
        raise typer.Exit(4)


@app.command()
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
    _show(f"What did not pass in build {build.id}", rows, json=json)
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
        _show(f"Rows that break it ({len(rows):,} of {broken.count:,})", rows, json=False)


@app.command()
def reproduce(
    build: Annotated[str | None, typer.Argument(help="Build id; the one that is up when left out.")] = None,
    json: Json = False,
) -> None:
    """Rebuild a publication from its archived bytes and compare every table. Publishes nothing."""
    from dagster_project.reproduce import reproduce as rebuild  # noqa: PLC0415

    with notes(), progress_bars(show=not json):
        done = rebuild(settings(), build)
    rows = [difference.as_row() for difference in done.different]
    if json:
        facts = {"build_id": done.build_id, "vintages": done.vintages, "compared": done.compared}
        print_json(facts | {"not_compared": list(done.left_out), "different": rows, "equal": not rows})
    else:
        OUT.print(f"Build {done.build_id}, rebuilt from {done.vintages:,} archived vintages:")
        verdict = f"{len(rows):,} of {done.compared:,} tables differ" if rows else f"all {done.compared:,} tables equal"
        OUT.print(f"{verdict} by row count and content hash.")
        OUT.print(f"Not compared, because they hold what differs between builds: {', '.join(done.left_out)}.\n")
        _show("What differs", rows, json=False)
    if rows:
        raise typer.Exit(1)


@app.command()
def changes(
    build: Annotated[str | None, typer.Argument(help="Build id; the one that is up when left out.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="Figures to print, largest first; 0 for all.")] = 20,
    json: Json = False,
) -> None:
    """Show which figures differ from the publication before, largest first, and counts per line of effort."""
    from publication.changes import as_table, changes_of  # noqa: PLC0415

    found = changes_of(settings(), build)
    if json:
        print_json(asdict(found))
        return
    if found.previous_build_id is None:
        OUT.print(f"Build {found.build_id} is the first publication: nothing to compare.")
        return
    code = "made by other code" if found.code_changed else "made by the same code"
    OUT.print(f"Build {found.build_id} against build {found.previous_build_id}, {code}:")
    OUT.print(f"{len(found.figures):,} figures differ.\n")
    _show("By line of effort (0: context)", found.lines, json=False)
    shown = as_table(found, limit)
    _show(f"Largest differences ({len(shown):,} of {len(found.figures):,})", shown, json=False)
    rows = [{name: str(table[name]) for name in ("table_name", "previous_rows", "row_count")} for table in found.tables]
    _show("Tables with another number of rows", rows, json=False)


@app.command()
def sign(
    name: Annotated[str, typer.Option(help="Who signs.")],
    role: Annotated[str, typer.Option(help="In which role.")],
    build: Annotated[str | None, typer.Argument(help="Build id; the one that is up when left out.")] = None,
    statement: Annotated[
        str | None, typer.Option(help="What is said by it; that the report was read by default.")
    ] = None,
    json: Json = False,
) -> None:
    """Say that you have read a publication and answer for it. A statement about its exact bytes, without a key."""
    from ingestion.lock import writer_lock  # noqa: PLC0415
    from publication.signatures import STATEMENT, publication_folder  # noqa: PLC0415
    from publication.signatures import sign as write_signature  # noqa: PLC0415

    config = settings()
    with writer_lock(config):
        folder = publication_folder(config, build)
        signature = write_signature(folder, name, role, STATEMENT if statement is None else statement)
    if json:
        print_json(signature)
    else:
        _print_signature(signature | {"valid": True})


def _print_signature(signature: dict[str, Any]) -> None:
    if not signature["valid"]:
        OUT.out(f"Not about these bytes: the signature of {signature['name']}")
        return
    OUT.out(
        f"Signed by {signature['name']}, {signature['role']}, on {signature['signed_at']}: {signature['statement']}"
    )
    OUT.out(f"  build {signature['build_id']}, {signature['verdict']}, manifest sha256 {signature['manifest_sha256']}")


@app.command()
def rollback(
    build: Annotated[str | None, typer.Argument(help="Build id; the one before the current when left out.")] = None,
) -> None:
    """Put an earlier publication back."""
    from ingestion.lock import writer_lock  # noqa: PLC0415
    from publication.publish import rollback as put_back  # noqa: PLC0415

    config = settings()
    with writer_lock(config):
        OUT.print(f"Build {put_back(config, build)} is up again.")


def _dataset_ids(wanted: list[str] | None) -> list[str]:
    from ingestion.registry import dataset, datasets  # noqa: PLC0415

    return [dataset(name).id for name in wanted] if wanted else list(datasets())


def _show(title: str, rows: list[dict[str, Any]], *, json: bool, quiet: bool = False) -> None:
    """Print rows as a table or as JSON."""
    if json:
        print_json(rows)
    elif rows and not quiet:
        columns = {name: "right" if isinstance(value, int) else "left" for name, value in rows[0].items()}
        cells = [[f"{v:,}" if isinstance(v, int) else str(v) for v in row.values()] for row in rows]
        print_table(title, columns, cells)


def main() -> None:
    """Run the command line and turn our own errors into a message and an exit code."""
    from pydantic import ValidationError  # noqa: PLC0415

    try:
        app()
    except LinesOfEffortError as error:
        ERR.out(str(error))
        raise SystemExit(error.exit_code) from None
    except ValidationError as error:
        fields = ", ".join(f"LOE_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        ERR.out(f"A setting cannot be used. {fields}\n  next: lines-of-effort config lists all settings")
        raise SystemExit(SettingsError.exit_code) from None


if __name__ == "__main__":
    main()
