"""How long a refused login takes must not tell whether there is such a login."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from statistics import median

from fastapi.testclient import TestClient

from tests.access.conftest import BASE, Let, Town

ROUNDS = 5
GAP = 0.1


def asked(browsers: Iterator[TestClient], login: str) -> float:
    """Give the processor seconds of a whole request with a wrong password."""
    browser, body = next(browsers), {"login": login, "password": "not the right one"}
    begun = time.process_time()
    assert browser.post("/api/v1/session", json=body).status_code == 401
    return time.process_time() - begun


def gap(browsers: Iterator[TestClient]) -> float:
    """Give how far the medians of a known and an unknown login are apart, as a part of the longer."""
    taken: dict[str, list[float]] = {"spare": [], "nobody": []}
    for _ in range(ROUNDS):
        for login, seconds in taken.items():
            seconds.append(asked(browsers, login))
    medians = [median(seconds) for seconds in taken.values()]
    return (max(medians) - min(medians)) / max(medians)


def test_as_long_for_nobody_as_for_somebody(guarded: Town, let_in: Let) -> None:
    """The whole request takes as much of the processor for an unknown login as for a known one, within 10 %.

    The best of three counts: other work on the machine adds to any of them, but can't make them alike.
    """
    addresses = (f"10.1.{number // 250}.{number % 250}" for number in count())
    browsers = (
        TestClient(guarded.app, base_url=BASE, headers={"Origin": BASE}, client=(address, 5000))
        for address in addresses
    )
    asked(browsers, "nobody")
    assert any(gap(browsers) < GAP for _ in range(3))
