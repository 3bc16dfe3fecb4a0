"""Ground: which part of the town's area somebody came near, as tracks and check-ins say."""
