"""A folder that files are dropped into: whole files, once each."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.errors import FileProblem
from geodata.filemarks import digest_of
from geodata.inbox import Arrival, Inbox


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give an inbox with folders of three tables."""
    for name in ("hazards", "places", "areas"):
        (tmp_path / name).mkdir()
    return tmp_path


def names(arrivals: list[Arrival]) -> list[str]:
    """Give table/name of each."""
    return [f"{each.table}/{each.path.name}" for each in arrivals]


def test_given_once_when_whole(folder: Path) -> None:
    """A file is given when it has not changed for two seconds, once."""
    inbox = Inbox(folder)
    (folder / "places/a.csv").write_text("x")
    assert [names(inbox.step(now)) for now in (0.0, 1.9, 2.0, 3.0, 99.0)] == [[], [], ["places/a.csv"], [], []]


def test_growing_file_waits(folder: Path) -> None:
    """A file that grows is not whole; its two seconds begin with its last change."""
    inbox, path = Inbox(folder), folder / "places/a.csv"
    for now in range(5):
        path.write_text("x" * (now + 1))
        assert inbox.step(float(now)) == []
    assert inbox.step(5.9) == []
    assert names(inbox.step(6.0)) == ["places/a.csv"]


def test_changed_file_comes_again(folder: Path) -> None:
    """A file that is written anew is given anew; so is one that was taken away and came back."""
    inbox, path = Inbox(folder), folder / "places/a.csv"
    path.write_text("x")
    assert [len(inbox.step(now)) for now in (0.0, 2.0)] == [0, 1]
    path.write_text("other")
    assert [len(inbox.step(now)) for now in (3.0, 5.0)] == [0, 1]
    path.unlink()
    assert inbox.step(6.0) == []
    path.write_text("other")
    assert [len(inbox.step(now)) for now in (7.0, 9.0)] == [0, 1]


def test_places_before_their_hazards(folder: Path) -> None:
    """What is whole at one time is given by table, then by name."""
    inbox = Inbox(folder)
    for name in ("hazards/1.csv", "places/b.csv", "places/a.csv", "areas/z.geojson"):
        (folder / name).write_text("x")
    inbox.step(0.0)
    assert names(inbox.step(2.0)) == ["areas/z.geojson", "places/a.csv", "places/b.csv", "hazards/1.csv"]


def test_what_is_no_file_of_a_person(folder: Path, tmp_path: Path) -> None:
    """Hidden, locked and unfinished files, links, folders and a Shapefile's parts are not given."""
    inbox = Inbox(folder)
    for name in (".DS_Store", "~$a.xlsx", "a.csv.part", "b.crdownload", "desktop.ini", "a.dbf", "a.shx", "a.shp"):
        (folder / "places" / name).write_text("x")
    (folder / "places/sub.csv").mkdir()
    (folder / "places/link.csv").symlink_to(tmp_path / "places/a.shp")
    inbox.step(0.0)
    assert names(inbox.step(2.0)) == ["places/a.shp"]


def test_shapefile_waits_for_its_parts(folder: Path) -> None:
    """A Shapefile is whole when all its parts are."""
    inbox = Inbox(folder)
    (folder / "areas/a.shp").write_text("x")
    assert inbox.step(0.0) == []
    (folder / "areas/a.DBF").write_text("x")
    assert inbox.step(2.0) == []
    assert names(inbox.step(4.0)) == ["areas/a.shp"]


def test_again(folder: Path) -> None:
    """A file that could not be taken is given again after two seconds."""
    inbox = Inbox(folder)
    (folder / "places/a.csv").write_text("x")
    inbox.step(0.0)
    (arrival,) = inbox.step(2.0)
    inbox.again(arrival)
    assert [len(inbox.step(now)) for now in (3.0, 4.0, 5.0)] == [0, 0, 1]


def test_strangers_are_named(folder: Path) -> None:
    """Files and folders that are of no table are named; no folder at all is refused."""
    (folder / "企业").mkdir()
    (folder / "a.csv").write_text("x")
    assert Inbox(folder).strangers == ["a.csv", "企业"]
    with pytest.raises(FileProblem, match="没有文件夹"):
        Inbox(folder / "nowhere")


def test_folder_away(folder: Path) -> None:
    """A folder that is away is an error of the system, and what was seen stays seen."""
    inbox = Inbox(folder)
    (folder / "places/a.csv").write_text("x")
    assert [len(inbox.step(now)) for now in (0.0, 2.0)] == [0, 1]
    away = folder.rename(folder.with_name("away"))
    with pytest.raises(OSError, match="No such file"):
        inbox.step(3.0)
    away.rename(folder)
    assert inbox.step(9.0) == []


def test_digest_is_of_all_parts(folder: Path) -> None:
    """A digest is of the bytes, not the name, and of a Shapefile's parts too."""
    one, other = folder / "areas/a.shp", folder / "places/b.shp"
    for path in (one, other):
        path.write_text("x")
        path.with_suffix(".dbf").write_text("y")
    assert digest_of(one) == digest_of(other)
    one.with_suffix(".dbf").write_text("z")
    assert digest_of(one) != digest_of(other)
    with pytest.raises(FileProblem, match="读不了文件"):
        digest_of(folder / "none.csv")
