"""The streets map's data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from coverage.streets.walks import StreetWalks, street_walks
from maps.backdrop import Backdrop
from maps.streets import LOOKS, streets_map
from tests.coverage.streets.towns import lattice, ledger, roads_of, walk
from tests.maps.conftest import HOSTILE

DataOf = Callable[[str, str], Any]
TOWN = ledger(
    [
        ("o", "2024-06-03 09:00", walk([(0, 0), (120, 0)])),
        ("o", "2024-05-03 09:00", walk([(0, 300), (120, 300)])),
    ],
    roads=roads_of(lattice(), [HOSTILE, *"二三四五六七八"]),
)


@pytest.fixture(scope="module")
def walks() -> StreetWalks:
    """Give the walks: of grid A one street this month, one the month before; of B nobody's track tells."""
    return street_walks(TOWN, date(2024, 6, 20))


def test_every_metre_is_drawn_once_by_its_state(walks: StreetWalks, data_of: DataOf) -> None:
    """The four layers hold the streets of the town, each line with a name, a length and a day."""
    html = streets_map(walks, Backdrop.from_ledger(TOWN))
    layers = {name: data_of(html, f"streets-{name}") for name in LOOKS}
    metres = {name: sum(layer["metres"]) for name, layer in layers.items()}
    assert sum(metres.values()) == pytest.approx(2400, abs=20)
    assert metres["walked"] == pytest.approx(120, abs=15)
    assert metres["missed"] == pytest.approx(120, abs=15)
    assert metres["unknown"] > 1000
    assert all(len(layer["lines"]) == len(layer["street"]) == len(layer["days"]) for layer in layers.values())
    assert set(layers["missed"]["days"]) == {48}
    assert set(layers["never"]["last"]) == {None}


def test_no_data_never_looks_like_missed() -> None:
    """Grey, dotted and thinner than anything that is known; no two states have one colour."""
    colours = [look["color"] for _, look in LOOKS.values()]
    assert len(set(colours)) == len(LOOKS)
    known = [look for name, (_, look) in LOOKS.items() if name != "unknown"]
    unknown = LOOKS["unknown"][1]
    assert all("dashArray" not in look and look["weight"] > unknown["weight"] for look in known)
    assert "dashArray" in unknown


def test_the_legend_says_kilometres_and_what_no_data_is(walks: StreetWalks, data_of: DataOf) -> None:
    """Four rows in the order of the layers, and the note."""
    legend = data_of(streets_map(walks, Backdrop.from_ledger(TOWN)), "streets-legend")
    assert [item["label"].split()[0] for item in legend["items"]] == ["从未走到", "本期未走到", "本期走到", "无数据"]
    assert "不等于没有人走过" in legend["notes"][0]


def test_names_reach_the_page_as_data(walks: StreetWalks) -> None:
    """A street named like a script is no script."""
    assert HOSTILE not in streets_map(walks, Backdrop.from_ledger(TOWN))


def test_a_town_without_tracks_has_a_map(data_of: DataOf) -> None:
    """All of it is no data; the headline has no rate."""
    town = ledger()
    html = streets_map(street_walks(town, date(2024, 6, 20)), Backdrop.from_ledger(town))
    assert data_of(html, "streets-walked")["lines"] == []
    assert sum(data_of(html, "streets-unknown")["metres"]) == pytest.approx(2400, abs=20)
    assert "—" in html
