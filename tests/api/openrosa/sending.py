"""Submissions as phones write and send them, with answers made up here.

Shapes after the ODK XForms specification, and what Collect, KoboCollect and Aggregate put around the answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

from fastapi.testclient import TestClient
from httpx2 import Response

from api.openrosa.answers import RESPONSE

HEADERS = {"X-OpenRosa-Version": "1.0", "Date": "Sun, 30 Jun 2024 01:20:00 GMT", "User-Agent": "org.odk.collect/2024"}
START, END = "2024-06-30T09:07:00.123+08:00", "2024-06-30T09:31:00.456+08:00"

COLLECT = (
    '<?xml version=\'1.0\' ?><data id="{form}" version="7" xmlns:jr="http://openrosa.org/javarosa" '
    'xmlns:orx="http://openrosa.org/xforms">{body}'
    "<orx:meta><orx:instanceID>{instance}</orx:instanceID></orx:meta></data>"
)
KOBO = (
    '<data xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" id="{form}" '
    'version="1 (2024-06-01)"><formhub><uuid>aa00</uuid></formhub>{body}<__version__>v1</__version__>'
    "<meta><instanceID>{instance}</instanceID><instanceName/></meta></data>"
)
AGGREGATE = '<data id="{form}" instanceID="{instance}" submissionDate="2024-06-30T01:32:00.000Z">{body}</data>'


def answered(place: str, *, hazards: str = "", pictures: str = "", **answers: str) -> str:
    """Give the answers of a visit as XML."""
    given = {
        "start": START,
        "end": END,
        "username": "zhang",
        "officer": "AQ001",
        "place_id": place,
        "where": "22.7661903 113.6665673 12.0 8.5",
        "kind": "routine",
        "result": "合格",
        **answers,
    }
    held = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in given.items())
    return f"{held}{hazards}<pictures>{pictures}</pictures>"


def hazard(description: str, **answers: str) -> str:
    """Give a hazard as XML."""
    given = {"description": description, "category": "消防设施", "level": "一般", "at_once": "no", **answers}
    return "<hazards>" + "".join(f"<{name}>{escape(text)}</{name}>" for name, text in given.items()) + "</hazards>"


def send(
    client: TestClient, xml: str | bytes, files: Mapping[str, bytes] | None = None, *, more: bool = False
) -> Response:
    """Post a form and files as Collect does: each part is called as its file."""
    content = xml.encode() if isinstance(xml, str) else xml
    parts = {"xml_submission_file": ("visit.xml", content, "text/xml")}
    parts |= {name: (name, data, "image/jpeg") for name, data in (files or {}).items()}
    told = {"*isIncomplete*": "yes"} if more else {}
    return client.post("/openrosa/submission", files=parts, data=told, headers=HEADERS)


def said(response: Response) -> str:
    """Give the message of an answer, which must be OpenRosa's envelope."""
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415

    assert response.headers["x-openrosa-version"] == "1.0"
    assert response.headers["content-type"] == "text/xml; charset=utf-8"
    root = fromstring(response.content)
    assert root.tag == f"{{{RESPONSE}}}OpenRosaResponse"
    return str(root.findtext(f"{{{RESPONSE}}}message"))
