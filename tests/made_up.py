"""Made-up towns for tests that are not about making them: each is made once a process, and stored once."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from geodata.store import create_store
from geodata.synthetic import MadeTown, make_town


def made_town(size: str = "village", seed: int = 1) -> MadeTown:
    """Give a made-up town; its frames are the caller's own to change."""
    made = _made(size, seed)
    return replace(made, frames={name: frame.copy(deep=False) for name, frame in made.frames.items()})


def village_store(path: Path) -> Path:
    """Put a store of the village at a path, for the caller to write to, and give the path."""
    path.write_bytes(_stored())
    return path


@cache
def _made(size: str, seed: int) -> MadeTown:
    return make_town(size, seed)


@cache
def _stored() -> bytes:
    made = made_town()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "village.gpkg"
        with create_store(path, made.town) as store:
            store.write_many(made.frames, actor="t", action="demo", source="t")
        return path.read_bytes()
