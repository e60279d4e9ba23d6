"""Files in which people decide: a YAML list of entries, each known by a name, none twice.

``acceptances.yml`` and ``determinations.yml`` are read here: both refuse what they do not know in the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from ingestion.errors import LinesOfEffortError


class Decision(BaseModel):
    """Base of entries and their parts: a key that is not known is refused, nothing can be changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Entry = TypeVar("Entry", bound=Decision)


def load_decisions(
    path: Path,
    entry: type[Entry],
    *,
    name: str,
    label: Callable[[Entry], str],
    identity: Callable[[Entry], Hashable],
    error: type[LinesOfEffortError],
) -> tuple[Entry, ...]:
    """Return the entries of a file, in its order.

    Args:
        path: of the file; its stem is the one key that it holds.
        entry: what an entry is.
        name: field that names an entry in messages about its faults.
        label: of an entry, in the message about a second one.
        identity: of an entry; no two have the same.
        error: raised when the file is missing or not YAML, an entry lacks something or holds an unknown key, or two
            are about the same.
    """
    key = path.stem
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)  # safe, and ten times as fast
    except FileNotFoundError as cause:
        raise error(f"{path.name} is missing; write '{key}: []' where there are none") from cause
    except yaml.YAMLError as cause:
        raise error(f"{path.name} is not valid YAML: {cause}") from cause
    shape: Any = create_model("File", __base__=Decision, **{key: (tuple[entry, ...], ...)})  # type: ignore[call-overload, valid-type]
    try:
        found: tuple[Entry, ...] = getattr(shape.model_validate(content), key)
    except ValidationError as cause:
        entries = content.get(key) if isinstance(content, dict) else None
        raise error(f"{path.name} cannot be used:\n{_explain(cause, entries, name)}") from cause
    seen: set[Hashable] = set()
    for one in found:
        if identity(one) in seen:
            raise error(f"{path.name} holds two entries for {label(one)}: keep one")
        seen.add(identity(one))
    return found


def _explain(error: ValidationError, entries: Any, name: str) -> str:
    """Return one line per fault, with the name of the entry where it has one."""
    lines = []
    for fault in error.errors():
        place = [str(part) for part in fault["loc"]]
        if len(place) > 1 and isinstance(entries, list):
            entry = entries[int(place[1])]
            named = entry.get(name) if isinstance(entry, dict) else None
            place[:2] = [f"entry {int(place[1]) + 1}" + (f" ({named})" if named else "")]
        lines.append(f"  {' · '.join(place) or 'the file'}: {fault['msg']}")
    return "\n".join(lines)
