"""IPC: people by phase of acute food insecurity, national analyses, from the file on HDX."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingestion.contract import Cadence, Dataset, Field, FileDrop, Gate, Getter, Kind, Licence, Publisher, Release, Row
from ingestion.formats.csv import read_csv
from ingestion.sources import _hdx

NAME = "global-acute-food-insecurity-country-data"
FILE = "ipc_global_national_long.csv"

COUNTRIES = ("GTM", "HND", "SLV")
"""Rows of other countries are archived and not landed."""


def fetch(dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield the national file; its address is read from the list of files of the dataset on HDX.

    Raises:
        FetchError: the list names no such file, or several.
    """
    found = _hdx.listed(dataset, getter, NAME, FILE, lambda listed: listed.name == FILE)
    yield Release(label=None, payloads=(getter.get(found.url, file=FILE, kind=Kind.CSV),))


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the rows of the region; a second row of HXL tags (``#country+code``), which some editions have, is none."""
    return (row for row in read_csv(dataset, file, path) if row.values["Country"] in COUNTRIES)


DATASET = Dataset(
    publisher=Publisher("ipc", "Integrated Food Security Phase Classification (IPC)", "https://docs.api.ipcinfo.org/"),
    name="acute_food_insecurity",
    title="Acute food insecurity by phase, national analyses",
    description=(
        "People by phase of acute food insecurity (1 minimal to 5 famine) in each analysis of a country, now and as "
        "projected. The phases 'all' and '3+' are totals and stand beside their parts. Shares are of the people "
        "analysed, not of the country: an analysis may cover a part of it. Periods of the current situation and of "
        "projections overlap and may not be added. Two analyses of one date may both be there. The people analysed may "
        "exceed the country's population by rounding. The joint analysis of the Lempa river basin has no country code "
        "and is not landed. Only the layout was seen, with rows of Afghanistan, Angola, the Central African Republic "
        "and Ethiopia. Only El Salvador, Guatemala and Honduras are landed."
    ),
    lines=(1,),
    licence=Licence("public domain, as listed on HDX", "IPC - Integrated Food Security Phase Classification"),
    cadence=Cadence.MONTHLY,
    hosts=_hdx.HOSTS,
    fields=(
        Field("Date of analysis", "Month of the analysis, such as Jun 2021."),
        Field("Country", "ISO 3166-1 alpha-3 code."),
        Field("Total country population", "People of the country.", unit="persons"),
        Field("Validity period", "Current, first projection or second projection, in lower case."),
        Field("From", "First day that the figure holds for."),
        Field("To", "Last day that the figure holds for."),
        Field("Phase", "Phase 1 to 5; 3+ and all are totals."),
        Field("Number", "People in the phase.", unit="persons"),
        Field("Percentage", "Share of the people analysed, as a fraction of 1, rounded.", unit="fraction"),
    ),
    fetch=fetch,
    parse=parse,
    no_recording="no row of El Salvador, Guatemala or Honduras is at hand, only rows of other countries",
    file_drop=FileDrop(
        "the national file in long form (ipc_global_national_long.csv)",
        (Kind.CSV,),
    ),
    # No unique key: two analyses of one date may both be in the file.
    gate=Gate(min_bytes=10_000, min_rows=7, never_all_null=("Country", "From", "To", "Phase", "Number")),
    documentation="https://data.humdata.org/dataset/global-acute-food-insecurity-country-data",
)
