"""Who an ID token says has come (OpenID Connect Core 1.0, 3.1.3.7). Pure: token and keys in, subject out."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import Key, KeySet, import_key
from joserfc.jws import JWSRegistry

from api.problems import SignInProblem

ALGORITHMS = ("RS256", "ES256", "PS256")
"""Signatures that only the holder of a private key can make; never `none`, nor one by a shared secret."""
LEEWAY_S = 120
"""So far may the clocks be apart."""
LONGEST_SUBJECT = 255
AGAIN = "请回登录页再试一次；一直这样请告诉安委办。"
_CLAIMS: Mapping[str, str] = MappingProxyType(
    {"iss": "签发者", "aud": "接收者", "azp": "接收者", "nonce": "随机数", "iat": "签发时间", "sub": "用户标识"}
)


def keys_of(found: Any) -> KeySet:
    """Give the keys of a JWK set (RFC 7517) that sign; ValueError where there are none.

    Shared secrets, and keys that we don't know or can't read, are passed over, as its section 5 has it.
    """
    listed = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise ValueError("not a JWK set")
    keys: list[Key] = []
    for each in listed:
        if each.get("kty") in ("RSA", "EC") and each.get("use", "sig") == "sig":
            with suppress(JoseError, ValueError, KeyError, TypeError):
                keys.append(import_key(each))
    if not keys:
        raise ValueError("no key that signs")
    return KeySet(keys)


def subject_of(token: Mapping[str, Any], keys: KeySet, issuer: str, client_id: str, nonce: str) -> str:
    """Give the subject of the answer to a token request.

    Raises
    ------
    InvalidKeyIdError
        The token is signed by a key that is not among these.
    SignInProblem
        There is no ID token, or it is not signed by the service, not for us, not for this walk, not of now.
    """
    registry = JWSRegistry(algorithms=ALGORITHMS)
    registry.max_header_length = 8192  # some put their certificates there
    try:
        found = jwt.decode(str(token.get("id_token", "")), keys, registry=registry)
        claims = CodeIDToken(
            found.claims,
            found.header,
            options={"iss": {"value": issuer}, "aud": {"value": client_id}},  # that they are there is asked anyway
            params={"nonce": nonce, "client_id": client_id, "access_token": token.get("access_token")},
        )
        claims.validate(leeway=LEEWAY_S)
    except InvalidKeyIdError:
        raise
    except ExpiredTokenError as error:
        raise SignInProblem(f"统一登录的回执过期了（也可能是两边的时钟差得多）。{AGAIN}") from error
    except ClaimError as error:
        what = _CLAIMS.get(error.claim, "内容")
        raise SignInProblem(f"统一登录的回执不能用（{what}不对）。{AGAIN}") from error
    except (JoseError, ValueError, RecursionError) as error:  # the last: lists in lists without end
        raise SignInProblem(f"统一登录的回执不能用（签名不对）。{AGAIN}") from error
    subject = str(claims["sub"])
    if not (0 < len(subject) <= LONGEST_SUBJECT and subject.isprintable()):
        raise SignInProblem(f"统一登录的回执不能用（用户标识不对）。{AGAIN}")
    return subject
