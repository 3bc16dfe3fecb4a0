"""The walks of the documents, run word for word: every `$` line of a console block, in order, in one empty folder.

Lines of a console block that do not start with `$` are what the reader is told to see: each must stand in what the
command printed (blanks folded; a line `…` stands for what is left out). The only change made to a command is the path
of the real files.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
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


def run(step: Step, folder: Path, env: dict[str, str]) -> str:
    """Run one command as a person at a shell would; give all that it printed."""
    if step.command.startswith("wangge serve"):
        return serves(step.command, folder, env)
    done = subprocess.run(
        ["bash", "-c", step.command], cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, f"$ {step.command}\n{done.stdout}\n{done.stderr}"
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
    for step in steps:
        step.command = step.command.replace("../shared/data", "shared/data").replace("docs/", f"{CHECKOUT}/docs/")
        printed = re.sub(r"(127\.0\.0\.1):\d+", r"\1:8000", folded(run(step, folder, env)))  # the port is a free one
        for line in step.promised:
            assert folded(line) in printed, f"$ {step.command}\npromised: {line}\nprinted: {printed}"
