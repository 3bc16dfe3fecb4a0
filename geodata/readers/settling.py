"""Which system the positions of a file are in: as a person says, else as the coordinate doctor and the file say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geodata.datum import Datum, Way, choices, find, operation_of
from geodata.doctor import SURE, Diagnosis, Finding, Ground, Sample, diagnose, share
from geodata.errors import FileProblem
from geodata.readers.raw import RawTable, shown
from geodata.shapes import BadShape, shape_of
from geodata.tables import Table

Floats = npt.NDArray[np.float64]

UNLIKELY = 0.1
"""Where nothing is sure, WGS 84 is assumed if it has at least this share of belief; else a person is asked."""
NO_POSITIONS = "没有坐标"
"""What is said of the system of a table without any position."""

_HUGE = 1e12
_EXACT = 5.0  # metres, as good as a phone; nothing to say below
_OFFERED = 4
_ASK = "请用 --datum 指明坐标系"


def settle_datum(
    path: Path,
    raw: RawTable,
    table: Table,
    headers: Mapping[str, str],
    asked: str,
    ground: Ground,
    warnings: list[str],
) -> Datum:
    """Say which system the positions are in.

    What a person declares holds. Else the doctor's answer, where it has one; else what the file's metadata name, or
    WGS 84 is assumed, with a warning. What was not declared and differs from the file as it stands gets a warning too.

    Raises
    ------
    FileProblem
        An unknown system; positions that are most likely in another system than WGS 84 but not surely; plane
        coordinates that nobody can tell.
    """
    x, y = _extent(raw, headers)
    if asked != "auto":
        key = _known(asked)
        if key is None:
            raise FileProblem(f"--datum {shown(asked)}：不认识的坐标系。可用 {choices()}。")
        return Datum(key, "declared", f"--datum {asked}{_left(key, x, y)}")
    told = told_system(path, raw)
    if x.size == 0:
        return Datum(told or "wgs84", "metadata" if told else "assumed", NO_POSITIONS)
    diagnosis = diagnosis_of(path, raw, table, headers, ground)
    usual, answer = Way(told or "wgs84"), diagnosis.answer
    alone = not diagnosis.compared or len(diagnosis.findings) == 1
    if told is None and answer is not None and answer.way == usual and alone:
        return Datum("wgs84", "assumed", f"文件没有说明坐标系，按 WGS 84 经纬度处理；{_span(x, y)}")
    if answer is None:
        return _unsure(path, diagnosis, told, x, y, warnings)
    if answer.way != usual:
        warnings.append(_shifted(answer, raw.crs))
    elif told is not None:
        said = f"自带的坐标系说明是 {raw.crs}{_left(told, x, y)}"
        return Datum(told, "metadata", f"{said}；{diagnosis.evidence}" if diagnosis.compared else said)
    return Datum.of(
        answer.way, "estimated", diagnosis.evidence + _left(answer.way.system, *_read(answer.way, x, y)), answer.belief
    )


def diagnosis_of(path: Path, raw: RawTable, table: Table, headers: Mapping[str, str], ground: Ground) -> Diagnosis:
    """Give what the doctor sees of a file's positions."""
    x, y = _extent(raw, headers)
    return diagnose(sample_of(raw, table, headers, x, y), ground, told=told_system(path, raw))


