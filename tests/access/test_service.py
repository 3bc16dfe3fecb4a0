"""Coming in by the office's sign-in service: the whole walk, and everything on it that may be false."""

from __future__ import annotations

import base64
import hmac
import json
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

import api.oidc.provider as asking
from api.app import create_app
from api.pages.service import WALK
from api.settings import Settings
from api.signing_in import COOKIE, WITHIN_S
from geodata.accounts.book import Accounts
from geodata.accounts.model import User
from geodata.model import Town
from geodata.store import create_store
from tests.access.conftest import BASE
from tests.access.oidc_provider import CLIENT, SECRET, Claims, OwnProvider, own_provider

PAGE = {"Accept": "text/html"}
ELSEWHERE = httpx2.Client(trust_env=False)
"""The browser at the sign-in service."""
RSA, EC = RSAKey.generate_key(2048, auto_kid=True), ECKey.generate_key("P-256", auto_kid=True)


@dataclass(frozen=True)
class Office:
    """A served town that has a sign-in service."""

    app: FastAPI
    accounts: Accounts
    provider: OwnProvider

    def browser(self, address: str = "testclient", base: str = BASE) -> TestClient:
        """Give the browser of nobody."""
        return TestClient(self.app, base_url=base, client=(address, 5000), raise_server_exceptions=False)


def settings(path: Path, issuer: str, **others: Any) -> Settings:
    """Give the settings of a town with a sign-in service."""
    oidc = {"oidc_issuer": issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET, "oidc_name": "粤政易"}
    return Settings(store=path, **oidc, **others)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Serve an empty town with its sign-in service."""
    path = tmp_path_factory.mktemp("office") / "town.gpkg"
    create_store(path, Town("虎门镇", "441900121")).close()
    accounts = Accounts(path)
    accounts.add(User("wang", "王五", "clerk", subject="s-1001"), "t")
    accounts.add(User("li", "李四", "leader", subject="s-1002", disabled=True), "t")
    accounts.add(User("boss@example.cn", "赵六", "leader", subject="s-1003"), "t")
    with own_provider(RSA) as provider:
        app = create_app(settings(path, provider.issuer, trusted_proxies="10.0.0.1"))
        yield Office(app, accounts, provider)
    accounts.close()


@pytest.fixture
def office(served: Office) -> Office:
    """Give the office with a provider that behaves and is not known yet."""
    served.provider.behave(RSA)
    served.app.state.provider = asking.Provider(served.app.state.desk.settings.service)
    return served


def sent(browser: TestClient, back: str = "/gaps?by=grid") -> str:
    """Go to the sign-in service; give the address there."""
    answer = browser.get("/login/service", params={"next": back}, headers=PAGE, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def signed_in(address: str) -> str:
    """Sign in there; give the address that leads back."""
    answer = ELSEWHERE.get(address)
    assert answer.status_code == 302
    return answer.headers["location"]


def walked(browser: TestClient, back: str = "/gaps?by=grid") -> Any:
    """Go there and come back; give the answer."""
    return browser.get(signed_in(sent(browser, back)), headers=PAGE, follow_redirects=False)


def refused(answer: Any, word: str, status: int = 403) -> None:
    """Assert that nobody was let in, in words that say why, and that the walk is over."""
    assert (answer.status_code, word in answer.text) == (status, True), answer.text
    cookies = answer.headers.get_list("set-cookie")
    assert not any(each.startswith(COOKIE) for each in cookies)
    assert any(each.startswith(f'{WALK}="";') for each in cookies)
    assert SECRET not in answer.text


def test_walk(office: Office) -> None:
    """Who signs in there is let in here as the user of that subject, and goes on to the page they wanted."""
    browser = office.browser()
    assert 'href="/login/service?next=/gaps">用粤政易登录' in browser.get("/login?next=/gaps", headers=PAGE).text
    address = sent(browser)
    asked = parse_qs(urlsplit(address).query)
    assert asked["redirect_uri"] == [f"{BASE}/login/service/callback"]
    assert SECRET not in address
    answer = browser.get(signed_in(address), headers=PAGE, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/gaps?by=grid")
    assert browser.get("/api/v1/me").json()["user"]["login"] == "wang"
    assert WALK not in browser.cookies
    assert [office.accounts.changes(1)[0].action, office.accounts.changes(1)[0].login] == ["login", "wang"]


def left(browser: TestClient) -> str:
    """Go out as the page of the own account does; give where that leads."""
    after = re.search(r'id="logout" data-after="([^"]+)"', browser.get("/me", headers=PAGE).text)
    assert after
    assert browser.delete("/api/v1/session", headers={"Origin": BASE}).status_code == 204
    answer = browser.get(after[1], headers=PAGE, follow_redirects=False)
    return str(answer.headers["location"]) if answer.status_code == 303 else after[1]


def test_going_out_there_too(office: Office) -> None:
    """Who came in by the service goes out of it too, and comes back to the door; once."""
    office.provider.metadata = {"end_session_endpoint": f"{office.provider.issuer}/logout?realm=1"}
    browser = office.browser()
    walked(browser)
    there = urlsplit(left(browser))
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{office.provider.issuer}/logout"
    asked = {"realm": ["1"], "client_id": [CLIENT], "post_logout_redirect_uri": [f"{BASE}/login"]}
    assert parse_qs(there.query) == asked
    assert browser.get("/login/service/end", follow_redirects=False).headers["location"] == "/login"


@pytest.mark.parametrize("address", [None, "http://elsewhere.example/logout", "javascript:alert(1)", 7])
def test_a_service_without_a_way_out(office: Office, address: object) -> None:
    """Where the service names no way out that is safe, the door says that one is still in there."""
    office.provider.metadata = {} if address is None else {"end_session_endpoint": address}
    browser = office.browser()
    walked(browser)
    assert left(browser) == "/login?left=here"
    assert "粤政易那边还登录着" in browser.get("/login?left=here", headers=PAGE).text


def test_going_out_while_it_is_down(office: Office) -> None:
    """A service that can't be asked keeps nobody in here, and the door says so."""
    browser = office.browser()
    walked(browser)
    office.app.state.provider = asking.Provider(office.app.state.desk.settings.service)
    office.provider.metadata = {"issuer": "https://another.example"}
    assert left(browser) == "/login?left=here"
    assert browser.get("/api/v1/me").status_code == 401


