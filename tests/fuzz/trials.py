"""Odd requests drawn and sent to a service, each as somebody: what came of them, and what is wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from time import monotonic

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.drawn import requests
from tests.fuzz.requests import Sent, fault, send
from tests.fuzz.town import Served


@dataclass
class Tried:
    """How many requests were answered with which status, the slowest of them, and faults."""

    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)


def try_out(served: Served, number: int, examples: int, until: float = float("inf")) -> Tried:
    """Send so many requests, which the number decides; stop at a moment of `time.monotonic`."""
    tried = Tried()

    @seed(number)
    @settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=False
    )
    @given(requests(), st.sampled_from(sorted(served.callers)))
    def trial(drawn: Sent, caller: str) -> None:
        if monotonic() > until:
            return
        own = tuple((name.lower().encode(), value.encode()) for name, value in served.callers[caller].items())
        sent = replace(drawn, headers=(*own, *drawn.headers))
        try:
            got = send(served.app, sent)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            tried.faults.append(f"{type(error).__name__}: {error}: {drawn}"[:2000])
            return
        tried.statuses[got.status] += 1
        tried.slowest = max(tried.slowest, got.seconds)
        wrong = fault(sent, got)
        if wrong is not None:
            tried.faults.append(wrong[:2000])

    trial()
    return tried
