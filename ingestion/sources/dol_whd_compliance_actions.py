"""Labor Department, Wage and Hour Division: concluded compliance actions, cut to those with H-2A or H-2B findings."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from ingestion.contract import (
    Cadence,
    Dataset,
    Dropped,
    Field,
    FileDrop,
    Gate,
    Getter,
    Kind,
    Licence,
    Publisher,
    Release,
    Row,
)
from ingestion.errors import ContractError
from ingestion.formats.header import align

FILE = "WHD_enforcement.zip"
ADDRESS = f"https://data.dol.gov/data-catalog/WHD/enforcement/{FILE}"
"""The name never changes: each release replaces the whole file."""

CHUNK = re.compile(r"_chunk_(\d+)\.csv$", re.IGNORECASE)

H2_COUNTS = (
    *("H2A_VIOLTN_CNT", "H2A_BW_ATP_AMT", "H2A_EE_ATP_CNT", "H2A_CMP_ASSD_AMT"),
    *("H2B_VIOLTN_CNT", "H2B_BW_ATP_AMT", "H2B_EE_ATP_CNT"),
)
"""A case is landed when one of them is more than zero: nothing else marks an H-2 case."""

PERSONAL = ("TRADE_NM", "LEGAL_NAME", "STREET_ADDR_1_TXT", "CTY_NM", "ZIP_CD")

OTHER_PROGRAMMES = """
SRAW_VIOLTN_CNT SRAW_BW_ATP_AMT SRAW_EE_ATP_CNT LD_DT LOAD_DT NAICS_CODE_DESCRIPTION CMP_ASSD_CNT CMP_ASSD
CASE_VIOLTN_CNT EE_VIOLTD_CNT BW_ATP_AMT EE_ATP_CNT
FLSA_VIOLTN_CNT FLSA_REPEAT_VIOLATOR FLSA_BW_ATP_AMT FLSA_EE_ATP_CNT FLSA_MW_BW_ATP_AMT FLSA_OT_BW_ATP_AMT
FLSA_15A3_BW_ATP_AMT FLSA_CMP_ASSD_AMT SCA_VIOLTN_CNT SCA_BW_ATP_AMT SCA_EE_ATP_CNT
MSPA_VIOLTN_CNT MSPA_BW_ATP_AMT MSPA_EE_ATP_CNT MSPA_CMP_ASSD_AMT
H1B_VIOLTN_CNT H1B_BW_ATP_AMT H1B_EE_ATP_CNT H1B_CMP_ASSD_AMT FMLA_VIOLTN_CNT FMLA_BW_ATP_AMT FMLA_EE_ATP_CNT
FMLA_CMP_ASSD_AMT FLSA_CL_VIOLTN_CNT FLSA_CL_MINOR_CNT FLSA_CL_CMP_ASSD_AMT DBRA_CL_VIOLTN_CNT DBRA_VIOLTN_CNT
DBRA_BW_ATP_AMT DBRA_EE_ATP_CNT FLSA_SMW14_VIOLTN_CNT FLSA_SMW14_BW_AMT FLSA_SMW14_EE_ATP_CNT
CWHSSA_VIOLTN_CNT CWHSSA_BW_AMT CWHSSA_EE_CNT OSHA_VIOLTN_CNT OSHA_BW_ATP_AMT OSHA_EE_ATP_CNT OSHA_CMP_ASSD_AMT
EPPA_VIOLTN_CNT EPPA_BW_ATP_AMT EPPA_EE_CNT EPPA_CMP_ASSD_AMT H1A_VIOLTN_CNT H1A_BW_ATP_AMT H1A_EE_ATP_CNT
H1A_CMP_ASSD_AMT CREW_VIOLTN_CNT CREW_BW_ATP_AMT CREW_EE_ATP_CNT CREW_CMP_ASSD_AMT
CCPA_VIOLTN_CNT CCPA_BW_ATP_AMT CCPA_EE_ATP_CNT FLSA_SMWPW_VIOLTN_CNT FLSA_SMWPW_BW_ATP_AMT FLSA_SMWPW_EE_ATP_CNT
FLSA_HMWKR_VIOLTN_CNT FLSA_HMWKR_BW_ATP_AMT FLSA_HMWKR_EE_ATP_CNT FLSA_HMWKR_CMP_ASSD_AMT
CA_VIOLTN_CNT CA_BW_ATP_AMT CA_EE_ATP_CNT PCA_VIOLTN_CNT PCA_BW_ATP_AMT PCA_EE_ATP_CNT
FLSA_SMWAP_VIOLTN_CNT FLSA_SMWAP_BW_ATP_AMT FLSA_SMWAP_EE_ATP_CNT FLSA_SMWFT_VIOLTN_CNT FLSA_SMWFT_BW_ATP_AMT
FLSA_SMWFT_EE_ATP_CNT FLSA_SMWL_VIOLTN_CNT FLSA_SMWL_BW_ATP_AMT FLSA_SMWL_EE_ATP_CNT FLSA_SMWMG_VIOLTN_CNT
FLSA_SMWMG_BW_ATP_AMT FLSA_SMWMG_EE_ATP_CNT FLSA_SMWSL_VIOLTN_CNT FLSA_SMWSL_BW_ATP_AMT FLSA_SMWSL_EE_ATP_CNT
EEV_VIOLTN_CNT
"""


def fetch(_dataset: Dataset, getter: Getter) -> Iterator[Release]:
    """Yield the archive as it is now; the publisher puts no edition on it."""
    yield Release(label=None, payloads=(getter.get(ADDRESS, file=FILE, kind=Kind.ZIP),))


def parse(dataset: Dataset, file: str, path: Path) -> Iterator[Row]:
    """Yield the cases with H-2A or H-2B findings, part after part, streamed out of the archive.

    Raises:
        ContractError: no part, another header than the declared one, or a row that does not fit it.
    """
    with zipfile.ZipFile(path) as archive:
        parts = [(int(match[1]), name) for name in archive.namelist() if (match := CHUNK.search(name))]
        if not parts:
            raise ContractError(
                "the archive holds no part named _chunk_<n>.csv",
                dataset_id=dataset.id,
                file=file,
                rule="whd.parts",
                remedy="look at the names in the archive and extend the pattern",
            )
        for number, name in sorted(parts):
            with archive.open(name) as stream, io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as lines:
                yield from _part(dataset, file, f"chunk {number}", lines)


def _part(dataset: Dataset, file: str, part: str, lines: io.TextIOWrapper) -> Iterator[Row]:
    reader = csv.reader(lines, strict=True)
    try:
        alignment = align(dataset, next(reader, []), file=file, record=f"{part}, line 1")
        for cells in reader:
            record = f"{part}, line {reader.line_num}"
            if len(cells) != len(alignment.columns):
                raise ContractError(
                    f"the row has {len(cells)} cells where the header has {len(alignment.columns)}",
                    dataset_id=dataset.id,
                    file=file,
                    record=record,
                    rule="csv.ragged",
                )
            values = alignment.values([cell or None for cell in cells])
            if any(_is_found(values[name]) for name in H2_COUNTS):
                yield Row(record, values)
    except (csv.Error, UnicodeDecodeError) as error:
        raise ContractError(
            f"not well-formed CSV in UTF-8: {error}",
            dataset_id=dataset.id,
            file=file,
            record=f"{part}, line {reader.line_num}",
            rule="csv.syntax",
        ) from error


def _is_found(cell: str | None) -> bool:
    """Return whether a count or an amount is anything but nothing: text that is no number is kept and seen later."""
    return (cell or "").strip().strip("0.") != ""


DATASET = Dataset(
    publisher=Publisher(
        id="dol_whd",
        name="U.S. Department of Labor, Wage and Hour Division",
        homepage="https://data.dol.gov/datasets/10362",
        country="USA",
    ),
    name="compliance_actions",
    title="Concluded compliance actions with H-2A or H-2B findings",
    description=(
        "Cases that the Wage and Hour Division concluded since fiscal year 2005, cut to those with violations, back "
        "wages or penalties under the H-2A or H-2B programme. A case in which nothing was found under them cannot be "
        "told from a case of another programme and is not landed, so this is not every H-2 investigation. Back wages "
        "are those that the employer agreed to pay, not those paid. There are no dates of the case, only the period of "
        "its findings, which may span years. Cases are targeted: they are not a rate of abuse, and nobody's "
        "nationality is in the file. Names and addresses of employers are dropped before landing. H-2B has no column "
        "of penalties. Only the list of columns was seen, not a row; that each part begins with the header was not "
        "verified, and another layout stops."
    ),
    lines=(4,),
    licence=Licence("U.S. public domain", "U.S. Department of Labor, Wage and Hour Division"),
    cadence=Cadence.QUARTERLY,
    hosts=("data.dol.gov",),
    fields=(
        Field("CASE_ID", "Number of the case."),
        Field("ST_CD", "State of the employer, postal code."),
        Field("NAIC_CD", "Industry of the employer, NAICS code."),
        Field("FINDINGS_START_DATE", "First day of the findings, not of the case."),
        Field("FINDINGS_END_DATE", "Last day of the findings, not of the case."),
        Field("H2A_VIOLTN_CNT", "Violations found under H-2A.", unit="violations"),
        Field("H2A_BW_ATP_AMT", "Back wages agreed to under H-2A.", unit="USD"),
        Field("H2A_EE_ATP_CNT", "Employees owed back wages under H-2A.", unit="persons"),
        Field("H2A_CMP_ASSD_AMT", "Civil money penalties assessed under H-2A.", unit="USD"),
        Field("H2B_VIOLTN_CNT", "Violations found under H-2B.", unit="violations"),
        Field("H2B_BW_ATP_AMT", "Back wages agreed to under H-2B.", unit="USD"),
        Field("H2B_EE_ATP_CNT", "Employees owed back wages under H-2B.", unit="persons"),
    ),
    dropped=(
        *(Dropped(name, "personal data") for name in PERSONAL),
        *(Dropped(name) for name in OTHER_PROGRAMMES.split()),
    ),
    fetch=fetch,
    parse=parse,
    no_recording="no row of the file is at hand, only the publisher's list of its columns",
    file_drop=FileDrop(
        "the archive with its parts (WHD_enforcement.zip)",
        (Kind.ZIP,),
    ),
    gate=Gate(
        min_bytes=10_000_000,
        max_bytes=1024 * 1024 * 1024,
        min_rows=100,
        unique=("CASE_ID",),
        never_all_null=("CASE_ID", "ST_CD", "FINDINGS_END_DATE", "H2A_VIOLTN_CNT", "H2B_VIOLTN_CNT"),
    ),
    unknown_columns="warn",
    documentation="https://data.dol.gov/datasets/10362",
)
