"""Every figure is worked out a second time, from the records that the table of lineage names."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.dbt.conftest import Project


@pytest.fixture(scope="module")
def opened(warehouse: Project) -> duckdb.DuckDBPyConnection:
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        yield connection


def test_every_figure_has_its_records(opened: duckdb.DuckDBPyConnection) -> None:
    """A zero by absence is the only figure without a record: the file has none."""
    without = opened.execute(
        "select indicator_id, measure, count(*) from core.fct_observations as o where observation_value is not null "
        "and not exists (select 1 from quality.lineage as l where l.observation_key = o.observation_key) "
        "and not (observation_value = 0 and measure like '%encounters%') group by all"
    ).fetchall()
    assert without == []


def test_a_figure_made_of_a_file_that_others_read_says_so(opened: duckdb.DuckDBPyConnection) -> None:
    made_of_them = """
        select distinct lineage.indicator_id, time_period, coalesce(flags, '') like '%read_by_others%' as says_so
        from quality.lineage
        inner join reference.files_read_by_others using (dataset_id, vintage_id, file_name)
        inner join core.fct_observations using (observation_key)
    """
    found = opened.execute(made_of_them).fetchall()
    months = {"2017-11", "2018-01", "2018-03", "2018-05", "2018-08", "2018-09"}
    assert {
        indicator: {period for of, period, says_so in found if of == indicator and says_so} for indicator, _, _ in found
    } == {
        "L4.6": {"FY2018"},
        "L8.3": {*months, "FY2018"},
        "L2.1": {str(year) for year in range(2019, 2026)},
        None: {f"{year}-12-31" for year in range(2022, 2026)},
    }
    assert all(says_so for _, _, says_so in found)
    named = "select count(*) from reference.files_read_by_others semi join quality.ledger_files using "
    assert opened.execute(f"{named} (dataset_id, vintage_id, file_name)").fetchone() == (12,)
    flagged = """
        select distinct time_period from core.fct_observations
        where flags like '%read_by_others%' and dataset_id not like 'iom_gdidata/%'
    """
    assert {period for (period,) in opened.execute(flagged).fetchall()} == {period for _, period, _ in found}


def test_every_figure_of_a_copy_says_so(opened: duckdb.DuckDBPyConnection) -> None:
    copies = """
        select distinct indicator_id, coalesce(flags, '') like '%read_by_others%', warning like '%Read by others%'
        from core.fct_observations where 'iom_gdidata' in (split_part(dataset_id, '/', 1),
            split_part(second_dataset_id, '/', 1))
    """
    assert sorted(opened.execute(copies).fetchall()) == [(i, True, True) for i in ("L5.1", "L5.4", "L6.6", "L6.7")]


def test_every_formula_gives_every_figure_again(opened: duckdb.DuckDBPyConnection) -> None:
    measures = opened.execute(
        "select measure, formula, list(distinct component) from core.measures "
        "inner join quality.lineage using (measure) group by measure, formula"
    ).fetchall()
    assert {measure for measure, _, _ in measures} == {
        measure
        for (measure,) in opened.execute(
            "select distinct measure from core.fct_observations where observation_value is not null"
        ).fetchall()
    }
    wrong = {}
    for measure, formula, components in measures:
        wide = ", ".join(f"sum(component_value) filter (component = '{name}') as {name}" for name in components)
        differing = opened.execute(
            f"with parts as (select observation_key, {wide} from quality.lineage where measure = ? group by 1) "
            "select reference_area, counterpart_area, time_period, observation_value, recomputed from ("
            f"select o.*, cast({formula} as double) as recomputed from core.fct_observations as o "
            "left join parts using (observation_key) where o.measure = ? and o.observation_value is not null) "
            "where coalesce(abs(recomputed - observation_value) > 0.000001 + abs(observation_value) * 1e-9, true)",
            [measure, measure],
        ).fetchall()
        if differing:
            wrong[measure] = (len(differing), differing[:3])
    assert wrong == {}


def test_every_component_is_the_sum_of_the_landed_records(opened: duckdb.DuckDBPyConnection, landing: Path) -> None:
    fields = opened.execute(
        "select dataset_id, landing_field, count(*) from quality.lineage where landing_field <> 'Ceiling' group by all"
    ).fetchall()
    assert sum(count for _, _, count in fields) > 50_000
    wrong = {}
    for dataset_id, field, _ in fields:
        landed = f"read_parquet('{landing / dataset_id}/*.parquet', union_by_name = true)"
        differing = opened.execute(
            "with named as (select observation_key, component, vintage_id, file_name, component_value, "
            "unnest(string_split(records, '|')) as record from quality.lineage "
            "where dataset_id = ? and landing_field = ?) "
            "select named.observation_key, named.component, any_value(named.component_value) as kept, "
            f"sum(cast(replace(landed.\"{field}\", ',', '') as decimal(28, 6))) as added from named "
            f"left join {landed} as landed on landed._vintage_id = named.vintage_id "
            "and landed._file = named.file_name and landed._record_number = named.record "
            "group by named.observation_key, named.component, named.vintage_id, named.file_name "
            "having kept is distinct from added",
            [dataset_id, field],
        ).fetchall()
        if differing:
            wrong[dataset_id, field] = (len(differing), differing[:3])
    assert wrong == {}
