"""QGIS itself opens every layer of a town in PostgreSQL and draws into it. Run by `make interop`, which installs it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from geodata.store import create_store, open_store
from geodata.synthetic import make_town
from geodata.tables import TABLES
from tests.interop.qgis_opens import PYTHON
from tests.postgres import fresh

SHAPES = {"POINT": "Point", "MULTILINESTRING": "MultiLineString", "MULTIPOLYGON": "MultiPolygon", None: "NoGeometry"}


def test_qgis_opens_and_draws(postgres: str, tmp_path: Path) -> None:
    """Each layer has its kind of shape, system and rows; a place that QGIS draws is in the town, which stays sound."""
    made, where = make_town("village"), fresh(postgres)
    with create_store(where, made.town) as store:
        store.write_many(made.frames, actor="t", action="demo", source="t")
        rows = {name: len(frame) for name, frame in store.ledger().frames.items()}
    script, home = (
        Path(__file__).with_name("edit_with_qgis.py"),
        {"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)},
    )
    command = [PYTHON, str(script), where.parameters["host"], where.schema]
    done = subprocess.run(command, env=os.environ | home, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    shapes = {name: table.geometry for name, table in TABLES.items()}
    assert told["layers"] == {
        name: [True, SHAPES[shape], "EPSG:4326" if shape else "", rows[name]] for name, shape in shapes.items()
    }
    assert told["drawn"]
    with open_store(where) as store:
        places = store.ledger("places").places
        assert places["id"].tolist()[-1] == "图上"
        assert (places.geometry.iloc[-1].x, places.geometry.iloc[-1].y) == (113.65, 22.79)
        assert store.check() == []
