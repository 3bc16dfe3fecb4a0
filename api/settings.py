"""Settings of the service, read once: from the command line, else from WANGGE_… of the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from maps.canvas import Tiles

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Settings(BaseSettings):
    """What the service needs to know.

    Attributes
    ----------
    store
        Path of the town's store.
    host, port
        Where to listen; port 0 takes a free one. Another host than this machine needs `insecure_no_accounts`.
    tiles, attribution
        URL template of an optional background (a Tianditu key, an intranet server) and what it asks to be said.
    log
        `json`: a line of JSON a request on stderr, and errors as such lines; `text`: errors alone, as the server tells.
    metrics_to_others
        Give `/metrics` to other machines than this one too.
    """

    model_config = SettingsConfigDict(env_prefix="WANGGE_", frozen=True)

    store: Path
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    tiles: str | None = None
    attribution: str = ""
    insecure_no_accounts: bool = False
    log: Literal["text", "json"] = "text"
    metrics_to_others: bool = False

    @property
    def open_to_others(self) -> bool:
        """Say whether the service listens where other machines may reach it."""
        return self.host not in LOOPBACK

    @property
    def background(self) -> Tiles | None:
        """Give the optional background of maps."""
        return Tiles(self.tiles, self.attribution) if self.tiles else None
