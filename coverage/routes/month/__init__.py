"""A week's or a month's duties, spread over its working days: what falls due, on which day, in which order."""
