"""Run apart: GDAL holds Python's lock while it waits for an answer, so a service in the same process could not give it.

Give the file to write to and a JSON list of readings: address, layer, options. A pickled list of frames comes out.
"""

import json
import pickle
import sys
from pathlib import Path

import pyogrio

if __name__ == "__main__":
    frames = [
        pyogrio.read_dataframe(f"OAPIF:{address}/ogc", layer=name, **options)
        if name
        else pyogrio.list_layers(f"OAPIF:{address}/ogc")
        for address, name, options in json.loads(sys.argv[2])
    ]
    Path(sys.argv[1]).write_bytes(pickle.dumps(frames))
