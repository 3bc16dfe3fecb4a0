"""Settings of the service, read once: from the command line, else from WANGGE_… of the environment."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from geodata.store.location import Where, store_path

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Settings(BaseSettings):
    """What the service needs to know.

    Attributes
    ----------
    store
        The town's store: the path of a GeoPackage, or the address of a PostgreSQL database.
    host, port
        Where to listen; port 0 takes a free one. Another host than this machine needs `insecure_no_accounts`.
    background
        A file of tiles (.pmtiles, .mbtiles), or a table of backgrounds in TOML (docs/backgrounds.md).
    trusted_proxies
        Addresses or networks (`127.0.0.1,10.0.0.0/8`) of reverse proxies whose word is taken (`Forwarded`,
        `X-Forwarded-…`) for the address that links in answers begin with; empty: nobody's.
    tiles, attribution
        URL template of one more background and what it asks to be said.
    log
        `json`: a line of JSON a request on stderr, and errors as such lines; `text`: errors alone, as the server tells.
    metrics_to_others
        Give `/metrics` to other machines than this one too.
    """

    model_config = SettingsConfigDict(env_prefix="WANGGE_", frozen=True)

    store: Annotated[Where, PlainValidator(store_path)]
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    background: Path | None = None
    tiles: str | None = None
    attribution: str = ""
    insecure_no_accounts: bool = False
    log: Literal["text", "json"] = "text"
    metrics_to_others: bool = False
    trusted_proxies: str = ""

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, text: str) -> str:
        try:
            _networks(text)
        except ValueError as error:
            raise ValueError(f"trusted_proxies 应为 IP 地址或网段，用逗号分开，而不是“{text}”") from error
        return text

    def trusts(self, address: str) -> bool:
        """Say whether a peer is a trusted proxy; a peer without an IP address (a Unix socket) is none."""
        try:
            peer = ip_address(address)
        except ValueError:
            return False
        return any(peer in network for network in _networks(self.trusted_proxies))

    @property
    def open_to_others(self) -> bool:
        """Say whether the service listens where other machines may reach it."""
        return self.host not in LOOPBACK


def _networks(text: str) -> list[IPv4Network | IPv6Network]:
    return [ip_network(part.strip()) for part in text.split(",") if part.strip()]
