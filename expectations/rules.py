"""The rule catalogue: what must hold in the built tables, why, and what happens when it does not.

Every rule is written once, in ``expectations/suites/*.yml``. The checks, the Data Docs and the audit report
all follow from it, so they cannot drift apart. Loading the catalogue does not import Great Expectations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from ingestion.errors import LinesOfEffortError
from ingestion.results import Severity

SUITES = Path(__file__).resolve().parent / "suites"

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=8)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2)]
RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$")]
Table = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
ExpectationType = Annotated[str, StringConstraints(pattern=r"^expect_[a-z0-9_]+$")]


class RuleError(LinesOfEffortError):
    """A suite file cannot be used. The message names the file, the place in it and the remedy. Exit code 2."""

    exit_code = 2


class _Strict(BaseModel):
    """Base of the catalogue's parts: a key that is not known is refused, nothing can be changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Tolerance(_Strict):
    """How far a figure may lie from what the rule states.

    Attributes:
        value: the distance, in words with its unit (``0.1 %``, ``5 per addend``).
        reason: why that much and not less.
    """

    value: Name
    reason: Sentence


class Expectation(_Strict):
    """An expectation that Great Expectations ships, or one of this project (``expectations/custom``).

    Attributes:
        type: its snake-case name, e.g. ``expect_column_values_to_be_in_set``.
        kwargs: its arguments, without severity, notes and meta (those come from the rule).
    """

    type: ExpectationType
    kwargs: dict[str, Any] = Field(default_factory=dict)


class Rule(_Strict):
    """One rule.

    Attributes:
        id: stable, dotted, unique in the catalogue.
        suite: name of the suite file that holds it.
        table: ``schema.table`` as built.
        statement: the rule in plain words, as a sentence that is true when it passes.
        reason: why the rule exists and what a failure would mean for a reader.
        source: where the rule comes from (the publisher's documentation, a printed total, an accounting identity).
        severity: ``error`` blocks publication, ``warning`` is shown first.
        owner: who answers for the rule.
        dataset: ``publisher/dataset`` when the rule is about one dataset.
        column: the column, when the rule is about one.
        tolerance: the permitted distance and its reason.
        where: SQL condition that cuts the table to the rows that the rule is about. A rule that then sees no row
            has not passed.
        key: columns that name a row; they are printed for rows that break the rule.
        expectation: the Great Expectations form of the rule, or
        sql: a query over ``{batch}`` that returns exactly the rows that break the rule (key columns first).
        observe: optional query over ``{batch}`` that returns one text value to print as what was observed.
        expected: what was wanted, in words; by default that no row breaks the rule.
    """

    id: RuleId
    suite: Name
    table: Table
    statement: Sentence
    reason: Sentence
    source: Sentence
    severity: Severity
    owner: Name
    dataset: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+/[a-z0-9_]+$")] | None = None
    column: str | None = None
    tolerance: Tolerance | None = None
    where: str | None = None
    key: tuple[str, ...] = ()
    expectation: Expectation | None = None
    sql: str | None = None
    observe: str | None = None
    expected: str = ""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.expectation is None) == (self.sql is None):
            raise ValueError("a rule has either an expectation or a sql query")
        for field in ("sql", "observe"):
            query = getattr(self, field)
            if query is not None and "{batch}" not in query:
                raise ValueError(f"{field} must read from {{batch}}, the rows of the rule's table")
        if self.expectation is not None:
            reserved = {"severity", "notes", "meta", "row_condition"} & set(self.expectation.kwargs)
            if reserved:
                raise ValueError(f"expectation kwargs may not hold {sorted(reserved)}: they belong to the rule")
            if self.expectation.type == "expect_column_quantile_values_to_be_between":
                raise ValueError("this expectation crashes the whole run on DuckDB; write the rule as sql")
        return self

    @property
    def table_query(self) -> str:
        """All rows of the table, as SQL."""
        schema, table = self.table.split(".")
        return f'select * from "{schema}"."{table}"'  # noqa: S608 (suite files are reviewed code)

    @property
    def batch_query(self) -> str:
        """The rows that the rule is about, as SQL."""
        return self.table_query if self.where is None else f"{self.table_query} where {self.where}"


class _Defaults(_Strict):
    """What the rules of one file share; a rule's own value wins."""

    table: Table | None = None
    dataset: str | None = None
    owner: Name | None = None
    source: Sentence | None = None
    key: tuple[str, ...] | None = None


class Suite(_Strict):
    """One suite file.

    Attributes:
        name: equal to the file's name without extension.
        title: readable title.
        about: what the suite protects.
        rules: its rules, in the order of the file.
    """

    name: Name
    title: Name
    about: Sentence
    rules: tuple[Rule, ...]


def load_suites(folder: Path = SUITES) -> tuple[Suite, ...]:
    """Return every suite of a folder, in order of name.

    Raises:
        RuleError: the folder holds no suite, a file is not valid YAML, a rule lacks something or holds an unknown
            key, or two rules have the same id.
    """
    suites = tuple(_load(path) for path in sorted(folder.glob("*.yml")))
    if not suites:
        raise RuleError(f"no suite (*.yml) in the folder {folder.name}/")
    _refuse_repeated_ids(rule.id for suite in suites for rule in suite.rules)
    return suites


def load_rules(folder: Path = SUITES) -> tuple[Rule, ...]:
    """Return every rule of a folder. Raises what :func:`load_suites` raises."""
    return tuple(rule for suite in load_suites(folder) for rule in suite.rules)


def _load(path: Path) -> Suite:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)  # safe, and ten times as fast
    except yaml.YAMLError as error:
        raise RuleError(f"{path.name} is not valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise RuleError(f"{path.name} must hold name, title, about, defaults and rules")
    if content.get("name") != path.stem:
        raise RuleError(f"{path.name}: the suite's name must be {path.stem!r}, not {content.get('name')!r}")
    try:
        defaults = _Defaults.model_validate(content.pop("defaults", {}))
        shared = defaults.model_dump(exclude_none=True)
        rules = content.get("rules") or []
        if any(not isinstance(rule, dict) or "suite" in rule for rule in rules):
            raise RuleError(f"{path.name}: each rule is a mapping, without a key 'suite'")
        content["rules"] = [{**shared, **rule, "suite": path.stem} for rule in rules]
        return Suite.model_validate(content)
    except ValidationError as error:
        raise RuleError(f"{path.name} cannot be used:\n{_explain(error, content)}") from error


def _explain(error: ValidationError, content: dict[str, Any]) -> str:
    """Return one line per fault, with the rule's id where it has one."""
    lines = []
    for fault in error.errors():
        place = [str(part) for part in fault["loc"]]
        if len(place) > 1 and place[0] == "rules":
            rule = content["rules"][int(place[1])]
            place[:2] = [f"rule {rule.get('id', place[1])}"]
        lines.append(f"  {' · '.join(place)}: {fault['msg']}")
    return "\n".join(lines)


def _refuse_repeated_ids(ids: Iterable[str]) -> None:
    repeated = sorted(rule_id for rule_id, count in Counter(ids).items() if count > 1)
    if repeated:
        raise RuleError(f"rule ids must be unique; used more than once: {', '.join(repeated)}")
