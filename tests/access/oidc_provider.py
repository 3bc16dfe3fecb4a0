"""A sign-in service on this machine that can be told to misbehave: what a real one never would, but somebody might."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

CLIENT, SECRET = "wangge-town", "k3Jx9vQm2Lr8Tz5Wn7Bd"
ALGORITHM = {"RSA": "RS256", "EC": "ES256"}
Claims = dict[str, Any]


class OwnProvider:
    """The provider: what it knows, and how it misbehaves.

    Attributes
    ----------
    subject
        Who is signed in there.
    key, published
        The key that signs, and those it tells of.
    claims, sign
        Claims that replace the right ones, and what makes the token of them.
    metadata
        What it says of itself other than it should.
    answer
        Called instead of a right answer, by path.
    asked
        Paths of the requests so far.
    """

    def __init__(self, issuer: str, key: RSAKey | ECKey) -> None:
        self.issuer = issuer
        self.behave(key)

    def behave(self, key: RSAKey | ECKey) -> None:
        """Behave from now on."""
        self.subject, self.key = "s-1001", key
        self.published: list[Key] = [key]
        self.claims: Claims = {}
        self.metadata: Claims = {}
        self.sign: Callable[[Claims], str] = self.signed
        self.answer: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}

    def signed(self, claims: Claims) -> str:
        """Give a token as it should be."""
        return jwt.encode({"alg": ALGORITHM[self.key.key_type], "kid": self.key.kid}, claims, self.key)

    def said(self) -> Claims:
        """Give what it says of itself."""
        right = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        }
        return right | self.metadata

    def authorize(self, asked: dict[str, str]) -> str:
        """Give the address that the browser is sent back to, with a code."""
        assert (asked["client_id"], asked["response_type"], asked["scope"]) == (CLIENT, "code", "openid")
        assert asked["code_challenge_method"] == "S256"
        assert min(len(asked["state"]), len(asked["nonce"])) >= 43
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, posted: dict[str, str], authorization: str) -> tuple[int, Claims]:
        """Give what a code is worth: once, to its client, with its verifier."""
        given = (posted.get("client_id"), posted.get("client_secret"))
        if authorization.startswith("Basic "):
            user, _, password = base64.b64decode(authorization[6:]).decode().partition(":")
            given = (unquote(user), unquote(password))
        if given != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(posted.get("code", ""), None)
        digest = hashlib.sha256(posted.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != posted["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT, "iat": now, "exp": now + 300}
        claims |= {"nonce": asked["nonce"]} | self.claims
        token = self.sign({name: value for name, value in claims.items() if value is not None})
        return 200, {"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": token}


@contextmanager
def own_provider(key: RSAKey | ECKey) -> Iterator[OwnProvider]:
    """Run the provider on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, dict(parse_qsl(urlsplit(self.path).query))
            provider.asked.append(path)
            if path in provider.answer:
                provider.answer[path](self)
            elif path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(query))
                self.end_headers()
            elif path == "/keys":
                self.tell(200, {"keys": [each.as_dict(private=each.key_type == "oct") for each in provider.published]})
            else:
                self.tell(200, provider.said())

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            posted = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            if self.path in provider.answer:
                provider.answer[self.path](self)
            else:
                self.tell(*provider.token(posted, self.headers.get("Authorization", "")))

        def tell(self, status: int, body: Claims) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = OwnProvider(f"http://127.0.0.1:{server.server_port}", key)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
