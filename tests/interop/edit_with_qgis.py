"""Run by the Python of the machine's QGIS: open every layer of a PostgreSQL town, and draw a place into it.

Give the server's folder and the schema; one JSON document comes out: of each layer whether it is valid, its kind of
shape, system and number of rows; and whether the place was taken.
"""

import json
import sys

from qgis.core import (  # type: ignore[import-not-found]
    QgsApplication,
    QgsDataSourceUri,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProviderRegistry,
    QgsVectorLayer,
    QgsWkbTypes,
)


def main(host, schema):
    """Open each layer as a user does who chooses it in the browser of databases."""
    server = QgsDataSourceUri()
    server.setConnection(host, "5432", "town", "wangge", "")
    provider = QgsProviderRegistry.instance().providerMetadata("postgres")
    tables = provider.createConnection(server.uri(False), {}).tables(schema)
    ours = [table for table in tables if not table.tableName().startswith("wangge_")]
    told = {table.tableName(): said(opened(server, schema, table)) for table in ours}
    places = next(table for table in ours if table.tableName() == "places")
    sys.stdout.write(json.dumps({"layers": told, "drawn": drawn(opened(server, schema, places))}))


def opened(server, schema, table):
    """Open a layer by its key, the fid."""
    uri = QgsDataSourceUri(server)
    uri.setDataSource(schema, table.tableName(), table.geometryColumn(), "", "fid")
    return QgsVectorLayer(uri.uri(False), table.tableName(), "postgres")


def said(layer):
    """Give what QGIS knows of a layer."""
    return [layer.isValid(), QgsWkbTypes.displayString(layer.wkbType()), layer.crs().authid(), layer.featureCount()]


def drawn(layer):
    """Draw a place and save the layer."""
    layer.startEditing()
    feature = QgsFeature(layer.fields())
    feature.setAttribute("id", "图上")
    feature.setAttribute("name", "图上点")
    feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(113.65, 22.79)))
    return layer.addFeature(feature) and layer.commitChanges()


application = QgsApplication([], False)
application.initQgis()
main(*sys.argv[1:])
