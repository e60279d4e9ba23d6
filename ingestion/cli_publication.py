"""Commands about the publication: what is up, what changed, whose name is under it, and which one to put back."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

import typer

from ingestion.cli_shared import Json, show
from ingestion.console import ERR, OUT, print_json, print_run
from ingestion.errors import SettingsError
from ingestion.settings import settings


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
    show("By line of effort (0: context)", found.lines, json=False)
    shown = as_table(found, limit)
    show(f"Largest differences ({len(shown):,} of {len(found.figures):,})", shown, json=False)
    rows = [{name: str(table[name]) for name in ("table_name", "previous_rows", "row_count")} for table in found.tables]
    show("Tables with another number of rows", rows, json=False)


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


def rollback(
    build: Annotated[str | None, typer.Argument(help="Build id; the one before the current when left out.")] = None,
) -> None:
    """Put an earlier publication back."""
    from ingestion.lock import writer_lock  # noqa: PLC0415
    from publication.publish import rollback as put_back  # noqa: PLC0415

    config = settings()
    with writer_lock(config):
        OUT.print(f"Build {put_back(config, build)} is up again.")


def _print_signature(signature: dict[str, Any]) -> None:
    if not signature["valid"]:
        OUT.out(f"Not about these bytes: the signature of {signature['name']}")
        return
    OUT.out(
        f"Signed by {signature['name']}, {signature['role']}, on {signature['signed_at']}: {signature['statement']}"
    )
    OUT.out(f"  build {signature['build_id']}, {signature['verdict']}, manifest sha256 {signature['manifest_sha256']}")
