"""What the big screen shows (挂图作战): a slide for the town and one for each 片区, with the hazards to be watched."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from api.day import Day
from coverage.course.transitions import STATE_WORDS, State
from coverage.figures import coverage_figures, records
from coverage.hazards import hazard_figures
from grids.hierarchy import levels_present
from maps.shapes import label_points, points_as_numbers, polygons_as_numbers, simplify_areas

MOST = 9
"""So many hazards a slide lists: what is read from five metres away."""
WORDS = {str(state): word for state, word in STATE_WORDS.items()}
DONE = (State.RECTIFIED, State.RECHECKED)


@dataclass(frozen=True)
class Wall:
    """The slides as JSON, and a tag that is another one when they are."""

    content: bytes
    tag: str


def wall_of(day: Day) -> Wall:
    """Give the slides of a day as they are sent."""
    content = json.dumps(slides_of(day), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return Wall(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def slides_of(day: Day) -> dict[str, Any]:
    """Give the slides of a day.

    Returns
    -------
    town, as_of, origin and ground (as a `Backdrop` gives them), areas and labels (shapes of the
        level below the town, and where their names stand), slides: name, kind (`town` or the level
    below it), shapes (polygons in whole 1e-5 degrees from the origin), figures (word, value, unit), hazards (number,
    id, place, category, state, tone, deadline, days, supervisor, spot), more (hazards that are not listed).
    """
    areas = day.assessment.areas
    levels = levels_present(areas)
    level = str(levels[1]) if len(levels) > 1 else None
    below = np.flatnonzero((areas["level"] == level).to_numpy(bool)) if level else np.zeros(0, dtype=np.int64)
    frame = day.backdrop.frame()
    simple = simplify_areas(areas.geometry.to_numpy()[below], frame.tolerance)
    shapes = polygons_as_numbers(simple, frame)
    watched = watched_hazards(day.clocks.rows)
    root = str(levels[0])
    slides = [_slide(day, watched, areas["name"].iat[0], root, _figures(day, root, areas["code"].iat[0]), frame, [])]
    for position, shape in zip(below.tolist(), shapes, strict=True):
        mine = watched[(watched[str(level)] == position).to_numpy(bool)]
        figures = _figures(day, str(level), areas["code"].iat[position])
        slides.append(_slide(day, mine, areas["name"].iat[position], str(level), figures, frame, shape))
    ground = day.backdrop.as_data(frame)
    streets = ground.pop("roads")
    return {
        "town": day.ledger.town.name,
        "synthetic": day.ledger.town.synthetic,
        "as_of": day.as_of.isoformat(),
        "origin": frame.origin,
        "bounds": frame.bounds,
        "ground": ground | {"main": ground["main"] or streets},
        "areas": shapes,
        "labels": label_points(simple, frame),
        "slides": slides,
    }


def watched_hazards(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the standing hazards in the order in which they are watched.

    Major ones first, then those somebody refuses to mend, then what is overdue; of these the longest overdue first.
    """
    late = rows["clock"] == "overdue"
    refused = rows["state"] == str(State.REFUSED)
    wanted = (rows["major"] | refused | late).to_numpy(bool)
    kind = np.select([rows["major"].to_numpy(bool), refused.to_numpy(bool)], [0, 1], 2)
    left = rows["days_left"].astype("float64").fillna(np.inf).to_numpy()
    order = np.lexsort((rows["id"].to_numpy(dtype=str), left, kind))
    return rows.iloc[order[wanted[order]]]


def tone(row: dict[str, Any]) -> str:
    """Give how a hazard is coloured: `late`, `refused`, `soon`, `done` (mended, to be looked at), else `open`."""
    if row["state"] == str(State.REFUSED):
        return "refused"
    if row["state"] in map(str, DONE):
        return "done"
    return {"overdue": "late", "due_soon": "soon"}.get(str(row["clock"]), "open")


def _figures(day: Day, level: str, code: str) -> list[dict[str, Any]]:
    coverage = _row(coverage_figures(day.assessment, level), code)
    hazards = _row(hazard_figures(day.register, level), code)
    return [
        {"word": "检查覆盖率", "value": coverage.get("coverage_rate"), "unit": "%"},
        {"word": "逾期未查", "value": coverage.get("overdue", 0), "unit": "项"},
        {"word": "未整改隐患", "value": hazards.get("open", 0), "unit": "处"},
        {"word": "逾期隐患", "value": hazards.get("overdue", 0), "unit": "处"},
        {"word": "重大未整改", "value": hazards.get("major_open", 0), "unit": "处"},
    ]


def _row(figures: pd.DataFrame, code: str) -> dict[str, Any]:
    found = figures[figures["area"] == code] if "area" in figures else figures
    return records(found)[0] if len(found) else {}


def _slide(
    day: Day,
    watched: pd.DataFrame,
    name: str,
    kind: str,
    figures: list[dict[str, Any]],
    frame: Any,
    shapes: list[Any],
) -> dict[str, Any]:
    rows = records(watched.head(MOST)[list(SHOWN)])
    return {
        "name": name,
        "kind": kind,
        "shapes": shapes,
        "figures": figures,
        "hazards": [_hazard(row, number, frame) for number, row in enumerate(rows, start=1)],
        "more": max(len(watched) - MOST, 0),
        "majors": int(watched["major"].sum()),
    }


SHOWN = (
    *("id", "place_name", "category", "level", "major", "state", "clock", "deadline", "days_left", "supervisor"),
    *("area_name", "lon", "lat"),
)


def _hazard(row: dict[str, Any], number: int, frame: Any) -> dict[str, Any]:
    placed = row["lon"] is not None and row["lat"] is not None
    return {
        "number": number,
        "id": row["id"],
        "place": row["place_name"] or "（没有场所）",
        "area": row["area_name"],
        "category": row["category"] or "未填类别",
        "major": bool(row["major"]),
        "state": WORDS[row["state"]],
        "tone": tone(row),
        "deadline": row["deadline"],
        "days": row["days_left"],
        "supervisor": row["supervisor"],
        "spot": points_as_numbers([row["lon"]], [row["lat"]], frame) if placed else None,
    }
