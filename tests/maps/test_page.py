"""The page around a map: escaping and the content security policy."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.page import Data, Fragment, Page, content_security_policy, safe_json

HOSTILE = "</script><img src=x onerror=alert(1)>{{ 7*7 }}{% raw %}"


@given(st.text())
def test_safe_json_keeps_any_text_and_holds_no_markup(text: str) -> None:
    """Any text comes back as it was, and no `<` stands in what is written."""
    written = safe_json([text])
    assert "<" not in written
    assert json.loads(written) == [text]


def test_safe_json_refuses_what_no_browser_reads() -> None:
    """NaN is an error here, not in the browser."""
    with pytest.raises(ValueError, match="JSON compliant"):
        safe_json(float("nan"))


def test_policy_holds_the_hash_of_every_inline_block() -> None:
    """Scripts and styles are allowed by their hash, nothing by `unsafe-inline`."""
    policy = content_security_policy("<style>a{}</style><script>f()</script>")
    digest = b64encode(sha256(b"f()").digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")


def test_policy_allows_images_of_the_tile_server_only_when_there_is_one() -> None:
    """Without tiles no origin at all stands in the policy."""
    assert "img-src data:;" in content_security_policy("")
    assert "img-src data: https://t.example:81;" in content_security_policy("", ("https://t.example:81",))


def test_foreign_text_is_neither_markup_nor_template() -> None:
    """A hostile title and hostile data stand in the page as written, never run."""
    page = Page(HOSTILE)
    page.data.add_child(Data("d", {"name": HOSTILE}))
    page.html.add_child(Fragment("<p>{{ 7*7 }}</p>"))
    html = page.render()
    assert "<img" not in html
    assert "49" not in re.sub(r"sha256-\S+", "", html)
    assert html.count("{{ 7*7 }}") == 3


def test_same_page_is_written_the_same_twice() -> None:
    """Names of elements do not change from one rendering to the next."""
    assert Page("x").render() == Page("x").render()