def test_cookie_of_the_walk(office: Office) -> None:
    """What is kept on the way is for this service alone, ten minutes, not for scripts, unreadable, encrypted ways."""
    answer = office.browser().get("/login/service", follow_redirects=False)
    words = set(answer.headers["set-cookie"].split("; "))
    assert {"HttpOnly", "SameSite=lax", "Max-Age=600", "Path=/login/service"} <= words
    assert "Secure" not in words
    state = parse_qs(urlsplit(answer.headers["location"]).query)["state"][0]
    assert state not in answer.headers["set-cookie"]
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "aq.humen.gov.cn"}
    safe = office.browser("10.0.0.1").get("/login/service", headers=said, follow_redirects=False)
    assert "Secure" in safe.headers["set-cookie"].split("; ")
    asked = parse_qs(urlsplit(safe.headers["location"]).query)
    assert asked["redirect_uri"] == ["https://aq.humen.gov.cn/login/service/callback"]


@pytest.mark.parametrize("away", ["https://a.example/", "//a.example/", "/\\a.example", "/" + "长" * 1999])
def test_nobody_is_led_away(office: Office, away: str) -> None:
    """Afterwards nobody is led to another site; a page too long for a cookie is forgotten."""
    assert walked(office.browser(), away).headers["location"] == "/"


def test_secret_in_the_body(office: Office) -> None:
    """A service that takes the client's secret in the body alone gets it there."""
    office.provider.metadata = {"token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_post"]}
    assert walked(office.browser()).status_code == 303


def test_state(office: Office) -> None:
    """An answer with another state, without the cookie, or with another browser's is refused before a code is used."""
    browser, other = office.browser(), office.browser()
    back = signed_in(sent(browser))
    refused(other.get(back, headers=PAGE), "不是从这里开始的")
    sent(other)
    refused(other.get(back, headers=PAGE), "不是从这里开始的")
    other.cookies.set(WALK, "eyJhbGciOiJub25lIn0..", path="/login/service")
    refused(other.get(back, headers=PAGE), "不是从这里开始的")
    refused(browser.get(re.sub("state=[^&]+", "state=x", back), headers=PAGE), "不是从这里开始的")
    assert "/token" not in office.provider.asked


