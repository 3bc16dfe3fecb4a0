"""What phones send becomes a visit with its hazards and pictures: whole, once, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.openrosa.form import item_name
from api.settings import Settings
from coverage.checklists import Checklist, parse_checklists
from geodata.store import DEFAULT_CHECKLISTS
from tests.api.openrosa.sending import AGGREGATE, COLLECT, HEADERS, KOBO, answered, hazard, said, send
from tests.geodata.photos.pictures import jpeg, scene

LIST: Checklist = parse_checklists(DEFAULT_CHECKLISTS.read_text("utf-8"))[0]
FORM = f"wangge-{LIST.id}"
PICTURES = {f"17197{number}.jpg": jpeg(scene(number)) for number in range(3)}


@pytest.fixture(scope="module")
def town(village: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Give the service of a copy of the village; every test writes under instanceIDs of its own."""
    path = tmp_path_factory.mktemp("odk") / "town.gpkg"
    path.write_bytes(village.read_bytes())
    app = create_app(Settings(store=path))
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def place(town: TestClient) -> str:
    """Give the id of a place."""
    return str(town.get("/api/v1/places?limit=1").json()["rows"][0]["id"])


def filled(instance: str, body: str, shape: str = COLLECT, form: str = FORM) -> str:
    """Give a whole submission."""
    return shape.format(form=form, instance=instance, body=body)


def row(town: TestClient, table: str, name: str) -> dict[str, Any]:
    """Give a row of the ledger."""
    response = town.get(f"/api/v1/{table}/{name}")
    assert response.status_code == 200, response.text
    return dict(response.json())


def version(town: TestClient) -> int:
    """Give the number of the newest write."""
    return int(town.app.state.desk.version())  # type: ignore[attr-defined]


@pytest.mark.parametrize(("shape", "name"), [(COLLECT, "collect"), (KOBO, "kobo"), (AGGREGATE, "aggregate")])
def test_shapes(town: TestClient, place: str, shape: str, name: str) -> None:
    """What Collect, KoboCollect and Aggregate's clients write becomes the same visit, with the phone's own position."""
    answer = send(town, filled(f"uuid:{name}", answered(place, note="复查 <b>"), shape))
    assert (answer.status_code, said(answer)) == (201, "检查已登记，隐患 0 条，照片 0 张收齐。")
    visit = row(town, "inspections", f"uuid:{name}")
    assert (visit["place_id"], visit["officer"], visit["by"], visit["kind"]) == (place, "AQ001", "inspector", "routine")
    assert (visit["at"], visit["result"], visit["note"]) == ("2024-06-30T09:07:00+08:00", "合格", "复查 <b>")
    assert (visit["lon"], visit["lat"], visit["accuracy"], visit["geotag"]) == (113.6665673, 22.7661903, 8.5, "gps")


def test_hazards(town: TestClient, place: str) -> None:
    """Each hazard is a row of the visit's, named as exports of form servers name it."""
    found = hazard("灭火器压力不足", deadline="2024-07-07") + hazard("通道堆物", at_once="yes")
    found += hazard("违规动火", level="重大")
    assert send(town, filled("uuid:h", answered(place, hazards=found, result="限期整改"))).status_code == 201
    first, second, third = (row(town, "hazards", f"uuid:h/hazards[{number}]") for number in (1, 2, 3))
    assert (first["inspection_id"], first["place_id"], first["deadline"]) == ("uuid:h", place, "2024-07-07")
    assert (first["found_at"], first["rectified_at"], first["level"]) == ("2024-06-30T09:07:00+08:00", None, "一般")
    assert (second["rectified_at"], second["level"]) == ("2024-06-30T09:31:00+08:00", "一般")
    assert (third["rectified_at"], third["level"]) == (None, "重大")


def test_a_major_hazard_is_not_put_right_at_once(town: TestClient, place: str) -> None:
    """A form that says so, older than the question's rule, is refused whole, and says what to change."""
    before = version(town)
    found = hazard("通道堆物") + hazard("违规动火", at_once="yes", level="重大")
    answer = send(town, filled("uuid:major", answered(place, hazards=found, result="限期整改")))
    assert answer.status_code == 400
    assert "第 2 条隐患" in said(answer)
    assert "重大隐患不能当场整改了事，要先交办" in said(answer)
    assert version(town) == before


