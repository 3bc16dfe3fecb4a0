"""The desk of one scope: what it reads again, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from unittest.mock import patch

import pytest

from api.desk import Desk
from api.desks import Desks
from api.own_desk import OwnDesk
from api.phone import phone_of
from api.scope import Scope
from api.settings import Settings
from coverage.gaps import find_gaps
from coverage.routes.planned import sent_places
from geodata.store import open_store
from geodata.store.posting import row_of
from geodata.tables import TABLES
from tests.api.sent_routes import keep


@pytest.fixture
def path(village: Path, tmp_path: Path) -> Path:
    """Give a copy of the village."""
    path = tmp_path / "town.gpkg"
    path.write_bytes(village.read_bytes())
    return path


@pytest.fixture
def desk(path: Path) -> Iterator[Desk]:
    """Give the desk of the whole town."""
    desk = Desk(Settings(store=path))
    yield desk
    desk.close()


def test_routes_are_read_when_they_were_sent(desk: Desk, path: Path) -> None:
    """A post makes no route be read; a route that was sent to the own officer opens its places at the next request."""
    own = OwnDesk(desk, Scope(officer="AQ001"))
    places = desk.ledger().places
    (far, *_) = set(places["id"][~places.geometry.isna()]) - set(own.ledger().places["id"])
    with patch.object(OwnDesk, "_handed", side_effect=AssertionError("routes were read")):
        desk.post(
            row_of(TABLES["inspections"], {"id": "new", "by": "inspector", "place_id": own.ledger().places["id"][0]})
        )
        assert own.knows("inspections", "new")
    keep(path, datetime.now(UTC).date().isoformat(), "AQ001", [(far, 1.0, 1.0)])
    assert own.knows("places", far)


def test_routes_are_read_once_for_all(desk: Desk, path: Path) -> None:
    """Whoever's route was sent, the routes are read once for all own desks; a draft opens nothing."""
    desks = [OwnDesk(desk, Scope(officer=officer)) for officer in ("AQ001", "AQ002")]
    far = [set(desk.ledger().places["id"]) - set(own.ledger().places["id"]) for own in desks]
    (one, other), (both, *_) = (next(iter(far[0] - far[1])), next(iter(far[1] - far[0]))), far[0] & far[1]
    today = datetime.now(UTC).date().isoformat()
    keep(path, today, "AQ001", [(one, 1.0, 1.0)])
    keep(path, today, "AQ002", [(other, 1.0, 1.0)])
    keep(path, today, "AQ002", [(both, 1.0, 1.0)], revision=2, state="draft")
    with patch("api.asked.sent_places", side_effect=sent_places) as read:
        assert [own.knows("places", place) for own in desks for place in (one, other, both)] == [
            *(True, True, False),  # each other's places are their own
            *(True, True, False),
        ]
    assert read.call_count == 1


def test_a_day_stands_while_others_post(desk: Desk) -> None:
    """A day of a part is made again for rows of that part alone."""
    own, day = OwnDesk(desk, Scope(officer="AQ001")), date(2024, 6, 1)
    mine = set(own.ledger().places["id"])
    far = next(each for each in desk.ledger().places["id"] if each not in mine)

    def post(name: str, place: str) -> None:
        desk.post(row_of(TABLES["inspections"], {"id": name, "by": "inspector", "officer": "X", "place_id": place}))

    before, assessment = own.day(day), own.day(day).assessment
    post("theirs", far)
    assert own.day(day) is before
    assert own.day(day).assessment is assessment
    post("mine", min(mine))
    assert own.day(day) is not before
    assert "mine" in set(own.day(day).ledger.inspections["id"])


def test_hundreds_keep_their_desks(desk: Desk) -> None:
    """All inspectors of a large town may take turns, each at the desk of before."""
    desks = Desks(desk)
    scopes = [Scope(officer=f"A{number}") for number in range(424)]
    first = [desks.of(scope) for scope in scopes]
    assert [desks.of(scope) for scope in scopes] == first
    assert desks.of(None) is desk


