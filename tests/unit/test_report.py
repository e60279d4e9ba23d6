"""The audit report: one page and one JSON file, complete, escaped, and honest about what is not there."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.report.audit import write_audit_report
from ingestion.results import NEVER_LANDED, Checker, CheckResult, Disposition, Severity, Status
from tests.fixtures.report import build_warehouse

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'"
BUILD: dict[str, object] = {
    "build_id": "20010101T000000Z-invented",
    "built_at": "2001-01-01T00:00:00+00:00",
    "source_mode": "recorded",
    "code_version": "0123456789ab",
    "python": "3.11.7",
    "stages": {"ingest": 1.25, "build": 2.5},
    "published_path": "/somebody/elses/folder/published/current",
    "previous_build_id": None,
}
REPORT_TABLES: dict[str, list[dict[str, object]]] = {
    "rule_catalogue": [
        {
            "checker": "expectation",
            "rule_id": "invented.apples",
            "table_name": "core.apples",
            "runs": 12,
            "runs_passed": 11,
            "last_not_passed": "2000-06-30T12:34:56Z",
        }
    ],
    "publications": [
        {
            "build_id": "20000101T000000Z-previous",
            "started_at": "2000-01-01T00:00:00Z",
            "verdict": "published",
            "checks_passed": 77,
            "checks_warned": 0,
            "source_mode": "recorded",
            "code_version": "c0de",
        }
    ],
    "determinations": [
        {
            "dataset_id": "invented/harvest",
            "use": "Number of apples",
            "determination": "undetermined",
            "decided": "sufficiently_reliable",
            "lowered_because": "A warning is open.",
            "checks_passed": 41,
            "checks_not_passed": 1,
            "vintages": 1,
            "age_days": 10,
            "headlines_met": 3,
            "headlines_explained": 2,
            "headlines_unexplained": 0,
            "grounds": "Apples were counted in the dark.",
            "decided_by": "maintainers",
            "decided_on": "2001-01-01",
            "expires": "2002-01-01",
        }
    ],
    "correction_requests": [
        {
            "request_id": "R1",
            "received_on": "2001-02-03",
            "table_name": "core.apples",
            "claim": "One apple was a pear.",
            "disposition": "refused",
            "answer": "It was an apple.",
            "decided_on": "2001-02-04",
        }
    ],
}
"""What is told of the report's own tables; the rows are invented."""

PASSED = CheckResult(
    checker=Checker.EXPECTATION,
    rule_id="invented.apples",
    statement="No apple is counted twice.",
    severity=Severity.ERROR,
    table_name="core.apples",
    status=Status.PASSED,
    reason="Apples are counted once.",
    rule_source="Invented for this test",
    owner="maintainers",
    observed="0 of 5 rows break the rule",
    expected="no row breaks the rule",
    failing_count=0,
)
WARNED = replace(PASSED, rule_id="invented.pears", severity=Severity.WARNING, status=Status.FAILED, sample="id=1; id=2")
FAILED = replace(PASSED, rule_id="invented.plums", status=Status.FAILED, failing_count=2)
CRASHED = replace(PASSED, rule_id="invented.grapes", status=Status.ERRORED, sample="Binder Error")
EMPTY = replace(PASSED, rule_id="invented.figs", status=Status.NO_ROWS)
IDLE = replace(EMPTY, severity=Severity.WARNING, sample=f"{NEVER_LANDED} of invented/figs")


