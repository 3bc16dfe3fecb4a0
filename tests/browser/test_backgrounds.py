"""Backgrounds in Chromium: the town's layers lie where the tiles have them, and come back when a server is gone."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from geodata.datum import CHINA, from_wgs84, to_wgs84
from geodata.datum.mercator import bd09_to_bd09mc, degrees_to_web
from geodata.ledger import Ledger
from geodata.model import Town
from geodata.tiles import MEDIA
from maps.backdrop import Backdrop
from maps.backgrounds import Background
from maps.canvas import Heading, Sheet
from maps.shapes import Frame
from tests.browser.tile_server import TileServer, tile_server
from tests.geodata.tiles.tile_files import over, png
from tests.made_up import made_town

pytestmark = pytest.mark.browser
WHERE = (113.6712, 22.8134)
TURN = 2 * np.pi * 6378137.0
Show = Callable[..., Page]


@pytest.fixture
def server() -> Iterator[TileServer]:
    """Give a tile server of this test."""
    with tile_server() as known:
        yield known


@pytest.fixture(scope="module")
def backdrop() -> Backdrop:
    """Give the ground of the made-up village."""
    made = made_town()
    return Backdrop.from_ledger(Ledger.whole(made.town, made.frames))


def sheet_of(tiles: tuple[Background, ...], backdrop: Backdrop | None = None) -> str:
    """Draw an empty sheet with backgrounds."""
    ground = backdrop or Backdrop.empty()
    frame = ground.frame() if backdrop else Frame((113.65, 22.80, 113.70, 22.83))
    heading = Heading("底图", Town("样板镇", "440100001"), date(2024, 6, 30), "台账", made=date(2024, 7, 1))
    return Sheet(heading, frame, ground, tiles).render()


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """Give a function that opens a sheet with backgrounds; its policy lets it reach their hosts only: loopback."""
    context = browser.new_context(viewport={"width": 1000, "height": 700}, locale="zh-CN")

    def open_page(*tiles: Background, backdrop: Backdrop | None = None, at: str | None = None) -> Page:
        page = context.new_page()
        page.complaints = []  # type: ignore[attr-defined]
        page.on("console", lambda message: page.complaints.append(message.text))  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
        if at is None:
            file = tmp_path / "page.html"
            file.write_text(sheet_of(tiles, backdrop), encoding="utf-8")
            at = file.as_uri()
        page.goto(at, wait_until="domcontentloaded")  # a slow tile holds up the end of loading
        page.wait_for_selector("html[data-drawn]")
        return page

    yield open_page
    context.close()


def plane(datum: str, lon: float, lat: float, zoom: int) -> tuple[float, float, int]:
    """Give the pixel of a WGS 84 position on the plane of a datum's tiles (rows down), and the sign of its rows."""
    x, y = from_wgs84(np.array([lon]), np.array([lat]), datum)
    if datum == "bd09":
        east, north = bd09_to_bd09mc(x, y)
        return float(east[0] * 2.0 ** (zoom - 18)), float(-north[0] * 2.0 ** (zoom - 18)), -1
    east, north = degrees_to_web(x, y)
    scale = 256 * 2.0**zoom / TURN
    return float((east[0] + TURN / 2) * scale), float((TURN / 2 - north[0]) * scale), 1


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
def test_a_known_point_lies_on_its_pixel_of_its_tile(show: Show, server: TileServer, datum: str) -> None:
    """The tile that holds a WGS 84 point by the project's datum code is there, and the point is on its pixel (1 px)."""
    page = show(Background(f"{server.address}/{{z}}/{{x}}/{{y}}", "", "某底图", datum))
    zoom = page.evaluate("wangge.map.getZoom()")
    x, y, sign = plane(datum, *WHERE, zoom)
    column, row = int(np.floor(x / 256)), int(np.floor(y / 256))
    named = f"/{zoom}/{column}/{row if sign > 0 else -1 - row}"
    tile = page.locator(f'img.leaflet-tile-loaded[src$="{named}"]')
    expect(tile).to_have_count(1)
    box, map_box = tile.bounding_box(), page.locator(".folium-map").bounding_box()
    assert box
    assert map_box
    drawn = page.evaluate(f"wangge.map.latLngToContainerPoint([{WHERE[1]}, {WHERE[0]}])")
    off = np.hypot(
        box["x"] - map_box["x"] + x - 256 * column - drawn["x"], box["y"] - map_box["y"] + y - 256 * row - drawn["y"]
    )
    assert off <= 1
    assert named in server.asked
    assert page.complaints == []  # type: ignore[attr-defined]


