"""A piece of a track from a phone into the store: cleaned and cut as a recorder's file is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from api.actor import Actor
from api.desk import ACTOR, Desk
from api.posting import check_moments, check_position
from api.problems import ConflictProblem, InputProblem
from api.wire import NewTrack
from geodata.fixes import Fixes, Limits, lines_of
from geodata.readers.recorded import span
from geodata.store.posting import row_of
from geodata.tables import TRACKS


def post_track(desk: Desk, me: Actor, new: NewTrack) -> tuple[dict[str, Any], bool]:
    """Write a piece of a track; give what became of it, and whether it is new. Without a line nothing is written.

    Raises
    ------
    ForbiddenProblem
        In somebody else's name.
    InputProblem
        A moment to come, a position that is none.
    ConflictProblem
        Something else stands under its id.
    """
    me.check_officer(new.officer)
    if not desk.walks(new.officer) and me.role == "clerk":  # who else may send in no other name than the own
        raise InputProblem(f"您的范围里没有编号为“{new.officer}”的人员，没有写入。")
    check_moments({"fixes": max(fix.at for fix in new.fixes)})
    for fix in (new.fixes[0], new.fixes[-1]):
        check_position(desk.extent(), fix.lon, fix.lat)
    limits = Limits().with_modes(_modes(desk.ledger().officers))
    lines = lines_of(_fixes(new), np.array([limits.speed_of(new.officer)]), limits)
    shape, (start, end, times) = lines.shapes()[0], span(lines, 0)
    said = {"id": new.id, "officer": new.officer, "fixes": len(new.fixes), "kept": len(lines.kept)}
    said |= {"told": lines.told(0)}
    if shape is None or start is None or end is None:
        return said, False
    moments = {"start": start.to_pydatetime(), "end": end.to_pydatetime()}
    row = {"id": new.id, "officer": new.officer, **moments, "times": times, "geometry": shape}
    outcome = desk.post(row_of(TRACKS, row, me.signed(ACTOR)))
    if outcome == "updated":
        raise ConflictProblem(f"编号“{new.id}”已有另一段内容不同的轨迹，没有写入。")
    return said, outcome == "inserted"


def _fixes(new: NewTrack) -> Fixes:
    number = np.zeros(len(new.fixes), dtype=np.int64)
    rows = np.array([(fix.at.timestamp(), fix.lon, fix.lat) for fix in new.fixes], dtype=np.float64)
    return Fixes(number, number, rows[:, 0], rows[:, 1], rows[:, 2])


def _modes(officers: pd.DataFrame) -> dict[str, str]:
    known = officers[officers["mode"].notna()]
    return dict(zip(known["id"].tolist(), known["mode"].tolist(), strict=True))
