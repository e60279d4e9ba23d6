"""dbt's event manager for this process, which makes messages only of events that somebody hears.

dbt makes a message of every event, heard or not: eight thousand in a build, a fourteenth of its time.
"""

from __future__ import annotations

from typing import Any

from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager

HEARD = frozenset({"LogStartLine"})
"""Events that our callbacks look at. Warnings and errors are always heard: some stop a build."""


class FewerEvents(EventManager):
    """Drops what nobody hears before dbt makes a message of it."""

    def fire_event(
        self,
        e: BaseEvent,
        level: EventLevel | None = None,
        node: Any = None,
        force_warn_or_error_handling: bool = False,
    ) -> None:
        """Hand on an event that is heard."""
        loud = (level or e.level_tag()) in {EventLevel.WARN, EventLevel.ERROR}
        if loud or force_warn_or_error_handling or type(e).__name__ in HEARD:
            super().fire_event(e, level, node, force_warn_or_error_handling)


def hear_less() -> None:
    """Let dbt use it in this process."""
    ctx_set_event_manager(FewerEvents())
