"""The way of photos into a town's store: read, attached to inspections or made into them, written, reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.checks import checked
from geodata.doctor import Ground
from geodata.errors import Fault, FileProblem, RowsRejected
from geodata.importing import ImportReport, known_ground
from geodata.ledger import Ledger
from geodata.photos.attaching import NONE, attach, nearest_place
from geodata.photos.folder import Found, find_photos
from geodata.photos.grouping import inspections_of
from geodata.photos.reading import FILE, ReadPhotos, read_photos
from geodata.photos.reuse import near_duplicates
from geodata.readers.raw import shown
from geodata.store import Keep, Store
from geodata.store.thumbnails import Put, thumbnails_written
from geodata.tables import PHOTOS

MINUTES = 30.0
"""How far from an inspection's time a photo of it may be taken, unless a person says otherwise."""
CLOCK_S = 300.0
"""A camera clock that is further off than this from the satellites' is told."""
SHOWN = 10

_COLUMNS = {
    "areas": ("level", "code", "geometry"),
    "places": ("id", "name", "geometry"),
    "inspections": ("id", "place_id", "officer", "at", "photos", "geometry"),
    "officers": ("id", "name", "role"),
    "photos": ("id", "name", "phash", "inspection_id", "place_id", "officer", "attached_by"),
}
_LINKS = ("inspection_id", "place_id", "officer", "attached_by")


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
    """

    attached: list[dict[str, Any]]
    unattached: list[dict[str, Any]]
    made_inspections: list[dict[str, Any]]

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
    told = ground or known_ground(store, datum) or Ground.unknown()
    with _thumbnails(store, dry_run) as keep:
        read = read_photos(found, store.town, keep, datum=datum, ground=told, middle=_middle(ledger), progress=progress)
        _refuse_when_nothing_is_left(source, read, found, strict)
        frame = read.frame.assign(officer=_officers(read.frame, ledger.officers, officer))
        warnings = [*read.warnings, *_told_of_files(others), *_told_of_clocks(frame)]
        result = checked(store, PHOTOS, frame, {}, file=source)
        frame = result.frame
        linked = _linked(frame, ledger, minutes, store.town.tolerance_m, insisted=officer is not None)
        made = linked.none
        if as_inspections:
            linked, made = _made(linked, ledger, minutes, store.town.tolerance_m)
        kept, repeated = _once(linked.frame)
        outcome = _write(store, kept, made, actor=actor, source=source, dry_run=dry_run)
    warnings += [*result.warnings, *_told_of_reuse(linked.frame, kept, ledger.photos)]
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
        attached=_attached(kept),
        unattached=_unattached(kept),
        made_inspections=_listed(made, kept),
        **{kind: int((outcome == kind).sum()) for kind in ("inserted", "updated", "unchanged")},
    )


@contextmanager
def _thumbnails(store: Store, dry_run: bool) -> Iterator[Put]:
    if dry_run:
        yield lambda photo, jpeg: None
    else:
        with thumbnails_written(store.path) as put:
            yield put


def _middle(ledger: Ledger) -> tuple[float, float] | None:
    """Give the middle of the town's areas, of its places where no area is drawn."""
    for frame in (ledger.areas, ledger.places):
        drawn = frame[frame.geometry.notna()]
        if not drawn.empty:
            west, south, east, north = drawn.total_bounds
            return (west + east) / 2, (south + north) / 2
    return None


def _refuse_when_nothing_is_left(source: str, read: ReadPhotos, found: Sequence[Found], strict: bool) -> None:
    if read.rejected and strict:
        raise RowsRejected(f"{source} 有 {len(read.rejected)} 张退回；--strict 下什么都没有写入。", read.rejected)
    if read.frame.empty:
        first = read.rejected[0]
        raise FileProblem(
            f"{source} 的 {len(found)} 个文件没有一张照片能用，什么都没有写入。第 1 个“{first.value}”{first.problem}。"
        )


def _officers(frame: pd.DataFrame, officers: pd.DataFrame, given: str | None) -> pd.Series:
    """Give who took each photo, as an officer's id: who was named, else the innermost folder named after an officer."""
    ids = _ids_by_word(officers)
    if given is not None:
        return pd.Series(ids.get(given, given), index=frame.index, dtype="str")
    known = [next((ids[name] for name in folders if name in ids), None) for folders in frame["folders"]]
    return pd.Series(known, index=frame.index, dtype="str")


