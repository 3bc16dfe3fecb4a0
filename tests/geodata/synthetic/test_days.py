"""The officers' days: plausible walks inside the shift through open places of the own grid, and what is missed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.synthetic import MadeTown
from geodata.synthetic.calendar import workdays
from geodata.synthetic.geotags import FAKES

PLANE = "EPSG:4547"


def _rounds(made: MadeTown) -> pd.DataFrame:
    """Give honest visits of inspectors, in order of officer and time, with day, mode and shift."""
    visits = made.frames["inspections"]
    rounds = visits[(visits["by"] == "inspector") & ~made.truth["fake"]].copy()
    rounds["day"] = rounds["at"].dt.tz_localize(None).dt.normalize()
    officers = made.frames["officers"].set_index("id")[["mode", "shift", "area"]]
    return rounds.join(officers, on="officer").sort_values(["officer", "at"])


def test_visits_are_of_open_places(made: MadeTown) -> None:
    """Nobody visits a place before it opens, or once it is closed or suspended."""
    visits = made.frames["inspections"]
    places = made.frames["places"].set_index("id").loc[visits["place_id"]]
    day = visits["at"].dt.tz_localize(None).dt.normalize().to_numpy()
    assert not (day < places["opened"].to_numpy()).any()
    assert not (day >= places["closed"].to_numpy()).any()
    assert places.loc[places["status"] != "open", "closed"].notna().all()


def test_inspectors_walk_the_own_grid_in_their_shift(made: MadeTown) -> None:
    """An inspector's places are in the own grid, the days are working days, the times inside the shift."""
    rounds = _rounds(made)
    minute = rounds["at"].dt.hour * 60 + rounds["at"].dt.minute
    hours = rounds["shift"].str.extract(r"(\d\d):(\d\d)-(\d\d):(\d\d)").astype(int)
    assert (minute >= hours[0] * 60 + hours[1]).all()
    assert (minute <= hours[2] * 60 + hours[3]).all()
    assert rounds["day"].isin(workdays()).all()
    places = made.frames["places"].set_index("id")["geometry"].loc[rounds["place_id"]]
    grids = made.frames["areas"].drop_duplicates("code").set_index("code")["geometry"].loc[rounds["area"]]
    known = places.notna().to_numpy()
    inside = shapely.contains(np.asarray(grids, dtype=object)[known], np.asarray(places, dtype=object)[known])
    assert inside.all()


def test_walks_are_at_walking_speed(made: MadeTown) -> None:
    """Between two check-ins of one day on foot, 99.9 % are slower than 2 m/s as the crow flies."""
    rounds = _rounds(made).dropna(subset="geometry")
    xy = shapely.get_coordinates(np.asarray(rounds["geometry"].to_crs(PLANE), dtype=object))
    metres = np.hypot(*np.diff(xy, axis=0).T)
    seconds = np.diff(rounds["at"].dt.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64))
    same = (rounds["officer"].to_numpy()[1:] == rounds["officer"].to_numpy()[:-1]) & (
        rounds["day"].to_numpy()[1:] == rounds["day"].to_numpy()[:-1]
    )
    walk = same & (rounds["mode"].to_numpy()[1:] == "walk")
    assert (seconds[same] > 0).all()
    assert walk.sum() > 1000
    assert (metres[walk] / seconds[walk] < 2).mean() > 0.999


def test_gps_is_as_good_as_it_says(made: MadeTown) -> None:
    """Two thirds of honest GPS points lie within their accuracy of the place, and accuracy is 3 to 30 m."""
    visits = made.frames["inspections"]
    gps = visits[(visits["geotag"] == "gps") & ~made.truth["fake"]]
    places = made.frames["places"].set_index("id")["geometry"].loc[gps["place_id"]]
    known = places.notna().to_numpy()
    away = gps["geometry"].to_crs(PLANE).distance(places.to_crs(PLANE), align=False)[known]
    assert (away <= gps["accuracy"][known]).mean() == pytest.approx(0.67, abs=0.02)
    assert gps["accuracy"].between(3, 30).all()


