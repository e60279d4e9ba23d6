"""Progress of long work, as log records: whoever runs the work decides whether to draw a bar."""

from __future__ import annotations

import logging

LOGGER_NAME = "lines_of_effort.progress"
_LOGGER = logging.getLogger(LOGGER_NAME)


def progress(stage: str, done: int, total: int, what: str = "") -> None:
    """Say how far a stage is.

    Args:
        stage: ``ingest``, ``build``, ``audit`` or ``publish``.
        done: units finished.
        total: units in all.
        what: the unit that was just finished.
    """
    _LOGGER.info("%s %d/%d %s", stage, done, total, what, extra={"stage": stage, "done": done, "total": total})
