"""Where the locked JavaScript and our own scripts are, as text ready to be inlined."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path

from geodata.errors import WanggeError

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"


class AssetsProblem(WanggeError):
    """The JavaScript of package-lock.json was not fetched."""


def node_modules(candidates: tuple[Path, ...] = (HERE / "node_modules", HERE.parent / "node_modules")) -> Path:
    """Give the folder of the locked JavaScript: inside an installed wheel, else beside the checkout.

    Raises
    ------
    AssetsProblem
        In none of the candidates; the text says how to fetch it.
    """
    for folder in candidates:
        if (folder / "leaflet" / "dist" / "leaflet.js").is_file():
            return folder
    looked = "、".join(str(folder) for folder in candidates)
    raise AssetsProblem(
        f"找不到地图用的 JavaScript 库 leaflet（找过：{looked}）。请在项目目录运行 make setup，或 npm ci。"
    )


def leaflet_js() -> str:
    """Give Leaflet's script, without the source map that a browser's tools would ask for, and its words in Chinese."""
    text = _read(node_modules() / "leaflet" / "dist" / "leaflet.js")
    return re.sub(r"\n//# sourceMappingURL=\S+", "", text) + own("leaflet_zh.js")


def leaflet_css() -> str:
    """Give Leaflet's style sheet with its images as data URIs, so that no rule asks for a file."""
    folder = node_modules() / "leaflet" / "dist"

    def inline(match: re.Match[str]) -> str:
        return f"url(data:image/png;base64,{b64encode((folder / match[1]).read_bytes()).decode()})"

    return re.sub(r"url\((images/[\w.-]+\.png)\)", inline, _read(folder / "leaflet.css"))


def geoman_js() -> str:
    """Give the script that draws lines and areas on a map (Leaflet-Geoman)."""
    text = _read(node_modules() / "@geoman-io" / "leaflet-geoman-free" / "dist" / "leaflet-geoman.min.js")
    return re.sub(r"\n//# sourceMappingURL=\S+", "", text)


def geoman_css() -> str:
    """Give its style sheet; its images are data URIs already."""
    text = _read(node_modules() / "@geoman-io" / "leaflet-geoman-free" / "dist" / "leaflet-geoman.css")
    return re.sub(r"/\*# sourceMappingURL=\S+ \*/", "", text)


def protomaps_js() -> str:
    """Give the script that draws vector tiles in a Leaflet map (protomaps-leaflet), for pages that have such tiles."""
    text = _read(node_modules() / "protomaps-leaflet" / "dist" / "protomaps-leaflet.js")
    return re.sub(r"\n//# sourceMappingURL=\S+", "", text)


def own(name: str) -> str:
    """Give one of our own files of `maps/static`."""
    return _read(STATIC / name)


def _read(path: Path) -> str:
    # Browsers hash a script after turning CR LF into LF; so do we.
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")
