"""Towns as folders of GeoParquet: `writing.write_town` makes one, `folders.TownFolder` reads it back as a Ledger."""
