"""OGC API – Features (Part 1, 2, and 3 with CQL2 text) and vector tiles, for QGIS, ArcGIS, GDAL and browsers."""
