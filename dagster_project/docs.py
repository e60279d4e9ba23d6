"""``make docs``: the generated pages of ``docs/``, and dbt's own documentation of the warehouse."""

from __future__ import annotations

from dagster_project.dbt_runner import write_dbt_docs
from ingestion.console import OUT, relative
from ingestion.docs import write_pages
from ingestion.settings import settings
from publication.build import current_build


def main() -> None:
    """Write the pages and print where they are."""
    for path in write_pages():
        OUT.print(f"wrote {relative(path)}")
    build = current_build(settings())
    if build is None:
        OUT.print("dbt's documentation needs a build: run `make run` first, then `make docs` again")
    else:
        OUT.print(f"wrote {relative(write_dbt_docs(build, settings()))}")


if __name__ == "__main__":
    main()
