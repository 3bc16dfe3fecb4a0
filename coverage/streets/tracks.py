"""Fixes of tracks, and what they say was walked."""

from __future__ import annotations

from dataclasses import dataclass

from coverage.streets.network import Floats, Ints


@dataclass(frozen=True)
class Fixes:
    """n fixes of any number of tracks, in order of track and time.

    Attributes
    ----------
    xy
        (n, 2) metres in the plane of the network.
    seconds
        When each was, from any moment; where a track says nothing, all the same.
    run
        Number of the piece of line that each fix belongs to: no way is sought between runs.
    track
        Number of the recording: all its fixes are taken for equally noisy.
    """

    xy: Floats
    seconds: Floats
    run: Ints
    track: Ints

    def some(self, which: Ints) -> Fixes:
        """Give the fixes named."""
        return Fixes(self.xy[which], self.seconds[which], self.run[which], self.track[which])


@dataclass(frozen=True)
class Walked:
    """Pieces of the network that were walked, and the fix by which; a piece is there for every passing."""

    piece: Ints
    fix: Ints
