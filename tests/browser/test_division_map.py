"""The map of a division in a browser: two maps that move together."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit
from tests.maps.test_division import divided, drawn, moved

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["desktop", "phone"])
def test_two_maps_move_together(visit: Callable[..., Visit], size: tuple[int, int]) -> None:
    """What is moved or zoomed on one is on the other; both are on the screen, the earlier first; no complaint."""
    html = drawn(divided("方案", [100, 80]), divided("现在", [50, 150, 100]), moved())
    seen = visit(html, width=size[0], height=size[1])
    page = seen.page
    before, after = (page.locator(f".{name}").bounding_box() for name in ("before-map", "after-map"))
    assert before is not None
    assert after is not None
    assert (before["x"], before["y"]) <= (after["x"], after["y"]) or before["y"] < after["y"]
    assert after["y"] + after["height"] <= size[1]
    page.evaluate("wangge.map.setView([22.002, 113.004], 17, { animate: false })")
    middle = page.evaluate(
        "(() => { const c = wangge.beside.getCenter(); return [c.lat, c.lng, wangge.beside.getZoom()]; })()"
    )
    assert middle == pytest.approx([22.002, 113.004, 17], abs=1e-4)
    page.evaluate("wangge.beside.setZoom(15, { animate: false })")
    assert page.evaluate("wangge.map.getZoom()") == 15
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    seen.check()


def test_colours_change_on_both(visit: Callable[..., Visit]) -> None:
    """Choosing the other figure colours both maps by it."""
    seen = visit(drawn(divided("方案", [100, 80]), divided("现在", [50, 150, 100]), moved()))
    fills = "[...document.querySelectorAll('.{} path')].map((path) => path.getAttribute('fill'))"
    was = [seen.page.evaluate(fills.format(name)) for name in ("before-map", "after-map")]
    seen.page.get_by_text("规整度", exact=True).click()
    now = [seen.page.evaluate(fills.format(name)) for name in ("before-map", "after-map")]
    assert all(one != other for one, other in zip(was, now, strict=True))
    seen.check()
