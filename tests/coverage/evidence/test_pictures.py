"""Photos as evidence."""

from __future__ import annotations

from datetime import timedelta

from tests.coverage.evidence.towns import NINE, Spot, degrees, graded, ledger, visit

PLACES = {"a": (0.0, 0.0), "b": (400.0, 0.0)}
VISITS = [visit("a", (0.0, 5.0)), visit("b", (400.0, 5.0), 60), visit("a", (0.0, 5.0), 65)]
HASH = "f0e1d2c3b4a59687"


def photo(inspection: str, spot: Spot = None, minutes: float = 0, phash: str | None = None) -> dict[str, object]:
    """Give a photo of an inspection."""
    row = {"id": f"z{inspection}", "inspection_id": inspection, "taken_at": NINE + timedelta(minutes=minutes)}
    return row | {"geometry": degrees(spot), "phash": phash}


def marks(*photos: dict[str, object]) -> list[str]:
    """Give the marks of the three visits."""
    return graded(ledger(PLACES, VISITS, photos=list(photos)))["marks"].tolist()


def test_there_and_then() -> None:
    """A photo within the tolerance and an hour agrees and makes an A; later or farther it does not."""
    assert marks(photo("i0", (90.0, 0.0), 59))[0] == "photo-there"
    assert marks(photo("i0", (90.0, 0.0), 61))[0] == ""
    assert marks(photo("i0", (110.0, 0.0), 59))[0] == ""
    assert graded(ledger(PLACES, VISITS, photos=[photo("i0", (90.0, 0.0))]))["grade"].tolist() == ["A", "B", "B"]


def test_elsewhere() -> None:
    """200 m beyond the tolerance it speaks against."""
    assert marks(photo("i0", (299.0, 0.0)))[0] == ""
    assert marks(photo("i0", (302.0, 0.0)))[0] == "photo-elsewhere"


def test_other_time() -> None:
    """More than a day away the photo's time is told."""
    assert marks(photo("i0", None, -24 * 60 + 1))[0] == ""
    assert marks(photo("i0", None, -24 * 60 - 1))[0] == "photo-time"


def test_shown_again() -> None:
    """The later of two visits with one picture is marked, up to 4 bits of difference; the earlier is not."""
    near, other = (f"{int(HASH, 16) ^ bits:016x}" for bits in (0b1111, 0b11111))
    assert marks(photo("i0", phash=HASH), photo("i1", phash=near)) == ["", "photo-reused", ""]
    assert marks(photo("i0", phash=HASH), photo("i1", phash=other)) == ["", "", ""]


def test_one_visit_in_two_rows() -> None:
    """One picture at two rows of one place and day is one visit."""
    assert marks(photo("i0", phash=HASH), photo("i2", phash=HASH)) == ["", "", ""]


def test_what_is_no_hash() -> None:
    """A text that is no hash, which another program wrote, says nothing about a picture."""
    assert marks(photo("i0", phash="<b>"), photo("i1", phash="<b>")) == ["", "", ""]


def test_pictures_that_show_nothing() -> None:
    """Two black pictures are not the same picture."""
    assert marks(photo("i0", phash="8" + "0" * 15), photo("i1", phash="8" + "0" * 15)) == ["", "", ""]
