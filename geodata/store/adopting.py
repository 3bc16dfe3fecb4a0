"""A new division of the town comes into force: what it replaces becomes a past version, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import sqlalchemy as sa

from geodata.errors import AdoptProblem
from geodata.model import Level, Town
from geodata.store.dialects import dialect_in
from geodata.store.schema import LAYERS
from geodata.store.writing import UPDATED, Written, batch, put_audit, write_batch
from geodata.tables import TABLES

KEY = ["level", "code"]


@dataclass(frozen=True)
class Adoption:
    """What comes into force.

    Attributes
    ----------
    level
        Whose areas are replaced.
    day
        The first day of the new areas, town-local.
    reason
        Why, in the words of the office.
    ended
        Codes of areas that are no more.
    areas
        New areas, and those whose shape changes, as `geodata.tables` has them, `since` apart.
    follows
        Areas of other levels whose parent changes: level, code, parent, parent_level, parent_how.
    successions
        level, old, new, m2, places.
    figures
        Of the division, to look up later.
    """

    level: Level
    day: date
    reason: str
    ended: list[str]
    areas: gpd.GeoDataFrame
    follows: pd.DataFrame
    successions: pd.DataFrame
    figures: Mapping[str, Any] = field(default_factory=dict)


def adopt(connection: sa.Connection, standing: gpd.GeoDataFrame, adoption: Adoption, *, town: Town, actor: str) -> int:
    """Put an adoption into the store in the transaction that is open; give its number.

    A level that never had areas gets them for all days: there was nothing before them.

    Parameters
    ----------
    standing
        All areas of the store as they are in this transaction.

    Raises
    ------
    AdoptProblem
        The day is before the day from which an area holds that would end.
    """
    number = int(connection.execute(sa.select(sa.func.count()).select_from(LAYERS["adoptions"])).scalar_one()) + 1
    written = Written(actor, "adopt", f"{number} {adoption.reason}")
    level, day = str(adoption.level), np.datetime64(adoption.day, "s")
    mine = standing[standing["level"] == level]
    changed = mine[mine["code"].isin([*adoption.ended, *adoption.areas["code"]])]
    _refuse_earlier(changed, adoption.day)
    past = LAYERS["past_areas"]
    before = sa.select(sa.func.count()).select_from(past).where(past.c.level == level)
    first = mine.empty and not connection.execute(before).scalar_one()
    replaced = changed.assign(until=day, adoption=str(number))
    _write(connection, "past_areas", replaced.astype({"until": "datetime64[s]"}), written)
    _end(connection, level, adoption, written)
    since = pd.Series(None if first else day, index=adoption.areas.index, dtype="datetime64[s]")
    _write(connection, "areas", adoption.areas.assign(since=since), written)
    _write(connection, "areas", adoption.follows, written)
    _write(connection, "successions", adoption.successions.assign(adoption=str(number)), written)
    row = {"id": str(number), "level": level, "reason": adoption.reason, "actor": actor}
    frame = pd.DataFrame({name: pd.Series([value], dtype="str") for name, value in row.items()})
    frame["figures"] = pd.Series([json.dumps(dict(adoption.figures), ensure_ascii=False)], dtype="str")
    now = pd.Series([datetime.now(UTC).replace(microsecond=0)]).dt.tz_convert(town.timezone).dt.as_unit("s")
    _write(connection, "adoptions", frame.assign(day=pd.Series([day]).astype("datetime64[s]"), at=now), written)
    return number


def _refuse_earlier(changed: gpd.GeoDataFrame, day: date) -> None:
    since = changed["since"].max()
    if not pd.isna(since) and since > pd.Timestamp(day):
        one = changed.iloc[int(changed["since"].to_numpy().argmax())]
        raise AdoptProblem(
            f"新方案从 {day} 起启用，可是{one['name']}（{one['code']}）从 {since.date()} 起才启用。"
            f"请把启用日期改为 {since.date()} 或以后。"
        )


def _end(connection: sa.Connection, level: str, adoption: Adoption, written: Written) -> None:
    """Take the areas that are no more out of the layer of those that are."""
    if not adoption.ended:
        return
    areas = LAYERS["areas"]
    connection.execute(areas.delete().where(areas.c.level == level, areas.c.code.in_(adoption.ended)))
    dialect_in(connection).note_deleted(connection, TABLES["areas"])
    ended = {f"{level}/{code}": {"until": {"from": None, "to": str(adoption.day)}} for code in adoption.ended}
    put_audit(connection, "areas", written, ended, {UPDATED: len(ended)})


def _write(connection: sa.Connection, table: str, frame: pd.DataFrame, written: Written) -> None:
    if len(frame):
        write_batch(connection, batch(TABLES[table], frame), written)
