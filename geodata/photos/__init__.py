"""Photos of inspections: read behind walls, held against the town, attached to the inspections they show."""
