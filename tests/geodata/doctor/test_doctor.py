"""The coordinate doctor: the system of a file by how its positions fit what is known of the town."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import shapely

from geodata.datum import Way, find, from_wgs84, systems
from geodata.doctor import FEWEST, Ground, Sample, diagnose, share
from tests.geodata.doctor.conftest import Known

Floats = npt.NDArray[np.float64]

NEAR = [s.key for s in systems() if s.meridian is None or abs(s.meridian - 114) <= 1.6]
SHIFTED = ["gcj02", "bd09", "gcj02mc", "bd09mc", "epsg:3857", "epsg:4547", "epsg:4526", "epsg:4508"]
DEGREE_M = 111_320.0


def noisy(lonlat: Floats, seed: int = 0) -> tuple[Floats, Floats]:
    """Give positions with 10 m noise."""
    noise = np.random.default_rng(seed).normal(0, 10 / DEGREE_M, lonlat.shape)
    return lonlat[:, 0] + noise[:, 0] / np.cos(np.radians(lonlat[:, 1])), lonlat[:, 1] + noise[:, 1]


def metres_off(way: Way, x: Floats, y: Floats, lon: Floats, lat: Floats) -> float:
    """Give how far the farthest position lies from the truth when it is read in a way."""
    east, north = way.to_wgs84(x, y)
    return float(np.hypot((east - lon) * np.cos(np.radians(lat)), north - lat).max()) * DEGREE_M


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("system", SHIFTED)
def test_new_places(town: Known, system: str, swapped: bool) -> None:
    """Places that the town does not know yet are placed right, in whatever system and order of columns they come."""
    lon, lat = noisy(town.new)
    x, y = from_wgs84(lon, lat, system)
    x, y = (y, x) if swapped else (x, y)
    answer = diagnose(Sample(x, y), town.ground).answer
    assert answer is not None
    assert metres_off(answer.way, x, y, lon, lat) < 5
    assert answer.way.swapped == swapped


@pytest.mark.parametrize("system", ["wgs84", "gcj02", "bd09"])
def test_rows_that_name_their_places(town: Known, system: str) -> None:
    """Twenty rows that name known places are enough."""
    lon, lat = noisy(town.known[:20])
    diagnosis = diagnose(Sample(*from_wgs84(lon, lat, system), place_ids=town.known_ids[:20]), town.ground)
    assert diagnosis.answer is not None
    assert diagnosis.answer.way == Way(system)
    assert "离所填场所的中位距离" in diagnosis.evidence


def test_lines_along_roads(town: Known) -> None:
    """Vertices of tracks on the town's roads tell GCJ-02."""
    roads = shapely.get_coordinates(town.ground.roads.geometry.iloc[::2])
    lon, lat = noisy(roads)
    answer = diagnose(Sample(*from_wgs84(lon, lat, "gcj02"), lines=True), town.ground).answer
    assert answer is not None
    assert answer.way == Way("gcj02")


@pytest.mark.parametrize("system", ["wgs84", "gcj02", "bd09", "epsg:4547"])
@pytest.mark.parametrize("named", [False, True])
def test_areas(town: Known, system: str, named: bool) -> None:
    """Polygons are told by their overlap with known ones, of the same code or the nearest."""
    grids = town.ground.areas[town.ground.areas["level"] == "grid"]
    shapes = shapely.transform(
        np.asarray(grids.geometry.array, dtype=object),
        lambda xy: np.column_stack(from_wgs84(xy[:, 0], xy[:, 1], system)),
    )
    x, y = shapely.get_coordinates(shapes).T
    codes = grids["code"].to_numpy(dtype=object) if named else None
    diagnosis = diagnose(Sample(x, y, shapes=shapes, codes=codes), town.ground)
    assert diagnosis.answer is not None
    assert diagnosis.answer.way == Way(system)
    assert ("同名区域" if named else "已有区域") in diagnosis.evidence


