"""Settings of the service, read once: from the command line, else from WANGGE_… of the environment."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.backup_words import HOUR, KEEP
from api.oidc.service import LOOPBACK, Service
from geodata.store.location import Where, store_path

__all__ = ["LOOPBACK", "Settings"]


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
    backup_dir, backup_at, backup_keep
        Where the service keeps backups (`town.backups` beside the store when left out); the hour of the day when it
        makes one by itself, as `02:00` on the town's clock (never when left out); of how many days, weeks, months and
        years the newest stays (`geodata.store.rotation`).
    oidc_issuer, oidc_client_id, oidc_client_secret, oidc_name
        The office's sign-in service (docs/accounts.md): all, or none.
    """

    model_config = SettingsConfigDict(env_prefix="WANGGE_", frozen=True, hide_input_in_errors=True)

    store: Annotated[Where, PlainValidator(store_path)]
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    background: Path | None = None
    tiles: str | None = None
    attribution: str = ""
    insecure_no_accounts: bool = False
    log: Literal["text", "json"] = "text"
    metrics_to_others: bool = False
    backup_dir: Path | None = None
    backup_at: str | None = None
    backup_keep: str = "7d4w12m"
    trusted_proxies: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = ""

    @model_validator(mode="after")
    def _service_is_whole(self) -> Settings:
        _ = self.service
        return self

    @property
    def service(self) -> Service | None:
        """The office's sign-in service; None where it has none."""
        return Service.of(self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret, self.oidc_name)

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, text: str) -> str:
        try:
            _networks(text)
        except ValueError as error:
            raise ValueError(f"trusted_proxies 应为 IP 地址或网段，用逗号分开，而不是“{text}”") from error
        return text

    @field_validator("backup_at", "backup_keep")
    @classmethod
    def _are_written_so(cls, text: str | None, info: ValidationInfo) -> str | None:
        if text is not None and not re.fullmatch({"backup_at": HOUR, "backup_keep": KEEP}[info.field_name or ""], text):
            raise ValueError(f"{info.field_name} 不认识“{text}”")
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