def _ids_by_word(officers: pd.DataFrame) -> dict[str, str]:
    """Give officers' ids by id, and by name where only one has it."""
    single = officers.dropna(subset="name").drop_duplicates("name", keep=False)
    return dict(zip(single["name"], single["id"], strict=True)) | {each: each for each in officers["id"]}


@dataclass(frozen=True)
class _Linked:
    """Photos with what they belong to; `fresh` and `why` say what is new and why not, `none` is no inspection."""

    frame: gpd.GeoDataFrame
    none: gpd.GeoDataFrame


def _linked(frame: gpd.GeoDataFrame, ledger: Ledger, minutes: float, tolerance_m: float, *, insisted: bool) -> _Linked:
    """Attach photos to inspections and places; what the store says of a photo stands."""
    ids = _ids_by_word(ledger.officers)
    inspections = ledger.inspections.assign(officer=ledger.inspections["officer"].replace(ids).astype("str"))
    found = attach(frame, inspections, ledger.places, minutes=minutes, tolerance_m=tolerance_m)
    near = nearest_place(frame, ledger.places, tolerance_m)
    of_place = _picked(ledger.places["id"], near)
    own = {
        "inspection_id": _picked(inspections["id"], found.inspection),
        "place_id": np.where(found.inspection != NONE, _picked(inspections["place_id"], found.inspection), of_place),
        "officer": frame["officer"].to_numpy(dtype=object),
        "attached_by": np.where(found.how == "", None, found.how),
    }
    stored = ledger.photos.set_index("id").reindex(frame["id"]).reset_index()
    bound = stored["inspection_id"].notna().to_numpy()
    columns: dict[str, pd.Series] = {}
    for name in _LINKS:
        new, old = pd.Series(own[name], index=frame.index, dtype="str"), stored[name].set_axis(frame.index)
        stands = bound & old.notna() if name in ("place_id", "attached_by") else old.notna()
        if name == "officer" and insisted:
            stands &= False
        columns[name] = new.where(~stands, old)
    names = stored["name"].set_axis(frame.index)
    frame = frame.assign(
        **columns,
        name=names.where(names.notna(), frame["name"]),
        wanted=pd.Series(own["inspection_id"], index=frame.index, dtype="str"),
        nearest=near,
        fresh=~bound & columns["inspection_id"].notna().to_numpy(),
        why=pd.Series(found.why, index=frame.index, dtype=object),
    )
    return _Linked(frame, inspections.iloc[:0])


def _picked(values: pd.Series, at: np.ndarray) -> np.ndarray:
    """Give the values at some positions, None at `NONE`."""
    objects = values.to_numpy(dtype=object)
    return np.array([None if each == NONE else objects[each] for each in at], dtype=object)


def _made(linked: _Linked, ledger: Ledger, minutes: float, tolerance_m: float) -> tuple[_Linked, gpd.GeoDataFrame]:
    """Make inspections of the photos that belong to none and were taken at a place."""
    frame = linked.frame
    free = (frame["inspection_id"].isna() & frame["taken_at"].notna() & ~frame["id"].duplicated()).to_numpy()
    usable = np.flatnonzero(free & (frame["nearest"] != NONE).to_numpy())
    nowhere = free & (frame["nearest"] == NONE).to_numpy() & frame.geometry.notna().to_numpy()
    why = frame["why"].mask(nowhere, f"{tolerance_m:g} 米以内没有场所，没有生成检查记录")
    if not len(usable):
        return _Linked(frame.assign(why=why), linked.none), linked.none
    roles = ledger.officers.set_index("id")["role"]
    chosen = frame.iloc[usable].rename(columns={"nearest": "place"})
    made, of_photo = inspections_of(chosen, ledger.places, roles, minutes=minutes)
    columns = {name: frame[name].astype(object) for name in ("inspection_id", "attached_by", "place_id")}
    columns["inspection_id"].iloc[usable] = of_photo
    columns["attached_by"].iloc[usable] = "made"
    columns["place_id"].iloc[usable] = _picked(ledger.places["id"], chosen["place"].to_numpy())
    texts = {name: values.astype("str") for name, values in columns.items()}
    fresh = frame["fresh"].to_numpy(copy=True)
    fresh[usable] = True
    made = made[~made["id"].isin(ledger.inspections["id"])].reset_index(drop=True)
    return _Linked(frame.assign(**texts, fresh=fresh, why=why), linked.none), made


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
) -> pd.Series:
    """Write photos and the inspections made of them in one transaction; give the photos' outcome."""
    keep: Keep = "nothing" if dry_run else "all"
    frames: dict[str, pd.DataFrame] = {PHOTOS.name: frame[[*PHOTOS.names, "geometry"]]}
    if len(made):
        frames["inspections"] = made
    return store.write_many(frames, actor=actor, action="import", source=source, keep=keep)[PHOTOS.name]


