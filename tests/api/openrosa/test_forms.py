"""The forms, their lists and files, as phones fetch them."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import shutil
import zlib
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from defusedxml.ElementTree import fromstring
from fastapi.testclient import TestClient
from pyxform.validators.odk_validate import ODKValidateError, check_xform

from api.openrosa.form import BAD, FIXED, form_of, item_name, questions
from api.openrosa.media import places_csv
from coverage.checklists import Checklist, Item, checklist_of, parse_checklists
from geodata.ledger import Ledger
from geodata.store import DEFAULT_CHECKLISTS
from geodata.tables import HAZARDS, INSPECTIONS
from tests.api.openrosa.sending import HEADERS, said

LISTS = parse_checklists(DEFAULT_CHECKLISTS.read_text("utf-8"))
XF, H = "{http://www.w3.org/2002/xforms}", "{http://www.w3.org/1999/xhtml}"
LIST, MANIFEST = "{http://openrosa.org/xforms/xformsList}", "{http://openrosa.org/xforms/xformsManifest}"


@pytest.fixture(scope="module")
def ledger(client: TestClient) -> Ledger:
    """Give the village's ledger."""
    held: Ledger = client.app.state.desk.ledger()  # type: ignore[attr-defined]
    return held


def get(client: TestClient, address: str) -> Any:
    """Fetch a document as a phone does, and parse it."""
    response = client.get(address.removeprefix("http://127.0.0.1:8000"), headers=HEADERS)
    assert response.status_code == 200, response.text
    assert response.headers["x-openrosa-version"] == "1.0"
    assert response.headers["content-type"] == "text/xml; charset=utf-8"
    return fromstring(response.content)


def named(xform: Any) -> Any:
    """Give the instance that is filled in."""
    return xform.find(f"{H}head/{XF}model/{XF}instance")[0]


@pytest.mark.parametrize("checklist", LISTS, ids=lambda each: each.id)
def test_every_checklist(checklist: Checklist) -> None:
    """Every list makes a form: each question is bound and asked once, each choice comes from a list that is there."""
    form = form_of(checklist)
    xform = fromstring(form.xml)
    model, body = xform.find(f"{H}head/{XF}model"), xform.find(f"{H}body")
    instance = named(xform)
    assert (
        (instance.get("id"), instance.get("version"))
        == (form.id, form.version)
        == (f"wangge-{checklist.id}", form.version)
    )
    nodes = {f"/data/{path}" for path in paths(instance)}
    bound = [bind.get("nodeset") for bind in model.iter(f"{XF}bind")]
    asked = [
        each.get("ref")
        for each in body.iter()
        if each.get("ref") and each.tag != f"{XF}label" and each.tag != f"{XF}value"
    ]
    assert len(bound) == len(set(bound))
    assert set(bound) <= nodes
    assert set(asked) <= nodes
    assert {f"/data/items/{item_name(item)}" for item in checklist.items} <= set(asked) & set(bound)
    lists = {each.get("id"): each for each in model.iter(f"{XF}instance") if each.get("id")}
    for itemset in body.iter(f"{XF}itemset"):
        (name,) = re.findall(r"instance\('(\w+)'\)", itemset.get("nodeset"))
        source = lists[name].get("src")
        assert source in (None, f"jr://file-csv/{name}.csv")
        assert source or len(lists[name].findall(f"{XF}root/{XF}item")) > 1
    for bind in model.iter(f"{XF}bind"):
        for expression in (bind.get("relevant"), bind.get("constraint")):
            assert set(re.findall(r"/data/[\w/]+", expression or "")) <= nodes


def paths(element: Any, above: str = "") -> list[str]:
    """Give the paths of all elements below one."""
    found = []
    for each in element:
        path = above + each.tag.rpartition("}")[2]
        found += [path, *paths(each, path + "/")]
    return found


def test_names_of_questions() -> None:
    """Questions are called as the ledger's fields, so that an export of a form server can be imported as well."""
    asked = {each["name"] for each in questions(())}
    assert {"place_id", "officer", "kind", "result", "note"} <= asked & set(INSPECTIONS.names)
    assert {"description", "category", "level", "deadline"} <= asked & set(HAZARDS.names)


