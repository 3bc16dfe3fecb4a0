"""Roads made into a network."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from tests.coverage.streets.towns import lattice, network


def test_streets_meet_at_common_vertices() -> None:
    """Three blocks by three: 16 crossings and 24 edges, each of one road."""
    found = network(lattice())
    assert (len(found.nodes), len(found.lines)) == (16, 24)
    assert np.bincount(found.road).tolist() == [3] * 8
    assert found.length.sum() == pytest.approx(2400, abs=0.01)


def test_a_bridge_does_not_meet_what_it_crosses() -> None:
    """Where the file shows crossings by common vertices, lines that only cross stay whole."""
    bridge = [(-20.0, 150.0), (320.0, 150.0)]
    found = network([*lattice(), bridge])
    assert len(found.lines) == 25
    assert found.length.max() == pytest.approx(340, abs=0.01)


def test_lines_drawn_by_hand_are_cut_where_they_cross() -> None:
    """Two plain lines that cross are four edges round one crossing."""
    found = network([[(0.0, 0.0), (100.0, 0.0)], [(50.0, -50.0), (50.0, 50.0)]])
    assert np.sort(found.length) == pytest.approx([50, 50, 50, 50], abs=0.01)
    assert len(found.nodes) == 5


@pytest.mark.parametrize(("short", "edges"), [(1.5, 3), (5.0, 2)])
def test_a_dead_end_reaches_the_street_it_nearly_touches(short: float, edges: int) -> None:
    """1.5 m before the street was meant to touch it, 5 m was not."""
    found = network([[(0.0, 0.0), (100.0, 0.0)], [(40.0, 80.0), (40.0, short)]])
    assert len(found.lines) == edges


def test_a_street_drawn_twice_is_there_once() -> None:
    """The same line, and the same line turned round, are one edge."""
    line = [(0.0, 0.0), (60.0, 0.0), (100.0, 20.0)]
    found = network([line, line, line[::-1]])
    assert len(found.lines) == 1
    assert found.road.tolist() == [0]


def test_pieces_are_equal_and_at_most_ten_metres() -> None:
    """95 m are ten pieces of 9.5 m, whose middles lie on the line."""
    found = network([[(0.0, 0.0), (95.0, 0.0)]])
    assert found.pieces.length == pytest.approx(np.full(10, 9.5), abs=0.01)
    assert shapely.distance(found.middles(), found.lines[0]).max() < 1e-6


def test_no_roads_are_no_network() -> None:
    """An empty frame gives no edges and no pieces."""
    assert len(network([]).pieces.edge) == 0


def test_vertices_of_one_road_are_no_ends() -> None:
    """A bend is inside an edge, a loop is one; where the name changes an edge ends."""
    bent = network([[(0.0, 0.0), (50.0, 0.0), (50.0, 50.0)], [(50.0, 50.0), (90.0, 50.0)]])
    assert sorted(bent.length.round()) == [40, 100]
    loop = network([[(0.0, 0.0), (50.0, 0.0), (50.0, 50.0), (0.0, 0.0)]])
    assert loop.ends.tolist() == [[0, 0]]
