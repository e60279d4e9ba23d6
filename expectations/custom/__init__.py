"""Expectations of this project, beside those that Great Expectations ships.

Each is a class of Great Expectations in a module of its own, with a query that returns the rows that break it and a
text that reads as a sentence. A suite names one by its type, as it names any other::

    expectation:
      type: expect_parts_to_sum_to_total
      kwargs: {key: [fiscal_year], value: arrivals, parts_where: "...", total_where: "..."}

Importing this package imports nothing heavy; :func:`register` makes the four types known to Great Expectations.
"""

from __future__ import annotations

import importlib

_MODULES = {
    "expect_parts_to_sum_to_total": "parts_to_total",
    "expect_periods_to_be_continuous": "periods",
    "expect_values_to_be_within_rounding_of": "rounding",
    "expect_no_movement_in_closed_periods": "closed_periods",
}

TYPES = frozenset(_MODULES)
"""The types that this package adds."""


def register() -> None:
    """Make the types known to Great Expectations. A second call does nothing."""
    for module in _MODULES.values():
        importlib.import_module(f"expectations.custom.{module}")
