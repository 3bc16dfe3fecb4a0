"""Tiles put into a saved map: the town's alone, as deep as they fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from api.backgrounds import open_backgrounds
from api.embedding import MB, MOST_PLACES, embedded
from geodata.datum import from_wgs84
from geodata.tiles import TileInfo
from maps.backgrounds import Background, TilesProblem
from tests.geodata.tiles.tile_files import BOUNDS, mbtiles, over, pmtiles, png

TOWN = (113.61, 22.74, 113.74, 22.86)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file of tiles that don't pack, 200 kB each, zooms 9 to 14."""
    noise = png((0, 0, 0), noise=1)
    places = [place for zoom in range(9, 15) for place in over(BOUNDS, zoom)]
    return pmtiles(tmp_path_factory.mktemp("tiles") / "a.pmtiles", dict.fromkeys(places, noise))


def _embedded(path: Path, megabytes: int, town: tuple[float, float, float, float] = TOWN) -> tuple[Background, str]:
    backgrounds = open_backgrounds(path)
    try:
        return embedded(backgrounds.tiles[0], backgrounds.files[0][1], town, megabytes)
    finally:
        backgrounds.close()


def test_as_deep_as_they_fit(file: Path) -> None:
    """The tiles of the town, all of a zoom or none, under the limit; what is left out is said."""
    background, said = _embedded(file, 4)
    first, last = background.min_zoom, background.max_zoom
    wanted = [f"{z}/{x}/{y}" for zoom in range(first, last + 1) for z, x, y in over(TOWN, zoom)]
    assert sorted(background.inside) == sorted(wanted)
    assert len(list(over(TOWN, first))) <= 9
    size = sum(len(name) + len(picture) + 6 for name, picture in background.inside.items())
    more = len(list(over(TOWN, last + 1))) * (size / len(wanted))
    assert size <= 4 * MB < size + more
    assert f"装入第 {first}–{last} 级，{size / MB:.1f} MB；第 {last + 1}–14 级装不下（上限 4 MB）" in said
    assert background.origins == ()


def test_a_shifted_file_holds_shifted_tiles(file: Path, tmp_path: Path) -> None:
    """Of a GCJ-02 file the tiles are taken where the town lies in GCJ-02."""
    table = tmp_path / "a.toml"
    table.write_text(f'[[background]]\nfile = "{file}"\ndatum = "gcj02"\n', encoding="utf-8")
    background, _ = _embedded(table, 4)
    x, y = from_wgs84(np.array([TOWN[0], TOWN[2]]), np.array([TOWN[1], TOWN[3]]), "gcj02")
    zoom = background.max_zoom
    deepest = {f"{z}/{x}/{y}" for z, x, y in over((x[0], y[0], x[1], y[1]), zoom)}
    assert {name for name in background.inside if name.startswith(f"{zoom}/")} == deepest


def test_zooms_without_a_tile_of_the_town_do_not_count(tmp_path: Path) -> None:
    """The zooms are those of the town's own tiles, whatever is elsewhere or promised by the header; and it is said."""
    elsewhere = {(zoom, 0, 0): png((0, 0, 0)) for zoom in range(9, 25)}
    own = {place: png((9, 9, 9)) for zoom in (12, 13) for place in over(TOWN, zoom)}
    for write in (pmtiles, mbtiles):
        background, said = _embedded(write(tmp_path / f"a.{write.__name__}", elsewhere | own), 4)
        assert (background.min_zoom, background.max_zoom, len(background.inside)) == (12, 13, len(own))
        assert "装入第 12–13 级" in said
        assert said.endswith("；第 14 级没有本镇的瓦片，放大时用第 13 级的图。")


class Nothing:
    """A file that has no tile and says that it goes down to zoom 24."""

    info = TileInfo("png", (11, 24), None)

    def __init__(self) -> None:
        self.asked = 0

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Count."""
        self.asked += 1
        return None

    def close(self) -> None:
        """Do nothing."""


def test_a_zoom_of_too_many_places_is_not_looked_through() -> None:
    """A header that says zoom 24 costs a hundred thousand places a zoom at most."""
    file = Nothing()
    with pytest.raises(TilesProblem, match=r"第 \d+ 级起瓦片太多，更浅的级里没有本镇的瓦片"):
        embedded(Background("/backgrounds/0/{z}/{x}/{y}"), file, TOWN, 4)
    assert file.asked < 1.5 * MOST_PLACES


def test_what_can_not_be_put_in(file: Path) -> None:
    """A limit below the first zoom, a file of elsewhere, vector tiles: refused in words."""
    with pytest.raises(TilesProblem, match="--background-mb 调大"):
        _embedded(file, 1)
    with pytest.raises(TilesProblem, match="没有本镇的瓦片"):
        _embedded(file, 4, (120.1, 30.1, 120.2, 30.2))
    backgrounds = open_backgrounds(file)
    vector = Background("/backgrounds/0/{z}/{x}/{y}", vector=True)
    with pytest.raises(TilesProblem, match="矢量瓦片"):
        embedded(vector, backgrounds.files[0][1], TOWN, 4)
    backgrounds.close()
