"""What a line of the Data Docs says: the statement of the rule, then how it is checked. Imported when docs are made."""

from __future__ import annotations

from typing import Any

from great_expectations.expectations.registry import get_renderer_impl
from great_expectations.render import CollapseContent, LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.content_block import ValidationResultsTableContentBlockRenderer


class StatementAndText(ValidationResultsTableContentBlockRenderer):  # type: ignore[misc]
    """Great Expectations prints either a description or its own sentence; here the one is followed by the other."""

    @classmethod
    def _render_expectation_description(
        cls, configuration: Any, runtime_configuration: dict[str, Any], **kwargs: Any
    ) -> list[Any]:
        said: list[Any] = super()._render_expectation_description(configuration, runtime_configuration, **kwargs)
        query = configuration.kwargs.get("sql")
        if query:
            code = {"template": "$query", "tag": "pre", "params": {"query": query}, "styling": {}}
            block = RenderedStringTemplateContent(content_block_type="string_template", string_template=code)
            return [*said, CollapseContent(collapse=[block], collapse_toggle_link="The query that finds such rows")]
        text = get_renderer_impl(configuration.type, LegacyRendererType.PRESCRIPTIVE)
        rendered = text.renderer(configuration=configuration, runtime_configuration=runtime_configuration)
        return [*said, *rendered]
