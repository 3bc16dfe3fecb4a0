"""The program of the child process that decodes pictures, behind the walls of `geodata.confined`.

Run by `geodata.photos.pool` only. A picture comes on stdin: its length (8 bytes, little end first), its bytes. The
answer goes to stdout: length of the JSON, the JSON (`{"unfit": sentence}` or the fields of a `Picture`), length of
the thumbnail, the thumbnail. No picture can reach a file, the network, or the picture before it.
"""

from __future__ import annotations

import io
import json
import os
import struct
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

LENGTH = struct.Struct("<q")


def main() -> None:
    """Answer until stdin ends."""
    folder, seconds, memory = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    kinds = frozenset(sys.argv[4].split(","))
    source = os.fdopen(os.dup(0), "rb")
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a decoder may print is no part of the answer
    _warm_up()
    import PIL  # noqa: PLC0415

    from geodata.confined import confine  # noqa: PLC0415 - after all libraries are loaded

    libraries = (Path(os.__file__).parent, Path(str(PIL.__file__)).parent.parent)
    confine(folder, libraries, seconds=seconds, memory=memory)
    while data := _picture(source):
        document, thumbnail = _answered(data, kinds)
        text = json.dumps(document, ensure_ascii=True).encode()
        answer.write(LENGTH.pack(len(text)) + text + LENGTH.pack(len(thumbnail)) + thumbnail)
        answer.flush()


def _picture(source: IO[bytes]) -> bytes:
    head = source.read(LENGTH.size)
    return source.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""


def _answered(data: bytes, kinds: frozenset[str]) -> tuple[dict[str, Any], bytes]:
    from geodata.photos.picture import Unfit, look_at  # noqa: PLC0415

    try:
        found = look_at(data, kinds)
    except Unfit as problem:
        return {"unfit": str(problem)}, b""
    except MemoryError:
        return {"unfit": "照片太大，解开它要用的内存超过上限；请缩小后再导入"}, b""
    plain = asdict(found)
    return plain, plain.pop("thumbnail")


def _warm_up() -> None:
    """Load every library and decoder: behind the walls none can be loaded."""
    from pi_heif import register_heif_opener  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    from geodata.photos.picture import MAX_PIXELS, POSTED, look_at  # noqa: PLC0415

    register_heif_opener(thumbnails=False, decode_threads=1)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    gradient = Image.linear_gradient("L").convert("RGB")
    for kind in ("JPEG", "PNG", "WEBP"):
        out = io.BytesIO()
        gradient.save(out, kind, exif=Image.Exif())
        look_at(out.getvalue(), POSTED)


if __name__ == "__main__":
    main()
