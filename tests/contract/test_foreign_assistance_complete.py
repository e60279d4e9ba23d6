"""The complete file of U.S. foreign assistance: names of columns as users list them, every row made up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.errors import ContractError
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.sources import foreign_assistance_complete as aid
from tests.contract.support import Served, parsed, values

DATASET = aid.DATASET
FIELDS = [field.name for field in DATASET.fields]
HEADER = [*FIELDS, *aid.MAY_NAME_PEOPLE]
ROW = dict(
    zip(FIELDS, ["GTM", "Guatemala", aid.REGION, "X", "C", "S", "1", "P", "2", "O", "2001", "-7", "8"], strict=True)
)


def text(*rows: dict[str, str], header: list[str] = HEADER) -> str:
    lines = [header, *([row.get(name, "a name") for name in header] for row in rows)]
    return "".join(",".join(f'"{cell}"' for cell in line) + "\r\n" for line in lines)


def test_only_the_region_lands_and_no_name_of_an_activity(tmp_path: Path) -> None:
    getter = Served(tmp_path, {aid.ADDRESS: text(ROW, ROW | {"Region Name": "Europe and Eurasia"}, ROW)})
    (release,) = aid.fetch(DATASET, getter)
    rows = parsed(DATASET, release)
    assert [url for url, _ in getter.asked] == [aid.ADDRESS]
    assert values(rows, "Current Dollar Amount") == ["-7", "-7"], "two equal transactions are two"
    assert [row.record for row in rows] == ["2", "4"]
    assert set(rows[0].values) == set(FIELDS)


def test_names_of_columns_that_drifted_are_known(tmp_path: Path) -> None:
    path = tmp_path / aid.FILE
    path.write_text(
        text(ROW).replace("Current Dollar Amount", "current_amount").replace("Activity Name", "Funding Acount ID")
    )
    (row,) = aid.parse(DATASET, aid.FILE, path)
    assert row.values["Current Dollar Amount"] == "-7"


def test_a_file_without_sectors_stops(tmp_path: Path) -> None:
    path = tmp_path / aid.FILE
    path.write_text(text(header=[name for name in HEADER if name != "US Sector Name"]))
    with pytest.raises(ContractError) as caught:
        list(aid.parse(DATASET, aid.FILE, path))
    assert caught.value.rule == "header.missing"


def test_it_is_not_asked_for_unless_a_setting_says_so() -> None:
    assert DATASET.needs_setting == "foreign_assistance_complete"
    assert Settings(_env_file=None).foreign_assistance_complete is False


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of one process is read from Linux")
def test_a_large_file_lands_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / aid.FILE
    line = text(ROW).splitlines()[1] + "\r\n"
    with path.open("w") as stream:
        stream.write(text())
        stream.writelines(line for _ in range(200_000))
    program = f"""
from datetime import UTC, datetime
from pathlib import Path
from ingestion.landing import land
from ingestion.ledger import Vintage
from ingestion.sources.foreign_assistance_complete import DATASET
day = datetime(2001, 1, 1, tzinfo=UTC)
vintage = Vintage(DATASET.id, "v", 1, None, day, "made up", "0", "file", ())
target = Path({str(tmp_path / "x.parquet")!r})
landed = land(DATASET, vintage, [("x.csv", Path({str(path)!r}))], target, parser="0")
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
print(landed.rows, peak.split()[1])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    rows, kilobytes = map(int, done.stdout.split())
    assert rows == 200_000
    assert kilobytes < 300 * 1024, "rows are streamed, not collected"
