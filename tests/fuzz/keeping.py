"""Where findings are kept, so that they outlive the run."""

from __future__ import annotations

from pathlib import Path

FOUND = Path(__file__).resolve().parents[2] / "build" / "fuzz"


def keep(name: str, told: str) -> None:
    """Keep what was found, as text."""
    FOUND.mkdir(parents=True, exist_ok=True)
    (FOUND / f"{name}.txt").write_text(told, encoding="utf-8", errors="backslashreplace")
