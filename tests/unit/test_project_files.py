"""The project's own files keep the promises that tools do not check by themselves."""

from __future__ import annotations

import re
import subprocess
import tomllib

import pytest

from ingestion.settings import PROJECT_ROOT

PYPROJECT = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())
LOCK = (PROJECT_ROOT / "requirements.lock").read_text()


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _direct() -> list[str]:
    return [*PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"]["dev"]]


@pytest.mark.parametrize("requirement", _direct())
def test_every_direct_dependency_is_pinned_and_locked(requirement: str) -> None:
    match = re.fullmatch(r"([A-Za-z0-9_.-]+)==([\w.]+)", requirement)
    assert match, f"{requirement} is not pinned exactly"
    locked = {
        (_canonical(found[1]), found[2])
        for found in re.finditer(r"^([\w.-]+)(?:\[[\w,-]+\])?==([\w.]+)", LOCK, re.MULTILINE)
    }
    assert (_canonical(match[1]), match[2]) in locked, f"{requirement} differs from requirements.lock: run make lock"


def test_every_locked_package_has_hashes() -> None:
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    without = [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert not without


def test_the_lock_names_no_host() -> None:
    assert not re.search(r"https?://|--index-url|--find-links|--trusted-host", LOCK)


def test_dbt_core_stays_below_1_12() -> None:
    version = re.search(r"^dbt-core==(\d+)\.(\d+)", LOCK, re.MULTILINE)
    assert version
    assert (int(version[1]), int(version[2])) < (1, 12)


def test_workspace_yaml_is_what_dagster_loads() -> None:
    """A [tool.dagster] block in pyproject.toml would silently win over workspace.yaml."""
    assert "dagster" not in PYPROJECT["tool"]


def test_there_is_no_python_under_dbt() -> None:
    """``dbt/__init__.py`` would shadow the dbt library."""
    assert not list((PROJECT_ROOT / "dbt").rglob("*.py"))


def test_no_file_names_a_machine() -> None:
    """No absolute path of some machine and no registry host in anything that is tracked."""
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    if not any(tracked):
        pytest.skip("not a git checkout")
    bad = re.compile("|".join(["/" + "work/", "/" + "root/", "/home/[a-z]", "pypi" + r"\.org", "python" + "hosted"]))
    found = []
    for name in filter(None, tracked):
        path = PROJECT_ROOT / name
        if path.suffix in {".gz", ".xlsx", ".png", ".parquet"} or not path.is_file():
            continue
        if bad.search(path.read_text(encoding="utf-8", errors="replace")):
            found.append(name)
    assert not found
