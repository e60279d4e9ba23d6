"""The gate in front of everything: is there anything to do?

Plain Python over small files, so that a run with nothing new ends before Dagster, dbt or
Great Expectations are imported.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ingestion.code_version import code_version
from ingestion.settings import Settings


def fingerprint(settings: Settings) -> str:
    """Return a text that is equal for two builds exactly when they would publish the same tables.

    It covers the promoted vintages (their ids hold the content hash), the code, the models, the rules and
    the locked dependencies.
    """
    vintages = sorted(
        path.relative_to(settings.landing_dir).as_posix() for path in settings.landing_dir.glob("*/*/*.parquet")
    )
    text = json.dumps([settings.sources.value, code_version(), vintages])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def published_manifest(settings: Settings) -> dict[str, Any] | None:
    """Return the manifest of the publication that is up, or ``None`` when nothing whole is published."""
    path = settings.published_dir / "current" / "manifest.json"
    if not path.exists() or not (settings.published_dir / "lines_of_effort.duckdb").exists():
        return None
    manifest: dict[str, Any] = json.loads(path.read_text())
    return manifest
