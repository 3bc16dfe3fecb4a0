"""A day's walk that closes the most gaps: streets, travel, the plan of each officer."""
