"""The command that does everything: ask, archive, land, build, audit and publish."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from ingestion.cli_shared import Json, Quiet, as_sources, dataset_ids, fail_if_sources_failed
from ingestion.console import OUT, notes, print_json, print_notes, print_run, progress_bars
from ingestion.errors import FetchError, LinesOfEffortError
from ingestion.settings import Settings, Sources, settings

if TYPE_CHECKING:
    from ingestion.outcome import Ingested


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
    sources = as_sources(outcomes) or ({} if idle else _sources_of_last_build(config))
    if json:
        print_json(manifest | {"nothing_new": idle, "sources": sources, "notes": warnings})
    elif not quiet:
        if idle:
            OUT.print(f"Nothing new since build {manifest['build_id']}: nothing done.\n")
        print_run(manifest, config.published_dir, sources)
        OUT.print()
        print_notes(warnings)
        OUT.print(f"Done in {time.perf_counter() - started:.1f} s.")
    fail_if_sources_failed(sources, quiet=quiet)


def _ask_publishers(config: Settings) -> list[Ingested]:
    """In live mode ask every publisher first: whether there is work to do is only known afterwards.

    Raises:
        FetchError: nothing could be had and nothing is archived, so there is nothing to build.
    """
    if config.sources is Sources.RECORDED:
        return []
    from ingestion.ingest import ingest_all  # noqa: PLC0415

    outcomes = ingest_all(dataset_ids(None), config)
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