@pytest.mark.parametrize("notation", ["dm", "dms"])
def test_degrees_and_minutes_in_one_number(town: Known, notation: str) -> None:
    """11340.272 is 113° 40.272′, 1134016.3 is 113° 40′ 16.3″."""

    def packed(degrees: Floats) -> Floats:
        minutes = degrees % 1 * 60
        if notation == "dm":
            return np.floor(degrees) * 100 + minutes
        return np.floor(degrees) * 10_000 + np.floor(minutes) * 100 + minutes % 1 * 60

    lon, lat = noisy(town.new)
    x, y = packed(lon), packed(lat)
    answer = diagnose(Sample(x, y), town.ground).answer
    assert answer is not None
    assert answer.way.notation == notation
    assert metres_off(answer.way, x, y, lon, lat) < 5


def test_nothing_known() -> None:
    """Without anything to compare with, degrees of China are WGS 84 at most likely, never surely."""
    diagnosis = diagnose(Sample(np.linspace(113.6, 113.7, 50), np.linspace(22.7, 22.8, 50)), Ground.unknown())
    assert diagnosis.answer is None
    assert diagnosis.findings[0].way == Way("wgs84")


def test_prefixed_zone_speaks_for_itself() -> None:
    """38500000 is an easting of zone 38 alone, even where nothing is known of the town."""
    x, y = from_wgs84(np.linspace(113.6, 113.7, 50), np.linspace(22.7, 22.8, 50), "epsg:4526")
    assert {finding.way.system for finding in diagnose(Sample(x, y), Ground.unknown()).findings} <= {
        key for key in NEAR if find(key).prefix == 38
    }


def test_few_points_are_not_compared(town: Known) -> None:
    """Chance does not speak: of fewer points than `FEWEST` nothing is said."""
    lon, lat = noisy(town.new[: FEWEST - 1])
    diagnosis = diagnose(Sample(*from_wgs84(lon, lat, "gcj02")), town.ground)
    assert diagnosis.answer is None
    assert not diagnosis.compared


def test_metadata_weigh_but_do_not_decide(town: Known) -> None:
    """A file that says WGS 84 and lies in GCJ-02 is GCJ-02."""
    lon, lat = noisy(town.new)
    answer = diagnose(Sample(*from_wgs84(lon, lat, "gcj02")), town.ground, told="wgs84").answer
    assert answer is not None
    assert answer.way == Way("gcj02")


def test_numbers_that_are_no_positions(town: Known) -> None:
    """Numbers that fit no system have no reading."""
    diagnosis = diagnose(Sample(np.full(50, 1e9), np.full(50, -1e9)), town.ground)
    assert not diagnosis.findings
    assert diagnosis.answer is None


def test_beliefs_add_up(town: Known) -> None:
    """The shares of belief add up to one, the likeliest way first."""
    lon, lat = noisy(town.new)
    beliefs = [finding.belief for finding in diagnose(Sample(lon, lat), town.ground).findings]
    assert sum(beliefs) == pytest.approx(1)
    assert beliefs == sorted(beliefs, reverse=True)


def test_random_batches(town: Known) -> None:
    """Of 60 random batches it answers at least nine of ten, and where it answers it is right but for one."""
    random = np.random.default_rng(8)
    answered, wrong = 0, 0
    for _ in range(60):
        system = NEAR[random.integers(len(NEAR))]
        kept = random.permutation(len(town.new))[: int(np.exp(random.uniform(np.log(20), np.log(len(town.new)))))]
        lon, lat = noisy(town.new[kept], int(random.integers(1 << 30)))
        x, y = from_wgs84(lon, lat, system)
        answer = diagnose(Sample(x, y), town.ground).answer
        if answer is not None:
            answered += 1
            wrong += metres_off(answer.way, x, y, lon, lat) >= 5
    assert answered >= 54
    assert wrong <= 1


def test_nothing_is_wholly_sure() -> None:
    """A share of belief is never said to be 100 %."""
    assert share(1.0) == "99.9% 以上"
    assert share(0.95) == "95.0%"
