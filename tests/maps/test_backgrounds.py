"""What of a background's address may be seen."""

from __future__ import annotations

import pytest

from maps.backgrounds import Background, TilesProblem, without_secret

PLACE = "https://h.example/{z}/{x}/{y}.png"
NAMES = ("tk", "apikey", "api_key", "sk", "subscription-key", "secret", "sig", "X-Token", "api%6Bey", "KEY", "t", "")


@pytest.mark.parametrize("name", NAMES)
def test_a_parameter_that_may_be_a_key_is_secret(name: str) -> None:
    """Whatever it is called and wherever it stands, the background is secret and no message has its value."""
    given = f"{name}=Canary-7" if name else "Canary-7"
    for url in (f"{PLACE}?{given}", f"{PLACE}?LAYER=a&{given}&v=1", f"{PLACE}?v=1?{given}", f"{PLACE}?v=1#{given}"):
        assert Background(url).secret
        assert Background(PLACE, labels=url).secret
        assert "Canary" not in without_secret(url)
        with pytest.raises(TilesProblem) as refused:
            Background(url.replace("{x}", "{other}"))
        assert "Canary" not in str(refused.value)


def test_who_signs_in_is_not_shown() -> None:
    """A name and password before the host are refused without being said again."""
    with pytest.raises(TilesProblem) as refused:
        Background("https://who:Canary-7@h.example/{z}/{x}/{y}@2x.png")
    assert "https://…@h.example/{z}/{x}/{y}@2x.png" in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        PLACE,
        "https://h/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=gz:a&STYLE=&TILEMATRIXSET=w&FORMAT=image/png"
        "&TILEMATRIX=EPSG:3857:{z}&TILEROW={y}&TILECOL={x}",
        "https://h/appmaptile?lang=zh_cn&size=1&scl=1&style=7&ltype=3&x={x}&y={y}&z={z}",
        "https://h/tile?at={z}/{x}/{y}",
    ],
)
def test_what_a_tile_service_asks_for_is_no_secret(url: str) -> None:
    """Layers, formats and places are shown as they are, and written into a page."""
    assert without_secret(url) == url
    assert not Background(url).secret