def test_items(town: TestClient, place: str) -> None:
    """An item that fails is a hazard in the checklist's words; one of an older checklist is told in the note."""
    first, second, third = LIST.items[:3]
    told = {item_name(first): "bad", item_name(second): "fixed", item_name(third): "ok", "i_0123456789": "bad"}
    items = "<items>" + "".join(f"<{name}>{word}</{name}>" for name, word in told.items()) + "</items>"
    body = answered(place, result="限期整改", deadline="2024-07-09", note="门口") + items
    answer = send(town, filled("uuid:items", body))
    assert said(answer) == "检查已登记，隐患 2 条，照片 0 张收齐。"
    bad, fixed = (row(town, "hazards", f"uuid:items/items/{item_name(item)}") for item in (first, second))
    assert (bad["description"], bad["category"], bad["level"]) == (first.hazard, first.category, first.level)
    assert (bad["deadline"], bad["rectified_at"]) == ("2024-07-09", None)
    assert (fixed["description"], fixed["rectified_at"]) == (second.hazard, "2024-06-30T09:31:00+08:00")
    assert row(town, "inspections", "uuid:items")["note"] == "旧版检查表里另有 1 项不符合，请核实。\n门口"


def test_sent_again_when_the_hazard_has_gone_on(town: TestClient, place: str) -> None:
    """Steps change a hazard's row; the form that found it, sent again, is still the same."""
    xml = filled("uuid:on", answered(place, hazards=hazard("一", deadline="2024-07-01"), result="限期整改"))
    assert send(town, xml).status_code == 201
    step = {"action": "assign", "role": "clerk", "actor": "文员", "responsible": "店主", "deadline": "2024-07-20"}
    assert town.post("/api/v1/hazards/uuid:on/hazards[1]/steps", json=step).status_code == 201
    assert send(town, xml).status_code == 201
    assert row(town, "hazards", "uuid:on/hazards[1]")["deadline"] == "2024-07-20"


def test_a_point_set_by_hand(town: TestClient, place: str) -> None:
    """An accuracy of 0 is no satellite's: the position counts as typed. Without a position there is none."""
    send(town, filled("uuid:hand", answered(place, where="22.7 113.6 0 0")))
    send(town, filled("uuid:none", answered(place, where="")))
    by_hand, without = (row(town, "inspections", f"uuid:{name}") for name in ("hand", "none"))
    assert (by_hand["geotag"], by_hand["accuracy"], by_hand["lon"]) == ("typed", None, 113.6)
    assert (without["geotag"], without["lon"]) == (None, None)


@pytest.mark.parametrize("start", ["2024-06-30T09:07:00.123+08", "2024-06-30T01:07:00Z", "2024-06-29T20:37:00.9-04:30"])
def test_offsets(town: TestClient, place: str, start: str) -> None:
    """A phone's time holds whatever its zone is and however it writes it; the ledger shows the town's."""
    assert send(town, filled(f"uuid:{start}", answered(place, start=start))).status_code == 201
    assert row(town, "inspections", f"uuid:{start}")["at"] == "2024-06-30T09:07:00+08:00"


def test_pictures_in_several_posts(town: TestClient, place: str) -> None:
    """While pictures are missing it is 202, the visit stands at once; with the last picture, in any post, it is 201."""
    first, second, third = PICTURES
    body = answered(
        place,
        hazards=hazard("线路老化", photo=first),
        pictures=f"<photo_1>{second}</photo_1><photo_2>{third}</photo_2>",
    )
    xml = filled("uuid:p", body)
    none = send(town, xml, more=True)
    assert (none.status_code, said(none)) == (202, "检查已登记，隐患 1 条，还差照片 3 张，请接着发送。")
    assert row(town, "inspections", "uuid:p")["photos"] == f"{first};{second};{third}"
    part = send(town, xml, {third: PICTURES[third]}, more=True)
    assert (part.status_code, said(part)) == (202, "这次检查已经登记过，还差照片 2 张，请接着发送。")
    whole = send(town, xml, {first: PICTURES[first], second: PICTURES[second]})
    assert (whole.status_code, said(whole)) == (201, "这次检查已经登记过，照片 3 张收齐。")
    before = version(town)
    again = [send(town, xml).status_code, send(town, xml, PICTURES).status_code]
    assert (again, version(town)) == ([201, 201], before)
    photos = town.app.state.desk.ledger().frames["photos"]  # type: ignore[attr-defined]
    mine = photos[photos["inspection_id"] == "uuid:p"]
    assert sorted(mine["name"]) == sorted(PICTURES)
    assert set(mine["officer"]) == {"AQ001"}
    (step,) = town.get("/api/v1/hazards/uuid:p/hazards[1]/steps").json()["steps"]
    assert step["photos"] == sha256(PICTURES[first]).hexdigest()


