"""Files that were good until something happened to them."""
