"""What is asked becomes a command of ours, whatever stands in it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from api.cli.commands import build_parser
from api.cli.usage import UsageProblem
from api.jobs.folder import Places
from api.jobs.kinds import READER
from api.problems import NotFoundProblem

UPLOAD = "ab" * 32
PARSER = build_parser()
HOSTILE = ["--out=/etc/passwd", "--watch", "-h", "; rm -rf /", "$(id)", "a b", "=", "\"'"]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Give a store's folders with a file that was sent in, whose name looks like an option."""
    folder = tmp_path_factory.mktemp("kinds")
    (folder / "town.uploads" / UPLOAD).mkdir(parents=True)
    (folder / "town.uploads" / UPLOAD / "--dry-run.csv").write_text("x")
    (folder / "backups").mkdir()
    (folder / "backups" / "town-20240630-020000.zip").write_text("x")
    return Places(folder / "town.gpkg", folder / "backups")


ASKED: list[dict[str, Any]] = [
    {"kind": "examine", "uploads": [UPLOAD], "table": "places"},
    {"kind": "import", "uploads": [UPLOAD], "table": "places", "columns": {"name": "单位"}, "dry_run": True},
    {"kind": "import", "uploads": [UPLOAD, UPLOAD], "table": "photos", "officer": "甲", "as_inspections": True},
    {"kind": "divide", "name": "甲", "into": 3, "within": "community", "least_change": True},
    {"kind": "plan", "month": "2024-07", "officer": "甲"},
    {"kind": "plan", "date": "2024-07-01"},
    {"kind": "report", "report": "quarterly", "period": "2024Q2", "freeze": "张三"},
    {"kind": "map", "map": "risk", "format": "pdf", "paper": "A3", "as_of": "2024-06-30"},
    {"kind": "assign", "what": "leaders", "dry_run": False},
    {"kind": "backup"},
    {"kind": "verify", "name": "town-20240630-020000.zip"},
    {"kind": "check", "areas": True},
]


@pytest.mark.parametrize("given", ASKED, ids=lambda given: given["kind"])
def test_each_is_a_command(places: Places, given: dict[str, Any]) -> None:
    """The words of each kind are understood by the command line, and each job has a title."""
    asked = READER.validate_python(given)
    arguments = PARSER.parse_args(asked.words(places, 7))
    assert arguments.does
    assert asked.title(places)
    if given["kind"] == "import":
        assert [each.name for each in arguments.files] == ["--dry-run.csv"] * len(given["uploads"])
        assert arguments.dry_run is given.get("dry_run", False)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "where",
    [
        lambda text: {"kind": "import", "uploads": [UPLOAD], "table": "places", "layer": text},
        lambda text: {"kind": "import", "uploads": [UPLOAD], "table": "places", "encoding": text},
        lambda text: {"kind": "import", "uploads": [UPLOAD], "table": "places", "columns": {"name": text}},
        lambda text: {"kind": "divide", "name": text, "into": 3},
        lambda text: {"kind": "plan", "month": "2024-07", "area": text},
        lambda text: {"kind": "report", "report": "quarterly", "period": "2024Q2", "freeze": text},
    ],
)
def test_no_text_becomes_an_option(places: Places, where: Any, text: str) -> None:
    """A text that looks like an option is a value of its own option, or refused; it never is another option."""
    plain, hostile = (READER.validate_python(where(each)).words(places, 1) for each in ("utf-8", text))
    assert len(plain) == len(hostile)
    assert sum(one != other for one, other in zip(plain, hostile, strict=True)) <= 1
    try:
        arguments = vars(PARSER.parse_args(hostile))
    except UsageProblem:
        return
    expected = vars(PARSER.parse_args(plain))
    assert {name for name in expected if arguments[name] != expected[name]} <= {
        "layer", "encoding", "column", "draft", "area", "freeze",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["../town.gpkg", "../backups/town-20240630-020000.zip", ".", "*.zip", "别的.zip"])
def test_any_name_of_a_backup(places: Places, name: str) -> None:
    """Only the name of a backup that is there is taken; no path leads out."""
    with pytest.raises(NotFoundProblem):
        READER.validate_python({"kind": "verify", "name": name}).words(places, 1)


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "import", "uploads": ["../x"], "table": "places"},
        {"kind": "import", "uploads": [], "table": "places"},
        {"kind": "import", "uploads": [UPLOAD], "table": "nothing"},
        {"kind": "import", "uploads": [UPLOAD], "table": "places", "save_unsure": "/tmp/x"},
        {"kind": "plan"},
        {"kind": "plan", "month": "2024-07", "date": "2024-07-01"},
        {"kind": "report", "report": "monthly", "period": "../x"},
        {"kind": "divide", "name": "a\nb"},
        {"kind": "serve"},
    ],
)
def test_what_is_refused(given: dict[str, Any]) -> None:
    """Anything that is not among the choices is refused before a job is made."""
    with pytest.raises(ValidationError):
        READER.validate_python(given)


def test_a_file_that_is_gone(places: Places) -> None:
    """A job of a file that was not sent in, or is gone, says so."""
    asked = READER.validate_python({"kind": "examine", "uploads": ["cd" * 32]})
    with pytest.raises(NotFoundProblem, match="重新上传"):
        asked.words(places, 1)
