"""The sign-in service as it is asked: what it says of itself, its keys, what a code is worth."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

import httpx2
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import KeySet

from api.oidc.bounded import Bounded, trusted
from api.oidc.id_token import AGAIN, keys_of, subject_of
from api.oidc.service import Service, is_safe
from api.oidc.walk import Seals, Walk
from api.problems import ServiceDownProblem, SignInProblem

LOGGER = logging.getLogger("wangge.oidc")
PATIENCE_S = 5.0
"""So long may all that is asked for one page take together."""
KEEP_S = 3600.0
"""So long is believed what the service said of itself."""
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
WAYS = ("client_secret_basic", "client_secret_post")


@dataclass(frozen=True)
class Known:
    """What the service says of itself, its keys, and when it was asked (seconds of `time.monotonic`)."""

    said: Mapping[str, Any]
    keys: KeySet
    at: float


class Provider:
    """A sign-in service: where somebody is sent, and who came back."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._seals = Seals(service.secret)
        self._known: Known | None = None
        self._one = asyncio.Lock()

    async def door(self, callback: str, back: str) -> tuple[str, str]:
        """Give the address there that somebody is sent to, who comes back to `callback` and wanted the page `back`.

        With it the cookie that they must bring back. Raises ServiceDownProblem when the service can't be asked.
        """
        walk = Walk.begun(callback, back)
        async with self._asking() as client:
            known = await self._asked(client)
        address, _ = client.create_authorization_url(
            known.said["authorization_endpoint"],
            state=walk.state,
            code_verifier=walk.verifier,
            nonce=walk.nonce,
            redirect_uri=walk.callback,
            scope="openid",
        )
        return str(address), self._seals.sealed(walk)

    async def way_out(self, back: str) -> str | None:
        """Give the address there that ends the session there too, and leads to the page `back`; None: there is none.

        By OpenID Connect RP-Initiated Logout 1.0. Raises ServiceDownProblem when the service can't be asked.
        """
        async with self._asking() as client:
            known = await self._asked(client)
        address = known.said.get("end_session_endpoint")
        if not isinstance(address, str) or not is_safe(address):
            return None
        asked = urlencode({"client_id": self.service.client_id, "post_logout_redirect_uri": back})
        return f"{address}{'&' if '?' in address else '?'}{asked}"

    async def subject(self, cookie: str, answer: Mapping[str, str]) -> tuple[str, str]:
        """Give the subject of who came back with a cookie and an answer, and the page they wanted.

        Raises SignInProblem for an answer that is not of this walk or a token that is not for us, ServiceDownProblem
        when the service can't be asked.
        """
        walk = self._seals.opened(cookie)
        if walk is None:
            raise SignInProblem(f"这次统一登录开始得太久了，或不是从这里开始的。{AGAIN}")
        if not compare_digest(answer.get("state", "").encode(), walk.state.encode()):
            raise SignInProblem(f"这次统一登录不是从这里开始的。{AGAIN}")
        if "error" in answer or not answer.get("code"):
            raise SignInProblem(f"统一登录没有完成：对方没有同意，或中途取消了。{AGAIN}")
        async with self._asking() as client:
            known = await self._asked(client)
            self._check_sender(known, answer)
            token = await self._token(client, known, walk, answer["code"])
            try:
                subject = self._subject(token, known, walk)
            except InvalidKeyIdError:  # they change their keys now and then
                subject = self._subject(token, await self._asked(client, known), walk)
        return subject, walk.back

    def _subject(self, token: Mapping[str, Any], known: Known, walk: Walk) -> str:
        return subject_of(token, known.keys, self.service.issuer, self.service.client_id, walk.nonce)

    def _check_sender(self, known: Known, answer: Mapping[str, str]) -> None:
        """Refuse an answer of another service (RFC 9207)."""
        promised = known.said.get("authorization_response_iss_parameter_supported") is True
        if answer.get("iss", "" if promised else self.service.issuer) != self.service.issuer:
            raise SignInProblem(f"这个回答不是所设的统一登录服务给的。{AGAIN}")

    async def _token(self, client: AsyncOAuth2Client, known: Known, walk: Walk, code: str) -> Mapping[str, Any]:
        way = next(way for way in WAYS if way in _ways(known.said))
        try:
            found: Mapping[str, Any] = await client.fetch_token(
                known.said["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=walk.verifier,
                redirect_uri=walk.callback,
                auth=client.client_auth(way),
            )
        except OAuthError as error:
            if error.error == "invalid_client":
                raise _Fault("the sign-in service does not take WANGGE_OIDC_CLIENT_ID and its secret") from error
            raise SignInProblem(f"统一登录不认这次的登录码（用过了，或过期了）。{AGAIN}") from error
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise _Fault("the sign-in service's answer to a code is not what the standard says") from error
        return found

    async def _asked(self, client: AsyncOAuth2Client, stale: Known | None = None) -> Known:
        """Give what the service says of itself, from memory for an hour, unless that is stale; one asks for all."""
        async with self._one:
            known = self._known
            if known is stale or known is None or time.monotonic() - known.at > KEEP_S:
                said = await _json(client, get_well_known_url(self.service.issuer, external=True))
                self._check(said)
                try:
                    keys = keys_of(await _json(client, said["jwks_uri"]))
                except ValueError as error:
                    raise _Fault("the keys of the sign-in service can't be read") from error
                self._known = known = Known(said, keys, time.monotonic())
            return known

    def _check(self, said: Mapping[str, Any]) -> None:
        if said.get("issuer") != self.service.issuer:
            raise _Fault("the sign-in service names another issuer than WANGGE_OIDC_ISSUER")
        if not all(isinstance(said.get(name), str) and is_safe(said[name]) for name in ENDPOINTS):
            raise _Fault("an address of the sign-in service is missing or not https")
        if not set(WAYS) & set(_ways(said)):
            raise _Fault("the sign-in service takes no client secret")

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[AsyncOAuth2Client]:
        """Ask the service for so long; what goes wrong there is ServiceDownProblem, its reason told to the log."""
        client = AsyncOAuth2Client(
            self.service.client_id,
            self.service.secret.get_secret_value(),
            code_challenge_method="S256",
            transport=Bounded(verify=trusted()),
            trust_env=False,
            timeout=PATIENCE_S,
        )
        try:
            async with asyncio.timeout(PATIENCE_S), client:
                yield client
        except InvalidKeyIdError as error:
            raise SignInProblem(f"统一登录的回执不能用（签名的钥匙不认识）。{AGAIN}") from error
        except _Fault as error:
            LOGGER.warning(str(error))
            raise self._down() from error
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError) as error:
            LOGGER.warning("the sign-in service can't be reached or does not answer as it must")
            raise self._down() from error

    def _down(self) -> ServiceDownProblem:
        return ServiceDownProblem(
            f"统一登录（{self.service.name}）现在用不了，请回登录页用登录名和密码登录；一直这样请告诉照看服务的人。"
        )


class _Fault(Exception):
    """The service is not as it must be; the text is for the log and quotes nothing."""


def _ways(said: Mapping[str, Any]) -> list[str]:
    """Give how a client may say who it is; by the standard, when nothing is said, in the first way."""
    offered = said.get("token_endpoint_auth_methods_supported", [WAYS[0]])
    return [way for way in offered if isinstance(way, str)] if isinstance(offered, list) else []


async def _json(client: AsyncOAuth2Client, url: str) -> dict[str, Any]:
    answer = await client.request("GET", url, withhold_token=True)
    answer.raise_for_status()
    try:
        found = answer.json()
    except (ValueError, RecursionError) as error:
        raise _Fault("the sign-in service's answer is no JSON") from error
    if not isinstance(found, dict):
        raise _Fault("the sign-in service's answer is no JSON object")
    return found
