"""Links: absolute, as the asker sees the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from starlette.datastructures import URL

from api.forwarded import public_url

JSON = "application/json"
GEOJSON = "application/geo+json"
HTML = "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
MVT = "application/vnd.mapbox-vector-tile"
ROOT = "/ogc"
Link = dict[str, Any]


@dataclass(frozen=True)
class Links:
    """Where the service stands (`https://host/prefix/ogc`), and the address of this request."""

    root: str
    here: URL

    @classmethod
    def of(cls, request: Request) -> Links:
        """Give the links of a request."""
        url = public_url(request)
        before = url.path[: len(url.path) - len(request.url.path)]
        return cls(f"{url.scheme}://{url.netloc}{before}{ROOT}", url)

    def to(self, *parts: str, **query: str) -> str:
        """Give an address below the service; each part is one segment, whatever letters it has."""
        path = "".join("/" + quote(part, safe=":") for part in parts)
        return self.root + path + ("?" + urlencode(query) if query else "")

    def again(self, **query: str | None) -> str:
        """Give the address of this request with some parameters changed; None takes one away."""
        changed = self.here.include_query_params(**{key: value for key, value in query.items() if value is not None})
        return str(changed.remove_query_params([key for key, value in query.items() if value is None]))

    def both(self, form: str, json: str = JSON) -> list[Link]:
        """Give the link to this document and the one to its other form; `form` is `json` or `html`."""
        forms: Mapping[str, tuple[str, str]] = {"json": (json, "本文档（JSON）"), "html": (HTML, "本文档（网页）")}
        other = "html" if form == "json" else "json"
        return [
            link(str(self.here), "self", *forms[form]),
            link(self.again(f=other), "alternate", *forms[other]),
        ]


def link(href: str, rel: str, media: str, title: str, **more: Any) -> Link:
    """Give a link as the standard's schema has it."""
    return {"href": href, "rel": rel, "type": media, "title": title, **more}
