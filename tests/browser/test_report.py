"""The audit report and the Data Docs in a real browser, at desktop and phone width, with the network blocked."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from expectations.report.audit import write_audit_report
from expectations.rules import Rule
from expectations.validate import validate
from ingestion.results import Checker, CheckResult, Severity, Status
from tests.fixtures.report import build_warehouse
from tests.unit.test_report import REPORT_TABLES

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
MARKUP = "<script>window.planted = 1</script><img src=x onerror='window.planted = 1'>"

RULES = [
    Rule(
        id=f"invented.{name}",
        suite="invented",
        table=table,
        statement=f"Invented: {name}.",
        reason="Invented for this test.",
        source="Invented for this test",
        severity=Severity.ERROR,
        owner="maintainers",
        key=("label",) if table == "core.labels" else (),
        sql=sql,
    )
    for name, table, sql in (
        ("kept", "core.fct_observations", "select indicator_id from {batch} where indicator_id is null"),
        ("broken", "core.labels", "select label, amount from {batch}"),
        ("crashed", "core.labels", "select nothing_here from {batch}"),
        ("empty", "loe_1_acute_needs.loe_1_indicators", "select 1 from {batch}"),
    )
]
"""One rule for each outcome."""

pytestmark = pytest.mark.skipif(not (BROWSER and DRIVER), reason="no Chromium with its driver on this machine")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Report and Data Docs of an invented warehouse with a planted label, a failure, a crash and an empty rule."""
    folder = tmp_path_factory.mktemp("reports")
    quoted = MARKUP.replace("'", "''")
    database = build_warehouse(
        folder / "loe_invented.duckdb",
        f"update core.dim_source set title = '{quoted}'",
        f"update core.labels set label = '{quoted}'",
        f"update scorecard.rpt_reconciliation set explanation = '{quoted}' where headline_id = 'I002'",
        f"update quality.publication_changes set measure = '{quoted}' where change_rank = 2",
        "drop table quality.ledger_files",
        "delete from loe_1_acute_needs.loe_1_indicators",
    )
    results = validate(database, rules=RULES, docs_dir=folder / "data_docs")
    assert {result.status for result in results} == set(Status)
    gate = CheckResult(Checker.GATE, "rows.min", "Enough rows.", Severity.ERROR, "invented/harvest", Status.PASSED)
    build = {
        "build_id": f"invented {MARKUP}",
        "built_at": "2001-01-01T00:00:00+00:00",
        "source_mode": "recorded",
        "previous_build_id": "20000101T000000Z-previous",
        **REPORT_TABLES,
    }
    write_audit_report(database, [*results, gate, replace(gate, sample=MARKUP)], build, folder / "audit.html")
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(BROWSER)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('browser')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


def _open(browser: webdriver.Chrome, page: Path, width: str) -> None:
    wide, high = WIDTHS[width]
    metrics = {"width": wide, "height": high, "deviceScaleFactor": 1, "mobile": width == "phone"}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    for log in ("browser", "performance"):
        browser.get_log(log)
    browser.get(page.as_uri())


def _requested(browser: webdriver.Chrome) -> list[str]:
    """Addresses that the page asked for, itself included."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["audit.html", "data_docs/index.html", "data_docs/core.fct_observations.html"])
def test_a_page_opens_alone(browser: webdriver.Chrome, reports: Path, name: str, width: str) -> None:
    _open(browser, reports / name, width)
    assert browser.get_log("browser") == []
    assert [url for url in _requested(browser) if not url.startswith("file:")] == []
    assert len(browser.find_elements(By.TAG_NAME, "script")) == 0
    overflow = browser.execute_script("return document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0, f"{name} scrolls sideways by {overflow} pixels"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_verdict_is_seen_first(browser: webdriver.Chrome, reports: Path, width: str) -> None:
    _open(browser, reports / "audit.html", width)
    verdict = browser.find_element(By.CSS_SELECTOR, ".verdict .word")
    assert verdict.is_displayed()
    assert "Not published" in verdict.text
    assert verdict.rect["y"] + verdict.rect["height"] < WIDTHS[width][1], "the verdict is on the first screen"


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_sticks_out_of_the_page(browser: webdriver.Chrome, reports: Path, width: str) -> None:
    """No element is wider than the screen, opened details included."""
    _open(browser, reports / "audit.html", width)
    browser.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true })")
    sticking_out = browser.execute_script(
        "return [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
        ".map(e => e.tagName + ' ' + e.textContent.slice(0, 60))"
    )
    assert sticking_out == []


def test_planted_markup_is_inert_and_readable(browser: webdriver.Chrome, reports: Path) -> None:
    for name in ("audit.html", "data_docs/core.labels.html"):
        _open(browser, reports / name, "desktop")
        assert browser.execute_script("return window.planted") is None
        assert browser.find_elements(By.TAG_NAME, "img") == []
        text = browser.execute_script("return document.body.textContent")
        assert "<script>window.planted = 1</script>" in text


def test_every_jump_of_the_contents_lands(browser: webdriver.Chrome, reports: Path) -> None:
    _open(browser, reports / "audit.html", "desktop")
    links = browser.find_elements(By.CSS_SELECTOR, "nav a")
    assert len(links) == 15
    for link in links:
        target = (link.get_attribute("href") or "").split("#")[1]
        assert browser.find_element(By.ID, target).is_displayed()


def test_tables_keep_their_meaning_on_a_phone(browser: webdriver.Chrome, reports: Path) -> None:
    """Rows become cards there; the tree that screen readers use must still hold tables, rows and headers."""
    _open(browser, reports / "audit.html", "phone")
    nodes = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    roles = [node.get("role", {}).get("value") for node in nodes]
    for role in ("table", "row", "columnheader", "rowheader", "cell"):
        assert role in roles
    label = browser.execute_script("return getComputedStyle(document.querySelector('.rules td'), '::before').content")
    assert label == '"Severity"'


def test_it_prints(browser: webdriver.Chrome, reports: Path) -> None:
    _open(browser, reports / "audit.html", "desktop")
    pdf = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])
    assert pdf.startswith(b"%PDF")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not browser.find_element(By.TAG_NAME, "nav").is_displayed()
    assert browser.find_element(By.CSS_SELECTOR, ".verdict").is_displayed()
    hidden = "return [...document.querySelectorAll('details > *')].filter(e => e.offsetHeight == 0).length"
    assert browser.execute_script(hidden) == 0, "what is folded on screen is printed"
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
