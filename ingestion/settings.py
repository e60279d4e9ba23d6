"""Settings: one typed class, read from ``LOE_*`` environment variables or a ``.env`` file."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent
RECORDINGS = PROJECT_ROOT / "ingestion" / "recordings"


class Sources(StrEnum):
    """Where figures come from."""

    RECORDED = "recorded"
    LIVE = "live"


class Settings(BaseSettings):
    """Everything that can be set from outside. Secrets are masked wherever they are printed."""

    model_config = SettingsConfigDict(
        env_prefix="LOE_", env_file=PROJECT_ROOT / ".env", env_file_encoding="utf-8", extra="forbid"
    )

    sources: Sources = Field(default=Sources.RECORDED, description="`recorded` (offline, bundled figures) or `live`.")
    data_dir: Path = Field(default=PROJECT_ROOT / "data", description="Folder of all run-time data.")
    contact: str = Field(default="", description="URL or e-mail put in the user agent; publishers ask for one.")
    idmc_client_id: SecretStr | None = Field(
        default=None,
        description="Key of IDMC's interface, asked for by e-mail; without it live `idmc/*` ask the mirror on HDX.",
    )
    foreign_assistance_complete: bool = Field(
        default=False,
        description="Ask for the complete file of U.S. foreign assistance, 3.75 GB: set `LOE_DEADLINE` to an hour too.",
    )
    hapi_app_identifier: SecretStr | None = Field(
        default=None,
        description="App identifier of the HDX Humanitarian API (base64 of `name:e-mail`); live `hdx_hapi/*` need it.",
    )
    dtm_subscription_key: SecretStr | None = Field(
        default=None, description="Key of the interface of IOM's Displacement Tracking Matrix; live figures need it."
    )
    dtm_local_use: bool = Field(
        default=False,
        description="Ask for IOM's Displacement Tracking Matrix, for your own non-commercial use: its licence forbids "
        "to pass the figures on, so they are landed and staged and reach no published table.",
    )
    deadline: float = Field(default=300.0, gt=0, description="Seconds that one download may take, retries included.")
    connect_timeout: float = Field(default=10.0, gt=0, description="Seconds to wait for a connection.")
    read_timeout: float = Field(default=60.0, gt=0, description="Seconds to wait for the next bytes.")
    attempts: int = Field(default=5, ge=1, description="Tries of one download.")
    downloads: int = Field(default=4, ge=1, description="Datasets downloaded side by side.")
    threads: int = Field(default=2, ge=1, description="Models and tests that dbt works on at a time.")
    unit_tests: bool = Field(
        default=False,
        description="Run the dbt unit tests with each build. Their inputs are fixed, so `make test` runs them once.",
    )
    keep_publications: int = Field(default=5, ge=1, description="Past publications kept for rollback.")
    keep_history: int = Field(
        default=100,
        ge=1,
        description="Builds whose check results are kept in `quality.check_results`, and publications remembered.",
    )

    @property
    def workspace(self) -> Path:
        """Folder of this source mode: recorded and live figures never share an archive."""
        return self.data_dir.resolve() / self.sources.value

    @property
    def archive_dir(self) -> Path:
        """Archived bytes and the ledger."""
        return self.workspace / "archive"

    @property
    def landing_dir(self) -> Path:
        """Promoted vintages as Parquet: ``<publisher>/<dataset>/<vintage_id>.parquet``."""
        return self.workspace / "landing"

    @property
    def history_dir(self) -> Path:
        """Observations of older vintages, kept between builds."""
        return self.workspace / "history" / "observations"

    @property
    def builds_dir(self) -> Path:
        """Private databases while they are built."""
        return self.workspace / "builds"

    @property
    def published_dir(self) -> Path:
        """What readers see."""
        return self.workspace / "published"


@cache
def settings() -> Settings:
    """Return the settings of this process."""
    return Settings()
