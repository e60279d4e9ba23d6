"""Finds every dataset: each module of ``ingestion.sources`` holds one ``DATASET``. There is no list anywhere."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from ingestion import sources
from ingestion.contract import Dataset
from ingestion.errors import SettingsError


@cache
def datasets() -> Mapping[str, Dataset]:
    """Return every dataset by id, in order of id.

    Raises:
        SettingsError: a module without ``DATASET``, a file name that is not ``<publisher>_<dataset>``,
            or two modules with the same id.
    """
    found: dict[str, Dataset] = {}
    for module_info in pkgutil.iter_modules(sources.__path__):
        if module_info.name.startswith("_"):
            continue
        module = importlib.import_module(f"{sources.__name__}.{module_info.name}")
        dataset = getattr(module, "DATASET", None)
        if not isinstance(dataset, Dataset):
            raise SettingsError(f"ingestion/sources/{module_info.name}.py does not define DATASET = Dataset(...)")
        expected = f"{dataset.publisher.id}_{dataset.name}"
        if module_info.name != expected:
            raise SettingsError(f"ingestion/sources/{module_info.name}.py should be named {expected}.py")
        if dataset.id in found:
            raise SettingsError(f"two modules define the dataset {dataset.id}")
        found[dataset.id] = dataset
    return dict(sorted(found.items()))


def dataset(dataset_id: str) -> Dataset:
    """Return one dataset.

    Raises:
        SettingsError: no dataset has that id; the message lists those that exist.
    """
    try:
        return datasets()[dataset_id]
    except KeyError:
        known = ", ".join(datasets())
        raise SettingsError(f"there is no dataset {dataset_id!r}; known: {known}") from None
