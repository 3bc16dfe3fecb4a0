"""What `main` makes of what goes wrong: exit codes, and never a traceback for a person."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli import main, stores

WANGGE = [sys.executable, "-c", "import sys; from api.cli import main; sys.exit(main())"]


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Give an empty town."""
    store = tmp_path / "town.gpkg"
    assert main(["init", str(store), "--name", "虎门镇", "--code", "441900121"]) == 0
    return store


def test_store_that_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A store that is not there is exit code 1 and one message that names it."""
    assert main(["coverage", str(tmp_path / "none.gpkg"), "--by", "town"]) == 1
    said = capsys.readouterr()
    assert said.err.startswith("错误：")
    assert "none.gpkg" in said.err
    assert not said.out


@pytest.mark.parametrize("command", ["coverage --by town", "gaps", "hazards --by town", "rules", "check"])
def test_file_that_is_no_store(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no store is refused in one sentence, whatever is asked of it."""
    path = tmp_path / "text.gpkg"
    path.write_text("not a database at all, only a text with that ending" * 20)
    first, *rest = command.split()
    assert main([first, str(path), *rest]) == 1
    said = capsys.readouterr().err
    assert "text.gpkg" in said
    assert "Traceback" not in said


def test_stopped(town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C is exit code 130."""

    def interrupted(arguments: argparse.Namespace) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(stores, "check", interrupted)
    assert main(["check", str(town)]) == 130
    assert "已停止" in capsys.readouterr().err


def test_reader_of_the_pipe_leaves(town: Path) -> None:
    """A pipe that is closed early is no error to talk about."""
    with subprocess.Popen(
        [*WANGGE, "rules", str(town)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        said = process.stderr.read()
        assert process.wait(timeout=60) == 141
    assert not said


def test_json_is_utf8_in_any_locale(town: Path) -> None:
    """What a program reads is one UTF-8 document, whatever the locale; stderr has nothing of it."""
    done = subprocess.run(
        [*WANGGE, "coverage", str(town), "--by", "town", "--as-of", "2024-06-30", "--format", "json"],
        capture_output=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "gbk"},
    )
    assert json.loads(done.stdout.decode("utf-8"))["rows"][0]["name"] == "虎门镇"


@pytest.mark.parametrize("command", ["coverage", "hazards"])
def test_figures_load_no_service(command: str, town: Path) -> None:
    """Figures as JSON load neither the web service, Folium, SQLAlchemy nor Excel."""
    program = (
        "import sys; from api.cli import main; code = main(sys.argv[1:]);"
        "print([m for m in ('fastapi', 'folium', 'sqlalchemy', 'xlsxwriter', 'rich', 'pydantic', 'uvicorn')"
        " if m in sys.modules], file=sys.stderr); sys.exit(code)"
    )
    arguments = [command, str(town), "--by", "town", "--as-of", "2024-06-30", "--format", "json"]
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"
