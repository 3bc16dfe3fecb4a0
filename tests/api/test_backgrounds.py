"""Backgrounds as an office names them: the table, files served tile by tile, pages that reach those hosts only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.backgrounds import open_backgrounds
from api.settings import Settings
from geodata.errors import WanggeError
from tests.geodata.tiles.tile_files import BOUNDS, Tiles, mbtiles, over, pmtiles, png

KEY = "0123abcd4567"
TABLE = f"""
[[background]]
file = "town.pmtiles"
name = "镇域影像"
attribution = "某市自然资源局"
approval = "审图号：粤S（2024）012号"

[[background]]
tianditu = "img"
key = "{KEY}"

[[background]]
name = "内网电子地图"
wmts = "http://10.0.0.5:8080/geoserver/gwc/service/wmts"
layer = "gz:base map"
labels_layer = "gz:names"
matrix_set = "EPSG:3857"
max_zoom = 17

[[background]]
name = "内网影像"
wmts = "http://10.0.0.6/wmts/{{Style}}/{{TileMatrixSet}}/EPSG:3857:{{TileMatrix}}/{{TileRow}}/{{TileCol}}.png"
layer = "img"

[[background]]
name = "高德"
url = "https://tile{{s}}.example/{{z}}/{{x}}/{{y}}.png"
subdomains = "12"
datum = "gcj02"
"""


@pytest.fixture(scope="module")
def tiles() -> Tiles:
    """Give tiles of zooms 11 and 12."""
    return {place: png((place[1] % 256, 80, 90)) for zoom in (11, 12) for place in over(BOUNDS, zoom)}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory, tiles: Tiles) -> Path:
    """Write the table, and beside it the file that it names."""
    folder = tmp_path_factory.mktemp("backgrounds")
    pmtiles(folder / "town.pmtiles", tiles)
    (folder / "backgrounds.toml").write_text(TABLE, encoding="utf-8")
    return folder / "backgrounds.toml"


@pytest.fixture(scope="module")
def tiled(village: Path, table: Path) -> Iterator[TestClient]:
    """Give the service of the village with these backgrounds."""
    app = create_app(Settings(store=village, background=table))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield client


def test_the_table_names_addresses(table: Path) -> None:
    """Each kind of entry becomes a template of z, x, y; names and credits as written; a key is in no text of ours."""
    backgrounds = open_backgrounds(table, "https://more.example/{z}/{x}/{y}", "另一家")
    file, tianditu, keyed, template, amap, more = backgrounds.tiles
    assert (file.url, file.max_zoom) == ("/backgrounds/0/{z}/{x}/{y}", 12)
    assert file.attribution == "某市自然资源局 审图号：粤S（2024）012号"
    assert (tianditu.name, len(tianditu.origins)) == ("天地图影像", 8)
    assert "LAYER=img&" in tianditu.url
    assert "LAYER=cia&" in tianditu.labels
    assert "TILEMATRIXSET=w" in tianditu.url
    assert KEY not in repr(tianditu) + tianditu.url
    assert keyed.url == (
        "http://10.0.0.5:8080/geoserver/gwc/service/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=gz:base%20map"
        "&STYLE=default&TILEMATRIXSET=EPSG:3857&FORMAT=image/png&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
    )
    assert "LAYER=gz:names&" in keyed.labels
    assert template.url == "http://10.0.0.6/wmts/default/GoogleMapsCompatible/EPSG:3857:{z}/{y}/{x}.png"
    assert (amap.datum, amap.origins) == ("gcj02", ("https://tile1.example", "https://tile2.example"))
    assert more.attribution == "另一家"
    backgrounds.close()


BAD = {
    'name = "a"': "要写一个",
    'name = "a"\nurl = "https://h/{z}/{x}/{y}"\nfile = "b.pmtiles"': "url 不能和 file 一起用",
    'url = "https://h/{z}/{x}/{y}"': "缺少 name",
    'name = "a"\nurl = "https://h/{z}/{x}"': "瓦片地址",
    'name = "a"\nurl = "https://h/{z}/{x}/{y}?tk=secret1"\ndatum = "bj54"': "datum 不认识“bj54”",
    'name = "a"\nurl = "https://h/{z}/{x}/{y}/{other}?tk=secret1"': "不认识的 {other}",
    'name = "a"\nurl = "https://h/{z}/{x}/{y}?tk={key}"': "没有给密钥",
    'name = "a"\nurl = "https://h/{z}/{x}/{y}?tk={key}"\nkey = "secret1 x"': "密钥不对",
    'name = "a"\nurl = "https://h/{z}/{x}/{y}?tk={key}"\nkey = 991': "key 应为文字",
    'name = "a"\nurl = "https://h/{z}/{x}/{y}"\nlabel = "x"': "是不是 labels",
    'tianditu = "vex"\nkey = "a"': "是不是 vec",
    'tianditu = "vec"': "要有密钥",
    'file = "town.pmtiles"\ndatum = "bd09"': "百度的瓦片编号",
    'file = "none.pmtiles"': "打不开",
    'file = "bad.toml"': "不是 PMTiles",
}


@pytest.mark.parametrize("entry", BAD)
def test_a_bad_entry_is_refused_in_words(table: Path, entry: str) -> None:
    """Each entry that can't be used names the file and what is wrong; no message holds a key."""
    path = table.parent / "bad.toml"
    path.write_text("[[background]]\n" + entry, encoding="utf-8")
    with pytest.raises(WanggeError) as refused:
        open_backgrounds(path)
    assert BAD[entry] in str(refused.value)
    assert "secret1" not in str(refused.value)
    assert "991" not in str(refused.value)