def test_sent_again(town: TestClient, place: str) -> None:
    """The same form ten times is one visit and one write; another content under its instanceID is refused whole."""
    xml = filled("uuid:again", answered(place, hazards=hazard("一"), result="限期整改"))
    assert send(town, xml).status_code == 201
    before = version(town)
    assert {send(town, xml).status_code for _ in range(9)} == {201}
    others = [
        answered(place, hazards=hazard("一") + hazard("二"), result="限期整改"),
        answered(place, hazards=hazard("二"), result="限期整改"),
        answered(place, hazards=hazard("一"), result="合格"),
    ]
    answers = [send(town, filled("uuid:again", other)) for other in others]
    assert [each.status_code for each in answers] == [409] * 3
    assert "已经登记过" in said(answers[0])
    assert version(town) == before


def test_all_or_nothing(town: TestClient, place: str) -> None:
    """A hazard that can't be, a file that is no picture, another visit's picture: nothing of the form is written."""
    before = version(town)
    one = "<photo_1>a.jpg</photo_1>"
    cases = {
        "level": send(town, filled("uuid:x1", answered(place, hazards=hazard("好") + hazard("坏", level="很大")))),
        "day": send(town, filled("uuid:x2", answered(place, hazards=hazard("好", deadline="七月")))),
        "script": send(town, filled("uuid:x3", answered(place, pictures=one)), {"a.jpg": b"<svg onload=alert(1)>"}),
        "empty": send(town, filled("uuid:x4", answered(place, pictures=one)), {"a.jpg": b""}),
        "place": send(town, filled("uuid:x5", answered("nowhere"))),
        "no place": send(town, filled("uuid:x6", answered(""))),
        "future": send(town, filled("uuid:x7", answered(place, start="2190-01-01T00:00:00+08:00"))),
        "no zone": send(town, filled("uuid:x8", answered(place, start="2024-06-30T09:00:00"))),
        "where": send(town, filled("uuid:x9", answered(place, where="here"))),
        "far": send(town, filled("uuid:x10", answered(place, where="95 200 0 5"))),
        "form": send(town, filled("uuid:x11", answered(place), form="other")),
        "edited": send(town, filled("</orx:instanceID><orx:deprecatedID>uuid:a</orx:deprecatedID>"
                                    "<orx:instanceID>uuid:x12", answered(place))),
    }  # fmt: skip
    assert {name: each.status_code for name, each in cases.items()} == {
        **dict.fromkeys(("level", "day", "no place", "no zone", "where", "far", "edited"), 400),
        **dict.fromkeys(("script", "empty", "place", "future"), 422),
        "form": 404,
    }
    for each in cases.values():
        assert said(each)
    assert said(cases["day"]) == "第 1 条隐患的整改期限“七月”读不懂，应像 2024-06-30。"
    assert version(town) == before


def test_another_visits_picture(town: TestClient, place: str) -> None:
    """One picture is no evidence of two visits: the second is refused before it is written."""
    data = {"b.jpg": jpeg(scene(9))}
    body = answered(place, pictures="<photo_1>b.jpg</photo_1>")
    assert send(town, filled("uuid:b1", body), data).status_code == 201
    refused = send(town, filled("uuid:b2", body), data)
    assert (refused.status_code, "另一次检查" in said(refused)) == (409, True)
    assert town.get("/api/v1/inspections/uuid:b2").status_code == 404


def test_another_places_picture(town: TestClient, place: str) -> None:
    """A picture that was sent of another place is refused before the visit is written; one of this place is taken."""
    other = next(row["id"] for row in town.get("/api/v1/places?limit=2").json()["rows"] if row["id"] != place)
    for number, (of, status) in enumerate({other: 409, place: 201}.items()):
        data = jpeg(scene(70 + number))
        photo = f"/api/v1/photos/{sha256(data).hexdigest()}?place_id={of}"
        assert town.put(photo, content=data, headers={"content-type": "image/jpeg"}).status_code == 201
        body = answered(place, pictures="<photo_1>c.jpg</photo_1>")
        for _ in range(2):
            assert send(town, filled(f"uuid:c{number}", body), {"c.jpg": data}).status_code == status
    assert town.get("/api/v1/inspections/uuid:c0").status_code == 404


BOMB = (
    '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><data id="x">&c;</data>'
)
OUTSIDE = '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><data id="x"><note>&e;</note></data>'
DEEP = "<a>" * 5000 + "</a>" * 5000
HOSTILE = {
    "bomb": BOMB,
    "outside": OUTSIDE,
    "deep": DEEP,
    "many": "<a>" + "<b/>" * 60_000 + "</a>",
    "cut": "<data id='x'><note>",
    "empty": "",
    "zero": "\x00" * 40,
    "encoding": "<?xml version='1.0' encoding='no-such'?><a/>",
    "wide": "<?xml version='1.0' encoding='utf-7'?><a/>",
    "html": "<html><script>alert(1)</script></html>",
    "no id": "<data><meta><instanceID>uuid:q</instanceID></meta></data>",
    "path": COLLECT.format(form=FORM, instance="uuid:q1", body="<pictures><photo_1>../../x.jpg</photo_1></pictures>"),
    "drive": COLLECT.format(form=FORM, instance="uuid:q2", body="<pictures><photo_1>C:\\x.jpg</photo_1></pictures>"),
    "hazards": COLLECT.format(form=FORM, instance="uuid:q3", body=hazard("x") * 201),
}


