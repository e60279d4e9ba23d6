"""What the audit report says of figures: against headlines, between publishers, with flags, and what is missing."""

from __future__ import annotations

from collections import Counter

from expectations.report.database import ReportDatabase, Row

VERDICTS = (
    "does_not_match",
    "definition_differs",
    "restated",
    "within_rounding",
    "exact",
    "cannot_be_tested",
)
"""Verdicts of a headline, what needs reading first in front."""


def reconciliation(opened: ReportDatabase) -> Row:
    """Return ``counts`` by verdict and ``rows``: each published headline beside the warehouse's own figure."""
    rows = opened.rows("scorecard.rpt_reconciliation")
    rows.sort(key=lambda row: (VERDICTS.index(row["verdict"]), row["headline_id"]))
    found = Counter(row["verdict"] for row in rows)
    return {"counts": {verdict: found[verdict] for verdict in VERDICTS if found[verdict]}, "rows": rows}


def cross_source(opened: ReportDatabase) -> list[Row]:
    """Return one entry per pair of publishers: ``concept``, ``reason`` and the ``rows`` by area and period."""
    pairs: dict[str, Row] = {}
    for row in opened.rows("scorecard.rpt_cross_source"):
        common = ("pair_id", "concept", "comparable", "reason", "first_dataset_id", "second_dataset_id")
        pair = pairs.setdefault(row["pair_id"], {name: row[name] for name in common} | {"rows": []})
        if row["difference"]:  # a row with the same figure says only that
            pair["reason"] = row["reason"]
        pair["rows"].append({name: value for name, value in row.items() if name not in common})
    return list(pairs.values())


def flags(opened: ReportDatabase) -> list[Row]:
    """Return each flag that some figure carries: its sentence, how many figures, which indicators."""
    return opened.query(
        """
        select
            f.flag,
            f.sentence,
            count(*) as figures,
            string_agg(distinct o.indicator_id, ', ' order by o.indicator_id) as indicators
        from core.fct_observations as o
        inner join core.dim_flag as f on list_contains(string_split(o.flags, ','), f.flag)
        group by f.flag, f.sentence
        order by figures desc, f.flag
        """,
        "core.fct_observations",
        "core.dim_flag",
    )


def coverage(opened: ReportDatabase) -> Row:
    """Return how much of the framework has figures, and what has none and why.

    ``indicators``: per indicator the number of countries and years with a value, a part of one, missing, suppressed or
    not published, and the first and last year with figures. ``without_figures``: indicators that are not computed, with
    the reason.
    ``left_out``: datasets that are not loaded, with the reason.
    """
    counted = opened.query(
        """
        select
            line_of_effort,
            indicator_id,
            any_value(indicator_name) as indicator_name,
            count(*) filter (status = 'value') as with_value,
            count(*) filter (status = 'partial') as in_part,
            count(*) filter (status = 'missing') as missing,
            count(*) filter (status = 'suppressed') as suppressed,
            count(*) filter (status = 'not_published') as not_published,
            min(year) filter (status in ('value', 'partial')) as first_year,
            max(year) filter (status in ('value', 'partial')) as last_year
        from scorecard.rpt_coverage
        where status in ('value', 'partial', 'missing', 'suppressed', 'not_published')
        group by line_of_effort, indicator_id
        order by line_of_effort, indicator_id
        """,
        "scorecard.rpt_coverage",
    )
    without = opened.query(
        """
        select line_of_effort, indicator_id, name as indicator_name, computation_status, status_reason
        from core.dim_indicator
        where computation_status <> 'computed'
        order by line_of_effort, indicator_id
        """,
        "core.dim_indicator",
    )
    return {
        "indicators": counted,
        "without_figures": without,
        "left_out": opened.rows("core.dim_dataset_left_out"),
    }
