"""The made-up village with an account of each role; two communities, one of which is the own one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.passwords import kept
from api.settings import Settings
from geodata.accounts.book import Accounts
from geodata.accounts.model import User
from geodata.ledger import Ledger
from geodata.store import open_store
from tests.made_up import village_store

BASE = "http://127.0.0.1:8000"
OWN, FOREIGN = "990001002001", "990001002204"
"""Communities; the grid of the inspector lies in the own one."""
PASSWORD = "three brown cows at dawn"
USERS = (
    User("clerk", "安委办", "clerk"),
    User("leader", "镇长", "leader"),
    User("manager", "网格长", "grid_manager", areas=(f"community:{OWN}",)),
    User("helper", "协办", "clerk", areas=(f"community:{OWN}",)),
    User("inspector", "安全员", "inspector", officer="AQ001"),
    User("spare", "备用", "leader"),
    User("farms", "农办", "department", department="农业农村局"),
)
Let = Callable[[str], TestClient]


@dataclass(frozen=True)
class Town:
    """The served village."""

    path: Path
    app: FastAPI
    ledger: Ledger
    accounts: Accounts


@cache
def hashed() -> str:
    """Give the hash of everybody's password: hashing is slow on purpose."""
    return kept(PASSWORD, "nobody")


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Serve the village; what tests write there lies in the own area and is theirs."""
    path = village_store(tmp_path_factory.mktemp("guarded") / "village.gpkg")
    accounts = Accounts(path)
    for user in USERS:
        accounts.add(replace(user, password=hashed()), "t")
    app = create_app(Settings(store=path))
    with open_store(path) as store:
        ledger = store.ledger()
    with TestClient(app):
        yield Town(path, app, ledger, accounts)
    accounts.close()


@pytest.fixture(scope="session")
def let_in(guarded: Town) -> Let:
    """Give the browser of somebody who came in; of nobody for an empty login."""

    @cache
    def client(login: str) -> TestClient:
        browser = TestClient(guarded.app, base_url=BASE, headers={"Origin": BASE}, raise_server_exceptions=False)
        if login:
            answer = browser.post("/api/v1/session", json={"login": login, "password": PASSWORD})
            assert answer.status_code == 204
        return browser

    return client


@pytest.fixture(scope="session")
def marked(guarded: Town, let_in: Let) -> Mapping[str, str]:
    """Write about places of the own and of the foreign area in every way there is; give a photo of each place."""
    from tests.access.marked import mark_all  # noqa: PLC0415 - it writes into this town

    return mark_all(guarded, let_in("clerk"))