def test_texts_of_a_town() -> None:
    """A checklist's words are words: no markup, no reference to another question, whatever they are."""
    hostile = '<script>alert(1)</script> ${start} ${nothing} & "x" ]]> {{1}} \x01 =1+1'
    shown = hostile.replace("${", "＄{").replace("\x01", " ")
    form = form_of(Checklist("h", hostile, ("工贸",), (Item("h-1", hostile, hostile), Item("h-2", "${result}", "x"))))
    xform = fromstring(form.xml)
    assert xform.findtext(f"{H}head/{H}title") == shown
    labels = [" ".join((each.text or "").split()) for each in xform.iter(f"{XF}label")]
    assert " ".join(shown.split()) in labels
    assert "＄{result}" in labels
    assert not list(xform.iter("script"))


def test_version_follows_the_content() -> None:
    """Another wording is another version, and another question: no old answer is taken for it."""
    one, other = (form_of(Checklist("a", "表", (), (Item("a-1", text, "x"),))) for text in ("门关好", "窗关好"))
    assert one.id == other.id
    assert one.version != other.version
    assert one.hash != other.hash
    assert item_name(one.checklist.items[0]) != item_name(other.checklist.items[0])


def test_result_follows_the_items() -> None:
    """A result can't be good while an item is not."""
    item = Item("a-1", "门关好", "门没关")
    (result,) = [each for each in questions((item,)) if each["name"] == "result"]
    assert f"${{{item_name(item)}}} != '{BAD}'" in result["constraint"]


def test_major_hazards_are_assigned_first() -> None:
    """A major hazard can't be answered as put right at once, neither as an item nor as one of its own."""
    major, general = Item("a-1", "通道畅通", "通道堵塞", "重大"), Item("a-2", "门关好", "门没关")
    asked = {each["name"]: each for each in questions((major, general))}
    assert asked[item_name(major)]["constraint"] == f". != '{FIXED}'"
    assert "constraint" not in asked[item_name(general)]
    assert "${level} != '重大'" in asked["at_once"]["constraint"]


def test_form_list(client: TestClient) -> None:
    """Every list's form is named, with what the standard asks for; addresses and hashes hold."""
    root = get(client, "/openrosa/formList?deviceID=collect%3Aabc")
    forms = root.findall(f"{LIST}xform")
    assert [each.findtext(f"{LIST}formID") for each in forms] == [f"wangge-{each.id}" for each in LISTS]
    first = forms[0]
    assert [each.tag.removeprefix(LIST) for each in first] == [
        *("formID", "name", "version", "hash", "downloadUrl", "manifestUrl"),
    ]
    address = first.findtext(f"{LIST}downloadUrl")
    assert address == f"http://127.0.0.1:8000/openrosa/forms/wangge-{LISTS[0].id}.xml"
    form = client.get(address, headers=HEADERS)
    assert first.findtext(f"{LIST}hash") == "md5:" + md5(form.content).hexdigest()
    assert named(fromstring(form.content)).get("version") == first.findtext(f"{LIST}version")


def test_form_list_asked_for_one(client: TestClient) -> None:
    """`formID` gives that form alone, `verbose` says what it is for, an unknown one is an empty list."""
    asked = f"/openrosa/formList?formID=wangge-{LISTS[1].id}&verbose=true"
    (form,) = get(client, asked).findall(f"{LIST}xform")
    assert LISTS[1].industry[0] in str(form.findtext(f"{LIST}descriptionText"))
    assert len(get(client, "/openrosa/formList?formID=none")) == 0


def test_files_of_forms(client: TestClient, ledger: Ledger) -> None:
    """Each open place can be chosen in exactly one form; what the csv says is the ledger's id, name and address."""
    open_ones = ledger.places[ledger.places["status"] != "closed"]
    listed = [
        row for each in LISTS for row in csv.DictReader(io.StringIO(places_csv(ledger, each, LISTS).decode()))
    ]  # fmt: skip
    assert sorted(row["name"] for row in listed) == sorted(open_ones["id"])
    labels = {row["name"]: row["label"] for row in listed}
    for place in open_ones.itertuples():
        assert labels[place.id].startswith(place.name)
    chosen = checklist_of(LISTS, open_ones["industry"].iloc[0])
    assert open_ones["id"].iloc[0].encode() in places_csv(ledger, chosen, LISTS)  # type: ignore[arg-type]


