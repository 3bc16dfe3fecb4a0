"""`wangge check --areas`: what is wrong with the areas, where, how many m²."""

from __future__ import annotations

import argparse

import geopandas as gpd
import pandas as pd
import shapely

from api.cli.output import deliver
from api.cli.rows import Figures
from api.cli.terminal import say
from geodata.store import open_store
from grids.checking import check_areas
from grids.findings import KINDS, counts_of

SHOWN = ("kind", "level", "codes", "m2", "sentence")
NEEDED = {
    "areas": ("code", "name", "level", "parent", "parent_level", "since", "geometry"),
    "past_areas": ("level", "code", "until"),
    "places": ("id", "name", "geometry"),
}


def check_the_areas(arguments: argparse.Namespace) -> int:
    """Print every finding about the areas; 1 when something is wrong, not when something should be looked at."""
    with open_store(arguments.store) as store:
        ledger = store.ledger(*NEEDED, columns=NEEDED)
        town = store.town
    found = check_areas(ledger.areas, ledger.places, town, ledger.frames["past_areas"])
    shapes = [each.shape for each in found]
    inside = [None if shape is None else shapely.point_on_surface(shape) for shape in shapes]
    frame = pd.DataFrame(
        {
            "kind": pd.Series([each.kind for each in found], dtype="str"),
            "level": pd.Series([each.level for each in found], dtype="str"),
            "codes": pd.Series([";".join(each.codes[:20]) for each in found], dtype="str"),
            "m2": pd.Series([each.m2 for each in found], dtype=float).round(1),
            "lon": shapely.get_x(inside),
            "lat": shapely.get_y(inside),
            "notice": pd.Series([each.notice for each in found], dtype=bool),
            "sentence": pd.Series([each.sentence for each in found], dtype="str"),
        }
    )
    wrong = sum(not each.notice for each in found)
    kinds = counts_of(found)
    facts = {"town": town.name, "problems": wrong, "notices": len(found) - wrong, "kinds": kinds}
    title = f"{town.name} 区域检查：{wrong} 个问题，{len(found) - wrong} 处请留意"
    deliver(Figures(title, facts, frame, SHOWN, gpd.GeoSeries(shapes, crs=4326)), arguments)
    each = "、".join(f"{KINDS[kind]} {count} 处" for kind, count in kinds.items())
    say(f"按类别：{each}。" if each else "没有发现问题。")
    return 1 if wrong else 0
