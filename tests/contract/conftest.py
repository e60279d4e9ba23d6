from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.support import originals_folder


@pytest.fixture(scope="session")
def originals() -> Path:
    """Folder of the publishers' original files; a test that needs it is skipped where there is none."""
    folder = originals_folder()
    if folder is None:
        pytest.skip("the publishers' original files are not here (set LOE_SHARED_DATA to their folder)")
    return folder