def _read(way: Way, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    return (y, x) if way.swapped else (x, y)


def _shifted(answer: Finding, told: str | None) -> str:
    instead = f"文件自带的说明是 {shown(told)}，与此不符；" if told else ""
    return (
        f"坐标按 {answer.way.title} 读入（把握 {share(answer.belief)}）：{instead}依据见坐标系一项。"
        "如果不对，请用 --datum 指明坐标系重新导入。"
    )


def _unsure(path: Path, diagnosis: Diagnosis, told: str | None, x: Floats, y: Floats, warnings: list[str]) -> Datum:
    """Decide where the doctor does not answer: keep what is usual, or ask."""
    span = _span(x, y)
    if told is not None and (not diagnosis.findings or diagnosis.belief_in(Way(told)) >= UNLIKELY):
        return Datum(told, "metadata", f"自带的坐标系说明是 {told}{_left(told, x, y)}；{span}")
    if not diagnosis.findings:
        if np.median(np.abs(np.r_[x, y])) > 180:
            raise FileProblem(
                f"{path.name} 的坐标像是平面坐标（米），但不像任何已知的坐标系：{span}。{_ASK}，"
                "如 CGCS2000 三度带 114° 是 --datum epsg:4547；平面坐标要有正确的东、北两列。"
            )
        return Datum("wgs84", "assumed", f"文件没有说明坐标系，按 WGS 84 经纬度处理；{span}")
    assumed = _degrees_at_least(diagnosis)
    if assumed is not None and (not diagnosis.compared or diagnosis.belief_in(assumed) >= UNLIKELY):
        said = "，".join(["按 WGS 84 经纬度处理", *assumed.title.split("，")[1:]])
        if assumed != Way("wgs84"):
            warnings.append(f"坐标{said}：按表头的顺序或写法，坐标不在地球上。如果不对，请改正后重新导入。")
        return Datum.of(assumed, "assumed", f"文件没有说明坐标系，{said}；{span}；{diagnosis.evidence}")
    raise FileProblem(
        f"{path.name} 的坐标系没有把握：{diagnosis.evidence}；{span}。{_ASK}，可能是：{_offered(diagnosis)}。"
    )


def _offered(diagnosis: Diagnosis) -> str:
    """Give the likeliest ways as a person would declare them."""
    ways = list({finding.way.system: finding.way for finding in reversed(diagnosis.findings[:_OFFERED])}.values())[::-1]
    swapped = any(way.swapped for way in ways)
    said = "、".join(f"--datum {way.system}（{way.title}）" for way in ways)
    return said + ("；两列颠倒的，表格再用 --column lon=表头 --column lat=表头 指明" if swapped else "")


def _span(x: Floats, y: Floats) -> str:
    return f"坐标范围 {x.min():.4f}–{x.max():.4f}，{y.min():.4f}–{y.max():.4f}"


def _degrees_at_least(diagnosis: Diagnosis) -> Way | None:
    """Give the way to read the positions as WGS 84, where it is plain that they are degrees and how they are written.

    Longitude first is plain where that can be and nothing was compared.
    """
    usual = Way("wgs84")
    if not diagnosis.compared and diagnosis.belief_in(usual):
        return usual
    first = diagnosis.findings[0].way
    alike = [finding.belief for finding in diagnosis.findings if _written(finding.way) == _written(first)]
    return Way("wgs84", first.swapped, first.notation) if sum(alike) >= SURE and not first.plane else None


def _written(way: Way) -> tuple[bool, str, bool]:
    return way.swapped, way.notation, way.plane


def told_system(path: Path, raw: RawTable) -> str | None:
    """Give the system that the file's metadata names; FileProblem when it is none that we know."""
    if not raw.crs:
        return None
    key = _known(raw.crs)
    if key is None:
        raise FileProblem(
            f"{path.name} 自带的坐标系说明“{shown(raw.crs)}”不认识。请用 --datum 指明坐标系，可用 {choices()}。"
        )
    return key


def _known(word: str) -> str | None:
    """Give the registry's key for a word, None for a word that is no system."""
    try:
        return find(word).key
    except ValueError:
        return None


def _left(key: str, x: Floats, y: Floats) -> str:
    """Say how far positions may be off after the way to WGS 84, where that is more than a few metres."""
    operation = operation_of(x, y, key)
    if operation.accuracy is None or operation.accuracy <= _EXACT:
        return ""
    if operation.shifts:
        return f"；按 {operation.name} 转换，误差约 {operation.accuracy:.0f} 米"
    return f"；{find(key).way}"


def sample_of(raw: RawTable, table: Table, headers: Mapping[str, str], x: Floats, y: Floats) -> Sample:
    """Take what the doctor looks at: polygons with their codes and names, else positions with the places they name."""
    if table.geometry == "MULTIPOLYGON":
        shapes, kept = _polygons(raw)
        codes, names = (_texts(raw, headers.get(field), kept) for field in ("code", "name"))
        return Sample(x, y, shapes=shapes, codes=codes, names=names)
    lines = table.geometry == "MULTILINESTRING"
    field = {"places": "id", "inspections": "place_id", "hazards": "place_id"}.get(table.name)
    header = headers.get(field) if field else None
    if raw.shapes is not None or raw.xy is None or lines or header is None:
        return Sample(x, y, lines=lines)
    lon, lat = raw.xy
    return Sample(x, y, place_ids=_texts(raw, header, np.flatnonzero(~np.isnan(lon) & ~np.isnan(lat))))


def _polygons(raw: RawTable) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64]]:
    """Give the polygons that can be built, and where in the file they stand."""
    built: list[Any] = []
    kept: list[int] = []
    for at, geometry in enumerate(raw.shapes or []):
        try:
            shape, _ = shape_of(geometry, "MULTIPOLYGON")
        except BadShape:  # told when the rows are read
            continue
        if shape is not None:
            built.append(shape)
            kept.append(at)
    shapes = np.full(len(built), None, dtype=object)
    shapes[:] = built
    return shapes, np.array(kept, dtype=np.int64)


def _texts(raw: RawTable, header: str | None, kept: npt.NDArray[np.int64]) -> npt.NDArray[np.object_] | None:
    if header is None:
        return None
    values = raw.columns[header]
    return np.array([None if values[at] is None else str(values[at]).strip() for at in kept], dtype=object)


def _extent(raw: RawTable, headers: Mapping[str, str]) -> tuple[Floats, Floats]:
    """Give all coordinates as they stand in the file."""
    if raw.shapes is None and raw.xy is not None:
        x, y = raw.xy
        held = ~np.isnan(x) & ~np.isnan(y)
        return x[held], y[held]
    drawn = [shape for shape in raw.shapes or [] if isinstance(shape, shapely.Geometry)]
    pairs = np.array([pair for shape in raw.shapes or [] for pair in _pairs(shape)], dtype=float).reshape(-1, 2)
    pairs = np.vstack([pairs, shapely.get_coordinates(drawn)])
    pairs = pairs[np.isfinite(pairs).all(axis=1)]
    return pairs[:, 0], pairs[:, 1]


def _pairs(shape: Any) -> Iterator[tuple[float, float]]:
    """Give the positions of a GeoJSON geometry, whatever else may stand in it."""
    waiting = [shape.get("coordinates")] if isinstance(shape, dict) else []
    while waiting:
        inner = waiting.pop()
        if not isinstance(inner, list) or not inner:
            continue
        if isinstance(inner[0], list):
            waiting += inner
        elif len(inner) >= 2 and all(isinstance(value, (int, float)) and abs(value) < _HUGE for value in inner[:2]):
            yield float(inner[0]), float(inner[1])
