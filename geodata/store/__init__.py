"""The town's store: a GeoPackage file or a PostgreSQL schema, which QGIS opens as it is; one way in, audited."""

from geodata.store.documents import DEFAULT_CHECKLISTS, DEFAULT_RULES
from geodata.store.opening import Store, begin_town, create_store, open_store
from geodata.store.reading import Posted
from geodata.store.rows import Keep

__all__ = [
    "DEFAULT_CHECKLISTS",
    "DEFAULT_RULES",
    "Keep",
    "Posted",
    "Store",
    "begin_town",
    "create_store",
    "open_store",
]