def test_code_twice(office: Office) -> None:
    """A code that was used is worth nothing, even with the cookie it belongs to."""
    browser = office.browser()
    back = signed_in(sent(browser))
    walk = browser.cookies[WALK]
    assert browser.get(back, follow_redirects=False).status_code == 303
    thief = office.browser()
    thief.cookies.set(WALK, walk, path="/login/service")
    refused(thief.get(back, headers=PAGE), "不认这次的登录码")


def test_code_of_another_walk(office: Office) -> None:
    """A code that was stolen from somebody else's walk is bound to theirs (PKCE)."""
    victim, thief = office.browser(), office.browser()
    code = parse_qs(urlsplit(signed_in(sent(victim))).query)["code"][0]
    back = signed_in(sent(thief))
    refused(thief.get(re.sub("code=[^&]+", f"code={code}", back), headers=PAGE), "不认这次的登录码")


def forged(algorithm: str, claims: Claims, key: bytes) -> str:
    """Give a token with a header of one's choice, signed by a shared secret or, without one, not at all."""
    head = {"alg": algorithm, "kid": RSA.kid}
    parts = [base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in (head, claims)]
    mac = hmac.digest(key, b".".join(parts), "sha256") if key else b""
    return b".".join([*parts, base64.urlsafe_b64encode(mac).rstrip(b"=")]).decode()


def by_stranger(claims: Claims) -> str:
    """Give a token that is signed by a key of the same name."""
    return jwt.encode({"alg": "RS256", "kid": RSA.kid}, claims, STRANGER)


def signed_text(text: bytes) -> str:
    """Give a text that the service signed, though it holds no claims."""
    return jws.serialize_compact({"alg": "RS256", "kid": RSA.kid}, text, RSA)


def with_own_key(claims: Claims) -> str:
    """Give a token that brings the key it is signed by."""
    own = ECKey.generate_key("P-256")
    return jwt.encode({"alg": "ES256", "jwk": own.as_dict(private=False)}, claims, own)


STRANGER = RSAKey.generate_key(2048)
NOW = int(time.time())
CLAIMS = {
    "another issuer": ({"iss": "https://a.example"}, "签发者不对"),
    "no issuer": ({"iss": None}, "签发者不对"),
    "another client": ({"aud": "another"}, "接收者不对"),
    "others too": ({"aud": [CLIENT, "another"]}, "接收者不对"),
    "made for another": ({"aud": [CLIENT, "another"], "azp": "another"}, "接收者不对"),
    "another nonce": ({"nonce": "x"}, "随机数不对"),
    "no nonce": ({"nonce": None}, "随机数不对"),
    "expired": ({"iat": NOW - 4000, "exp": NOW - 130}, "过期"),
    "never ends": ({"exp": None}, "不能用"),
    "of tomorrow": ({"iat": NOW + 86400, "exp": NOW + 90000}, "签发时间不对"),
    "nobody": ({"sub": ""}, "用户标识不对"),
    "a number": ({"sub": 1001}, "用户标识不对"),
    "long": ({"sub": "s" * 256}, "用户标识不对"),
    "another access token": ({"at_hash": "AAAA"}, "不能用"),
}
SIGNERS: dict[str, tuple[Callable[[Claims], str], str]] = {
    "none": (lambda claims: forged("none", claims, b""), "签名"),
    "RS256 in name alone": (lambda claims: forged("RS256", claims, b""), "签名"),
    "by the public key": (lambda claims: forged("HS256", claims, RSA.as_pem(private=False)), "签名"),
    "by the secret": (lambda claims: forged("HS256", claims, SECRET.encode()), "签名"),
    "by a stranger": (by_stranger, "签名"),
    "brings its key": (with_own_key, "签名"),
    "no token": (lambda _: "", "签名"),
    "nonsense": (lambda _: "a.b.c", "签名"),
    "lists without end": (lambda _: signed_text(b"[" * 50_000), "签名"),
}


@pytest.mark.parametrize("what", CLAIMS)
def test_token_not_for_us(office: Office, what: str) -> None:
    """A token that is not of the service, for us, of this walk and of now lets nobody in."""
    office.provider.claims, word = CLAIMS[what]
    refused(walked(office.browser()), word)


@pytest.mark.parametrize("who", SIGNERS)
def test_token_not_signed(office: Office, who: str) -> None:
    """A token that the service did not sign with its private key lets nobody in."""
    office.provider.sign, word = SIGNERS[who]
    refused(walked(office.browser()), word)


