"""The life of a hazard, from found to closed: which step may follow, who may take it, what it needs."""
