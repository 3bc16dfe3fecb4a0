"""Phones come in by HTTP Basic, see the own part of the town, and send in the own name."""

from __future__ import annotations

import csv
import io
from unittest.mock import patch

from fastapi.testclient import TestClient

from api.passwords import is_right, kept
from geodata.accounts.model import User
from geodata.store import open_store
from tests.access.conftest import BASE, FOREIGN, OWN, PASSWORD, Let, Town, hashed
from tests.api.openrosa.sending import COLLECT, HEADERS, answered, said, send


def phone(guarded: Town, login: str, password: str = PASSWORD) -> TestClient:
    """Give the app of somebody: no cookie, no origin, the password with each request."""
    client = TestClient(guarded.app, base_url=BASE, raise_server_exceptions=False)
    client.auth = (login, password)
    return client


def own_places(client: TestClient) -> list[str]:
    """Give the ids of the houses that somebody's form offers."""
    answer = client.get("/openrosa/forms/wangge-houses/media/places.csv", headers=HEADERS)
    assert answer.status_code == 200
    return [row["name"] for row in csv.DictReader(io.StringIO(answer.text))]


def test_who_is_nobody(guarded: Town) -> None:
    """Without a password, or with a wrong one, everything is 401 in OpenRosa's words, and Basic is asked for."""
    nobody = TestClient(guarded.app, base_url=BASE)
    answers = [
        *(nobody.get(f"/openrosa/{path}") for path in ("formList", "settings.svg", "forms/wangge-general.xml")),
        send(nobody, "<data/>"),
        phone(guarded, "inspector", "wrong").get("/openrosa/formList"),
    ]
    assert {each.status_code for each in answers} == {401}
    for each in answers:
        assert said(each)
        assert each.headers["www-authenticate"].startswith("Basic ")
    assert nobody.head("/openrosa/submission").status_code == 401


def test_not_hashed_each_time(guarded: Town, let_in: Let) -> None:
    """A right password is hashed once, a wrong one each time; other passwords and shut doors are seen."""
    address = "/openrosa/formList"
    app, wrong = phone(guarded, "collect"), phone(guarded, "collect", "wrong")
    clerk, accounts = let_in("clerk"), guarded.accounts
    accounts.add(User("collect", "采集", "leader", password=hashed()), "t")
    with patch("api.signing_in.is_right", side_effect=is_right) as hashing:

        def hashes(client: TestClient, status: int) -> int:
            before = hashing.call_count
            assert client.get(address, headers=HEADERS).status_code == status
            return int(hashing.call_count - before)

        assert [hashes(app, 200) for _ in range(3)] == [1, 0, 0]
        assert [hashes(wrong, 401), hashes(app, 200), hashes(app, 200)] == [1, 1, 0]
        assert clerk.delete("/api/v1/users/collect/sessions").status_code == 200
        assert [hashes(app, 200), hashes(app, 200)] == [1, 0]
        accounts.set_password("collect", kept("another one altogether", "collect"), "t")
        assert hashes(app, 401) == 1
        accounts.set_password("collect", hashed(), "t")
        assert [hashes(app, 200), hashes(app, 200)] == [1, 0]
        accounts.change(User("collect", "采集", "leader", disabled=True), "t")
        assert hashes(app, 401) == 1


def test_own_part(guarded: Town) -> None:
    """The lists of an inspector hold the own grid's places; those of the office all."""
    mine, all_of_them = (own_places(phone(guarded, login)) for login in ("inspector", "clerk"))
    assert 0 < len(mine) < len(all_of_them) / 2
    assert set(mine) < set(all_of_them)


def test_in_the_own_name(guarded: Town) -> None:
    """An inspector's visit is the inspector's, whoever was chosen on the phone; the audit names the account."""
    inspector = phone(guarded, "inspector")
    assert inspector.head("/openrosa/submission", headers=HEADERS).status_code == 204
    place = own_places(inspector)[0]
    xml = COLLECT.format(form="wangge-general", instance="uuid:own", body=answered(place, officer="AQ009"))
    answer = send(inspector, xml)
    assert answer.status_code == 201, answer.text
    assert [send(inspector, xml).status_code for _ in range(2)] == [201] * 2
    with open_store(guarded.path) as store:
        visits = store.ledger("inspections").inspections
        (visit,) = visits[visits["id"] == "uuid:own"].itertuples()
        actor = store.audit(limit=1)["actor"].iloc[0]
    assert (visit.officer, visit.by) == ("AQ001", "inspector")
    assert "inspector" in actor


def test_leader(guarded: Town) -> None:
    """A leader's visit is a leader's."""
    leader = phone(guarded, "leader")
    xml = COLLECT.format(form="wangge-general", instance="uuid:lead", body=answered(own_places(leader)[0]))
    assert send(leader, xml).status_code == 201
    with open_store(guarded.path) as store:
        visits = store.ledger("inspections").inspections
    assert visits.loc[visits["id"] == "uuid:lead", "by"].tolist() == ["leader"]


def test_foreign_place(guarded: Town) -> None:
    """A place outside the own part is none: nothing is written."""
    areas, places = guarded.ledger.areas, guarded.ledger.places
    foreign = areas[areas["code"] == FOREIGN].geometry.iloc[0]
    place = places["id"][places.geometry.intersects(foreign).to_numpy(bool)].iloc[0]
    xml = COLLECT.format(form="wangge-general", instance="uuid:foreign", body=answered(place))
    answer = send(phone(guarded, "inspector"), xml)
    assert (answer.status_code, place in said(answer)) == (422, True)
    assert OWN not in answer.text
