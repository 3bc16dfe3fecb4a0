"""Reports as they were sent out: their files in one archive, whose hash the store keeps, and out of it again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import partial

from api.reports.asked import Papers
from geodata.errors import StoreProblem


def packed(contents: Mapping[str, bytes]) -> bytes:
    """Put the files of a report into one archive; the same files give the same bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_STORED)
    return written.getvalue()


def unpacked(content: bytes) -> Papers:
    """Give the files of an archive, byte for byte as they were put into it.

    StoreProblem when a name leads out of the folder that they are written into: we never gave it such a name.
    """
    archive = zipfile.ZipFile(io.BytesIO(content))
    for name in archive.namelist():
        if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
            raise StoreProblem(f"定稿里的文件名“{name}”指到了文件夹外面，不是网格写的，没有写出。请用备份恢复。")
    return Papers({name: partial(archive.read, name) for name in archive.namelist()})
