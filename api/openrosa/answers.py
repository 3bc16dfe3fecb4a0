"""What every OpenRosa answer is made of: headers, and the envelope of messages.

https://docs.getodk.org/openrosa-http/ and https://docs.getodk.org/openrosa-form-submission/.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from fastapi.responses import Response

PREFIX = "/openrosa/"
ACCEPTED_BYTES = 16 * 2**20
"""What a phone is told to send at once: it sends more in several posts. One large picture and the form fit in."""
HEADERS = {
    "X-OpenRosa-Version": "1.0",
    "X-OpenRosa-Accept-Content-Length": str(ACCEPTED_BYTES),
    "Content-Language": "zh",
}
MEDIA_TYPE = "text/xml; charset=utf-8"
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
RESPONSE = "http://openrosa.org/http/response"


def document(root: ET.Element, status: int = 200) -> Response:
    """Give a document as an answer; its date is the server's."""
    text = ET.tostring(root, encoding="unicode")
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}', status, HEADERS, MEDIA_TYPE)


def message(text: str, status: int) -> Response:
    """Give a message that the phone shows."""
    root = ET.Element("OpenRosaResponse", {"xmlns": RESPONSE})
    ET.SubElement(root, "message", {"nature": "error" if status >= 400 else "submit_success"}).text = fit(text)
    return document(root, status)


def child(parent: ET.Element, name: str, text: str) -> None:
    """Put an element with a text into another."""
    ET.SubElement(parent, name).text = fit(text)


def fit(text: str) -> str:
    """Give a text without the characters that no XML 1.0 may hold."""
    return _UNFIT.sub(" ", text)