def test_clocks_apart(office: Office) -> None:
    """Clocks may be two minutes apart."""
    now = int(time.time())
    office.provider.claims = {"iat": now + 110, "exp": now + 400}
    assert walked(office.browser()).status_code == 303
    office.provider.claims = {"iat": now - 400, "exp": now - 110}
    assert walked(office.browser()).status_code == 303


def test_new_key(office: Office) -> None:
    """A token of a key we have not seen makes us ask for the keys again, once; one that they don't name is refused."""
    assert walked(office.browser()).status_code == 303
    assert office.provider.asked.count("/keys") == 1
    office.provider.key, office.provider.published = EC, [OctKey.import_key(SECRET), RSA, EC]
    assert walked(office.browser()).status_code == 303
    assert office.provider.asked.count("/keys") == 2
    office.provider.key = ECKey.generate_key("P-256", auto_kid=True)
    refused(walked(office.browser()), "钥匙不认识")
    assert office.provider.asked.count("/keys") == 3


def test_probabilistic_signature(office: Office) -> None:
    """PS256 is taken too."""
    office.provider.sign = lambda claims: jwt.encode(
        {"alg": "PS256", "kid": RSA.kid}, claims, RSA, algorithms=["PS256"]
    )
    assert walked(office.browser()).status_code == 303


@pytest.mark.parametrize("subject", ["s-9999", "s-1002", "boss@example.cn", "<img src=x onerror=alert(1)>"])
def test_no_user(office: Office, subject: str) -> None:
    """Who has no user, or whose door is shut, is told the subject to report; neither login nor e-mail makes a user."""
    office.provider.subject = subject
    office.provider.claims = {"email": "boss@example.cn", "email_verified": True, "preferred_username": "wang"}
    users = office.accounts.users()
    answer = walked(office.browser())
    refused(answer, "还没有对应的用户，请把这个标识告诉安委办")
    assert subject.replace("<", "&lt;").replace(">", "&gt;") in answer.text
    assert "<img" not in answer.text
    assert office.accounts.users() == users


def test_said_no(office: Office) -> None:
    """Who breaks off there is told so."""
    browser = office.browser()
    state = parse_qs(urlsplit(sent(browser)).query)["state"][0]
    refused(browser.get("/login/service/callback", params={"error": "access_denied", "state": state}), "没有完成")


def test_answer_of_another_service(office: Office) -> None:
    """An answer of another issuer is refused, and one of none where the service promises to name itself (RFC 9207)."""
    browser = office.browser()
    refused(browser.get(signed_in(sent(browser)) + "&iss=https%3A%2F%2Fa.example"), "不是所设的统一登录服务")
    office.provider.metadata = {"authorization_response_iss_parameter_supported": True}
    office.app.state.provider = asking.Provider(office.app.state.desk.settings.service)
    refused(walked(browser), "不是所设的统一登录服务")


