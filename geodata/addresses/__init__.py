"""Addresses as offices write them, and the positions that the user's own gazetteer gives for them."""

from geodata.addresses.gazetteer import read_gazetteer
from geodata.addresses.matching import Match, match
from geodata.addresses.parts import Above, folded, parts

__all__ = ["Above", "Match", "folded", "match", "parts", "read_gazetteer"]
