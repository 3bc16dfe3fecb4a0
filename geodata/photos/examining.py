"""What photos are, said without changing anything: when and where each was taken, by what, and what is wrong."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.datum import Datum
from geodata.doctor import Ground
from geodata.errors import Fault, FileProblem
from geodata.photos.folder import ENDINGS, find_photos
from geodata.photos.reading import located_photos, see_photos
from geodata.photos.telling import told_of_clocks, told_of_files
from geodata.readers.raw import Repair


@dataclass(frozen=True)
class PhotosExamined:
    """What photos are.

    Attributes
    ----------
    photos
        One row each: row, shown, taken_at, lon, lat (as the camera wrote them), altitude (m), direction (°), accuracy
        (m), camera, width, height, clock_error (s).
    datum
        How `wangge import` would read their positions; None when it would ask (`asks` says why), or there are none.
    """

    file: str
    rows: int
    photos: pd.DataFrame
    datum: Datum | None
    asks: str
    rejected: list[Fault]
    repaired: list[Repair]
    warnings: list[str]

    def as_dict(self) -> dict[str, Any]:
        """Give it for JSON."""
        plain = {name: value for name, value in vars(self).items() if name not in ("photos", "datum")}
        for name in ("rejected", "repaired"):
            plain[name] = [asdict(each) for each in plain[name]]
        moments = self.photos["taken_at"].map(lambda at: at.isoformat(), na_action="ignore")
        photos = self.photos.assign(taken_at=moments).astype(object)
        records = photos.where(photos.notna(), None).to_dict("records")
        return {"table": "photos", **plain, "datum": asdict(self.datum) if self.datum else None, "photos": records}


_SHOWN = (
    *("row", "shown", "taken_at", "lon", "lat", "altitude", "direction", "accuracy"),
    *("camera", "width", "height", "clock_error"),
)


def are_photos(path: Path) -> bool:
    """Say whether a path is a photo by its name, or a folder."""
    return path.is_dir() or path.suffix.lower() in ENDINGS


def examine_photos(path: Path, ground: Ground, timezone: str) -> PhotosExamined:
    """Say what a photo, or every photo of a folder, is.

    Parameters
    ----------
    ground
        What is known of their town; may be empty.
    timezone
        Of a camera that does not name its own.

    Raises
    ------
    FileProblem
        No such file; a folder without photos.
    """
    found, others = find_photos([path])
    seen = see_photos(found, timezone, lambda photo, jpeg: None, ground=ground)
    warnings = [*told_of_files(others), *told_of_clocks(seen.frame)]
    datum, asks, lost = None, "", list[Fault]()
    try:
        located, settled, lost = located_photos(seen.frame, "auto", ground, warnings)
        datum = settled if located.geometry.notna().any() else None
    except FileProblem as problem:
        asks = str(problem)
    return PhotosExamined(
        file=path.resolve().name,
        rows=len(found),
        photos=seen.frame[list(_SHOWN)].reset_index(drop=True),
        datum=datum,
        asks=asks,
        rejected=sorted([*seen.rejected, *lost], key=lambda fault: fault.row),
        repaired=seen.repaired,
        warnings=warnings,
    )
