"""Streets: which metres of them were walked, by whom a track says so, and when."""
