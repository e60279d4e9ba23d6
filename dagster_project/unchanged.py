"""What a build takes over from the one before it: only what depends on something new is built again.

The private database of the build before is copied, and dbt builds the descendants of what changed in the copy. When
that is not safe, everything is built: :func:`why_everything` is the one place that says so.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingestion.code_version import code_version
from ingestion.results import CheckResult
from ingestion.settings import Settings
from publication.build import DATABASE_NAME, Build
from publication.manifest import lock_sha256

MANIFEST_NAME = "dbt_manifest.json"
FILES = frozenset({DATABASE_NAME, MANIFEST_NAME, "results_dbt.json"})
"""What is read of the build before."""

LEDGER = "ingestion"
"""Publisher of the ledger's tables. They tell of every run, so they always count as changed."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a build starts from.

    Args:
        before: the build whose database is copied; ``None`` when everything is built.
        changed: ids of the datasets whose landed files are not those of ``before``.
        why: why everything is built; empty when it is not.
    """

    before: Build | None = None
    changed: tuple[str, ...] = ()
    why: str = ""

    @property
    def selection(self) -> list[str]:
        """Arguments of dbt that select what must be built; none for everything."""
        if self.before is None:
            return []
        sources = [dataset_id.replace("/", ".") for dataset_id in self.changed]
        return ["--select", f"source:{LEDGER}+", *(f"source:{name}+" for name in sources)]

    def copy_database(self, target: Path) -> None:
        """Put the database of the build before at ``target``; nothing when everything is built."""
        if self.before is not None:
            shutil.copyfile(self.before.database, target)

    def complete(self, manifest: dict[str, Any]) -> dict[str, Any]:
        """Return dbt's manifest with the compiled SQL of what was not built: it is that of the build before."""
        if self.before is not None:
            nodes = json.loads((self.before.folder / MANIFEST_NAME).read_text())["nodes"]
            for unique_id, node in manifest["nodes"].items():
                if not node.get("compiled_code"):
                    node["compiled_code"] = nodes[unique_id].get("compiled_code")
        return manifest

    def carried(self, ran: Collection[str]) -> list[CheckResult]:
        """Return the results of the dbt tests that need not run again, each with the build in which it ran.

        Args:
            ran: rule ids of the tests that ran in this build.
        """
        if self.before is None:
            return []
        return [
            replace(
                result,
                carried_from=result.carried_from or self.before.id,
                # A finding is judged anew in each build: an acceptance may have expired.
                disposition=None,
                disposition_reason="",
                disposition_owner="",
                disposition_expires=None,
            )
            for result in self.before.results_by_stage()["dbt"]
            if result.rule_id not in ran
        ]


EVERYTHING = Start(why="an empty database is wanted")


def find_start(build: Build, settings: Settings, *, asked: bool) -> Start:
    """Return what ``build`` starts from, after noting in its state what it rests on.

    Args:
        build: just opened.
        settings: names the workspace.
        asked: whether somebody asked for everything to be built.
    """
    rests_on: dict[str, Any] = {
        "code": code_version(),
        "locked dependencies": lock_sha256(),
        "sources": settings.sources.value,
    }
    if settings.unit_tests:  # a build with them holds whatever one without them does
        rests_on["unit tests"] = True
    landed = _landed(settings)
    build.note(rests_on=rests_on, landed=landed)
    earlier = sorted(path for path in settings.builds_dir.glob("*Z-*") if path.is_dir() and path.name < build.id)
    before = Build(earlier[-1]) if earlier else None
    why = why_everything(before, rests_on, asked=asked)
    if before is None or why:
        return Start(why=why)
    then = before.state["landed"]
    changed = sorted(name for name in {*then, *landed} if then.get(name) != landed.get(name))
    return Start(before, tuple(changed))


def why_everything(before: Build | None, rests_on: Mapping[str, Any], *, asked: bool) -> str:
    """Return why everything must be built, or an empty text when ``before`` can be started from.

    It can when it is the last build, was published whole, rests on the same code (seeds, rules and dbt's variables
    are code), locked dependencies and settings, and its files are as it left them.

    Args:
        before: the last build before this one, whatever became of it.
        rests_on: what this build rests on, besides landed files.
        asked: whether somebody asked for everything.
    """
    if asked:
        return "it was asked for"
    if before is None:
        return "there is no earlier build"
    state = before.state if (before.folder / "build.json").exists() else {}
    then = state.get("rests_on", {})
    other = [name for name, value in rests_on.items() if then.get(name) != value]
    kept = {path.name for path in before.folder.iterdir()}
    reasons = {
        f"build {before.id} was not published": state.get("state") != "published",
        f"{', '.join(other)} changed since build {before.id}": other,
        f"files of build {before.id} are missing": not kept >= FILES,
        f"the database of build {before.id} is not as it was left": kept >= FILES
        and database_sha256(before) != state.get("database_sha256"),
    }
    return next((why for why, holds in reasons.items() if holds), "")


def database_sha256(build: Build) -> str:
    """Return the hash of a build's private database."""
    with build.database.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _landed(settings: Settings) -> dict[str, str]:
    """Return dataset id → hash of the names and bytes of its landed files. The ledger's tables are left out."""
    found: dict[str, Any] = {}
    for path in sorted(settings.landing_dir.glob("*/*/*.parquet")):
        publisher, dataset, name = path.parts[-3:]
        if publisher != LEDGER:
            digest = found.setdefault(f"{publisher}/{dataset}", hashlib.sha256())
            with path.open("rb") as file:
                digest.update(name.encode() + hashlib.file_digest(file, "sha256").digest())
    return {dataset_id: digest.hexdigest() for dataset_id, digest in found.items()}
