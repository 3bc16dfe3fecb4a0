"""Run by the Python of the machine's QGIS: open collections of an OGC API, count, filter and draw them.

Give the address, the folder for pictures and the names; one JSON document comes out.
"""

import json
import sys
from pathlib import Path

from qgis.core import (  # type: ignore[import-not-found]
    QgsApplication,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize  # type: ignore[import-not-found]

SIZE = 600


def main(address, folder, names):
    """Open each layer as a user does who adds it by the dialog for OGC API – Features."""
    told = {name: opened(address, Path(folder), name) for name in names}
    sys.stdout.write(json.dumps(told))


def opened(address, folder, name):
    """Give what QGIS knows of a layer, and draw it into a picture."""
    layer = QgsVectorLayer(f"pagingEnabled='true' url='{address}' typename='{name}'", name, "OAPIF")
    if not layer.isValid():
        return {"valid": False, "error": layer.error().message()}
    features = list(layer.getFeatures())
    extent = QgsRectangle(layer.extent())
    extent.grow(0.002)
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setExtent(extent)
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(QSize(SIZE, SIZE))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    picture.save(str(folder / f"{name}.png"))
    return {
        "valid": True,
        "crs": layer.crs().authid(),
        "geometry": layer.geometryType(),
        "fields": [field.name() for field in layer.fields()],
        "rows": len(features),
        "drawn": sum(not feature.geometry().isNull() for feature in features),
        "ids": sorted(str(feature["id"]) for feature in features if feature.fields().indexOf("id") >= 0),
    }


if __name__ == "__main__":
    application = QgsApplication([], False)
    application.initQgis()
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
    application.exitQgis()