@pytest.mark.parametrize(
    "content", [b"", b"[[background", b"\xff\xfe", b"background = 3", b"x = 1", b"#" * 300_000, None]
)
def test_a_bad_table_is_refused_in_words(tmp_path: Path, content: bytes | None) -> None:
    """No TOML, no entries, something else, too large, not there: said with the file's name."""
    path = tmp_path / "bad.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WanggeError, match=r"底图设置 .*bad\.toml"):
        open_backgrounds(path)


def test_tiles_are_served_and_kept(tiled: TestClient, tiles: Tiles) -> None:
    """A tile with its kind and a tag, not sent twice; nothing outside the file, the world or the folder."""
    z, x, y = place = max(tiles)
    answer = tiled.get(f"/backgrounds/0/{z}/{x}/{y}")
    assert (answer.status_code, answer.content) == (200, tiles[place])
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "private, max-age=86400"
    again = tiled.get(f"/backgrounds/0/{z}/{x}/{y}", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert tiled.get(f"/backgrounds/0/{z}/{x + 40}/{y}").status_code == 204
    for nowhere in (
        "0/12/4096/1",
        "0/40/1/1",
        "1/12/1/1",
        "9/12/1/1",
        "0/12/1/..%2f..%2f..%2fetc%2fpasswd",
        "0/..%2fx/1/1",
    ):
        assert tiled.get(f"/backgrounds/{nowhere}").status_code in (404, 422)
    assert tiled.get("/backgrounds/0/12/-1/1").status_code == 422


def test_the_file_is_served_by_ranges(tiled: TestClient, table: Path) -> None:
    """A program beside the service may read the file piece by piece."""
    answer = tiled.get("/backgrounds/0/file", headers={"range": "bytes=0-6"})
    assert (answer.status_code, answer.content) == (206, b"PMTiles")
    assert answer.headers["content-range"].endswith(f"/{(table.parent / 'town.pmtiles').stat().st_size}")
    assert tiled.get("/backgrounds/1/file").status_code == 404


def test_pages_reach_those_hosts_only(tiled: TestClient, client: TestClient) -> None:
    """The policy of a map names the hosts of its backgrounds for images and nothing else; without any, none."""
    policy = tiled.get("/maps/coverage").text.partition('content="')[2].partition('"')[0]
    images = next(part for part in policy.split("; ") if part.startswith("img-src"))
    hosts = {f"https://t{number}.tianditu.gov.cn" for number in range(8)}
    hosts |= {"http://10.0.0.5:8080", "http://10.0.0.6", "https://tile1.example", "https://tile2.example"}
    assert set(images.split()) == {"img-src", "data:", "'self'", *hosts}
    assert "connect-src" not in policy
    assert "http" not in policy.replace(images, "")
    assert "img-src data:;" in client.get("/maps/coverage").text


def test_a_file_alone(tmp_path: Path, tiles: Tiles) -> None:
    """`--background FILE` names one file; its own words are the name and the credit."""
    path = mbtiles(tmp_path / "a.mbtiles", tiles)
    (found,) = open_backgrounds(path).tiles
    assert (found.name, found.attribution, found.bounds) == ("镇域影像", "某局", BOUNDS)
