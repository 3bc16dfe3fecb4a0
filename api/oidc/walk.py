"""A person on the way through the sign-in service: what must still be known when they come back, sealed in a cookie."""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import asdict, dataclass

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import OctKey
from pydantic import SecretStr

WALK_S = 600
"""So long somebody may take to type a password there."""
_LABEL = b"wangge: walk through the sign-in service"
_SEALED = {"alg": "dir", "enc": "A256GCM"}
_REGISTRY = JWERegistry(algorithms=list(_SEALED.values()))


@dataclass(frozen=True)
class Walk:
    """Somebody who was sent to the sign-in service.

    Attributes
    ----------
    state, nonce, verifier
        What the answer must name, what the token must name, what the code is bound to (RFC 7636).
    callback
        The address here that they come back to.
    back
        The page they wanted.
    """

    state: str
    nonce: str
    verifier: str
    callback: str
    back: str

    @classmethod
    def begun(cls, callback: str, back: str) -> Walk:
        """Begin a walk."""
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        return cls(state, nonce, verifier, callback, back)


class Seals:
    """Seal walks so that neither the browser nor another site can read or make one.

    The key follows from the client secret, one step of HKDF-Expand (RFC 5869): who comes back may come to another
    process of the service than the one that sent them.
    """

    def __init__(self, secret: SecretStr) -> None:
        key = hmac.digest(secret.get_secret_value().encode(), _LABEL + b"\x01", "sha256")
        self._key = OctKey.import_key(key)

    def sealed(self, walk: Walk) -> str:
        """Give a walk as the text of a cookie."""
        return jwt.encode(_SEALED, {**asdict(walk), "exp": time.time() + WALK_S}, self._key, registry=_REGISTRY)

    def opened(self, text: str) -> Walk | None:
        """Give the walk of a cookie; None for one that is not of here, or older than ten minutes."""
        try:
            claims = jwt.decode(text, self._key, registry=_REGISTRY).claims
        except (JoseError, ValueError):
            return None
        return Walk(**claims) if claims.pop("exp") > time.time() else None
