"""What no walk of the day covers, and why: streets, and places that nobody looks in at."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from coverage.routes.day import Day
from coverage.routes.planner import NO_TIME
from coverage.routes.result import LEFT_OUT
from coverage.routes.splitting import Walk
from coverage.routes.street_stops import Walker, street_names
from coverage.routes.unwalked import Unwalked
from coverage.scoring import STREET_M
from coverage.streets.network import Ints
from coverage.streets.walks import StreetWalks


def nothing_left() -> pd.DataFrame:
    """Give the table without a row."""
    return pd.DataFrame({name: pd.Series(dtype="float64" if name in _NUMBERS else "object") for name in LEFT_OUT})


_NUMBERS = ("prize", "lon", "lat")


def left_streets(net: Unwalked, walks: StreetWalks, some: Walk, reason: str, why: str) -> pd.DataFrame:
    """Give streets that are on no walk of the day, a row a street, each where it begins."""
    if not some:
        return nothing_left()
    links = np.array([each.link for each in some], dtype=np.int64)
    frame = pd.DataFrame({"street": street_names(walks, net)[links], "metres": net.links.metres[links], "link": links})
    grouped = frame.groupby("street", sort=False)
    metres, first = grouped["metres"].sum(), grouped["link"].first()
    xy = net.feet.xy[net.links.pairs[first.to_numpy(), 0]]
    points = gpd.GeoSeries(gpd.points_from_xy(xy[:, 0], xy[:, 1]), crs=net.network.crs).to_crs(4326)
    return pd.DataFrame(
        {
            "place_id": None,
            "name": [f"{name} {each:,.0f} 米" for name, each in metres.items()],
            "officer": None,
            "reason": reason,
            "why": why,
            "prize": (metres / STREET_M).round(4).to_numpy(),
            "lon": points.x.to_numpy(),
            "lat": points.y.to_numpy(),
        }
    )


def left_places(day: Day, rows: Ints, walkers: Sequence[Walker]) -> pd.DataFrame:
    """Give the places that nobody looks in at on the way."""
    taken = {int(walker.rows[look.aside.place]) for walker in walkers for look in walker.times.looks}
    rest = day.candidates.iloc[[row for row in rows.tolist() if row not in taken]]
    why = "顺路排不下：绕过去和检查的时间不够，或不在营业时间；单独排路线见巡查路线。"
    return pd.DataFrame(rest.assign(reason=NO_TIME, why=why)[list(LEFT_OUT)].reset_index(drop=True))
