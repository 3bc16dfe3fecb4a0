"""The way of photos into a town's store: read, attached to inspections or made into them, written, reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geodata.checks import checked
from geodata.doctor import Ground
from geodata.errors import Fault, FileProblem, RowsRejected
from geodata.first_rows import located
from geodata.importing import ImportReport
from geodata.photos.folder import Found, find_photos
from geodata.photos.linking import linked_to, made_of, officers_of
from geodata.photos.reading import FILE, ReadPhotos, read_photos
from geodata.photos.telling import told_of_clocks, told_of_files, told_of_reuse
from geodata.readers.raw import shown
from geodata.store import Keep, Store
from geodata.store.thumbnails import Put, thumbnails_written
from geodata.tables import PHOTOS

MINUTES = 30.0
"""How far from an inspection's time a photo of it may be taken, unless a person says otherwise."""

_COLUMNS = {
    "places": ("id", "name", "geometry"),
    "inspections": ("id", "place_id", "officer", "at", "photos", "geometry"),
    "officers": ("id", "name", "role"),
    "photos": ("id", "name", "phash", "inspection_id", "place_id", "officer", "attached_by"),
}


@dataclass(frozen=True)
class PhotoReport(ImportReport):
    """What became of every photo: the import's report, and what they were attached to.

    Attributes
    ----------
    attached
        Newly attached ones: row, photo, inspection_id, how (`name`: the inspection names the file; `time`: time and
        place; `made`: an inspection was made of it).
    unattached
        row, photo, why.
    made_inspections
        id, place_id, at, photos (how many).
    made_import_id
        By which the made inspections can be undone, after the photos; None where none were made.
    """

    attached: list[dict[str, Any]]
    unattached: list[dict[str, Any]]
    made_inspections: list[dict[str, Any]]
    made_import_id: int | None

    def as_dict(self) -> dict[str, Any]:
        """Give the contract's JSON shape."""
        return asdict(self)


def import_photos(
    store: Store,
    paths: Sequence[Path],
    *,
    datum: str = "auto",
    ground: Ground | None = None,
    officer: str | None = None,
    minutes: float = MINUTES,
    as_inspections: bool = False,
    strict: bool = False,
    dry_run: bool = False,
    actor: str = "clerk",
    progress: Callable[[int, int], None] | None = None,
) -> PhotoReport:
    """Import photos and folders of photos; the pictures stay where they are, their thumbnails are kept.

    A photo that the store has keeps its name, its inspection and its officer.

    Parameters
    ----------
    datum, ground
        As `geodata.importing.import_file` takes them.
    officer
        Id or name of who took them; left out, folders named after an officer say it.
    minutes
        How far from an inspection in time a photo of it may be.
    as_inspections
        Make inspections of those that belong to none.
    strict, dry_run
        As for a file; with `strict` a picture that can't be read refuses all.
    progress
        Is told how many of how many files are read.

    Raises
    ------
    FileProblem
        Nothing to read; no photo that can be used; positions in a system that has to be named.
    RowsRejected
        With `strict`; nothing is written.
    """
    found, others = find_photos([Path(path) for path in paths])
    source = found[0].shown.split("/")[0] + (f" 等 {len(paths)} 项" if len(paths) > 1 else "")
    ledger = store.ledger(*_COLUMNS, columns=_COLUMNS)
    told = ground or Ground.of(store.ledger(*Ground.COLUMNS, columns=Ground.COLUMNS))
    with _thumbnails(store, dry_run) as keep:
        read = read_photos(found, store.town.timezone, keep, datum=datum, ground=told, progress=progress)
        _refuse_when_nothing_is_left(source, read, found, strict)
        frame = read.frame.assign(officer=officers_of(read.frame, ledger.officers, officer))
        warnings = [*read.warnings, *told_of_files(others), *told_of_clocks(frame)]
        result = checked(store, PHOTOS, frame, {}, file=source)
        frame = result.frame
        linked = linked_to(frame, ledger, minutes, store.town.tolerance_m, insisted=officer is not None)
        if as_inspections:
            linked = made_of(linked, ledger, minutes, store.town.tolerance_m)
        kept, repeated = _once(linked.frame)
        written = _write(store, kept, linked.made, actor=actor, source=source, dry_run=dry_run)
    warnings += [*result.warnings, *told_of_reuse(linked.frame, kept, ledger.frames["photos"])]
    outcome, import_id = written[PHOTOS.name]
    _, made_id = written.get("inspections", (None, None))
    counts = {kind: int((outcome == kind).sum()) for kind in ("inserted", "updated", "unchanged")}
    rejected = sorted([*read.rejected, *result.faults, *repeated], key=lambda fault: fault.row)
    return PhotoReport(
        table=PHOTOS.name,
        file=source,
        rows_read=len(found),
        rejected=rejected,
        repaired=read.repaired,
        warnings=warnings,
        datum=read.datum,
        encoding="EXIF",
        dry_run=dry_run,
        import_id=import_id,
        placed=[],
        ambiguous=[],
        matched=[],
        unsure=[],
        changed=[],
        added=[],
        located=located(kept),
        attached=_attached(kept),
        unattached=_unattached(kept),
        made_inspections=_listed(linked.made, kept),
        made_import_id=made_id,
        **counts,
    )


