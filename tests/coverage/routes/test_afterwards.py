"""Planned against done, against a slow and obvious telling of the same."""

from __future__ import annotations

import math
from datetime import date
from statistics import median
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.routes.done_figures import DONE_GROUPS, done_figures
from geodata.errors import QuestionProblem
from tests.coverage.routes.done_days import Revision, Skip, Stop, Visit, after_of
from tests.coverage.test_against_oracle import SOME

FEW = settings(SOME, max_examples=1 + SOME.max_examples // 4)
DAY, NEXT = date(2024, 7, 1), date(2024, 7, 2)
PLACES = ["p0", "p1", "p2", "p3"]
days, people, place_ids = st.sampled_from([DAY, NEXT]), st.sampled_from(["A", "B"]), st.sampled_from(PLACES)
visit = st.builds(Visit, days, place_ids, st.sampled_from(["A", "B", None]), st.sampled_from([0, 500, 540, 600, 700]))
skip = st.builds(Skip, days, people, place_ids, st.just("无人"), st.sampled_from(["skipped", "taken_back"]))


@st.composite
def routes(draw: st.DrawFn) -> list[Revision]:
    """Draw the revisions of two officers' routes of two days."""
    found = []
    for day in (DAY, NEXT):
        for officer in ("A", "B"):
            for number in range(1, draw(st.integers(0, 3)) + 1):
                chosen = draw(st.lists(place_ids, unique=True, max_size=4))
                stops = [Stop(each, draw(st.integers(500, 700)), draw(st.booleans())) for each in chosen]
                state = draw(st.sampled_from(["draft", "sent"]))
                found.append(Revision(day, officer, number, state, stops, draw(st.integers(480, 520))))
    return found


def told(revisions: list[Revision], visits: list[Visit], skips: list[Skip], day: date, officer: str) -> dict[str, Any]:
    """Tell what became of one officer's day, one thing after another."""
    mine = [each for each in revisions if (each.day, each.officer) == (day, officer)]
    sent = [each for each in mine if each.state == "sent"]
    last = (sent or mine)[-1]
    counted = sent or mine
    today = sorted((each for each in visits if each.day == day), key=lambda each: each.minute)
    states, late, moments = {}, {}, []
    for stop in last.stops:
        there = [each for each in today if each.place == stop.place]
        own = [each for each in there if each.officer == officer]
        last_word = [each for each in skips if (each.day, each.officer, each.place) == (day, officer, stop.place)][-1:]
        gone = bool(last_word) and last_word[0].state == "skipped"
        state = "visited" if own else "by_other" if there else "skipped" if gone else "not_done"
        states[stop.place] = state
        plans = [each for revision in counted for each in revision.stops if each.place == stop.place and not each.done]
        minute = (own or there)[0].minute if there else 0
        late[stop.place] = minute - plans[-1].begin if plans and minute else math.nan
        if own and minute:
            moments.append(minute)
    on_route = {stop.place for stop in last.stops}
    checkins = [each.minute for each in today if each.officer == officer and each.minute]
    lates = [late[place] for place in states if states[place] == "visited" and not math.isnan(late[place])]
    return {
        "state": last.state,
        "revision": last.number,
        "states": states,
        "late": late,
        "extra": {each.place for each in today if each.officer == officer} - on_route,
        "in_order": moments == sorted(moments) if len(moments) > 1 else None,
        "checkin_span": max(checkins) - min(checkins) if len(checkins) > 1 else math.nan,
        "late_minutes": median(lates) if lates else math.nan,
        "planned_minutes": last.home - counted[0].depart if sent else last.home - last.depart,
    }


@FEW
@given(routes(), st.lists(visit, max_size=8), st.lists(skip, max_size=6))
def test_as_told(revisions: list[Revision], visits: list[Visit], skips: list[Skip]) -> None:
    """Stops, extras and each figure of a route are those that somebody would tell who goes through the day."""
    after = after_of(revisions, visits, skips)
    assert len(after.routes) == len({(each.day, each.officer) for each in revisions})
    for row in after.routes.to_dict("records"):
        day, officer = row["date"].date(), row["officer"]
        wanted = told(revisions, visits, skips, day, officer)
        stops = after.stops[(after.stops["date"] == row["date"]) & (after.stops["officer"] == officer)]
        extra = after.extra[(after.extra["date"] == row["date"]) & (after.extra["officer"] == officer)]
        assert dict(zip(stops["place_id"], stops["state"], strict=True)) == wanted["states"]
        assert stops["late_minutes"].tolist() == pytest.approx(list(wanted["late"].values()), nan_ok=True)
        assert set(extra["place_id"]) == wanted["extra"]
        assert row["extra"] == len(extra) == len(wanted["extra"])
        assert (row["state"], row["revision"], row["in_order"]) == (
            wanted["state"],
            wanted["revision"],
            wanted["in_order"],
        )
        for name in ("checkin_span", "late_minutes", "planned_minutes"):
            assert row[name] == pytest.approx(wanted[name], nan_ok=True)
        assert row["stops"] == len(stops)


@FEW
@given(routes(), st.lists(visit, max_size=8), st.lists(skip, max_size=6))
def test_every_group_adds_up(revisions: list[Revision], visits: list[Visit], skips: list[Skip]) -> None:
    """By officer, day, grid or all together: each stop and each extra place is counted once."""
    after = after_of(revisions, visits, skips)
    for by in ("officer", "day", "all", "grid", "town"):
        figures = done_figures(after, by)
        assert figures["stops"].sum() == len(after.stops)
        assert figures["extra"].sum() == len(after.extra)
        for state in ("visited", "by_other", "skipped", "not_done"):
            assert figures[state].sum() == (after.stops["state"] == state).sum()
        share = (figures["visited"] + figures["by_other"]) / figures["stops"].where(figures["stops"] > 0)
        assert figures["done_rate"].tolist() == pytest.approx(share.tolist(), nan_ok=True)


def test_an_own_visit_counts_before_an_earlier_one() -> None:
    """Who was first is named only where the officer was not there."""
    route = Revision(DAY, "A", 1, "sent", [Stop("p0", 540), Stop("p1", 600)])
    visits = [Visit(DAY, "p0", "B", 500), Visit(DAY, "p0", "A", 570, "A"), Visit(DAY, "p1", "B", 590)]
    stops = after_of([route], visits).stops
    assert stops["state"].tolist() == ["visited", "by_other"]
    assert stops["by"].tolist() == ["A", "B"]
    assert stops["grade"].tolist() == ["A", "B"]
    assert stops["late_minutes"].tolist() == [30, -10]
    assert stops["place_name"].tolist() == ["场所p0", "场所p1"]


def test_a_visit_of_the_partner_is_the_officers() -> None:
    """Who goes together has one visit, whoever notes it."""
    route = Revision(DAY, "A", 1, "sent", [Stop("p0", partner="B")])
    assert after_of([route], [Visit(DAY, "p0", "B", 560)]).stops["state"].tolist() == ["visited"]


def test_a_skip_gives_its_reason_until_the_place_is_visited() -> None:
    """The reason stands with what was left out; who went after all did not leave it out."""
    route = Revision(DAY, "A", 1, "sent", [Stop("p0"), Stop("p1"), Stop("p2")])
    skips = [Skip(DAY, "A", "p0", "无人"), Skip(DAY, "A", "p1", "关门停业"), Skip(DAY, "B", "p2", "天气")]
    stops = after_of([route], [Visit(DAY, "p1", "A", 560)], skips).stops
    assert stops["state"].tolist() == ["skipped", "visited", "not_done"]
    assert stops["reason"].fillna("").tolist() == ["无人", "", ""]


def test_without_a_track_nobody_knows_the_metres() -> None:
    """Unknown is never 0, neither of a route nor of a sum; known ones stand beside what was planned for the same."""
    routes = [Revision(DAY, "A", 1, "sent", metres=900.0), Revision(DAY, "B", 1, "draft", metres=500.0)]
    after = after_of(routes, walked=[(DAY, "A", 1234.5, 60.0)])
    assert after.routes["walked_m"].tolist() == pytest.approx([1234.5, math.nan], nan_ok=True)
    assert after.drafts == 1
    by = done_figures(after, "officer").set_index("key")
    assert by.loc["B", ["walked_m", "tracked_planned_m", "track_minutes"]].isna().all()
    (whole,) = done_figures(after, "all").to_dict("records")
    assert (whole["planned_m"], whole["tracks"], whole["tracked_planned_m"]) == (1400, 1, 900)
    assert (whole["walked_m"], whole["track_minutes"], whole["drafts"]) == (1234.5, 60, 1)


def test_planned_anew_at_noon() -> None:
    """A stop done by then keeps the hour it was sent with; the day began as sent first."""
    morning = Revision(DAY, "A", 1, "sent", [Stop("p0", 540), Stop("p1", 600)], depart=510, home=900)
    noon = Revision(DAY, "A", 2, "sent", [Stop("p0", 555, done=True), Stop("p2", 800)], depart=760, home=1000)
    after = after_of([morning, noon], [Visit(DAY, "p0", "A", 555)])
    assert after.stops["late_minutes"].tolist() == pytest.approx([15, math.nan], nan_ok=True)
    assert after.routes["planned_minutes"].tolist() == [490]


def test_nothing_planned() -> None:
    """Days without routes have no rows, in any group; a word that is no group is refused."""
    after = after_of([], [Visit(DAY, "p0", "A", 555)])
    assert after.routes.empty
    assert after.extra.empty
    for by in ("officer", "day"):
        assert done_figures(after, by).empty
    assert done_figures(after, "all")["stops"].tolist() == [0]
    with pytest.raises(QuestionProblem, match="可选"):
        done_figures(after, "rule")
    assert "grid" in DONE_GROUPS
