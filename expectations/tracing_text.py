"""A trace as text for a terminal."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from expectations.tracing import Source, Trace

_SHOWN_RECORDS = 6


def trace_text(found: Trace) -> str:
    """Return the trace as lines: figure, formula, records, archived bytes, checks, verdict."""
    seen = found.observation
    where = seen["reference_area"] + (f" / {seen['counterpart_area']}" if seen["counterpart_area"] else "")
    title = f"{seen['indicator_id'] or 'no indicator'}  {found.indicator.get('name') or seen['measure']}"
    lines = [
        title,
        f"{where}, {seen['time_period']}: {_plain(seen['observation_value'])} {seen['unit_of_measure']}",
        "",
    ]
    if found.indicator:
        lines += [
            f"Definition   {found.indicator['definition']}",
            f"Not to be read as  {found.indicator['not_to_be_read_as']}",
        ]
    lines += [
        f"Measure      {seen['measure']}, status {seen['observation_status']}, flags {seen['flags'] or 'none'}",
        f"Formula      {found.formula}",
        f"             {found.meaning}",
        "",
        "Records",
    ]
    for name, sources in found.components.items():
        for source in sources:
            lines += _source(name, source)
    if not found.components:
        lines.append("  none: the archived file has no record for this combination")
    lines += ["", "Archived bytes"]
    for file in found.files:
        state = "hash verified" if file["verified"] else "HASH DOES NOT MATCH"
        lines += [
            f"  {file['dataset_id']} {file['vintage_id']} ({file['source_mode']})  {file['file_name']}",
            f"    {file['url'] or 'file drop'}",
            f"    {file['size_bytes']:,} bytes, {file['licence']}",
            f"    retrieved {file['retrieved_at']} ({file['retrieved_at_basis']})",
            f"    sha256 {file['sha256']}: {state}",
        ]
    lines += ["", *_corrections(found), *_checks(found), ""]
    if found.verified:
        lines.append(f"verified: the archived records give {_plain(found.recomputed)}")
    else:
        lines += ["NOT VERIFIED", *(f"  {problem}" for problem in found.problems)]
    return "\n".join(lines)


def _source(name: str, source: Source) -> list[str]:
    first = sorted(source.records, key=lambda record: record not in source.corrected)
    shown = [_record(source, record) for record in first[:_SHOWN_RECORDS]]
    more = len(source.records) - len(shown)
    records = f"{len(source.records):,} record{'' if len(source.records) == 1 else 's'}"
    tail = f", and {more:,} more" if more > 0 else ""
    return [
        f"  {name} = {_plain(source.value)}, from {records}, column {source.landing_field}, {source.file}",
        f"    {', '.join(shown)}{tail}",
    ]


def _record(source: Source, record: str) -> str:
    if record not in source.read:
        return record
    used = f", corrected to {source.corrected[record]}" if record in source.corrected else ""
    return f"{record} = {source.read[record]}{used}"


def _corrections(found: Trace) -> list[str]:
    lines = [f"Corrections  {len(found.corrections) or 'none'}"]
    for row in found.corrections:
        values = f"{row['published_value']} was published, {row['corrected_value']} is used"
        lines += [
            f"  {row['correction_id']}: record {row['record']}, {row['column_name']}: {values}",
            f"    {row['reason']}",
            f"    evidence {row['evidence']}, owner {row['owner']}",
        ]
    return lines


def _checks(found: Trace) -> list[str]:
    counts = Counter(check["status"] for check in found.checks)
    told = ", ".join(f"{number:,} {status}" for status, number in sorted(counts.items())) or "none"
    lines = [f"Checks       {told}"]
    lines += [
        f"  {check['severity']} {check['status']}: {check['statement']} [{check['rule_id']}] {check['observed']}"
        for check in found.checks
        if check["status"] != "passed"
    ]
    return lines


def _plain(value: Decimal | None) -> str:
    if value is None:
        return "missing"
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return text or "0"