def test_manifest(client: TestClient) -> None:
    """The manifest names every file that the form reads, with the hash of what its address gives."""
    form = f"/openrosa/forms/wangge-{LISTS[0].id}"
    wanted = {
        str(each.get("src")).removeprefix("jr://file-csv/")
        for each in get(client, f"{form}.xml").iter(f"{XF}instance")
        if str(each.get("src")).startswith("jr://file-csv/")
    }
    files = get(client, f"{form}/manifest").findall(f"{MANIFEST}mediaFile")
    assert {each.findtext(f"{MANIFEST}filename") for each in files} == wanted == {"places.csv", "officers.csv"}
    for each in files:
        content = client.get(each.findtext(f"{MANIFEST}downloadUrl"), headers=HEADERS)
        assert content.headers["content-type"] == "text/csv; charset=utf-8"
        assert each.findtext(f"{MANIFEST}hash") == "md5:" + md5(content.content).hexdigest()


def test_what_is_not_there(client: TestClient) -> None:
    """An unknown form or file, another version of the standard, another method: told in OpenRosa's words."""
    known = f"/openrosa/forms/wangge-{LISTS[0].id}"
    answers = [
        client.get("/openrosa/forms/none.xml"),
        client.get("/openrosa/forms/none/manifest"),
        client.get(f"{known}/media/..%2F..%2Fetc%2Fpasswd"),
        client.get(f"{known}/media/other.csv"),
        client.get("/openrosa/forms/%01%EF%BF%BF.xml"),
        client.get("/openrosa/formList", headers={"X-OpenRosa-Version": "9"}),
        client.delete("/openrosa/formList", headers={"content-type": "application/json", "content-length": "0"}),
    ]
    assert [each.status_code for each in answers] == [404, 404, 404, 404, 404, 400, 405]
    for each in answers:
        assert said(each)


def test_head(client: TestClient) -> None:
    """Before it sends, a phone asks: 204, how much at once, and where; reading may be asked so too."""
    asked = client.head("/openrosa/submission", headers=HEADERS)
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked.headers["x-openrosa-version"] == "1.0"
    assert int(asked.headers["x-openrosa-accept-content-length"]) >= 10 * 2**20
    assert asked.headers["location"] == "http://127.0.0.1:8000/openrosa/submission"
    assert client.head("/openrosa/formList", headers=HEADERS).status_code == 200


def test_settings_code(client: TestClient) -> None:
    """The code holds the service's address and the town's name as Collect reads them, and no password."""
    svg = client.get("/openrosa/settings.svg")
    assert svg.headers["content-type"] == "image/svg+xml"
    (code,) = zxingcpp.read_barcodes(drawn(svg.text))
    held = json.loads(zlib.decompress(base64.b64decode(code.text)))
    assert held["general"]["server_url"] == "http://127.0.0.1:8000/openrosa"
    assert "password" not in held["general"]
    assert held["admin"] == {}


def drawn(svg: str) -> Any:
    """Draw a code of runs of modules as a picture of 4 pixels a module."""
    import numpy as np  # noqa: PLC0415

    side = int(svg.split('viewBox="0 0 ')[1].split(maxsplit=1)[0])
    modules = np.full((side, side), 255, dtype=np.uint8)
    for x, y, wide in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg):
        modules[int(y), int(x) : int(x) + int(wide)] = 0
    return np.kron(modules, np.ones((4, 4), dtype=np.uint8))


def test_odk_validate(tmp_path: Path) -> None:
    """The validator that ODK itself runs on forms (pyxform carries it; it needs Java) has nothing against ours."""
    if shutil.which("java") is None:
        pytest.skip("no Java on this machine")
    xml = form_of(LISTS[0]).xml
    broken = xml.replace(b'relevant="', b'relevant="no-such-function() and ', 1)
    (tmp_path / "form.xml").write_bytes(xml)
    (tmp_path / "broken.xml").write_bytes(broken)
    assert check_xform(str(tmp_path / "form.xml")) == []
    with pytest.raises(ODKValidateError, match="no-such-function"):
        check_xform(str(tmp_path / "broken.xml"))
