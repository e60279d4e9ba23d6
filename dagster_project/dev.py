"""``make dev``: the Dagster UI on loopback, with this project's home."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dagster_project.home import prepare_home
from ingestion.settings import PROJECT_ROOT, settings


def main() -> None:
    """Replace this process by ``dagster dev``."""
    prepare_home(settings())
    os.chdir(PROJECT_ROOT)
    dagster = str(Path(sys.executable).with_name("dagster"))
    os.execv(dagster, [dagster, "dev", "--workspace", "workspace.yaml", "--host", "127.0.0.1"])  # noqa: S606


if __name__ == "__main__":
    main()
