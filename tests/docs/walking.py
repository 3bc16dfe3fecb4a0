"""The walks of the documents, run word for word: every `$` line of a console block, in order, in one empty folder.

Lines of a console block that do not start with `$` are what the reader is told to see: each must stand in what the
command printed (blanks folded; a line `…` stands for what is left out). The only change made to a command is the path
of the real files. The first command and those of a shell run as they would for a reader; the other commands of
`wangge`, processes of their own too, share the loaded libraries (`tests.docs.forked`).
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PLAIN = re.compile(r"wangge [^|&;<>$`(){}~?\n]*")
"""A command for which nothing but `wangge` is asked of the shell."""
BLOCK = re.compile(r"^```console\n(.*?)^```", re.M | re.S)


@dataclass
class Step:
    """One command of a walk and the lines it promises to print."""

    command: str
    promised: list[str] = field(default_factory=list)


def steps_of(document: Path) -> Iterator[Step]:
    """Give the commands of a document's console blocks, in order; a trailing backslash joins lines."""
    for block in BLOCK.findall(document.read_text(encoding="utf-8")):
        step: Step | None = None
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("$ "):
                if step:
                    yield step
                step = Step(line[2:])
            elif step and line.strip() not in ("", "…"):
                step.promised.append(line)
        if step:
            yield step


def folded(text: str) -> str:
    """Fold blanks, so that a table's padding does not matter."""
    return re.sub(r"\s+", " ", text).strip()


def serves(command: str, folder: Path, env: dict[str, str]) -> str:
    """Start a command that serves until stopped; open the page at the address it prints; stop it; give what it said."""
    process = subprocess.Popen(
        shlex.split(command), cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout
    said = ""
    try:
        for line in process.stdout:
            said += line
            if address := re.search(r"http://127\.0\.0\.1:\d+", line):
                with urllib.request.urlopen(address.group(), timeout=60) as page:
                    assert page.status == 200
                break
    finally:
        process.terminate()
        said += process.communicate(timeout=30)[0]
    assert "http://127.0.0.1:" in said, said
    return said


@contextmanager
def forking(folder: Path, env: dict[str, str]) -> Iterator[Callable[[list[str]], str]]:
    """Give `wangge` as a function of its words: each call is a process forked from one that has the libraries."""
    command = [sys.executable, "-m", "tests.docs.forked"]
    printed = folder.with_name(f"{folder.name}.printed")
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:

        def wangge(words: list[str]) -> str:
            assert program.stdin
            assert program.stdout
            program.stdin.write(json.dumps([words, str(folder), str(printed)]) + "\n")
            program.stdin.flush()
            code = program.stdout.readline().strip()
            said = printed.read_text(encoding="utf-8")
            assert code == "0", f"$ wangge {shlex.join(words)}\n{code}\n{said}"
            return said

        yield wangge


def spread(words: list[str], folder: Path) -> list[str]:
    """Give words as a shell would: a pattern becomes the files that it fits, in order."""
    found = [sorted(folder.glob(word)) if "*" in word else word for word in words]
    return [each for one in found for each in ([one] if isinstance(one, str) else [str(path) for path in one])]


def in_shell(command: str, folder: Path, env: dict[str, str]) -> str:
    """Run one command as a person at a shell would; give all that it printed."""
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, f"$ {command}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def walk(document: Path, folder: Path, real_files: Path | None = None) -> None:
    """Run every step of a document; each must succeed and print what the document promises."""
    env = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "160",
        "PYTHONUNBUFFERED": "1",
        "WANGGE_PORT": "0",
    }
    if real_files:
        (folder / "shared").symlink_to(real_files.parent)
    steps = list(steps_of(document))
    assert steps, f"no walk in {document}"
    with forking(folder, env) as wangge:
        for number, step in enumerate(steps):
            command = step.command.replace("../shared/data", "shared/data").replace("docs/", f"{CHECKOUT}/docs/")
            if command.startswith("wangge serve"):
                said = serves(command, folder, env)
            elif number and PLAIN.fullmatch(command):
                said = wangge(spread(shlex.split(command)[1:], folder))
            else:
                said = in_shell(command, folder, env)
            printed = re.sub(r"(127\.0\.0\.1):\d+", r"\1:8000", folded(said))  # the port is a free one
            for line in step.promised:
                assert folded(line) in printed, f"$ {command}\npromised: {line}\nprinted: {printed}"
