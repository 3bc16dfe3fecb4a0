"""The served village, with a token of each role: what fuzzed requests are sent to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI

from api.app import create_app
from api.settings import Settings
from geodata.accounts.book import Accounts
from geodata.accounts.model import User
from tests.made_up import village_store

BASE = "http://127.0.0.1:8000"
OWN = "990001002001"
"""A community."""
USERS = (
    User("clerk", "安委办", "clerk"),
    User("leader", "镇长", "leader"),
    User("manager", "网格长", "grid_manager", areas=(f"community:{OWN}",)),
    User("inspector", "安全员", "inspector", officer="AQ001"),
    User("farms", "农办", "department", department="农业农村局"),
)
NOBODY, READER = "nobody", "reader"
"""Who has no token; who has the clerk's for reading alone."""


@dataclass(frozen=True)
class Served:
    """A service, and the headers by which each comes in."""

    app: FastAPI
    callers: Mapping[str, Mapping[str, str]]


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serve the village from a folder. Jobs that are asked for wait: the service's life is not begun."""
    path = village_store(folder / "village.gpkg")
    accounts = Accounts(path)
    callers: dict[str, Mapping[str, str]] = {NOBODY: {}}
    for user in USERS:
        accounts.add(user, "t")
        callers[user.login] = _bearer(accounts.make_token(user.login, "t", 1, read_only=False)[1])
    callers[READER] = _bearer(accounts.make_token("clerk", "t", 1, read_only=True)[1])
    app = create_app(Settings(store=path))
    yield Served(app, callers)
    app.state.desk.close()
    accounts.close()


def _bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}
