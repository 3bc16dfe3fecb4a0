"""What some more visits would do to the figures, reckoned by the same assessment as the figures themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

import geopandas as gpd
import pandas as pd
import shapely

from coverage.assess import Assessment, assess
from coverage.figures import coverage_figures
from coverage.gaps import find_gaps
from geodata.errors import QuestionProblem
from geodata.ledger import Ledger


def with_visits(ledger: Ledger, assessment: Assessment, visits: pd.DataFrame) -> Assessment:
    """Assess the town as if these visits had been made on the day: at the place itself, covering every field.

    Parameters
    ----------
    visits
        One row a visit: place_id, by.
    """
    places = assessment.places.set_index("id").reindex(visits["place_id"])
    fields = dict.fromkeys(word for rule in assessment.rules for word in rule.covering)
    every = ledger.inspections
    noon = pd.Timestamp(datetime.combine(assessment.as_of, time(12), assessment.town.zone))
    points = [
        None if pd.isna(lon) else shapely.Point(lon, lat) for lon, lat in zip(places["lon"], places["lat"], strict=True)
    ]
    more = pd.DataFrame(
        {
            "id": [f"what-if-{number}" for number in range(len(visits))],
            "place_id": visits["place_id"].to_numpy(),
            "by": visits["by"].to_numpy(),
            "at": noon,
            "geotag": "gps",
            "covers": ";".join(fields) or None,
        }
    )
    typed = more.reindex(columns=every.columns.drop("geometry"))
    typed = typed.astype({name: every[name].dtype for name in typed})
    both = pd.concat([every, gpd.GeoDataFrame(typed, geometry=points, crs=every.crs)], ignore_index=True)
    frames = {**ledger.frames, "inspections": gpd.GeoDataFrame(both, geometry="geometry", crs=every.crs)}
    return assess(replace(ledger, frames=frames), assessment.rules, assessment.as_of)


def first_gaps(assessment: Assessment, number: int, history: pd.Series | None = None) -> pd.DataFrame:
    """Give visits to the worst gaps that a visit can still close, each by whom its rule counts.

    `history` is that of the list of gaps (`find_gaps`), so that the first here are the first there.
    """
    rules = {rule.id: rule for rule in assessment.rules}
    over = [rule.id for rule in assessment.rules if (term := rule.term(assessment.as_of)) and term.ended]
    gaps = find_gaps(assessment, history=history)
    gaps = gaps[~gaps["rule"].isin(over)].head(number)
    return pd.DataFrame(
        {"place_id": gaps["place_id"], "by": [(rules[each].by or ("inspector",))[0] for each in gaps["rule"]]}
    )


def visits_to(assessment: Assessment, place_ids: Sequence[str]) -> pd.DataFrame:
    """Give one visit to each place, by whom its worst gap asks for (an inspector where it has none).

    Raises
    ------
    QuestionProblem
        No such place as of D.
    """
    known = set(assessment.places["id"])
    if unknown := [place_id for place_id in place_ids if place_id not in known]:
        raise QuestionProblem(f"截至 {assessment.as_of} 没有这些编号的场所：{'、'.join(unknown)}。")
    wanted = first_gaps(assessment, len(assessment.duties)).drop_duplicates("place_id").set_index("place_id")["by"]
    return pd.DataFrame({"place_id": list(place_ids), "by": [wanted.get(each, "inspector") for each in place_ids]})


def compare(before: Assessment, after: Assessment, by: str) -> pd.DataFrame:
    """Give area/key, name, owed, done, coverage_rate, verified_rate and the same after the visits (`…_after`)."""
    one, other = coverage_figures(before, by), coverage_figures(after, by)
    labels = [name for name in ("area", "key", "name") if name in one]
    figures = ["owed", "done", "coverage_rate", "verified_rate"]
    later = other[figures[1:]].add_suffix("_after")
    return pd.concat([one[labels + figures], later], axis="columns")