def test_wrong_secret(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """A service that does not know us is down for people, and its log says why without the secret."""
    held = settings(Path("x.gpkg"), office.provider.issuer).model_copy(update={"oidc_client_id": "another"})
    office.app.state.provider = asking.Provider(held.service)  # type: ignore[arg-type]
    browser = office.browser()
    address = sent(browser).replace("client_id=another", f"client_id={CLIENT}")
    refused(browser.get(signed_in(address), headers=PAGE), "现在用不了", 503)
    assert "does not take WANGGE_OIDC_CLIENT_ID" in caplog.text
    assert SECRET not in caplog.text


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Answer two megabytes."""
    handler.send_response(200)
    handler.end_headers()
    with suppress(ConnectionError):
        handler.wfile.write(b" " * 2_000_000)


def packed(handler: BaseHTTPRequestHandler) -> None:
    """Answer what must be unpacked."""
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.end_headers()
    handler.wfile.write(b"x")


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """Answer a byte now and then, until nobody listens."""
    handler.send_response(200)
    handler.end_headers()
    while not select.select([handler.connection], [], [], 0.02)[0]:
        handler.wfile.write(b" ")


def elsewhere(handler: BaseHTTPRequestHandler) -> None:
    """Send on to another address."""
    handler.send_response(302)
    handler.send_header("Location", "/elsewhere")
    handler.end_headers()


def refusing(handler: BaseHTTPRequestHandler) -> None:
    """Answer that it is broken."""
    handler.send_error(500)


def listing(handler: BaseHTTPRequestHandler) -> None:
    """Answer JSON that is no object."""
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b"[1]")


def endless_lists(handler: BaseHTTPRequestHandler) -> None:
    """Answer lists in lists."""
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b"[" * 200_000)


def keys_of_nothing(handler: BaseHTTPRequestHandler) -> None:
    """Answer a set with a key that is none."""
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b'{"keys": [{"kty": "RSA", "kid": "1", "n": 5}]}')


DOWN = [
    (path, each)
    for path in ("/.well-known/openid-configuration", "/keys", "/token")
    for each in (endless, packed, dripping, elsewhere, refusing, listing, endless_lists)
] + [("/keys", keys_of_nothing)]


@pytest.mark.parametrize(("path", "answer"), DOWN)
def test_down(
    office: Office, monkeypatch: pytest.MonkeyPatch, path: str, answer: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    """A service that answers nonsense, too much or too slowly is down: people are told to use the password."""
    if answer is dripping:
        monkeypatch.setattr(asking, "PATIENCE_S", 0.3)
    office.provider.answer[path] = answer
    browser = office.browser()
    if path == "/token":
        refused(walked(browser), "用登录名和密码登录", 503)
        return
    told = browser.get("/login/service", headers=PAGE, follow_redirects=False)
    assert (told.status_code, "用登录名和密码登录" in told.text) == (503, True)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://a.example"},
        {"token_endpoint": "http://a.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
        {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
        {"token_endpoint_auth_methods_supported": 5},
    ],
)
def test_wrong_metadata(office: Office, metadata: Claims) -> None:
    """A service that names another issuer, or an address that is not asked safely, is not used."""
    office.provider.metadata = metadata
    assert office.browser().get("/login/service", headers=PAGE, follow_redirects=False).status_code == 503


def test_nobody_there(office: Office) -> None:
    """Where nothing answers, the door with the password still opens."""
    held = settings(Path("x.gpkg"), "http://127.0.0.1:1")
    office.app.state.provider = asking.Provider(held.service)  # type: ignore[arg-type]
    browser = office.browser()
    assert browser.get("/login/service", headers=PAGE, follow_redirects=False).status_code == 503
    assert browser.get("/login", headers=PAGE).status_code == 200


def test_tried_too_often(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Coming back is counted by address, with the tries of passwords; who gets in is forgotten."""
    monkeypatch.setattr("api.signing_in.MOST_TRIES", (1, 1, 3))
    for word, status in (("", 303), ("", 303), ("x", 403), ("x", 403), ("x", 403), ("", 429)):
        office.provider.claims = {"nonce": word} if word else {}
        assert walked(office.browser("10.0.0.9")).status_code == status
    office.accounts.forget_attempts("", "10.0.0.9")
    office.provider.claims = {}
    office.accounts.attempt("somebody", "10.0.0.9", WITHIN_S, (1, 1, 3))
    for _ in range(3):
        assert walked(office.browser("10.0.0.9")).status_code == 303


def test_none_set(office: Office) -> None:
    """An office without such a service has no button, and its addresses don't exist."""
    app = create_app(Settings(store=office.app.state.desk.settings.store))
    browser = TestClient(app, base_url=BASE)
    assert "/login/service" not in browser.get("/login", headers=PAGE).text
    assert browser.get("/login/service").status_code == 404
    assert browser.get("/login/service/callback").status_code == 404


@contextmanager
def real_provider() -> Iterator[str]:
    """Run a provider of other people's making as a process; give its address."""
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", "0", "--require-nonce", "true"]
    with subprocess.Popen([*command, "--user", "s-1001"], stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            address = next(
                found[0] for line in process.stderr if (found := re.search(r"http://127\.0\.0\.1:\d+", line))
            )
            yield address
        finally:
            process.terminate()


def test_real_provider(office: Office) -> None:
    """The walk through a provider of other people's making ends in a session here; an unknown subject's does not."""
    with real_provider() as issuer:
        office.app.state.provider = asking.Provider(settings(Path("x.gpkg"), issuer).service)  # type: ignore[arg-type]
        for subject, status in (("s-1001", 303), ("somebody", 403)):
            browser = office.browser()
            signed = ELSEWHERE.post(sent(browser), data={"sub": subject})
            assert signed.status_code == 302
            answer = browser.get(signed.headers["location"], headers=PAGE, follow_redirects=False)
            assert answer.status_code == status, answer.text
