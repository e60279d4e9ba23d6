"""Resources: the workspace, held for writing while a run lasts."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from ingestion.lock import writer_lock
from ingestion.settings import Settings, settings
from publication.build import Build, current_build, start_build


class Workspace(dg.ConfigurableResource["Workspace"]):
    """The folders of one source mode, and the build that a run works on.

    Holds the writer lock from the first step of a run to the last: DuckDB has one writer, and so has the archive.
    """

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Workspace"]:
        """Take the writer lock for the length of the run."""
        del context
        with writer_lock(settings()):
            yield self

    @property
    def settings(self) -> Settings:
        """The settings of this process."""
        return settings()

    def build_of_run(self, run_id: str) -> Build:
        """Return the build of this run, starting it if this is the run's first step."""
        build = current_build(self.settings)
        if build is None or not build.id.endswith(run_id[:8]):
            build = start_build(self.settings, run_id)
        return build

    def last_build(self) -> Build:
        """Return the build that was started last.

        Raises:
            dagster.Failure: nothing was built yet.
        """
        build = current_build(self.settings)
        if build is None:
            raise dg.Failure("There is no build yet. Materialize the warehouse first.")
        return build