def test_coverage_differs_by_grid(made: MadeTown) -> None:
    """Some places are never visited, and grids differ much in visits a place."""
    places, visits = made.frames["places"], made.frames["inspections"]
    assert 0.01 < (~places["id"].isin(visits["place_id"])).mean() < 0.2
    rounds = visits[visits["by"] == "inspector"]
    load = rounds.groupby("officer").agg(visits=("id", "size"), places=("place_id", "nunique"))
    rate = load["visits"] / load["places"]
    assert rate.quantile(0.9) > 1.6 * rate.quantile(0.1)


def test_everybody_inspects(made: MadeTown) -> None:
    """All who may inspect do, and all kinds of visit occur; leaders go only to places that they answer for."""
    visits = made.frames["inspections"]
    assert set(visits["by"]) == {"inspector", "department", "leader", "expert", "enterprise"}
    assert set(visits["kind"]) == {"routine", "campaign", "expert", "surprise", "look-back"}
    leaders = visits[visits["by"] == "leader"]
    names = made.frames["officers"].set_index("id")["name"].loc[leaders["officer"]]
    answering = made.frames["places"].set_index("id")["leader"].loc[leaders["place_id"]]
    assert (names.to_numpy() == answering.to_numpy()).all()


def test_worrying_places_have_leaders(made: MadeTown) -> None:
    """A place is tagged 不放心点位 exactly when a leader answers for it; a leader answers for two or three."""
    places = made.frames["places"]
    tagged = places["tags"].str.contains("不放心点位", na=False)
    assert (tagged == places["leader"].notna()).all()
    assert places["leader"].value_counts().between(2, 3).all()


def test_a_few_visits_are_pretended(made: MadeTown) -> None:
    """The truth names every kind of pretence, few of them, and no table holds it."""
    truth = made.truth
    assert set(truth["kind"].dropna()) == set(FAKES)
    assert (truth["fake"] == truth["kind"].notna()).all()
    assert 0.002 < truth["fake"].mean() < 0.08
    assert (truth["inspection_id"] == made.frames["inspections"]["id"]).all()
    assert not made.frames["hazards"]["inspection_id"].isin(truth.loc[truth["fake"], "inspection_id"]).any()


@pytest.mark.long
def test_pretence_looks_like_pretence(humen: MadeTown) -> None:
    """Same-spot days share one point; a burst is over in the time of a walk round the block; mocks say mock."""
    visits = humen.frames["inspections"].assign(pretence=humen.truth["kind"])
    day = visits["at"].dt.date
    spots = visits[visits["pretence"] == "same-spot"].groupby(["officer", day])["geometry"]
    assert spots.apply(lambda points: points.to_wkb().nunique()).eq(1).all()
    bursts = visits[visits["pretence"] == "burst"].groupby(["officer", day])["at"]
    assert ((bursts.max() - bursts.min()) < pd.Timedelta(minutes=1) * bursts.size()).all()
    assert (visits.loc[visits["pretence"] == "mock", "geotag"] == "mock").all()


def test_tracks_pass_the_places_of_their_day(made: MadeTown) -> None:
    """A track has one time a point, in order; each visit of its day lies within 40 m of it."""
    tracks, visits = made.frames["tracks"], made.frames["inspections"]
    places = made.frames["places"].set_index("id")["geometry"].to_crs(PLANE)
    day = visits["at"].dt.date
    lines = tracks["geometry"].to_crs(PLANE)
    for n in range(0, len(tracks), 10):
        track = tracks.iloc[n]
        times = np.array(track["times"].split(";"), dtype=float)
        assert len(times) == shapely.get_num_coordinates(track["geometry"])
        assert (np.diff(times) > 0).all()
        assert times[-1] == (track["end"] - track["start"]).total_seconds()
        mine = visits[(visits["officer"] == track["officer"]) & (day == track["start"].date())]
        assert len(mine) >= 3
        assert (places.loc[mine["place_id"]].dropna().distance(lines.iloc[n]) < 40).all()
