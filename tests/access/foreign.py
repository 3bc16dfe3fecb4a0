"""What of the town is foreign to somebody, and how it is looked for in an answer, whatever kind of file that is."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2
from httpx2 import Response

from geodata.ledger import Ledger
from tests.access.conftest import OWN

TOKEN = re.compile(r"[A-Za-z0-9_-]+")
RUN = re.compile(r"[\w（）()·-]*[一-鿿][\w（）()·-]*")
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
ARCHIVES = ("officedocument", "zip")


@dataclass(frozen=True)
class Foreign:
    """What must be told to nobody whose part of the town it isn't.

    Attributes
    ----------
    places
        Ids of places.
    ids
        Of places, inspections, hazards, photos, officers, and codes of areas. A text that somebody wrote about a place
        is known by the place's id in it.
    words
        Names and addresses of places, names of officers and areas; none of them is a part of an own one.
    """

    places: frozenset[str]
    ids: frozenset[str]
    words: tuple[str, ...]

    def told(self, text: str) -> set[str]:
        """Give what of it stands in a text."""
        runs = "\n".join(set(RUN.findall(text)))
        return {*self.ids.intersection(TOKEN.findall(text)), *(word for word in self.words if word in runs)}


def foreign_to(ledger: Ledger, login: str, photos: Mapping[str, str]) -> Foreign:
    """Give what is foreign to an inspector, to who sees the own community, or to a department.

    Parameters
    ----------
    photos
        Place → id of a photo that was taken there.
    """
    theirs = _foreign_places(ledger, login)
    places, mine = ledger.places[theirs], ledger.places[~theirs]
    known = frozenset(places["id"])
    visits = ledger.inspections["place_id"].isin(known).to_numpy(bool)
    found = ledger.hazards["place_id"].isin(known).to_numpy(bool)
    ids = {*known, *ledger.inspections["id"][visits], *ledger.hazards["id"][found]}
    ids |= {photo for place, photo in photos.items() if place in known}
    words = {*places["name"], *places["address"].dropna()}
    if login != "farms":  # a department sees the people and areas of the whole town
        people, areas = _foreign_people(ledger), _foreign_areas(ledger)
        ids |= {*areas["code"], *people["id"]} - {*ledger.inspections["officer"][~visits]}  # who was at own places too
        words |= {*areas["name"], *people["name"]}
    own = "\n".join([*mine["name"], *mine["address"].dropna()])
    return Foreign(known, frozenset(map(str, ids)), tuple(sorted(word for word in words if word not in own)))


def _foreign_places(ledger: Ledger, login: str) -> npt.NDArray[np.bool_]:
    places, areas = ledger.places, ledger.areas
    if login == "farms":
        return (places["department"] != "农业农村局").to_numpy(bool)
    code = f"{OWN}001" if login == "inspector" else OWN
    own = areas[areas["code"] == code].geometry.iloc[0]
    return ~places.geometry.intersects(own.buffer(1e-9)).to_numpy(bool)


def _foreign_areas(ledger: Ledger) -> Any:
    areas = ledger.areas
    return areas[areas["level"].isin(["community", "grid"]) & ~areas["code"].str.startswith(OWN)]


def _foreign_people(ledger: Ledger) -> Any:
    """Give who answers for other communities and grids, and for none that the own area lies in."""
    people = ledger.officers
    return people[people["area"].isin(_foreign_areas(ledger)["code"])]


def text_of(answer: Response) -> str:
    """Give all that can be read in an answer: a page, an office file, a PDF, a vector tile; of a picture nothing."""
    kind = answer.headers.get("content-type", "")
    return read(answer.content, kind)


def read(content: bytes, kind: str) -> str:
    """Give the text of a file of some media type."""
    if kind.startswith("image/") and "svg" not in kind:
        return ""
    if "pdf" in kind:
        pages: Iterable[Any] = pypdfium2.PdfDocument(content)
        return "\n".join(page.get_textpage().get_text_range() for page in pages)
    if any(word in kind for word in ARCHIVES):
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = [archive.read(name).decode(errors="ignore") for name in archive.namelist() if name.endswith(".xml")]
        return html.unescape("\n".join(re.sub(r"<[^>]*>", "\n", part) for part in parts))
    text = html.unescape(content.decode(errors="ignore"))
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "\\u" in text else text
