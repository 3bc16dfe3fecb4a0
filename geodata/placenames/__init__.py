"""Which place a name on an inspection means, by its likeness and by the distance of the geotag."""

from geodata.placenames.matching import LISTED, SURE, Candidates, Found, match_names
from geodata.placenames.names import folded_names, name_parts

__all__ = ["LISTED", "SURE", "Candidates", "Found", "folded_names", "match_names", "name_parts"]
