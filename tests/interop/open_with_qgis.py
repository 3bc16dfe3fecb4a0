"""Run by the Python of the machine's QGIS: open collections of an OGC API, count, filter and draw them.

Give the address, the folder for pictures and the names; one JSON document comes out.
"""

import json
import sys
from pathlib import Path
from urllib.parse import quote

from qgis.core import (  # type: ignore[import-not-found]
    QgsApplication,
    QgsCoordinateTransform,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize  # type: ignore[import-not-found]

SIZE = 600


def main(address, folder, names):
    """Open each layer as a user does who adds it by the dialog for OGC API – Features."""
    told = {name: opened(address, Path(folder), name) for name in names}
    told |= {f"{name} tiles": tiled(address, Path(folder), name) for name in ("places", "hazards")}
    sys.stdout.write(json.dumps(told))


def opened(address, folder, name):
    """Give what QGIS knows of a layer, and draw it into a picture."""
    layer = QgsVectorLayer(f"pagingEnabled='true' url='{address}' typename='{name}'", name, "OAPIF")
    if not layer.isValid():
        return {"valid": False, "error": layer.error().message()}
    features = list(layer.getFeatures())
    extent = QgsRectangle(layer.extent())
    extent.grow(0.002)
    draw(layer, extent, folder / f"{name}.png")
    return {
        "valid": True,
        "crs": layer.crs().authid(),
        "geometry": layer.geometryType(),
        "fields": [field.name() for field in layer.fields()],
        "rows": len(features),
        "drawn": sum(not feature.geometry().isNull() for feature in features),
        "ids": sorted(str(feature["id"]) for feature in features if feature.fields().indexOf("id") >= 0),
    }


def tiled(address, folder, name):
    """Open the vector tiles of a layer as a user does who adds them by their address, and draw its middle."""
    template = quote(f"{address}/collections/{name}/tiles/WebMercatorQuad/", safe=":/") + "{z}/{y}/{x}"
    layer = QgsVectorTileLayer(f"type=xyz&url={template}&zmin=0&zmax=20", name)
    if not layer.isValid():
        return {"valid": False, "error": layer.error().message()}
    source = QgsVectorLayer(f"pagingEnabled='true' url='{address}' typename='{name}'", name, "OAPIF")
    turn = QgsCoordinateTransform(source.crs(), layer.crs(), QgsProject.instance())
    draw(layer, turn.transformBoundingBox(source.extent()), folder / f"{name} tiles.png")
    return {"valid": True}


def draw(layer, extent, file):
    """Draw a layer as QGIS does."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setExtent(extent)
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(QSize(SIZE, SIZE))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(str(file))


if __name__ == "__main__":
    application = QgsApplication([], False)
    application.initQgis()
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
    application.exitQgis()
