"""The cookie of a walk."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

import api.oidc.walk as walking
from api.oidc.walk import Seals, Walk

SECRET = SecretStr("k7Qm-2vTz9-Lw4Rb8")
WALK = Walk.begun("https://a.example/login/service/callback", "/gaps?by=grid")


def test_sealed_and_opened() -> None:
    """A walk comes out as it went in; nothing of it can be read; each is its own."""
    seals = Seals(SECRET)
    assert seals.opened(seals.sealed(WALK)) == WALK
    assert WALK.verifier not in seals.sealed(WALK)
    assert seals.sealed(WALK) != seals.sealed(WALK)
    assert len({WALK.state, WALK.nonce, WALK.verifier, Walk.begun("", "").state}) == 4
    assert 43 <= len(WALK.verifier) <= 128  # RFC 7636, 4.1


@pytest.mark.parametrize("text", ["", "x", "a.b.c.d.e", "eyJhbGciOiJub25lIn0.e30.", "密"])
def test_not_ours(text: str) -> None:
    """What is none of ours is no walk: nonsense, another secret's, one with a character changed."""
    seals, sealed = Seals(SECRET), Seals(SecretStr("another secret of a service")).sealed(WALK)
    assert seals.opened(text) is None
    assert seals.opened(sealed) is None
    own = seals.sealed(WALK)
    assert seals.opened(own[:-30] + ("A" if own[-30] != "A" else "B") + own[-29:]) is None


def test_another_process_opens_it() -> None:
    """Who comes back to another process of the service, or to it after a restart, is known."""
    assert Seals(SECRET).opened(Seals(SECRET).sealed(WALK)) == WALK
    assert Seals(SECRET)._key.raw_value != SECRET.get_secret_value().encode()


def test_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk of more than ten minutes is over."""
    seals = Seals(SECRET)
    sealed, begun = seals.sealed(WALK), walking.time.time()
    monkeypatch.setattr(walking.time, "time", lambda: begun + 590)
    assert seals.opened(sealed) == WALK
    monkeypatch.setattr(walking.time, "time", lambda: begun + 610)
    assert seals.opened(sealed) is None


def test_longest_fits_a_cookie() -> None:
    """The longest page that is remembered fits into a cookie of 4 KB."""
    assert (
        len(Seals(SECRET).sealed(Walk.begun("https://" + "a" * 253 + "/login/service/callback", "/" + "长" * 111)))
        < 3900
    )
    assert (
        len(Seals(SECRET).sealed(Walk.begun("https://" + "a" * 253 + "/login/service/callback", "/" + "x" * 999)))
        < 3900
    )
