"""Files of tiles: each tile where it was put, nothing beside it, damaged and hostile files refused in words."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from pmtiles.tile import Compression, TileType

from geodata.tiles import TileFileProblem, open_tiles
from geodata.tiles import mbtiles as reader
from tests.geodata.tiles.tile_files import BOUNDS, Tiles, mbtiles, over, pmtiles, png

Write = Callable[[Path, Tiles], Path]


@pytest.fixture(scope="module")
def tiles() -> Tiles:
    """Give tiles of zooms 10 to 12, each of its own colour."""
    places = [place for zoom in (10, 11, 12) for place in over(BOUNDS, zoom)]
    return {place: png((place[1] % 256, place[2] % 256, place[0])) for place in places}


@pytest.mark.parametrize("write", [pmtiles, mbtiles])
def test_each_tile_is_where_it_was_put(tmp_path: Path, tiles: Tiles, write: Write) -> None:
    """Every tile comes back, its neighbours and impossible places are None; the file's words come without markup."""
    file = open_tiles(write(tmp_path / "a", tiles))
    assert {place: file.tile(*place) for place in tiles} == tiles
    around = [(z, x + 1, y) for z, x, y in tiles if (z, x + 1, y) not in tiles]
    nowhere = [(9, 0, 0), (12, -1, 0), (12, 0, 1 << 12), (31, 0, 0), (60, 0, 0), (-1, 0, 0)]
    assert {file.tile(*place) for place in [*around, *nowhere]} == {None}
    assert (file.info.kind, file.info.zooms) == ("png", (10, 12))
    assert file.info.bounds == pytest.approx(BOUNDS)
    assert (file.info.name, file.info.attribution) == ("镇域影像", "某局")
    file.close()


def test_leaf_directories_are_followed(tmp_path: Path) -> None:
    """A file too large for one directory is read through its leaves."""
    start, dice = png((1, 2, 3))[:8], random.Random(2)
    places = dice.sample([(13, x, y) for x in range(200) for y in range(200)], 10_000)
    tiles = {(z, x, y): start + bytes([x, y]) * dice.randint(1, 1000) for z, x, y in places}
    file = open_tiles(pmtiles(tmp_path / "a", tiles))
    for place in random.Random(3).sample(sorted(tiles), 40):
        assert file.tile(*place) == tiles[place]
    assert (tmp_path / "a").read_bytes()[48:56] != bytes(8)  # there are leaves


def test_vector_tiles_are_given_packed(tmp_path: Path) -> None:
    """Vector tiles come out as gzip, whether the file packs them or not."""
    place, packed = (10, 835, 446), gzip.compress(b"\x1a\x00", mtime=0)
    assert open_tiles(pmtiles(tmp_path / "a", {place: packed}, kind=TileType.MVT)).tile(*place) == packed
    plain = pmtiles(tmp_path / "b", {place: b"\x1a\x00"}, kind=TileType.MVT, tile_compression=Compression.NONE)
    assert gzip.decompress(open_tiles(plain).tile(*place) or b"") == b"\x1a\x00"
    assert open_tiles(mbtiles(tmp_path / "c", {place: packed}, form="pbf")).info.kind == "mvt"


def test_a_tile_of_another_kind_is_not_given(tmp_path: Path, tiles: Tiles) -> None:
    """A page hidden among pictures stays where it is."""
    places = sorted(tiles)
    mixed = {**tiles, places[-1]: b"<html><script>alert(1)</script>"}
    for write in (pmtiles, mbtiles):
        file = open_tiles(write(tmp_path / write.__name__, mixed))
        assert file.tile(*places[-1]) is None
        assert file.tile(*places[0]) == tiles[places[0]]


def _damaged(path: Path, good: bytes, at: int, value: bytes) -> Path:
    path.write_bytes(good[:at] + value + good[at + len(value) :])
    return path


def test_damaged_pmtiles_are_refused_in_words(tmp_path: Path, tiles: Tiles) -> None:
    """Each part of the header that lies is refused with the file's name and what to do."""
    good = pmtiles(tmp_path / "good", tiles).read_bytes()
    huge = (1 << 62).to_bytes(8, "little")
    lies = {
        **{"version": (7, b"\x02"), "root": (8, huge), "root length": (16, huge), "metadata": (32, huge)},
        **{"packing": (97, b"\x03"), "packing word": (97, b"\x63"), "tile packing": (98, b"\x04")},
        **{"kind": (99, b"\x05"), "kind word": (99, b"\x63"), "zooms": (100, b"\x0f\x01"), "name": (3, b"x")},
        **{"directory": (127, b"\x00\x00"), "data": (56, len(good).to_bytes(8, "little"))},
    }
    for name, (at, value) in lies.items():
        with pytest.raises(TileFileProblem, match=r"底图文件 .*(坏了|缩放级别|不是 PMTiles).*。"):
            open_tiles(_damaged(tmp_path / name, good, at, value))
    for length in (7, 60, 127, 200):
        (tmp_path / "cut").write_bytes(good[:length])
        with pytest.raises(TileFileProblem, match="cut"):
            open_tiles(tmp_path / "cut")


