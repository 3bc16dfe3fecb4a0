"""Pictures: figures in, one self-contained HTML text out."""

from maps.areas import coverage_map
from maps.backdrop import Backdrop
from maps.canvas import Tiles, empty_map
from maps.division import Divided, division_map
from maps.gaps import gaps_map
from maps.ground import ground_map
from maps.heat import hazard_map
from maps.hotspots import hotspots_map
from maps.streets import streets_map

__all__ = [
    "Backdrop",
    "Divided",
    "Tiles",
    "coverage_map",
    "division_map",
    "empty_map",
    "gaps_map",
    "ground_map",
    "hazard_map",
    "hotspots_map",
    "streets_map",
]
