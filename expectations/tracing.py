"""Walks a published figure back to the archived bytes and works it out again from them.

``quality.lineage`` says which records each component of a figure is added from, ``core.measures`` how the figure comes
from its components. A trace hashes the archived files again, reads the records again with the dataset's own parser,
puts the corrections of ``reference.corrections`` in place of the bad values, adds the texts up and evaluates the
formula: the warehouse's SQL has no part in it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ingestion.errors import LinesOfEffortError, SettingsError

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]

Reader = Callable[[str, str, str, frozenset[str]], Mapping[str, Mapping[str, str | None]]]
"""``(dataset, file, sha256, records)`` → the publisher's values of those records. Raises when the bytes are altered."""

_EXACT = Decimal("0.000001")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?(?:[eE][+-]?\d+)?")
_SHOWN_MATCHES = 10


@dataclass(slots=True)
class Source:
    """The records of one component in one archived file.

    Args:
        dataset_id: ``publisher/dataset``.
        vintage_id: vintage of the file.
        file: logical name of the archived file.
        landing_field: the publisher's column; several joined by ``+`` are added.
        records: names of the records, in the file's own terms.
        value: their sum as the warehouse has it.
        read: record to the publisher's own text, filled by the reading.
        corrected: record to the text that is used instead, where a correction holds.
        corrections: rows of ``reference.corrections`` that hold for one of the records, each with its ``record``.
    """

    dataset_id: str
    vintage_id: str
    file: str
    landing_field: str
    records: list[str]
    value: Decimal
    read: dict[str, str] = field(default_factory=dict)
    corrected: dict[str, str] = field(default_factory=dict)
    corrections: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Trace:
    """A figure and what it is made of.

    Args:
        observation: the row of ``core.fct_observations``.
        indicator: definition and warnings of its indicator, empty when it serves none.
        formula: SQL expression over the components.
        meaning: the formula in words.
        components: component to its sources.
        files: the archived files, with address, time, hash, size and licence.
        checks: results of the checks that covered the figure in this build.
        recomputed: the figure worked out from the archived bytes, ``None`` when it could not be.
        problems: what does not match; empty means verified.
    """

    observation: Row
    indicator: Row
    formula: str
    meaning: str
    components: dict[str, list[Source]]
    files: list[Row]
    checks: list[Row]
    recomputed: Decimal | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def verified(self) -> bool:
        """Whether hashes, records and figure all match."""
        return not self.problems

    @property
    def corrections(self) -> list[Row]:
        """The corrections of published values that are in the figure, each with its component, file and record."""
        return [
            {"component": name, "file": source.file, **correction}
            for name, sources in self.components.items()
            for source in sources
            for correction in source.corrections
        ]

    def as_json(self) -> Row:
        """Return everything as plain values."""
        return {
            "observation": self.observation,
            "indicator": self.indicator,
            "formula": self.formula,
            "meaning": self.meaning,
            "components": {
                name: [
                    {
                        "dataset_id": source.dataset_id,
                        "vintage_id": source.vintage_id,
                        "file": source.file,
                        "landing_field": source.landing_field,
                        "value": source.value,
                        "records": [
                            {"record": r, "printed": source.read.get(r)}
                            | ({"used": source.corrected[r]} if r in source.corrected else {})
                            for r in source.records
                        ],
                    }
                    for source in sources
                ]
                for name, sources in self.components.items()
            },
            "files": self.files,
            "checks": self.checks,
            "corrections": self.corrections,
            "recomputed": self.recomputed,
            "verified": self.verified,
            "problems": self.problems,
        }


def trace(connection: duckdb.DuckDBPyConnection, read: Reader, key: str) -> Trace:
    """Return the trace of one observation, read again from the archive.

    Args:
        connection: to a published database.
        read: reads records from the archive, after hashing the bytes again.
        key: ``observation_key``.

    Raises:
        SettingsError: there is no such observation.
    """
    observation = _one(connection, "select * from core.fct_observations where observation_key = ?", [key])
    if observation is None:
        raise SettingsError(f"There is no observation {key} in core.fct_observations.")
    measure = _rows(
        connection, "select formula, meaning from core.measures where measure = ?", [observation["measure"]]
    )[0]
    components = _components(connection, key)
    datasets = sorted(
        {source.dataset_id for sources in components.values() for source in sources}
        | {name for name in (observation["dataset_id"], observation["second_dataset_id"]) if name}
    )
    found = Trace(
        observation=observation,
        indicator=_one(
            connection,
            "select indicator_id, name, definition, unit, tier, not_to_be_read_as "
            "from core.dim_indicator where indicator_id = ?",
            [observation["indicator_id"]],
        )
        or {},
        formula=measure["formula"],
        meaning=measure["meaning"],
        components=components,
        files=_files(connection, components, observation),
        checks=_checks(connection, datasets),
    )
    _read_again(found, read, _corrections(connection, datasets))
    _work_out(connection, found)
    return found


