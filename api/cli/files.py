"""Files that commands write: whole or not at all, in the format their name says."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.cli.rows import Figures, document, features, write_csv
from api.disk import refused
from geodata.errors import WanggeError


class OutputProblem(WanggeError):
    """A file could not be written where it was asked for."""


def write_file(figures: Figures, out: Path) -> None:
    """Write figures in the format that the file's name says."""
    with replacing(out) as draft:
        match out.suffix.lower():
            case ".json":
                draft.write_text(document(figures) + "\n", encoding="utf-8")
            case ".csv":  # with a byte order mark, so that Excel reads the Chinese in it
                with draft.open("w", encoding="utf-8-sig", newline="") as file:
                    write_csv(figures, file, for_excel=True)
            case ".xlsx":
                from api.cli.sheets import write_sheet  # noqa: PLC0415 - Excel is loaded only to write Excel

                write_sheet(figures, draft)
            case ".gpx":
                from api.cli.gpx import gpx_text  # noqa: PLC0415 - slow import

                draft.write_text(gpx_text(figures), encoding="utf-8")
            case ".geojson":
                draft.write_text(features(figures), encoding="utf-8")


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """Give a file beside `out` to write; it becomes `out` when all went well, else it is gone.

    Raises
    ------
    OutputProblem
        When the folder does not exist or can't be written.
    """
    with os_refusals_named(out), tempfile.TemporaryDirectory(dir=out.parent, prefix=".wangge-") as folder:
        draft = Path(folder) / out.name
        yield draft
        draft.replace(out)


@contextmanager
def os_refusals_named(out: Path) -> Iterator[None]:
    """Turn what the operating system refuses while `out` is written into an `OutputProblem`."""
    try:
        yield
    except OSError as problem:
        raise OutputProblem(f"写不了 {out}：{refused(problem)}。") from problem


def size(path: Path) -> str:
    """Give the size of a file as a person reads it."""
    count = path.stat().st_size
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.1f} kB"
