"""Inspections matched to places by name and geotag, on names whose truth is known.

The town of the scale of 虎门 (or the places of Chicago): each inspection's place is written as people write it, changed
in one of the ways below, with the geotag moved by urban noise, or without any. Prints one JSON document: shares matched
right, wrong, ambiguous and not found, by way and with and without geotags, and the seconds. Some inspections are of
places that the register lacks: any match of them is wrong. Goal: wrong ≤ 0.5 % of matched, matched ≥ 90 % with geotags.

    python benchmarks/placenames.py [--rows 131275] [--chicago ../shared/data/chicago/places_gbk.csv] [--seed 1]
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from opencc import OpenCC

from geodata.placenames import match_names
from geodata.synthetic import make_town

TYPOS = "源辉峰旺隆利益景阳鑫通和达程元捷优品尚家惠邦威力创联拓迅捷茂信德"
TRADITIONAL = OpenCC("s2t")
LACKING = 0.03
"""Share of places that the register lacks."""
NOISE_M = 25.0
Way = Callable[[str, np.random.Generator], str]


def main() -> None:
    """Run the benchmark and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=131_275)
    parser.add_argument("--chicago", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    if arguments.chicago:
        frame = pd.read_csv(arguments.chicago, encoding="gbk")
        places = gpd.GeoDataFrame(
            {"name": frame["企业名称"]}, geometry=gpd.points_from_xy(frame["经度"], frame["纬度"])
        )
        town, ways = "Chicago", ENGLISH
        communities: list[str] = []
    else:
        made = make_town("humen", seed=arguments.seed)
        places, areas = made.frames["places"], made.frames["areas"]
        town, ways = made.town.name, CHINESE
        communities = areas.loc[areas["level"] == "community", "name"].tolist()
    print(json.dumps(measured(places, town, communities, ways, arguments.rows, rng), ensure_ascii=False, indent=1))


def measured(
    places: gpd.GeoDataFrame,
    town: str,
    communities: list[str],
    ways: dict[str, Way],
    rows: int,
    rng: np.random.Generator,
) -> dict[str, object]:
    """Give shares by way, with geotags and without, and seconds."""
    places = places[places.geometry.notna() & places["name"].notna()].reset_index(drop=True)
    known = places[rng.random(len(places)) >= LACKING]
    position = pd.Series(np.arange(len(known)), index=known.index).reindex(places.index, fill_value=-1).to_numpy()
    picked = rng.integers(0, len(places), rows)
    way = rng.integers(0, len(ways), rows)
    doing, names = list(ways.values()), places["name"].tolist()
    asked = pd.Series([doing[w](names[p], rng) for w, p in zip(way, picked, strict=True)], dtype="str")
    accuracy = rng.choice([5.0, 15.0, 40.0, 80.0], rows)
    where = shapely.get_coordinates(places.geometry.to_numpy()[picked])
    moved = where + rng.normal(0, NOISE_M + accuracy[:, None] / 2, (rows, 2)) / 111_320
    truth = position[picked]
    answer: dict[str, object] = {}
    for title, points in (("geotag", shapely.points(moved)), ("no_geotag", np.full(rows, None, dtype=object))):
        begun = time.perf_counter()
        found = match_names(asked, points, accuracy, known, town=town, communities=communities)
        seconds = round(time.perf_counter() - begun, 2)
        doubtful = np.isin(np.arange(rows), found.candidates.at)
        table = pd.DataFrame(
            {
                "way": np.array(list(ways))[way],
                "right": (found.place >= 0) & (found.place == truth),
                "wrong": (found.place >= 0) & (found.place != truth),
                "ambiguous": doubtful,
                "none": (found.place < 0) & ~doubtful,
            }
        )
        held = table[truth >= 0]
        matched = table["right"].sum() + table["wrong"].sum()
        answer[title] = {
            "seconds": seconds,
            "different_names": int(asked.nunique()),
            "matched_of_known": round(float(held[["right", "wrong"]].any(axis=1).mean()), 4),
            "wrong_of_matched": round(float(table["wrong"].sum() / max(1, matched)), 5),
            "known": _shares(held),
            "lacking": _shares(table[truth < 0]),
            "by_way": {str(name): _shares(part) for name, part in held.groupby("way")},
        }
        if title == "geotag":
            bad = np.flatnonzero(table["wrong"])[:12]
            answer["examples_wrong"] = [
                [asked[n], known["name"].iloc[found.place[n]], names[picked[n]], round(found.confidence[n], 2)]
                for n in bad
            ]
    return answer


def _shares(table: pd.DataFrame) -> dict[str, float]:
    return {name: round(float(table[name].mean()), 4) for name in ("right", "wrong", "ambiguous", "none")}


def _typo(text: str, rng: np.random.Generator) -> str:
    """Replace one character."""
    at = int(rng.integers(0, len(text)))
    return text[:at] + str(rng.choice(list(TYPOS))) + text[at + 1 :]


def _dropped(text: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(0, len(text)))
    return text[:at] + text[at + 1 :] if len(text) > 4 else text


def _other_form(text: str, rng: np.random.Generator) -> str:
    """Write what the firm was before: a 厂 or 经营部 instead of a company, or the other way round."""
    if "有限公司" in text:
        return text.replace("有限公司", str(rng.choice(["厂", "经营部", ""])))
    return re.sub(r"(?:厂|经营部|店)$", str(rng.choice(["有限公司", "商行", ""])), text)


def _signs(text: str, _: np.random.Generator) -> str:
    """Write blanks and half-width brackets, as a spreadsheet's column has them."""
    return f" {text[:2]} {text[2:].replace('（', '(').replace('）', ') ')}　"


def _branch_words(text: str, _: np.random.Generator) -> str:
    """Write the number of a branch in Chinese, or in a circle."""
    text = re.sub(r"第(\d)分", lambda found: f"第{'零一二三四五六七八九'[int(found[1])]}分", text)
    return text.replace("（2号店）", "（②号店）")


def _english_typo(text: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(0, len(text)))
    return text[:at] + str(rng.choice(list("AEIOSTRN"))) + text[at + 1 :]


CHINESE: dict[str, Way] = {
    "as it is": lambda text, _: text,
    "without prefix": lambda text, _: re.sub("^合成", "", text),
    "longer prefix": lambda text, _: "样板市合成镇" + re.sub("^合成", "", text),
    "without 有限公司": lambda text, _: re.sub(r"(?:有限公司|厂|店)(?=$|第|（)", "", text),
    "有限责任公司": lambda text, _: text.replace("有限公司", "有限责任公司"),
    "traditional": lambda text, _: TRADITIONAL.convert(text),
    "typo": _typo,
    "character left out": _dropped,
    "brackets, blanks": _signs,
    "branch words": _branch_words,
    "old form": _other_form,
    "prefix and form left out": lambda text, _: re.sub(r"^合成|(?:有限公司|厂|店)$", "", text),
}
ENGLISH: dict[str, Way] = {
    "as it is": lambda text, _: text,
    "lower case": lambda text, _: text.lower(),
    "typo": _english_typo,
    "character left out": _dropped,
    "signs left out": lambda text, _: re.sub(r"[^\w\s]", "", text) or text,
    "without form": lambda text, _: re.sub(r",? (?:INC|LLC|CORP|CO|LTD|RESTAURANT)\.?$", "", text) or text,
}

if __name__ == "__main__":
    main()