def test_hostile_forms(town: TestClient) -> None:
    """XML that unfolds, reaches out, is too deep, too much, or none at all is refused in words; nothing is written."""
    before = version(town)
    answers = {name: send(town, xml) for name, xml in HOSTILE.items()}
    assert {name: each.status_code for name, each in answers.items()} == {
        **dict.fromkeys(HOSTILE, 400),
        "no id": 404,
    }
    for each in answers.values():
        assert said(each)
        assert "passwd" not in each.text
    assert version(town) == before


def test_hostile_bodies(town: TestClient, place: str) -> None:
    """What is too long, no multipart, without a form or cut off is refused in OpenRosa's words."""
    address, boundary = "/openrosa/submission", {"content-type": "multipart/form-data; boundary=x"}
    part = b'--x\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="a.xml"\r\n\r\n'

    def pieces(count: int) -> Iterator[bytes]:
        yield part
        for _ in range(count):
            yield b"a" * 2**20

    length = {"content-length": str(50 * 2**20)}
    answers = {
        "long": town.post(address, content=b"", headers={**HEADERS, **boundary, **length}),
        "long xml": send(town, b"<a>" + b"x" * (2 * 2**20)),
        "chunks": town.post(address, content=pieces(34), headers={**HEADERS, **boundary}),
        "json": town.post(address, json={}, headers=HEADERS),
        "no boundary": town.post(address, content=part, headers={**HEADERS, "content-type": "multipart/form-data"}),
        "no form": town.post(address, files={"a.jpg": ("a.jpg", b"x")}, headers=HEADERS),
        "garbage": town.post(address, content=b"\x00\xff--y\r\n" * 9, headers={**HEADERS, **boundary}),
        "cut": town.post(address, content=part + b"<data", headers={**HEADERS, **boundary}),
        "parts": town.post(address, content=b"".join([part] * 300), headers={**HEADERS, **boundary}),
        "foreign": town.post(address, content=part, headers={**HEADERS, **boundary, "origin": "http://evil.example"}),
        "version": town.post(address, content=part, headers={**boundary, "X-OpenRosa-Version": "2.0"}),
    }
    assert {name: each.status_code for name, each in answers.items()} == {
        **dict.fromkeys(answers, 400),
        "long": 413,
        "chunks": 413,
        "json": 415,
        "foreign": 403,
    }
    for each in answers.values():
        assert said(each)


def test_chunked(town: TestClient, place: str) -> None:
    """A body whose length is not told is taken: the standard asks for it."""
    xml = filled("uuid:chunked", answered(place)).encode()
    head = b'--x\r\nContent-Disposition: form-data; name="xml_submission_file"\r\nContent-Type: text/xml\r\n\r\n'
    whole = iter([head, xml[:40], xml[40:], b"\r\n--x--\r\n"])
    kind = {"content-type": "multipart/form-data; boundary=x"}
    assert town.post("/openrosa/submission", content=whole, headers={**HEADERS, **kind}).status_code == 201


def test_files_that_the_form_does_not_name(town: TestClient, place: str) -> None:
    """A file that the form does not name, whatever it is called, is not kept; the visit is."""
    store: Path = town.app.state.desk.settings.store  # type: ignore[attr-defined]
    before = sorted(store.parent.rglob("*.jpg"))
    answer = send(town, filled("uuid:extra", answered(place)), {"../../evil.jpg": jpeg(scene(11))})
    assert answer.status_code == 201
    assert sorted(store.parent.rglob("*.jpg")) == before


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=60))
def test_any_bytes(town: TestClient, content: bytes, between: bytes) -> None:
    """Whatever is sent is answered with a client's error in OpenRosa's words, never with one of ours."""
    body = b'--x\r\nContent-Disposition: form-data; name="xml_submission_file"' + between + b"\r\n\r\n" + content
    kind = {"content-type": "multipart/form-data; boundary=x"}
    for each in (body, body + b"\r\n--x--\r\n"):
        answer = town.post("/openrosa/submission", content=each, headers={**HEADERS, **kind})
        assert 400 <= answer.status_code < 500
        assert said(answer)