def find(connection: duckdb.DuckDBPyConnection, table: str, conditions: Sequence[str]) -> list[str]:
    """Return the keys of the observations that a row of a table shows.

    Args:
        connection: to a published database.
        table: ``schema.table``: the long table, the scorecard, or a table of a line.
        conditions: ``column=value``, empty value for null; or one observation key.

    Raises:
        SettingsError: no such table or column, no row, more than one row, or a row finer than the observations.
    """
    if len(conditions) == 1 and "=" not in conditions[0]:
        return [conditions[0]]
    columns = {
        str(name): str(kind)
        for name, kind in connection.execute(
            "select column_name, data_type from information_schema.columns "
            "where table_schema || '.' || table_name = ? order by ordinal_position",
            [table],
        ).fetchall()
    }
    if not columns:
        raise SettingsError(
            f"There is no table {table}. Tables of a line: loe_<n>_…; the long one: core.fct_observations."
        )
    wanted = dict(text.partition("=")[::2] for text in conditions)
    unknown = sorted(set(wanted) - set(columns))
    if unknown or not wanted:
        what = f"no column {', '.join(unknown)}" if unknown else "a key to look for"
        raise SettingsError(f"{table} needs column=value; {what}. Its columns: {', '.join(columns)}.")
    where = " and ".join(
        f'"{name}" is null' if value == "" else f'cast("{name}" as varchar) = ?' for name, value in wanted.items()
    )
    rows = _rows(connection, f"select * from {table} where {where}", [v for v in wanted.values() if v != ""])  # noqa: S608
    if len(rows) != 1:
        shown = "".join(f"\n  {_dimensions(row)}" for row in rows[:_SHOWN_MATCHES])
        raise SettingsError(f"{len(rows)} rows of {table} match; name one with more column=value.{shown}")
    keys = [rows[0]["observation_key"]] if "observation_key" in columns else _observed_by(connection, rows[0])
    if not keys:
        raise SettingsError(
            f"The row of {table} is finer than the observations, which are what can be traced to records. It comes "
            f"from {rows[0].get('dataset_id')}, vintage {rows[0].get('vintage_id')}."
        )
    return keys


def _observed_by(connection: duckdb.DuckDBPyConnection, row: Row) -> list[str]:
    """Return the observations whose period and areas a row of a line names, and whose value one of its columns is."""
    periods = [value for name, value in row.items() if name.endswith("time_period")]
    areas = {value for name, value in row.items() if (name.endswith("_area") or name == "area_code") and value}
    values = [value for value in row.values() if isinstance(value, int | Decimal) and not isinstance(value, bool)]
    candidates = _rows(
        connection,
        "select observation_key, indicator_id, reference_area, counterpart_area, observation_value "
        "from core.fct_observations where list_contains(?, time_period) and observation_value is not null",
        [periods],
    )
    named = [value for name, value in row.items() if name.endswith("indicator_id") and value]
    return [
        candidate["observation_key"]
        for candidate in candidates
        if {candidate["reference_area"], candidate["counterpart_area"]} - {None, "USA", "NCA"} == areas - {"USA", "NCA"}
        and (not named or candidate["indicator_id"] in named)
        and any(abs(Decimal(value) - candidate["observation_value"]) < _EXACT for value in values)
    ]


def _components(connection: duckdb.DuckDBPyConnection, key: str) -> dict[str, list[Source]]:
    found: dict[str, list[Source]] = defaultdict(list)
    for row in _rows(
        connection,
        "select * from quality.lineage where observation_key = ? order by component, dataset_id, vintage_id, file_name",
        [key],
    ):
        found[row["component"]].append(
            Source(
                row["dataset_id"],
                row["vintage_id"],
                row["file_name"],
                row["landing_field"],
                row["records"].split("|"),
                row["component_value"],
            )
        )
    return dict(found)


def _files(
    connection: duckdb.DuckDBPyConnection, components: Mapping[str, Sequence[Source]], observation: Row
) -> list[Row]:
    """Return the archived files of the sources; where there is none (a zero by absence), those of the vintage."""
    used = {(s.dataset_id, s.vintage_id, s.file) for sources in components.values() for s in sources}
    rows = _rows(
        connection,
        "select f.*, s.licence, v.vintage_label, v.source_mode, v.retrieved_at_basis from quality.ledger_files as f "
        "inner join core.dim_source as s using (dataset_id) "
        "inner join core.dim_vintage as v using (dataset_id, vintage_id) "
        "order by f.dataset_id, f.vintage_id, f.file_name",
        [],
    )
    if used:
        return [row for row in rows if (row["dataset_id"], row["vintage_id"], row["file_name"]) in used]
    vintage = (observation["dataset_id"], observation["vintage_id"])
    return [row for row in rows if (row["dataset_id"], row["vintage_id"]) == vintage]


def _checks(connection: duckdb.DuckDBPyConnection, datasets: Sequence[str]) -> list[Row]:
    return _rows(
        connection,
        "select checker, rule_id, table_name, severity, status, statement, observed from quality.check_results "
        "where build_id = (select max(build_id) from quality.build) "
        "and (list_contains(?, dataset_id) or table_name in ('core.fct_observations', 'quality.lineage')) "
        "order by status <> 'failed', rule_id, table_name",
        [list(datasets)],
    )


