"""Settings of the service, read once: from the command line, else from WANGGE_… of the environment."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Settings(BaseSettings):
    """What the service needs to know.

    Attributes
    ----------
    store
        Path of the town's store.
    host, port
        Where to listen; port 0 takes a free one. Another host than this machine needs `insecure_no_accounts`.
    background
        A file of tiles (.pmtiles, .mbtiles), or a table of backgrounds in TOML (docs/backgrounds.md).
    tiles, attribution
        URL template of one more background and what it asks to be said.
    """

    model_config = SettingsConfigDict(env_prefix="WANGGE_", frozen=True)

    store: Path
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    background: Path | None = None
    tiles: str | None = None
    attribution: str = ""
    insecure_no_accounts: bool = False

    @property
    def open_to_others(self) -> bool:
        """Say whether the service listens where other machines may reach it."""
        return self.host not in LOOPBACK