def test_directories_that_unfold_or_never_end_are_refused(tmp_path: Path, tiles: Tiles) -> None:
    """A directory of 100 MB of noughts, one of endless numbers, one that names itself: refused at once."""
    good = pmtiles(tmp_path / "good", tiles).read_bytes()

    def with_root(name: str, root: bytes) -> Path:
        at = len(good).to_bytes(8, "little") + len(root).to_bytes(8, "little")
        leaf = len(good).to_bytes(8, "little")
        path = tmp_path / name
        path.write_bytes(good[:8] + at + good[24:40] + leaf + good[48:] + root)
        return path

    # one entry, of tile 0, of run length 0 (a leaf), as long as this very directory, at the start of the leaves
    length = len(gzip.compress(bytes([1, 0, 0, 30, 1])))
    bad = {
        "bomb": gzip.compress(bytes(100_000_000), 1),
        "endless": gzip.compress(b"\xff" * 1_000_000),
        "circle": gzip.compress(bytes([1, 0, 0, length, 1])),
        "short": gzip.compress(b"\x64\x01"),
    }
    for name, root in bad.items():
        with pytest.raises(TileFileProblem, match=name):
            open_tiles(with_root(name, root))


def test_bad_mbtiles_are_refused_in_words(tmp_path: Path, tiles: Tiles) -> None:
    """No tables, no tiles, tiles of another kind, views that never end, zooms that are none: refused at once."""
    endless = (
        "DROP TABLE tiles; CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT i AS zoom_level, i AS tile_column, i AS tile_row, NULL AS tile_data FROM n WHERE i < 0;"
    )
    scripts = {
        **{"no tables": "DROP TABLE metadata;", "empty": "DELETE FROM tiles;", "endless": endless},
        **{"kind": "UPDATE metadata SET value = 'webp' WHERE name = 'format';"},
        **{"zooms": "UPDATE tiles SET zoom_level = 99;", "text": "UPDATE tiles SET tile_data = 'x';"},
    }
    for name, script in scripts.items():
        with pytest.raises(TileFileProblem, match=name):
            open_tiles(mbtiles(tmp_path / name, tiles, script=script))
    (tmp_path / "torn").write_bytes((tmp_path / "kind").read_bytes()[:5000])
    with pytest.raises(TileFileProblem, match="torn"):
        open_tiles(tmp_path / "torn")


def test_a_file_may_be_asked_without_end(tmp_path: Path, tiles: Tiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is of one question: many that are answered do not add up to one that is stopped."""
    monkeypatch.setattr(reader, "MOST_STEPS", 4_000)
    monkeypatch.setattr(reader, "STEPS", 100)
    file, place = open_tiles(mbtiles(tmp_path / "a", tiles)), min(tiles)
    assert {file.tile(*place) for _ in range(1_000)} == {tiles[place]}
    file.close()


@pytest.mark.parametrize("write", [pmtiles, mbtiles])
def test_a_file_with_wrong_bytes_is_refused_or_read(tmp_path: Path, tiles: Tiles, write: Write) -> None:
    """However a few bytes are wrong, a file is refused in words, or its tiles are pictures or none."""
    good = write(tmp_path / "good", tiles).read_bytes()
    dice, path = random.Random(5), tmp_path / "wrong"
    for _ in range(120):
        wrong = bytearray(good[: len(good) - dice.choice([0, 0, 0, dice.randrange(len(good))])])
        for _ in range(dice.randint(1, 8)):
            if wrong:
                wrong[dice.randrange(min(len(wrong), dice.choice([900, len(good)])))] = dice.randrange(256)
        path.write_bytes(wrong)
        try:
            file = open_tiles(path)
        except TileFileProblem:
            continue
        for place in [*tiles][:8]:
            with suppress(TileFileProblem):
                assert (file.tile(*place) or b"\x89PNG").startswith((b"\x89PNG", b"\xff\xd8", b"RIFF", b"\x1f\x8b"))
        file.close()


@pytest.mark.parametrize("content", [b"", b"hello", png((0, 0, 0)), None])
def test_what_is_no_file_of_tiles(tmp_path: Path, content: bytes | None) -> None:
    """Another file, an empty one, none at all: said in words."""
    if content is not None:
        (tmp_path / "a.pmtiles").write_bytes(content)
    with pytest.raises(TileFileProblem, match=r"底图文件 .*a\.pmtiles"):
        open_tiles(tmp_path / "a.pmtiles")