def test_the_page_moves_as_the_project_does(show: Show, server: TileServer) -> None:
    """1,000 positions over China: there within 0.1 m (and on Baidu's plane), back to WGS 84 within 0.1 m."""
    url = f"{server.address}/{{z}}/{{x}}/{{y}}"
    page = show(Background(url, "", "甲", "gcj02"))
    random = np.random.default_rng(8)
    west, south, east, north = CHINA
    lon = random.uniform(west + 0.1, east - 0.1, 1000)
    lat = random.uniform(south + 0.1, north - 0.1, 1000)
    points = json.dumps(np.column_stack([lon, lat]).tolist())
    there = (
        "({points}).map(([lon, lat]) => {{ const plane = wangge.crs.{datum}.projection;"
        " const p = plane.project(L.latLng(lat, lon)), b = plane.unproject(p); return [p.x, p.y, b.lng, b.lat]; }})"
    )
    for datum, onto in (("gcj02", degrees_to_web), ("bd09", bd09_to_bd09mc)):
        found = np.array(page.evaluate(there.format(points=points, datum=datum)))
        wanted = onto(*from_wgs84(lon, lat, datum))
        stretch = 1 / np.cos(np.radians(lat))  # metres of the plane in one of the ground
        assert np.hypot(found[:, 0] - wanted[0], found[:, 1] - wanted[1]).max() <= 0.1 * stretch.min()
        back = to_wgs84(*from_wgs84(lon, lat, datum), datum)
        metres = 111_320 * np.hypot((found[:, 2] - back[0]) * np.cos(np.radians(lat)), found[:, 3] - back[1])
        assert metres.max() <= 0.1


def test_another_datum_moves_the_layers_and_back(show: Show, server: TileServer, backdrop: Backdrop) -> None:
    """A click stays WGS 84 in every background; the map says the shift while there is one; zooms come back."""
    url = f"{server.address}/{{z}}/{{x}}/{{y}}"
    page = show(
        Background(url, "天地图 审图号：GS（2024）0001号", "天地图"),
        Background(url, "高德", "高德", "gcj02"),
        Background(url, "百度", "百度", "bd09"),
        backdrop=backdrop,
    )
    note, corner = page.locator(".ground-note"), page.locator(".leaflet-control-attribution")
    expect(note).to_be_hidden()
    expect(corner).to_have_text("天地图 审图号：GS（2024）0001号")
    center, zoom, least = page.evaluate("[wangge.map.getCenter(), wangge.map.getZoom(), wangge.map.getMinZoom()]")
    clicked = "wangge.map.containerPointToLatLng(wangge.map.latLngToContainerPoint(wangge.map.getCenter()))"
    for name, datum in (("高德", "GCJ-02"), ("百度", "BD-09")):
        page.get_by_role("radio", name=name).check()
        expect(note).to_have_text(f"底图为“{name}”（{datum}），图层已偏移到该坐标系显示。")
        expect(corner).to_have_text(name)
        for there in (page.evaluate("wangge.map.getCenter()"), page.evaluate(clicked)):
            assert np.hypot(there["lng"] - center["lng"], there["lat"] - center["lat"]) < 3e-4
        expect(page.locator("img.leaflet-tile-loaded").nth(3)).to_be_attached()
    page.get_by_role("radio", name="本镇图层").check()
    expect(note).to_be_hidden()
    expect(page.locator("img.leaflet-tile")).to_have_count(0)
    page.get_by_role("radio", name="天地图").check()
    assert page.evaluate("[wangge.map.getZoom(), wangge.map.getMinZoom()]") == [zoom, least]
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_server_that_is_gone(show: Show, server: TileServer, backdrop: Backdrop) -> None:
    """The own layers come with a note, go when the server answers; only failed pictures are complained of."""
    server.answers = "broken"
    page = show(Background(f"{server.address}/{{z}}/{{x}}/{{y}}", "", "内网影像"), backdrop=backdrop)
    note = page.locator(".ground-note")
    expect(note).to_have_text("底图“内网影像”没有应答，先用本镇图层。")
    names = page.locator("canvas.own-names")
    expect(names).to_have_count(1)
    server.answers = "fine"
    page.evaluate("wangge.map.setZoom(wangge.map.getZoom() + 1)")
    expect(note).to_be_hidden()
    expect(names).to_have_count(0)
    assert all("503" in text for text in page.complaints)  # type: ignore[attr-defined]