class Page(HTMLParser):
    """Collects what the tests ask about."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_warehouse(
        tmp_path_factory.mktemp("report") / "loe_invented.duckdb",
        "comment on table loe_4_labor_programs.h2a_certified_workers is 'Invented positions.'",
    )


def _report(database: Path, folder: Path, *results: CheckResult, **build: object) -> tuple[Page, Any, str]:
    target = folder / "reports" / "audit.html"
    write_audit_report(database, results, BUILD | build, target)
    text = target.read_text(encoding="utf-8")
    return Page(text), json.loads(target.with_suffix(".json").read_text(encoding="utf-8")), text


@pytest.mark.parametrize(
    ("results", "word", "sentence"),
    [
        ((PASSED,), "published", "The only check passed."),
        ((PASSED, WARNED), "published with warnings", "1 warning must be read with the figures."),
        ((PASSED, WARNED, FAILED), "not published", "1 blocking check did not pass."),
        ((CRASHED, EMPTY), "not published", "2 blocking checks did not pass."),
        ((replace(EMPTY, severity=Severity.WARNING),), "published with warnings", "1 warning"),
        (
            (PASSED, WARNED, IDLE),
            "published with warnings",
            "1 warning must be read with the figures. 1 rule had nothing",
        ),
        ((), "not published", "No check was run on it."),
    ],
)
def test_verdict(database: Path, tmp_path: Path, results: tuple[CheckResult, ...], word: str, sentence: str) -> None:
    page, document, _ = _report(database, tmp_path, *results)
    assert document["verdict"]["word"] == word
    assert sentence in document["verdict"]["sentence"]
    assert word.capitalize() in page.words
    assert sentence in page.words


def test_a_refused_build_says_why(database: Path, tmp_path: Path) -> None:
    page, document, _ = _report(database, tmp_path, PASSED, refused="dbt stopped the build: 2 of its steps failed.")
    assert document["verdict"]["word"] == "not published"
    assert "dbt stopped the build: 2 of its steps failed." in page.words


def test_counts_and_order_of_findings(database: Path, tmp_path: Path) -> None:
    page, document, _ = _report(database, tmp_path, PASSED, WARNED, EMPTY, CRASHED, FAILED)
    assert document["verdict"]["counts"] == {
        "passed": 1, "warned": 1, "failed": 1, "errored": 1, "no_rows": 1, "blocking": 3, "total": 5,
    }  # fmt: skip
    listed = [finding["rule_id"] for finding in document["findings"]]
    assert listed == ["invented.plums", "invented.grapes", "invented.figs", "invented.pears"]
    for phrase in ("this rule is not kept", "this rule could not be evaluated", "this rule had nothing to check"):
        assert phrase in page.words
    assert document["rules"][0]["rule_id"] == "invented.apples"


def test_rules_about_what_never_landed_stand_apart(database: Path, tmp_path: Path) -> None:
    page, document, _ = _report(database, tmp_path, PASSED, WARNED, IDLE)
    assert len(document["findings"]) == 2
    assert "Findings (1)" in page.words
    assert "1 rule had nothing to check: the dataset was never landed" in page.words
    assert "core.apples no vintage was ever landed of invented/figs" in page.words


def test_open_findings_come_first_and_accepted_ones_stay(database: Path, tmp_path: Path) -> None:
    accepted = replace(
        WARNED,
        rule_id="invented.a_first_by_name",
        disposition=Disposition.ACCEPTED,
        disposition_reason=f"A known error {MARKUP}",
        disposition_owner="somebody",
        disposition_expires="2002-06-30",
    )
    page, document, _ = _report(database, tmp_path, accepted, WARNED, FAILED)
    assert [finding["rule_id"] for finding in document["findings"]] == [
        "invented.plums", "invented.pears", "invented.a_first_by_name",
    ]  # fmt: skip
    assert [finding["disposition"] for finding in document["findings"]] == ["open", "open", "accepted"]
    words = "Accepted as a known error of the source by somebody until 2002-06-30: A known error <script>"
    assert words in page.words
    assert "Open : nobody has accepted, corrected or dismissed it." in page.words
    assert document["verdict"]["counts"]["warned"] == 2


def test_every_part_of_a_rule_is_on_the_page(database: Path, tmp_path: Path) -> None:
    rule = replace(PASSED, observed="seen it", expected="wanted it", sample="id=7", failing_count=1234)
    page, *_ = _report(database, tmp_path, rule)
    for part in (
        rule.rule_id, rule.statement, rule.reason, rule.rule_source, rule.owner, rule.table_name, "seen it",
        "wanted it", "id=7", "1,234", "error",
    ):  # fmt: skip
        assert part in page.words


def test_what_changed_is_ranked_and_counted(database: Path, tmp_path: Path) -> None:
    page, document, _ = _report(database, tmp_path, PASSED, previous_build_id="20000101T000000Z-previous")
    assert [row["change_rank"] for row in document["changes"]["largest"]] == [1, 2]
    assert [row["table_name"] for row in document["changes"]["tables"]] == ["core.fct_observations"]
    assert "L2.1 pears eaten, USA / GTM, 2001 revised large 1,234 2,468 100 new vintage" in page.words
    assert "core.fct_observations 2 3 1 50" in page.words


def test_the_first_publication_has_nothing_to_compare(database: Path, tmp_path: Path) -> None:
    page, *_ = _report(database, tmp_path, PASSED)
    assert "Nothing was published before: there is nothing to compare." in page.words
    assert "pears eaten" not in page.words


def test_nothing_changed_is_said(tmp_path: Path) -> None:
    path = build_warehouse(
        tmp_path / "loe_same.duckdb",
        "delete from quality.publication_changes",
        "update quality.publication_table_changes set difference = 0",
    )
    page, *_ = _report(path, tmp_path, PASSED, previous_build_id="20000101T000000Z-previous")
    assert "No figure and no table differs from build 20000101T000000Z-previous" in page.words


def test_headlines_that_do_not_match_come_first(database: Path, tmp_path: Path) -> None:
    page, document, _ = _report(database, tmp_path, PASSED)
    assert [row["headline_id"] for row in document["reconciliation"]["rows"]] == ["I004", "I002", "I001", "I003"]
    assert "1 does not match, 1 restated, 1 exact, 1 cannot be tested." in page.words
    assert "Twice the apples. USA, 2001 40 20 -50 does not match" in page.words
    assert "what came of it. USA, 2001 5,000 \N{EN DASH} \N{EN DASH} cannot be tested" in page.words


def test_two_publishers_are_shown_side_by_side(database: Path, tmp_path: Path) -> None:
    page, document, _ = _report(database, tmp_path, PASSED)
    assert [len(pair["rows"]) for pair in document["cross_source"]] == [2]
    assert "not comparable: shown side by side, never added" in page.words
    assert "They count other apples." in page.words


def test_flags_are_sentences_with_the_number_of_their_figures(database: Path, tmp_path: Path) -> None:
    page, document, _ = _report(database, tmp_path, PASSED)
    assert document["flags"] == [
        {
            "flag": "half_an_apple",
            "sentence": "The apple was bitten into.",
            "figures": 2,
            "indicators": "L2.1, L6.1",
        }
    ]
    assert "The apple was bitten into. 2 L2.1, L6.1" in page.words


def test_coverage_says_what_has_no_public_statistic_and_why(database: Path, tmp_path: Path) -> None:
    page, document, _ = _report(database, tmp_path, PASSED)
    assert [row["indicator_id"] for row in document["coverage"]["indicators"]] == ["L2.1", "L6.1"]
    assert (
        document["coverage"]["indicators"][0].items()
        >= {"with_value": 1, "not_published": 1, "first_year": 2001, "last_year": 2001}.items()
    )
    assert "L4.1 Invented 4 no public data Invented: no dataset." in page.words
    assert "Pears by month The Pear Board L4.1 Nobody has seen its header." in page.words


def test_reliability_pass_rates_requests_and_history_are_told(database: Path, tmp_path: Path) -> None:
    page, document, _ = _report(database, tmp_path, PASSED, **REPORT_TABLES)
    assert document["rules"][0]["record"]["runs_passed"] == 11
    for words in (
        "11 of 12 builds; last not on 2000-06-30 12:34 UTC",
        "invented/harvest Number of apples Apples were counted in the dark. maintainers, 2001-01-01; holds until 2002",
        "Undetermined Lowered from sufficiently reliable: A warning is open.",
        "41 checks passed, 1 did not; 1 vintage, the newest 10 days old; headlines: 3 met, 2 explained",
        "R1 2001-02-03 core.apples One apple was a pear. refused It was an apple. 2001-02-04",
        "20000101T000000Z-previous 2000-01-01 00:00 UTC published 77 0 recorded c0de",
    ):
        assert words in page.words


def test_the_report_says_how_to_sign_it_and_how_to_ask_for_a_correction(database: Path, tmp_path: Path) -> None:
    page, *_ = _report(database, tmp_path, PASSED)
    assert "lines-of-effort sign 20010101T000000Z-invented --name NAME --role ROLE" in page.words
    assert "How to ask for a correction" in page.words
    assert "Nobody has asked for one so far." in page.words


def test_checks_of_others_are_counted_apart(database: Path, tmp_path: Path) -> None:
    dbt = replace(PASSED, checker=Checker.DBT_TEST, rule_id="unique_apples_id", status=Status.FAILED)
    gate = replace(PASSED, checker=Checker.GATE, rule_id="rows.min")
    page, document, _ = _report(database, tmp_path, PASSED, dbt, gate)
    assert [row["rule_id"] for row in document["rules"]] == ["invented.apples"]
    groups = {group["checker"]: group["counts"] for group in document["other_checks"]}
    assert (groups["dbt_test"]["failed"], groups["gate"]["passed"], groups["dbt_unit_test"]["total"]) == (1, 1, 0)
    assert "unique_apples_id" in page.words
    assert document["verdict"]["word"] == "not published"


def test_sources_with_vintage_hash_licence_and_age(database: Path, tmp_path: Path) -> None:
    page, document, text = _report(database, tmp_path, PASSED, built_at="2999-01-01T00:00:00+00:00")
    (source,) = document["sources"]
    assert source["is_late"]
    assert source["age_days"] > source["max_age_days"]
    (vintage,) = source["vintages"]
    assert vintage["content_sha256"] == "a" * 64
    assert vintage["files"][0]["sha256"] == "b" * 64
    for part in (
        "The Invented Institute", "Invented licence", "invented for a test", "first edition", "recorded, promoted",
        "a" * 64, "b" * 64, "older than the 731 days", "harvest.csv",
    ):  # fmt: skip
        assert part in page.words
    assert 'href="https://invented.example/terms"' in text


def test_lines_with_tables_rows_gaps_and_indicators(database: Path, tmp_path: Path) -> None:
    page, document, _ = _report(database, tmp_path, PASSED)
    assert [line["number"] for line in document["lines_of_effort"]] == list(range(1, 9))
    fourth = document["lines_of_effort"][3]
    assert fourth["tables"][0] == {
        "schema": "loe_4_labor_programs",
        "table": "h2a_certified_workers",
        "description": "Invented positions.",
        "rows": 3,
    }
    assert fourth["counts"] == {"no_public_data": 1}
    assert "Nothing is measured: this line is invented." in page.words
    assert "Not to be read as: Anything." in page.words


def test_a_line_without_tables_says_so(database: Path, tmp_path: Path) -> None:
    page, document, _ = _report(database, tmp_path, PASSED)
    assert [line["number"] for line in document["lines_of_effort"] if line["tables"]] == [4, 7]
    assert page.words.count("No table yet: none of the datasets of this release serves this line.") == 6


def test_a_missing_table_is_named_and_nothing_is_made_up(tmp_path: Path) -> None:
    path = build_warehouse(
        tmp_path / "loe_less.duckdb", "drop table core.dim_source", "drop table loe_7_public_messaging.loe_7_indicators"
    )
    page, document, _ = _report(path, tmp_path, PASSED)
    assert document["missing"] == ["core.dim_source", "loe_7_public_messaging.loe_7_indicators"]
    assert document["sources"] == []
    assert "core.dim_source" in page.words
    assert "No source is described in this build." in page.words


def test_a_build_without_a_database_has_a_report_too(tmp_path: Path) -> None:
    page, document, _ = _report(tmp_path / "loe_none.duckdb", tmp_path, FAILED, refused="dbt could not parse.")
    assert document["missing"] == ["the database of this build (it was refused before it was built)"]
    assert "it was refused before it was built" in page.words


def test_a_live_build_is_reproduced_from_its_archive(database: Path, tmp_path: Path) -> None:
    page, *_ = _report(database, tmp_path, PASSED, source_mode="live")
    assert "lines-of-effort verify" in page.words
    assert "the publishers, asked when this was built" in page.words


def test_markup_stays_text_wherever_it_comes_from(tmp_path: Path) -> None:
    quoted = MARKUP.replace("'", "''")
    path = build_warehouse(
        tmp_path / "loe_hostile.duckdb",
        f"update core.dim_source set title = '{quoted}', licence = '{quoted}', licence_url = 'javascript:alert(3)', "
        f"attribution = '{quoted}', publisher_name = '{quoted}', cadence = '{quoted}'",
        f"update core.dim_vintage set vintage_label = '{quoted}', retrieved_at_basis = '{quoted}'",
        f"update quality.ledger_files set file_name = '{quoted}', url = '{quoted}', note = '{quoted}'",
        f"update core.dim_line_of_effort set name = '{quoted}', gap = '{quoted}'",
        f"update loe_1_acute_needs.loe_1_indicators set name = '{quoted}', not_to_be_read_as = '{quoted}'",
        f"comment on table loe_4_labor_programs.h2a_certified_workers is '{quoted}'",
        f"update scorecard.rpt_reconciliation set indicator_text = '{quoted}', explanation = '{quoted}'",
        f"update scorecard.rpt_cross_source set concept = '{quoted}', reason = '{quoted}'",
        f"update core.dim_flag set sentence = '{quoted}'",
        f"update core.dim_dataset_left_out set dataset = '{quoted}', reason = '{quoted}'",
        f"update quality.publication_changes set measure = '{quoted}', time_period = '{quoted}'",
    )
    hostile_tables = {
        key: [dict.fromkeys(row, MARKUP) | {"checker": "expectation"} for row in rows]
        for key, rows in REPORT_TABLES.items()
    }
    texts = (
        "rule_id", "statement", "reason", "rule_source", "owner", "table_name", "column_name", "dataset_id", "observed",
        "expected", "sample",
    )  # fmt: skip
    hostile = [replace(result, **dict.fromkeys(texts, MARKUP)) for result in (WARNED, CRASHED, EMPTY, PASSED)]
    page, document, text = _report(
        path,
        tmp_path,
        *hostile,
        replace(hostile[0], checker=Checker.GATE),
        build_id=MARKUP,
        refused=MARKUP,
        source_mode=MARKUP,
        code_version=MARKUP,
        previous_build_id=MARKUP,
        stages={MARKUP: 1},
        **hostile_tables,
    )
    assert document["build"]["build_id"] == MARKUP
    allowed = {
        "html", "head", "meta", "title", "style", "body", "a", "header", "p", "h1", "h2", "h3", "h4", "div", "span",
        "dl", "dt", "dd", "code", "nav", "ul", "ol", "li", "main", "section", "article", "table", "caption", "thead",
        "tbody", "tr", "th", "td", "details", "summary", "br", "strong", "footer",
    }  # fmt: skip
    assert {tag for tag, _ in page.elements} <= allowed
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert "javascript:alert(3)" in text
    for anchor in page.all("a"):
        assert re.match(r"#|https?://", anchor["href"] or "")


def test_the_page_needs_no_other_file_and_lets_nothing_run(database: Path, tmp_path: Path) -> None:
    page, _, text = _report(database, tmp_path, PASSED, WARNED)
    assert not page.all("script") + page.all("link") + page.all("img") + page.all("iframe")
    assert "style=" not in text
    assert "url(" not in text
    (policy,) = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_the_page_can_be_read_by_a_screen_reader(database: Path, tmp_path: Path) -> None:
    page, _, _ = _report(database, tmp_path, PASSED, WARNED, FAILED)
    assert page.all("html") == [{"lang": "en"}]
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(deeper <= level + 1 for level, deeper in pairwise(levels))
    assert len(page.all("table")) == len(page.all("caption"))
    assert all(header.get("scope") in {"col", "row"} for header in page.all("th"))
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    assert all((anchor["href"] or "")[1:] in ids for anchor in page.all("a") if (anchor["href"] or "").startswith("#"))


def test_colours_have_contrast(database: Path, tmp_path: Path) -> None:
    _, _, text = _report(database, tmp_path, PASSED)
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", text))

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for name in ("ink", "muted", "link", "good", "warn", "bad"):
        for ground in ("#ffffff", colours["wash"], "#fff8ec", "#fdf3f3", "#f1f8f3"):
            lighter, darker = sorted((luminance(colours[name]), luminance(ground)), reverse=True)
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5, f"--{name} on {ground}"


def test_no_path_of_the_machine_is_published(database: Path, tmp_path: Path) -> None:
    _, document, text = _report(database, tmp_path, PASSED)
    assert "somebody" not in text + json.dumps(document)


def test_the_database_is_closed_and_the_report_repeats(database: Path, tmp_path: Path) -> None:
    _, _, first = _report(database, tmp_path, PASSED, WARNED)
    duckdb.connect(str(database)).close()
    _, _, second = _report(database, tmp_path, PASSED, WARNED)
    assert first == second