def test_a_place_is_known_without_reading(desk: Desk, path: Path) -> None:
    """To say that a place is one's own, nothing that others posted is read; a place that came or went is seen."""
    own = OwnDesk(desk, Scope(officer="AQ001"))
    place = own.ledger().places["id"][0]
    (far, *_) = set(desk.ledger().places["id"]) - set(own.ledger().places["id"])
    desk.post(row_of(TABLES["inspections"], {"id": "new", "by": "inspector", "place_id": place}))
    with patch.object(Desk, "state", side_effect=AssertionError("the posts were read")):
        assert own.knows("places", place)
        assert not own.knows("places", far)
    assert own.knows("inspections", "new")
    with open_store(path, write=True) as store:
        places = store.ledger("places").places
        moved = places[places["id"] == place].copy()
        moved.geometry = places.geometry[places["id"] == far].to_numpy()
        store.write("places", moved, actor="clerk", action="import", source="t")
    assert not own.knows("places", place)


def test_what_a_row_names(desk: Desk) -> None:
    """A row of the own part names what the store says, at once; a row of others, and one that is not there, nothing."""
    own = OwnDesk(desk, Scope(officer="AQ001"))
    place = own.ledger().places["id"][0]
    (far, *_) = set(desk.ledger().places["id"]) - set(own.ledger().places["id"])
    visits = {
        "mine": (place, "AQ001"),
        "theirs": (far, "AQ002"),
        "nowhere": (None, "AQ001"),
        "unknown": (None, "AQ002"),
    }
    for row_id, (place_id, officer) in visits.items():
        row = {"id": row_id, "by": "inspector", "place_id": place_id, "officer": officer}
        desk.post(row_of(TABLES["inspections"], row))
    desk.post(row_of(TABLES["hazards"], {"id": "found", "place_id": place, "inspection_id": "mine"}))
    assert own.links("hazards", "found") == {"place_id": place, "inspection_id": "mine"}
    seen = {row_id: own.links("inspections", row_id) for row_id in (*visits, "none")}
    known = {row_id: own.knows("inspections", row_id) for row_id in (*visits, "none")}
    assert known == {"mine": True, "theirs": False, "nowhere": True, "unknown": False, "none": False}
    assert {row_id: links is not None for row_id, links in seen.items()} == known
    assert seen["mine"] == {"place_id": place}
    assert desk.links("inspections", "theirs") == {"place_id": far}
    assert desk.links("photos", "none") is None


SCOPES = (
    Scope(officer="AQ001"),
    Scope(officer="AQ002"),
    Scope(frozenset(["community:990001002001"])),
    Scope(department="农业农村局"),
    Scope(officer="nobody"),
)


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_a_phone_shows_the_own_part(desk: Desk, scope: Scope) -> None:
    """What a phone shows of the town's figures is what figures of the own part alone say, place by place."""
    own, on = OwnDesk(desk, scope), date(2024, 6, 30)
    with patch("api.own_desk.narrowed_by", side_effect=AssertionError("all tables were cut")):
        documents = {officer: phone_of(own, on, officer) for officer in own.basis()["officers"]["id"]}
    day = own.day(on)
    gaps, places, hazards = find_gaps(day.assessment), day.assessment.places, day.register.hazards
    live = hazards[hazards["closed_on"].isna() & ~hazards["void"].to_numpy(dtype=bool)]
    for officer, document in documents.items():
        mine = places[(places["officer"] == officer) & places["closed_from"].isna()]
        owed = gaps[gaps["place_id"].isin(mine["id"])]
        told = [(each["id"], owes["state"], owes["why"]) for each in document["places"] for owes in each["owes"]]
        assert {each["id"] for each in document["places"]} == set(mine["id"])
        assert sorted(told) == sorted(zip(owed["place_id"], owed["state"], owed["why"], strict=True))
        assert {each["id"] for each in document["hazards"]} == set(live["id"][live["place_id"].isin(mine["id"])])
    assert any(document["places"] for document in documents.values()) or places.empty
