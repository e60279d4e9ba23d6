"""What the audit report says of the last publication: which figures and tables are not what they were."""

from __future__ import annotations

from expectations.report.database import ReportDatabase, Row

LARGEST = 50
"""Changed figures that the page and its JSON list; all of them stand in ``quality.publication_changes``."""


def changes(opened: ReportDatabase, previous_build_id: object) -> Row:
    """Return what changed since the last publication.

    ``previous_build_id``; ``counts`` per line of effort, kind, size and cause; ``largest``: the changed figures in
    order of rank, at most ``LARGEST``; ``tables``: those with more or fewer rows.
    """
    counts = opened.query(
        """
        select line_of_effort, change_kind, change_size, cause, count(*) as figures
        from quality.publication_changes
        group by all
        order by line_of_effort, change_kind, change_size, cause
        """,
        "quality.publication_changes",
    )
    largest = opened.query(
        f"select * from quality.publication_changes order by change_rank, observation_key limit {LARGEST}",  # noqa: S608
        "quality.publication_changes",
    )
    for row in largest:
        row["figure"] = _figure(row)
    tables = opened.query(
        "select * from quality.publication_table_changes where difference <> 0 "
        "order by abs(difference) desc, table_name",
        "quality.publication_table_changes",
    )
    return {"previous_build_id": previous_build_id, "counts": counts, "largest": largest, "tables": tables}


def _figure(row: Row) -> str:
    """Return what a figure is about, in one line."""
    areas = " / ".join(area for area in (row["reference_area"], row["counterpart_area"]) if area)
    return f"{row['indicator_id']} {row['measure'].replace('_', ' ')}, {areas}, {row['time_period']}"