def _corrections(connection: duckdb.DuckDBPyConnection, datasets: Sequence[str]) -> list[Row]:
    return _rows(
        connection,
        "select * from reference.corrections where list_contains(?, dataset_id) order by correction_id",
        [list(datasets)],
    )


def _read_again(found: Trace, read: Reader, corrections: Sequence[Row]) -> None:
    """Read the wanted records of each file again, with their corrections; note what does not match."""
    wanted: dict[tuple[str, str, str], list[Source]] = defaultdict(list)
    for sources in found.components.values():
        for source in sources:
            wanted[source.dataset_id, source.vintage_id, source.file].append(source)
    for file in found.files:
        sources = wanted[file["dataset_id"], file["vintage_id"], file["file_name"]]
        names = frozenset(record for source in sources for record in source.records)
        try:
            printed = read(file["dataset_id"], file["file_name"], file["sha256"], names)
        except LinesOfEffortError as error:
            file["verified"] = False
            found.problems.append(str(error))
            continue
        file["verified"] = True
        for source in sources:
            found.problems += _take(source, printed, corrections)


def _take(source: Source, printed: Mapping[str, Mapping[str, str | None]], corrections: Sequence[Row]) -> list[str]:
    """Keep the publisher's text of each record of a source, and what corrects it; return what is missing."""
    problems = []
    for record in source.records:
        values = printed.get(record, {})
        texts = {column: text for column in source.landing_field.split("+") if (text := values.get(column))}
        if not texts:
            problems.append(f"{source.dataset_id} {source.file}: record {record} has no {source.landing_field}")
            continue
        source.read[record] = " + ".join(texts.values())
        if holding := [row for row in corrections if _holds(row, source.dataset_id, texts, values)]:
            texts |= {row["column_name"]: row["corrected_value"] for row in holding}
            source.corrected[record] = " + ".join(texts.values())
            source.corrections += [{**row, "record": record} for row in holding]
    return problems


def _holds(correction: Row, dataset_id: str, texts: Mapping[str, str], values: Mapping[str, str | None]) -> bool:
    """Whether a correction is about this record, as the macro ``corrected_source`` finds it."""
    key = "|".join(values.get(name) or "" for name in correction["key_columns"].split("|"))
    return (dataset_id, texts.get(correction["column_name"]), key) == (
        correction["dataset_id"],
        correction["published_value"],
        correction["record_key"],
    )


def _work_out(connection: duckdb.DuckDBPyConnection, found: Trace) -> None:
    """Add the texts up, compare with the warehouse's components, and evaluate the formula."""
    if "corrected" in (found.observation["flags"] or "").split(",") and not found.corrections:
        found.problems.append("the figure is flagged corrected, and no correction holds for a record of it")
    if found.problems:
        return
    values: dict[str, Decimal] = {}
    for name, sources in found.components.items():
        for source in sources:
            total = sum((number(text, name) for text in (source.read | source.corrected).values()), Decimal(0))
            values[name] = values.get(name, Decimal(0)) + total
            if abs(total - source.value) >= _EXACT:
                found.problems.append(
                    f"{name}: the records of {source.file} add up to {total}, the warehouse has {source.value}"
                )
    published = found.observation["observation_value"]
    names = sorted(set(re.findall(r"[a-z_]+", found.formula)) - {"coalesce"})
    given = ", ".join(f"cast({values.get(n, 'null')} as double) as {n}" for n in names)
    result = connection.execute(f"select {found.formula} from (select {given})").fetchall()[0][0]  # noqa: S608
    if result is None:
        if published is not None:
            found.problems.append("the formula gives no figure from the records")
        return
    found.recomputed = Decimal(str(result)).quantize(_EXACT)
    if published is None or abs(found.recomputed - published) > max(_EXACT, abs(published) * Decimal("1e-9")):
        found.problems.append(f"the records give {found.recomputed}, {published} is published")


def number(text: str, component: str) -> Decimal:
    """Return the number of a publisher's cell: separators dropped, columns joined by ``+`` added.

    A ceiling printed as a range (``35,000 - 50,000``) gives its lower or upper bound, as the component says.
    """
    found = [
        Decimal(part.replace(",", "")) for part in _NUMBER.findall(text.replace(" - ", " ; ").replace(" + ", " ; "))
    ]
    if " - " in text:
        return found[-1] if component.endswith("_high") else found[0]
    return sum(found, Decimal(0))


def _dimensions(row: Row) -> str:
    return ", ".join(f"{name}={value}" for name, value in list(row.items())[:8])


def _one(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Iterable[object]) -> Row | None:
    rows = _rows(connection, sql, parameters)
    return rows[0] if rows else None


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Iterable[object]) -> list[Row]:
    cursor = connection.execute(sql, list(parameters))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