@contextmanager
def _thumbnails(store: Store, dry_run: bool) -> Iterator[Put]:
    if dry_run:
        yield lambda photo, jpeg: None
    else:
        with thumbnails_written(store.path) as put:
            yield put


def _refuse_when_nothing_is_left(source: str, read: ReadPhotos, found: Sequence[Found], strict: bool) -> None:
    if read.rejected and strict:
        raise RowsRejected(f"{source} 有 {len(read.rejected)} 张退回；--strict 下什么都没有写入。", read.rejected)
    if read.frame.empty:
        first = read.rejected[0]
        raise FileProblem(
            f"{source} 的 {len(found)} 个文件没有一张照片能用，什么都没有写入。第 1 个“{first.value}”{first.problem}。"
        )


def _once(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Fault]]:
    """Reject the copies of a photo that came before."""
    again = frame["id"].duplicated().to_numpy()
    first = frame.drop_duplicates("id").set_index("id")["shown"]
    faults = [
        Fault(int(row), FILE, shown(own), f"与“{shown(first[photo])}”一模一样，只保留一张")
        for row, own, photo in zip(*(frame[name][again] for name in ("row", "shown", "id")), strict=True)
    ]
    return frame[~again].reset_index(drop=True), faults


def _write(
    store: Store, frame: gpd.GeoDataFrame, made: gpd.GeoDataFrame, *, actor: str, source: str, dry_run: bool
) -> dict[str, tuple[pd.Series, int | None]]:
    """Write photos and the inspections made of them in one transaction."""
    keep: Keep = "nothing" if dry_run else "all"
    frames: dict[str, pd.DataFrame] = {PHOTOS.name: frame[[*PHOTOS.names, "geometry"]]}
    if len(made):
        frames["inspections"] = made
    return store.import_rows(frames, actor=actor, source=source, keep=keep)


def _attached(frame: pd.DataFrame) -> list[dict[str, Any]]:
    new = frame[frame["fresh"].to_numpy(dtype=bool)]
    columns = {"row": "row", "shown": "photo", "inspection_id": "inspection_id", "attached_by": "how"}
    return _records(new, columns)


def _unattached(frame: pd.DataFrame) -> list[dict[str, Any]]:
    lost = frame[frame["inspection_id"].isna()]
    return _records(lost, {"row": "row", "shown": "photo", "why": "why"})


def _records(frame: pd.DataFrame, columns: dict[str, str]) -> list[dict[str, Any]]:
    """Give some columns under other names, row by row."""
    values = (frame[name].tolist() for name in columns)
    return [dict(zip(columns.values(), row, strict=True)) for row in zip(*values, strict=True)]


def _listed(made: gpd.GeoDataFrame, frame: pd.DataFrame) -> list[dict[str, Any]]:
    counts = frame["inspection_id"].value_counts()
    return [
        {"id": name, "place_id": place, "at": at.isoformat(), "photos": int(counts[name])}
        for name, place, at in zip(made["id"], made["place_id"], made["at"], strict=True)
    ]
