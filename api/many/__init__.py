"""Many towns at once: `figures.py` is what is asked of one, `cluster.py` the only door to Dask."""
