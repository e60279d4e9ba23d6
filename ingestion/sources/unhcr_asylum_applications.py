"""UNHCR: applications for asylum by country of origin and of asylum."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ingestion.contract import ClosedPeriods, Dataset, Field, Gate, RecordedVintage
from ingestion.errors import SettingsError
from ingestion.sources import _unhcr

ENDPOINT = "asylum-applications"
QUERIES = (_unhcr.PAIRS, _unhcr.TOTALS)

WIRE = "unhcr/wire_json/asylum_applications_coa_USA_2015_2016_mixed_units.json"
SERIES = "international.md"
"""A page of figures taken from UNHCR's tables: totals over all origins for three countries of asylum."""

SERIES_NOTE = (
    "Totals over all origins for Mexico, Costa Rica and the United States, read from a table of UNHCR figures that "
    "were measured on UNHCR's package, laid out as a page of the interface. A country or year that is not here is "
    "missing in the recording, not zero. `coa_id` is null. New claims (app_type N), and appeals (A, level AR) in the "
    "United States; procedure G. Mexico and Costa Rica: first instance (FI), persons. United States: IN counts cases "
    "in 2019, 2020 and 2025 and persons in 2021-2024; of appeals the table gives no unit, every row of the pairs "
    "counts them in persons; figures of 2024 seem to cover January to June only. The page before this one was recorded "
    "from the interface itself."
)
READ_BY_OTHERS = "a table of totals that others measured on UNHCR's package; the rows that they add up are not at hand"

NO_SERIES = (
    "unhcr/asylum_applications also needs {0}: a page of figures measured on UNHCR's package, kept beside the folder "
    "of originals in a folder called sources"
)


def record(dataset: Dataset, from_dir: Path) -> Iterator[RecordedVintage]:
    """Lay out the pairs from UNHCR's package, and what is known of the totals from two originals, a page each."""
    series = from_dir.resolve().parent / "sources" / SERIES
    if not series.is_file():
        raise SettingsError(NO_SERIES.format(series))
    published = [
        {field.name: row.get(field.name) for field in dataset.fields}
        for row in published_totals(series.read_text(encoding="utf-8"))
    ]
    yield _unhcr.vintage(
        _unhcr.record_query(
            dataset,
            from_dir,
            endpoint=ENDPOINT,
            query=_unhcr.PAIRS,
            original="unhcr/asylum_applications_americas_2000_2025.csv",
            cut="origins other than the countries of asylum asked for and 'unknown'",
        ),
        _unhcr.page(
            from_dir,
            ENDPOINT,
            _unhcr.TOTALS,
            _unhcr.wire_items(from_dir, WIRE),
            original=WIRE,
            cut="nothing; other countries of asylum and years are not in the original",
            note="Rows as recorded from the interface on 2026-09-26 by "
            "github.com/cyanheads/unhcr-refugees-mcp-server; envelope rebuilt.",
            number=1,
            pages=2,
        ),
        _unhcr.page(
            from_dir,
            ENDPOINT,
            _unhcr.TOTALS,
            published,
            original=SERIES,
            source=series,
            cut="everything on the page but these totals",
            note=SERIES_NOTE,
            read_by_others=READ_BY_OTHERS,
            number=2,
            pages=2,
        ),
    )