def _told_of_files(others: int) -> list[str]:
    return [f"文件夹里有 {others} 个别的文件（不是 JPG、HEIC 等照片），没有读。"] if others else []


def _told_of_clocks(frame: pd.DataFrame) -> list[str]:
    """Tell cameras whose clock differs from the satellites' time."""
    off = frame[frame["clock_error"].abs() > CLOCK_S]
    if off.empty:
        return []
    listed = "、".join(
        f"{shown(name)}（{seconds / 60:+.0f} 分钟）"
        for name, seconds in zip(off["shown"][:SHOWN], off["clock_error"][:SHOWN], strict=True)
    )
    return [
        f"{len(off)} 张照片的相机时间与卫星时间相差 {CLOCK_S / 60:.0f} 分钟以上，按相机时间处理，请核对相机的时钟和时区："
        f"{listed}{' 等' * (len(off) > SHOWN)}。"
    ]


def _told_of_reuse(rows: pd.DataFrame, kept: pd.DataFrame, stored: pd.DataFrame) -> list[str]:
    """Tell the pictures that stand for more than one inspection: the same file, or one that looks the same."""
    same = rows[rows["wanted"].notna()].merge(kept[["id", "name", "inspection_id"]], on="id", suffixes=("", "_kept"))
    twice = same[(same["wanted"] != same["inspection_id_kept"]) & same["inspection_id_kept"].notna()]
    told = [
        f"“{shown(name)}”（检查 {one}）与“{shown(other)}”（检查 {two}）是同一个文件"
        for name, one, other, two in zip(
            twice["shown"], twice["wanted"], twice["name_kept"], twice["inspection_id_kept"], strict=True
        )
    ]
    columns = ["id", "name", "phash", "inspection_id"]
    rest = stored[~stored["id"].isin(kept["id"])]
    everything = pd.concat([kept[columns], rest[columns]], ignore_index=True)
    new = np.arange(len(everything)) < len(kept)
    pairs = near_duplicates(everything, new)
    told += [
        f"“{shown(name)}”（检查 {one}）与“{shown(other)}”（检查 {two}）几乎一样"
        for name, one, other, two in zip(
            *(pairs[column] for column in ("name", "inspection_id", "other_name", "other_inspection_id")), strict=True
        )
    ]
    if not told:
        return []
    more = f" 等 {len(told)} 对" if len(told) > SHOWN else ""
    return [f"同一张照片用在两次检查里，请核实：{'；'.join(told[:SHOWN])}{more}。"]


def _attached(frame: pd.DataFrame) -> list[dict[str, Any]]:
    new = frame[frame["fresh"].to_numpy(dtype=bool)]
    columns = {"row": "row", "shown": "photo", "inspection_id": "inspection_id", "attached_by": "how"}
    return new[list(columns)].rename(columns=columns).to_dict("records")


def _unattached(frame: pd.DataFrame) -> list[dict[str, Any]]:
    lost = frame[frame["inspection_id"].isna()]
    return lost[["row", "shown", "why"]].rename(columns={"shown": "photo"}).to_dict("records")


def _listed(made: gpd.GeoDataFrame, frame: pd.DataFrame) -> list[dict[str, Any]]:
    counts = frame["inspection_id"].value_counts()
    return [
        {"id": name, "place_id": place, "at": at.isoformat(), "photos": int(counts[name])}
        for name, place, at in zip(made["id"], made["place_id"], made["at"], strict=True)
    ]
