"""Maps on paper: what stands on a sheet, where, and how it is drawn."""
