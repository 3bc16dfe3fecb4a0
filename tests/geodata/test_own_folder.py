"""Folders of a process's own: gone at the end, and when the process was killed, at the next one's beginning."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from geodata.own_folder import OwnFolder

OTHER = "import sys\nfrom geodata.own_folder import OwnFolder\nmade = OwnFolder('own-')\nprint(made.path, flush=True)\n"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let temporary folders be made in an empty one."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def another() -> tuple[subprocess.Popen[str], Path]:
    """Give a process that made a folder, with a file in it, and lives until its input ends."""
    words = [sys.executable, "-c", f"{OTHER}sys.stdin.read()"]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    path = Path(process.stdout.readline().strip())
    (path / "file").touch()
    return process, path


def test_it_goes_with_its_owner(temporary: Path) -> None:
    """Closed, let go of, or the process ended: nothing is left of it."""
    made = OwnFolder("own-")
    (made.path / "file").touch()
    assert made.path.stat().st_mode & 0o777 == 0o700
    made.close()
    made.close()
    assert list(temporary.iterdir()) == []
    OwnFolder("own-")
    assert list(temporary.iterdir()) == []
    process, path = another()
    assert path.is_dir()
    process.communicate()
    assert list(temporary.iterdir()) == []


def test_a_killed_process_leaves_it_to_the_next(temporary: Path) -> None:
    """The next one of the kind takes it away; those of processes that live stay, and what is of another kind too."""
    other_kind = temporary / "others-1"
    other_kind.mkdir()
    (temporary / "others-1.alive").touch()
    killed, left = another()
    living, kept = another()
    killed.kill()
    killed.communicate()
    assert left.is_dir()
    first, second = OwnFolder("own-"), OwnFolder("own-")
    assert not left.exists()
    assert (kept / "file").is_file()
    assert first.path.is_dir()
    living.communicate()
    first.close()
    second.close()
    assert {path.name for path in temporary.iterdir()} == {"others-1", "others-1.alive"}


def test_a_link_is_not_followed(temporary: Path) -> None:
    """Among the temporary folders of all users a name may lead elsewhere: nothing there is touched."""
    (temporary / "mine").mkdir()
    (temporary / "own-x").symlink_to(temporary / "mine")
    (temporary / "own-x.alive").touch()
    OwnFolder("own-").close()
    assert (temporary / "mine").is_dir()
