-- Rows of every table of this build against the publication that is up while it is made; built last: all are there.
-- depends_on: {{ ref('rpt_revisions') }}
with previous_tables as (

    select * from {{ ref('stg_publication__tables') }}

),

last_publication as (

    select distinct
        previous_build_id,
        code_changed
    from previous_tables

),

tables_of_build as (

    {{ published_row_counts() }}

),

compared as (

    select
        last_publication.previous_build_id,
        last_publication.code_changed,
        coalesce(tables_of_build.table_name, previous_tables.table_name) as table_name,
        previous_tables.previous_rows,
        tables_of_build.row_count,
        tables_of_build.row_count - previous_tables.previous_rows as difference
    from tables_of_build
    full outer join previous_tables on tables_of_build.table_name = previous_tables.table_name
    cross join last_publication

)

select
    previous_build_id,
    table_name,
    cast(previous_rows as {{ dbt.type_bigint() }}) as previous_rows,
    cast(row_count as {{ dbt.type_bigint() }}) as row_count,
    cast(difference as {{ dbt.type_bigint() }}) as difference,
    {{ percentage('difference', 'previous_rows') }} as percent_change,
    code_changed
from compared
