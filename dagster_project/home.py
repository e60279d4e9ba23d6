"""The Dagster home of this project: inside the data folder, telemetry off."""

from __future__ import annotations

import os
from pathlib import Path

from ingestion.settings import PROJECT_ROOT, Settings


def prepare_home(settings: Settings) -> Path:
    """Create the Dagster home, put the project's ``dagster.yaml`` in it, and point this process at it.

    Telemetry is switched off in the file and in the environment: the file alone is not read by every entry point.
    """
    home = settings.data_dir.resolve() / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    wanted = (PROJECT_ROOT / "dagster_project" / "dagster.yaml").read_text().replace("{home}", str(home))
    target = home / "dagster.yaml"
    if not target.exists() or target.read_text() != wanted:
        target.write_text(wanted)
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    return home
