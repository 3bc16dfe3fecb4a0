"""Settings of the sign-in service: what is refused before anything starts, and that the secret is never told."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

import api.oidc
from api.app import create_app
from api.cli.serving import serve_store
from api.cli.usage import UsageProblem
from api.oidc.service import Service, is_safe, secret_fault
from api.settings import Settings
from geodata.errors import WanggeError
from geodata.model import Town
from geodata.store import create_store

GOOD = {
    "oidc_issuer": "https://login.humen.gov.cn/realms/town",
    "oidc_client_id": "wangge",
    "oidc_client_secret": "k3Jx9vQm2Lr8Tz5Wn7Bd",
    "oidc_name": "粤政易",
}


def test_all_or_none() -> None:
    """All four are set, or none; the secret shows in no text of the settings."""
    assert Settings(store=Path("x.gpkg")).service is None
    settings = Settings(store=Path("x.gpkg"), **GOOD)  # type: ignore[arg-type]
    assert settings.service == Service(GOOD["oidc_issuer"], "wangge", SecretStr(GOOD["oidc_client_secret"]), "粤政易")
    for shown in (repr(settings), str(settings), repr(settings.service), str(settings.model_dump())):
        assert GOOD["oidc_client_secret"] not in shown
    for name in GOOD:
        with pytest.raises(ValidationError, match="要么都写，要么都不写"):
            Settings(store=Path("x.gpkg"), **{key: value for key, value in GOOD.items() if key != name})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("setting", "value", "word"),
    [
        ("oidc_client_secret", "changeme", "不到 16 个字符"),
        ("oidc_client_secret", "changemechangeme", "太好猜"),
        ("oidc_client_secret", "your-client-secret-here", "例子"),
        ("oidc_client_secret", "REPLACE_WITH_CLIENT_SECRET", "例子"),
        ("oidc_client_secret", "<oidc-client-secret>", "例子"),
        ("oidc_client_secret", "wangge-example-password", "例子"),
        ("oidc_client_secret", "xxxxxxxxxxxxxxxxxxxxxxxx", "太好猜"),
        ("oidc_client_secret", "1234567890123456", "例子"),
        ("oidc_client_secret", "k3Jx9vQm2Lr8Tz5", "不到 16 个字符"),
        ("oidc_client_secret", "k3Jx9vQm2Lr8Tz5Wn7B密", "不允许的字符"),
        ("oidc_issuer", "http://login.humen.gov.cn", "https"),
        ("oidc_issuer", "login.humen.gov.cn", "https"),
        ("oidc_issuer", "https://", "https"),
        ("oidc_issuer", "https://a:b@login.humen.gov.cn", "https"),
        ("oidc_issuer", "https://login.humen.gov.cn/?a=1", "https"),
        ("oidc_issuer", "https://login.humen.gov.cn/#a", "https"),
        ("oidc_issuer", "https://[::1", "https"),
        ("oidc_issuer", "http://127.0.0.1.a.example", "https"),
        ("oidc_client_id", "网格", "不允许的字符"),
        ("oidc_name", "长" * 21, "20 个字"),
    ],
)
def test_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, word: str) -> None:
    """Placeholders, short secrets and unsafe addresses keep the service from starting, in words that tell no secret."""
    for name, given_value in (GOOD | {setting: value}).items():
        monkeypatch.setenv(f"WANGGE_{name.upper()}", given_value)
    with pytest.raises(UsageProblem, match=word) as problem:
        serve_store(tmp_path / "town.gpkg")
    assert setting.upper() in str(problem.value)
    assert GOOD["oidc_client_secret"] not in str(problem.value) + str(problem.value.__cause__)
    if setting == "oidc_client_secret":
        assert value not in str(problem.value) + str(problem.value.__cause__)


@given(st.binary(min_size=16, max_size=64))
def test_random_secrets_are_taken(drawn: bytes) -> None:
    """A secret of a real service, random and 32 hexadecimal characters or more, is taken (unless of few characters)."""
    secret = drawn.hex()
    fault = secret_fault(secret, "wangge")
    assert fault is None or (fault, len(set(secret)) < 8) == ("太好猜", True)
    assert secret_fault(secrets.token_urlsafe(16), "wangge") is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:9400", "http://localhost", "http://[::1]:80/a", "https://a.example"])
def test_safe(url: str) -> None:
    """Https is asked, and this machine without it."""
    assert is_safe(url)


def test_libraries_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extra is not installed, the service does not start with such settings, and says what to install."""
    store = tmp_path / "town.gpkg"
    create_store(store, Town("虎门镇", "441900121")).close()
    none: Any = lambda _: None  # noqa: E731
    monkeypatch.setattr(api.oidc, "find_spec", none)
    with pytest.raises(WanggeError, match=r"wangge\[oidc\]"):
        create_app(Settings(store=store, **GOOD))  # type: ignore[arg-type]
    create_app(Settings(store=store))
