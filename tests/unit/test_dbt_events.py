"""Events of dbt: nobody pays for those that nobody hears, and none that matters is lost."""

from __future__ import annotations

from typing import Any

from dbt_common.events.base_types import EventLevel
from dbt_common.events.types import Note

from dagster_project.dbt_events import HEARD, FewerEvents


def test_warnings_and_errors_are_heard_and_the_rest_is_dropped() -> None:
    heard: list[Any] = []
    manager = FewerEvents()
    manager.add_callback(heard.append)
    for level in EventLevel:
        manager.fire_event(Note(msg=level.value), level=level)
    manager.fire_event(Note(msg="forced"), level=EventLevel.DEBUG, force_warn_or_error_handling=True)
    assert [event.data.msg for event in heard] == ["warn", "error", "forced"]


def test_the_start_of_a_node_is_heard() -> None:
    from dbt.events.types import LogStartLine  # noqa: PLC0415 - costs two seconds

    heard: list[Any] = []
    manager = FewerEvents()
    manager.add_callback(heard.append)
    manager.fire_event(LogStartLine(description="a model", index=1, total=2))
    assert [event.info.name for event in heard] == list(HEARD)