def test_a_server_that_is_slow(show: Show, server: TileServer, backdrop: Backdrop) -> None:
    """Who waits longer than the page's patience sees the own layers and the note, and the tiles when they come."""
    server.answers = "slow"
    page = show(Background(f"{server.address}/{{z}}/{{x}}/{{y}}", "", "慢图"), backdrop=backdrop)
    assert page.evaluate("wangge.patience") == 6000
    page.evaluate("wangge.patience = 50; wangge.useBackground(wangge.background)")
    note = page.locator(".ground-note")
    expect(note).to_have_text("底图“慢图”没有应答，先用本镇图层。")
    server.answers = "fine"
    server.released.set()
    expect(note).to_be_hidden()
    assert page.complaints == []  # type: ignore[attr-defined]


def test_tiles_inside_the_page(show: Show) -> None:
    """A page with its tiles inside shows them without asking anybody, magnified beyond their last zoom."""
    picture = "data:image/png;base64," + b64encode(png((90, 120, 90))).decode()
    inside = {f"12/{x}/{y}": picture for _, x, y in over((113.6, 22.75, 113.75, 22.88), 12)}
    background = Background("/backgrounds/0/{z}/{x}/{y}", "某局", "镇域影像").holding(inside, (12, 12))
    page = show(background)
    for zoom in (11, 12, 15):
        page.evaluate(f"wangge.map.setMinZoom(0).setZoom({zoom}, {{animate: false}})")
        expect(page.locator("img.leaflet-tile-loaded").first).to_be_attached()
    assert page.locator("img.leaflet-tile").evaluate_all("all => all.every(({src}) => src.startsWith('data:'))")
    assert page.complaints == []  # type: ignore[attr-defined]


def test_vector_tiles_are_drawn_in_the_look(show: Show, server: TileServer) -> None:
    """A page of the service draws vector tiles, anew in the other look; it asks only where it came from."""
    vector = Background("/backgrounds/0/{z}/{x}/{y}", "", "矢量", vector=True, max_zoom=14)
    server.pages["/page"] = ("text/html; charset=utf-8", sheet_of((vector,)).encode())
    server.tile = (MEDIA["mvt"], b"")
    page = show(at=f"{server.address}/page")
    pixel = "(tile => tile ? tile.getContext('2d').getImageData(9, 9, 1, 1).data[0] : 255)"
    pixel += "(document.querySelector('canvas.leaflet-tile-loaded'))"
    page.wait_for_selector("canvas.leaflet-tile-loaded")
    light = page.evaluate(pixel)
    page.get_by_role("button", name="深色").click()
    darker = f"const look = () => {pixel} < {light} - 60 ? done() : requestAnimationFrame(look); look();"
    page.evaluate(f"() => new Promise((done) => {{ {darker} }})")
    expect(page.locator("html")).to_have_attribute("data-look", "dark")
    assert all(path == "/page" or path.startswith("/backgrounds/0/1") for path in server.asked)
    assert page.complaints == []  # type: ignore[attr-defined]


def test_own_names_touch_no_other(show: Show, backdrop: Backdrop) -> None:
    """Names along roads, at several zooms: some are drawn, none touches another, none stands over the edge."""
    page = show(backdrop=backdrop)
    frame = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    shown = 0
    for zoom in (14, 15.5, 17):
        page.evaluate(f"wangge.map.setZoom({zoom}, {{animate: false}})")
        page.evaluate(frame)
        held, size = page.evaluate("[wangge.grounds[0].parts.names.held, wangge.map.getSize()]")
        shown += len(held)
        boxes = [np.array(each) for each in held]
        for at, one in enumerate(boxes):
            assert (one[:, :2] > 0).all()
            assert (one[:, 2:] < [size["x"], size["y"]]).all()
            for other in boxes[:at]:
                low, high = np.maximum(one[:, None, :2], other[None, :, :2]), np.minimum(one[:, None, 2:], other[:, 2:])
                assert not (low < high).all(axis=2).any()
    assert shown > 20
    assert page.complaints == []  # type: ignore[attr-defined]


def test_look_is_as_the_machine_prefers_until_chosen(show: Show, backdrop: Backdrop) -> None:
    """Dark where the machine is dark; the button wins over the machine; nothing is kept beyond the page."""
    page = show(backdrop=backdrop)
    look, button = page.locator("html"), page.get_by_role("button", name="深色")
    land = "wangge.grounds[0].parts.land.options.fillColor"
    expect(look).to_have_attribute("data-look", "light")
    light = page.evaluate(land)
    page.emulate_media(color_scheme="dark")
    expect(look).to_have_attribute("data-look", "dark")
    assert page.evaluate(land) != light
    button.click()
    expect(look).to_have_attribute("data-look", "light")
    expect(button).to_have_attribute("aria-pressed", "false")
    page.emulate_media(color_scheme="light")
    page.emulate_media(color_scheme="dark")
    expect(look).to_have_attribute("data-look", "light")
    assert page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length") == 0
    assert page.evaluate(land) == light
