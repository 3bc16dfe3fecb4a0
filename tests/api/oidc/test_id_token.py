"""What a token must be: whatever stands in it, only one that is right in all gives a subject."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from api.oidc.id_token import keys_of, subject_of
from api.problems import SignInProblem

KEY = ECKey.generate_key("P-256", auto_kid=True)
ISSUER, CLIENT, NONCE = "https://login.example", "wangge", "n-0S6_WzA2Mj"
NAMES = ("iss", "sub", "aud", "exp", "iat", "nbf", "nonce", "azp", "at_hash", "auth_time", "amr", "email")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([ISSUER, CLIENT, NONCE]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


def right() -> dict[str, Any]:
    """Give claims that are right."""
    now = int(time.time())
    return {"iss": ISSUER, "sub": "s-1001", "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": NONCE}


def subject(claims: dict[str, Any], access_token: Any = "x") -> str:
    """Give the subject of a signed token of claims."""
    answer = {"id_token": jwt.encode({"alg": "ES256", "kid": KEY.kid}, claims, KEY), "access_token": access_token}
    return subject_of(answer, KeySet([KEY]), ISSUER, CLIENT, NONCE)


def is_right(claims: dict[str, Any]) -> bool:
    """Say by the standard's list, claim by claim, whether claims are right (OpenID Connect Core, 2 and 3.1.3.7)."""
    now = time.time()

    def moment(name: str) -> Any:
        value = claims.get(name)
        return None if isinstance(value, bool) or not isinstance(value, int | float) else value

    audience = claims.get("aud")
    ours = audience in (CLIENT, [CLIENT]) or (isinstance(audience, list) and CLIENT in audience)
    alone = audience == CLIENT or audience == [CLIENT] or claims.get("azp") == CLIENT
    ends, made = moment("exp"), moment("iat")
    return bool(
        claims.get("iss") == ISSUER
        and isinstance(claims.get("sub"), str)
        and 0 < len(claims["sub"]) <= 255
        and ours
        and alone
        and claims.get("nonce") == NONCE
        and ends is not None
        and ends > now - 120
        and made is not None
        and made < now + 120
    )


@given(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3), st.sampled_from(NAMES))
def test_any_claims(others: dict[str, Any], missing: str) -> None:
    """Claims of any kind, or none at all, end in the subject of a right token or in words that it is not taken."""
    claims = right() | others
    if missing not in others and missing in claims and others:
        del claims[missing]
    try:
        found = subject(claims)
    except SignInProblem:
        return
    assert is_right(claims)
    assert found == claims["sub"]


def test_right_claims() -> None:
    """A right token is taken; with us among others when it was made for us."""
    assert subject(right()) == "s-1001"
    assert subject(right() | {"aud": [CLIENT]}) == "s-1001"
    assert subject(right() | {"aud": [CLIENT, "another"], "azp": CLIENT}) == "s-1001"


@pytest.mark.parametrize("at_hash", [5, "", [], "AAAA"])
@pytest.mark.parametrize("access_token", [5, None, "x", []])
def test_odd_access_tokens(at_hash: Any, access_token: Any) -> None:
    """An access token that is none breaks nothing."""
    try:
        assert subject(right() | {"at_hash": at_hash}, access_token) == "s-1001"
    except SignInProblem:
        assert at_hash


@given(VALUES | st.fixed_dictionaries({"keys": VALUES | st.lists(st.fixed_dictionaries({"kty": VALUES, "n": VALUES}))}))
def test_any_keys(found: Any) -> None:
    """What is no set of keys that sign is said to be none."""
    with pytest.raises(ValueError, match=r"key|JWK"):
        keys_of(found)


@pytest.mark.parametrize(
    "odd",
    [
        {"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA", "kid": "1"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "1"},
        {"kty": "RSA", "n": "!", "e": "AQAB", "kid": "1"},
        {"kty": "RSA", "kid": "1"},
        {"kty": "AKP", "pub": "AA", "kid": "1"},
        {"kty": "oct", "k": "AAAA", "kid": "1"},
        {**KEY.as_dict(private=False), "use": "enc"},
    ],
)
def test_keys_that_are_passed_over(odd: dict[str, Any]) -> None:
    """A key that is unknown, unreadable, shared or not for signing does not spoil the others."""
    assert [key.kid for key in keys_of({"keys": [odd, KEY.as_dict(private=False)]})] == [KEY.kid]
