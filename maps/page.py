"""The HTML page that Folium draws into: no link leaves it, and a strict policy says so to the browser."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from typing import Any

from branca.element import Element, Figure, MacroElement
from folium.template import Template

VIEWPORT = re.compile(r'<meta name="viewport" content="[^"]*" />')
"""Folium's own, which forbids a reader to enlarge the page."""
INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)


class Page(Figure):
    """Folium's figure as a Chinese page with a title and a content security policy.

    Texts of a town come in through `Fragment` and `Data` only. What goes through a folium macro is compiled as a
    template once more (branca wraps the output of a macro in `Element`), so no foreign text may go there.
    """

    _template = Template(
        '<!DOCTYPE html>\n<html lang="zh">\n<head>\n'
        "<title>{{ this.page_title }}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="icon" href="data:,">\n'
        "{{ this.header.render(**kwargs) }}\n</head>\n<body>\n"
        "{{ this.html.render(**kwargs) }}\n"
        "<script>{{ this.script.render(**kwargs) }}</script>\n"
        "{{ this.data.render(**kwargs) }}\n</body>\n</html>\n"
    )

    def __init__(self, title: str, image_origins: tuple[str, ...] = (), *, asks_home: bool = False) -> None:
        super().__init__()
        self.page_title = escape(title)
        self.image_origins = image_origins
        self.asks_home = asks_home
        self.data = Element()
        self.data._parent = self

    def render(self, **kwargs: Any) -> str:
        """Render with names that are the same each time, then put in the policy with the hash of every inline block."""
        for number, element in enumerate([*_tree(self), *_tree(self.data)]):
            element._id = str(number)
        html: str = VIEWPORT.sub("", super().render(**kwargs))
        policy = content_security_policy(html, self.image_origins, asks_home=self.asks_home)
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        return html.replace("<head>\n", f"<head>\n{meta}\n", 1)


class Fragment(Element):
    """A piece of HTML put in as it stands, never read as a template; the caller has escaped what must be."""

    _template = Template("{{ this.html }}")

    def __init__(self, html: str) -> None:
        super().__init__()
        self._name = "Fragment"
        self.html = html


class Data(Fragment):
    """Data for the page's scripts: JSON that the browser neither runs nor can take for markup."""

    def __init__(self, identity: str, value: Any) -> None:
        super().__init__(f'<script type="application/json" id="{identity}">{safe_json(value)}</script>')


class Call(MacroElement):
    """A call of one of our functions (`maps/static`) on the layer it is added to; words of ours only."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "wangge.{{ this.function }}({{ this._parent.get_name() }}, {{ this.arguments | tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, function: str, *arguments: str | int | bool) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Call"
        self.function = function
        self.arguments = arguments


def safe_json(value: Any) -> str:
    r"""Write JSON that may stand inside a script element: `<` as `\u003c`, no NaN.

    Raises ValueError for NaN and infinity, which no browser would parse.
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def content_security_policy(html: str, image_origins: tuple[str, ...] = (), *, asks_home: bool = False) -> str:
    """Give a policy that allows the inline scripts and styles of this very page and nothing else.

    Parameters
    ----------
    image_origins
        Origins of the tile servers; without them the page can reach nothing at all.
    asks_home
        Whether its scripts may ask our own service (for vector tiles).
    """
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for tag, text in INLINE.findall(html):
        digest = b64encode(sha256(text.encode()).digest()).decode()
        hashes[tag].append(f"'sha256-{digest}'")
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(hashes['script'])}",
            f"style-src {' '.join(hashes['style'])}",
            f"img-src {' '.join(('data:', *image_origins))}",
            *(["connect-src 'self'"] if asks_home else []),
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _tree(element: Element) -> Iterator[Element]:
    yield element
    for child in element._children.values():
        yield from _tree(child)
