"""QGIS itself (Debian's python3-qgis) opens and draws each collection. Run by `make interop`, which installs it.

Not named test_…: the install is large, and `make test` does without.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from api.app import create_app
from api.day import Day
from api.ogc.layers import TITLES
from api.settings import Settings
from geodata.store import create_store
from geodata.synthetic import make_town
from tests.api.ogc.conftest import served

PYTHON = "/usr/bin/python3"
SCRIPT = Path(__file__).parent / "open_with_qgis.py"
GEOMETRY = {"areas": 2, "places": 0, "inspections": 0, "hazards": 0, "gaps": 0, "tracks": 1}
"""QGIS's numbers of points, lines, polygons."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], Day, Path]]:
    """Give what QGIS says of each layer of the village, the town itself, and the folder with what it drew."""
    folder = tmp_path_factory.mktemp("qgis")
    made = make_town("village")
    with create_store(folder / "town.gpkg", made.town) as store:
        store.write_many(made.frames, actor="t", action="demo", source="t")
    app = create_app(Settings(store=folder / "town.gpkg"))
    home = {"QT_QPA_PLATFORM": "offscreen", "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
    with served(app) as address:
        command = [PYTHON, str(SCRIPT), f"{address}/ogc", str(folder), *TITLES]
        done = subprocess.run(command, env=os.environ | home, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        yield json.loads(done.stdout), app.state.desk.day(), folder
    app.state.desk.close()


@pytest.mark.parametrize("name", TITLES)
def test_qgis_reads_every_row(told: tuple[dict[str, Any], Day, Path], name: str) -> None:
    """QGIS gets every feature once, along the links `next`, with every property and shape."""
    layer, said = told[1].layer(name), told[0][name]
    assert said["valid"], said
    assert said["rows"] == len(layer.ids)
    assert said["drawn"] == sum(shape is not None for shape in layer.shapes)
    assert {field.name for field in layer.fields} <= set(said["fields"])
    assert said["geometry"] == GEOMETRY[name]
    if name not in ("areas", "gaps"):  # their rows have no property id
        assert said["ids"] == layer.ids


@pytest.mark.parametrize("name", [*TITLES, "places tiles", "hazards tiles"])
def test_qgis_draws_it(told: tuple[dict[str, Any], Day, Path], name: str) -> None:
    """What QGIS draws is no blank sheet."""
    assert told[0][name]["valid"], told[0][name]
    with Image.open(told[2] / f"{name}.png") as picture:
        pixels = np.asarray(picture.convert("L"))
    assert pixels.shape == (600, 600)
    assert (pixels < 250).sum() > 200
