"""Hot and cold spots of hazards: where more are found than chance explains, and where nobody looked."""

from coverage.hotspots.spots import NEEDED, HotSpots, Question, hot_spots

__all__ = ["NEEDED", "HotSpots", "Question", "hot_spots"]
