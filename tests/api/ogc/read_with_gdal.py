"""Run apart: GDAL holds Python's lock while it waits for an answer, so a service in the same process could not give it.

Give the file to write to and a JSON list of readings: address, layer, options. A pickled list of frames comes out.
"""

import json
import pickle
import sys
from pathlib import Path

import pyogrio


def read(address, name, options):
    """Read a layer, or without a name the list of layers."""
    source = f"OAPIF:{address}/ogc"
    if not name:
        return pyogrio.list_layers(source)
    box = options.pop("bbox", None)
    return pyogrio.read_dataframe(source, layer=name, bbox=None if box is None else tuple(box), **options)


if __name__ == "__main__":
    frames = [read(*asked) for asked in json.loads(sys.argv[2])]
    Path(sys.argv[1]).write_bytes(pickle.dumps(frames))
