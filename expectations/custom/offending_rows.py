"""What every rule about rows shares: count the rows that break it, and fetch a handful of them.

``UnexpectedRowsExpectation`` of Great Expectations 1.24 runs the query of each rule twice, sorts every offending row
and fetches two hundred of them. Here the rows are counted first; only where there are any, :data:`SAMPLE_SIZE` of
them are fetched, in a fixed order, so that two runs print the same sample. The rest never leaves the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import sqlalchemy
from great_expectations.compatibility import pydantic
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.core import UnexpectedRowsExpectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.query_metric_provider import QueryMetricProvider
from great_expectations.render import (
    LegacyDiagnosticRendererType,
    LegacyRendererType,
    RenderedStringTemplateContent,
    RenderedTableContent,
)
from great_expectations.render.renderer.renderer import renderer
from great_expectations.render.renderer_configuration import RendererConfiguration, RendererValueType

from expectations.custom.sql import SAMPLE_SIZE, number, over_batch

Sentence = tuple[str, dict[str, str]]
"""A sentence with ``$names`` in it, and what stands for each. Great Expectations escapes what stands for a name."""


class OffendingRows(QueryMetricProvider):  # type: ignore[misc]
    """Metric: how many rows a query returns, and the first few of them."""

    metric_name = "offending_rows"
    value_keys = ("unexpected_rows_query",)
    query_param_name: ClassVar[str] = "unexpected_rows_query"

    @metric_value(engine=SqlAlchemyExecutionEngine)  # type: ignore[untyped-decorator]
    def _sqlalchemy(
        cls,  # noqa: N805 (a class method once Great Expectations has registered it)
        execution_engine: Any,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        **_: Any,
    ) -> dict[str, Any]:
        batch, _domain, _accessor = execution_engine.get_compute_domain(
            metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE
        )
        query = cls._get_substituted_batch_subquery_from_query_and_batch_selectable(
            query=cls._get_query_from_metric_value_kwargs(metric_value_kwargs),
            batch_selectable=batch,
            execution_engine=execution_engine,
        )

        def rows(sql: str) -> list[dict[str, Any]]:
            return [row._asdict() for row in execution_engine.execute_query(sqlalchemy.text(sql)).fetchall()]

        count = int(rows(f"select count(*) as n from ({query}) as offending")[0]["n"])  # noqa: S608
        sample = f"select * from ({query}) as offending order by all limit {SAMPLE_SIZE}"  # noqa: S608
        return {"count": count, "rows": rows(sample) if count else []}


class ExpectNoRowToBreakTheRule(UnexpectedRowsExpectation):  # type: ignore[misc]
    """No row breaks the rule: the query of the rule returns none.

    The expectations beside this one are subclasses with fields of their own: ``broken`` writes the query from them,
    ``sentence`` the text.
    """

    metric_dependencies: ClassVar[tuple[str, ...]] = ("offending_rows",)

    def broken(self) -> str:
        """Return the query over ``{batch}`` that finds the rows that break the rule, key columns first."""
        return self.sql

    def sentence(self) -> Sentence:
        """Return what is expected, as a sentence."""
        return "No row breaks the rule.", {}

    sql: str = ""
    unexpected_rows_query: str = ""

    _configuration: Any = pydantic.PrivateAttr(default=None)

    @property
    def configuration(self) -> Any:
        """Return the expectation as its type and arguments. Great Expectations asks for it forty times a rule."""
        if self._configuration is None:
            self._configuration = super().configuration
        return self._configuration

    @pydantic.root_validator(skip_on_failure=True)  # type: ignore[untyped-decorator]
    def _write_query(cls, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N805 (a class method)
        values["unexpected_rows_query"] = over_batch(cls.construct(**values).broken())
        return values

    def _validate(
        self,
        metrics: Mapping[str, Any],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002
        execution_engine: Any = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        found = metrics["offending_rows"]
        result = {"observed_value": found["count"], "details": {"unexpected_rows": found["rows"]}}
        return {"success": found["count"] == 0, "result": result}

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: RendererConfiguration) -> RendererConfiguration:
        """Give the sentence to the renderers that make one content of it (of the library's newer kind)."""
        template, params = renderer_configuration.configuration.to_domain_obj().sentence()
        for name, value in params.items():
            renderer_configuration.add_param(name=name, param_type=RendererValueType.STRING, value=value)
        renderer_configuration.template_str = template
        return renderer_configuration

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)  # type: ignore[untyped-decorator]
    def _prescriptive_renderer(
        cls,
        configuration: Any = None,
        result: Any = None,  # noqa: ARG003
        runtime_configuration: dict[str, Any] | None = None,
        **_: Any,
    ) -> list[Any]:
        template, params = configuration.to_domain_obj().sentence()
        styling = (runtime_configuration or {}).get("styling") or {}
        content = {"template": template, "params": params, "styling": styling}
        return [RenderedStringTemplateContent(content_block_type="string_template", string_template=content)]

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.OBSERVED_VALUE)  # type: ignore[untyped-decorator]
    def _diagnostic_observed_value_renderer(
        cls,
        configuration: Any = None,  # noqa: ARG003
        result: Any = None,
        runtime_configuration: Any = None,  # noqa: ARG003
    ) -> str:
        count = (result.result or {}).get("observed_value") if result is not None else None
        if count is None:
            return "--"
        return "no offending row" if count == 0 else f"{number(count)} offending row{'' if count == 1 else 's'}"

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_TABLE)  # type: ignore[untyped-decorator]
    def _diagnostic_unexpected_table_renderer(
        cls,
        configuration: Any = None,  # noqa: ARG003
        result: Any = None,
        runtime_configuration: Any = None,  # noqa: ARG003
    ) -> list[Any] | None:
        rows = ((result.result or {}).get("details") or {}).get("unexpected_rows") if result is not None else None
        if not rows:
            return None
        return [
            RenderedTableContent(
                content_block_type="table",
                table=[["null" if value is None else value for value in row.values()] for row in rows],
                header_row=list(rows[0]),
                styling={"body": {"classes": ["table-bordered", "table-sm", "mt-3"]}},
            )
        ]


def tolerance_in_words(within: float | str, per_part: float = 0) -> str:
    """Return the end of a sentence that says how far off is still right."""
    parts = [number(within)] if within else []
    if per_part:
        parts.append(f"{number(per_part)} for each part")
    return f", give or take {' and '.join(parts)}" if parts else ""
