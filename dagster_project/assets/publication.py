"""The publication: depends on every table that readers get."""

import dagster as dg

from dagster_project.assets.warehouse import MANIFEST, asset_key
from dagster_project.resources import Workspace
from publication.export import PRIVATE_SCHEMAS
from publication.publish import publish


def _published_keys() -> list[dg.AssetKey]:
    return sorted(
        asset_key(unique_id)
        for unique_id, node in MANIFEST["nodes"].items()
        if node["resource_type"] in {"model", "seed"} and node["schema"] not in PRIVATE_SCHEMAS
    )


@dg.asset(
    name="publication",
    deps=_published_keys(),
    group_name="publication",
    kinds={"duckdb", "parquet"},
    description="What readers see: one database file, Parquet and CSV, reports, manifest. Replaced in one step.",
)
def publication(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
    """Put the audited build in place."""
    build = workspace.last_build()
    manifest = publish(build, workspace.settings)
    context.log.info("published %s", manifest["build_id"])
    current = workspace.settings.published_dir / "current"
    return dg.MaterializeResult(
        metadata={
            "build": manifest["build_id"],
            "dagster/row_count": sum(table["rows"] for table in manifest["tables"].values()),
            "checks": dg.MetadataValue.json(manifest["checks"]),
            "audit report": dg.MetadataValue.path(str(current / "reports" / "audit.html")),
            "database": dg.MetadataValue.path(str(workspace.settings.published_dir / "lines_of_effort.duckdb")),
        },
        data_version=dg.DataVersion(manifest["fingerprint"]),
    )
