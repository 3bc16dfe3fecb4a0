"""Finding the locked JavaScript."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geodata.errors import WanggeError
from maps import assets


def test_missing_javascript_names_the_remedy(tmp_path: Path) -> None:
    """Without node_modules the error says which commands fetch it."""
    with pytest.raises(WanggeError, match="make setup"):
        assets.node_modules((tmp_path,))


def test_first_folder_that_has_leaflet_is_taken(tmp_path: Path) -> None:
    """A folder without Leaflet is passed over."""
    script = tmp_path / "b" / "leaflet" / "dist" / "leaflet.js"
    script.parent.mkdir(parents=True)
    script.write_text("x")
    assert assets.node_modules((tmp_path / "a", tmp_path / "b")) == tmp_path / "b"


def test_leaflet_asks_for_no_file() -> None:
    """Images of the style sheet are inside it, and the script names no source map."""
    assert "url(images/" not in assets.leaflet_css()
    assert assets.leaflet_css().count("url(data:image/png;base64,") == 3
    assert "sourceMappingURL" not in assets.leaflet_js()


def test_what_tests_use_is_not_shipped() -> None:
    """The wheel takes the `dependencies` of package.json (hatch_build.py); axe-core and gcoord are none of them."""
    told = json.loads((Path(assets.__file__).parents[1] / "package.json").read_text("utf-8"))
    assert set(told["devDependencies"]) == {"axe-core", "gcoord"}
    assert not set(told["dependencies"]) & set(told["devDependencies"])


def test_leaflet_speaks_chinese() -> None:
    """Scale bars in 米 and 公里 on every map and page: the words come with the library."""
    assert "公里" in assets.leaflet_js()
    assert assets.leaflet_js().endswith(assets.own("leaflet_zh.js"))