def published_totals(page: str) -> list[dict[str, object]]:
    """Return the totals over all origins that the page of figures states, by ascending year.

    Raises:
        ValueError: the page no longer reads as it did.
    """
    year_and_count = re.compile(r"(\d{4}) ([\d,]+\d)")
    found: list[dict[str, object]] = []

    def add(coa: tuple[str, str, str], year: str, level: str, unit: str, applied: str, kind: str = "N") -> None:
        found.append(
            {
                "year": int(year),
                **dict.fromkeys(("coo_id", "coo_name", "coo", "coo_iso"), "-"),
                **dict(zip(("coa_name", "coa", "coa_iso"), coa, strict=True)),
                "procedure_type": "G",
                "app_type": kind,
                "dec_level": level,
                "app_pc": unit,
                "applied": int(applied.replace(",", "")),
            }
        )

    usa = ("United States of America", "USA", "USA")
    table = re.compile(r"^\| (\d{4}) \| ([\d,]+) \| ([\d,]+) \**([PC])\b[^|]*\| (?:([\d,]+)|no row) \|$", re.MULTILINE)
    if "| year | EO persons | IN | A/AR |" not in page:
        raise ValueError("the table of applications in the United States is not on the page")
    for year, courts, service, unit, appeals in table.findall(page):
        add(usa, year, "EO", "P", courts)
        add(usa, year, "IN", unit, service)
        if appeals:
            add(usa, year, "AR", "P", appeals, kind="A")
    for coa, level, unit, sentence in (
        (usa, "IN", "C", r"USA IN rows of [^(]* are cases as well \(e\.g\. ([^)]*)\)"),
        (("Mexico", "MEX", "MEX"), "FI", "P", r"Mexico applications \(N/FI/P\): (.*?)\. "),
        (("Costa Rica", "COS", "CRI"), "FI", "P", r"Mexico applications \(N/FI/P\): .*? Costa Rica: (.*?)\. "),
    ):
        match = re.search(sentence, page)
        if match is None:
            raise ValueError(f"the series of {coa[0]} is not on the page")
        for year, applied in year_and_count.findall(match[1]):
            add(coa, year, level, unit, applied)
    return sorted(found, key=lambda row: (str(row["year"]), str(row["coa_iso"]), str(row["dec_level"])))


DATASET = Dataset(
    publisher=_unhcr.PUBLISHER,
    name="asylum_applications",
    title="Asylum applications",
    description=(
        "Applications for asylum lodged in a calendar year, by country of origin and of asylum, kind of application, "
        "instance, and unit. Some countries report persons (P), some cases (C), and the unit changes between years: "
        "never add the two. Appeals and repeat applications are the same persons again. Small counts are rounded to "
        "multiples of 5. Asked for as `pairs` (every origin, 20 countries of asylum in the Americas) and `totals` (the "
        "publisher's own sum over all origins, coo columns '-'): never add pairs to totals. Not arrivals, not a count "
        "of people who want protection."
    ),
    lines=(2,),
    licence=_unhcr.LICENCE,
    cadence=_unhcr.CADENCE,
    hosts=_unhcr.HOSTS,
    fields=(
        *_unhcr.IDENTITY,
        _unhcr.PROCEDURE,
        Field(
            "app_type",
            "Kind of application: N new, R repeat, A appeal, NA new and appeal, NR new and repeat, FA first instance "
            "and appeal, RA repeat or reopened, J judicial, BL backlog, SP subsidiary, V various. 'NA' is a code.",
        ),
        _unhcr.LEVEL,
        Field("app_pc", "Unit of the count: P persons, C cases (a case may hold several persons)."),
        Field("applied", f"Applications, in the unit of app_pc. {_unhcr.MARKS}", unit="persons or cases"),
    ),
    fetch=_unhcr.fetcher(ENDPOINT, QUERIES),
    parse=_unhcr.parser(QUERIES),
    record=record,
    gate=Gate(
        closed_periods=ClosedPeriods(
            period="year",
            series=("app_pc",),
            values=("applied",),
            open_years=1,
            reason="figures of the middle of a year give way to those of its end in June of the next",
        ),
        min_bytes=80,
        min_rows=3_000,
        unique=("year", "coo_iso", "coa_iso", "procedure_type", "app_type", "dec_level", "app_pc"),
        never_all_null=("year", "coo_iso", "coa_iso", "app_type", "app_pc", "applied"),
    ),
    unknown_columns="warn",
    documentation=_unhcr.DOCUMENTATION,
    period="year",
)
