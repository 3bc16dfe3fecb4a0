"""The service's log as lines of JSON, for a program to read. No line holds a value from a request, a file or the town.

So a message is told without its arguments and an error without its text: both may quote what somebody posted.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from typing import Any, TextIO

REQUESTS = logging.getLogger("wangge.requests")
CHAIN = 5
"""So many errors that caused one another are told."""

TOLD = "wangge_told"
"""Marks an error that the line of its request tells already: the server tells each one again."""


class JsonLines(logging.Formatter):
    """One object a line: time, level, logger, event, what came with it (`said`) and the error."""

    def format(self, record: logging.LogRecord) -> str:
        """Give a record as one line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": str(record.msg).partition("\n")[0],
            **getattr(record, "said", {}),
        }
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line["error"] = error_told(error)
        return json.dumps(line, ensure_ascii=False)


def error_told(error: BaseException) -> list[dict[str, Any]]:
    """Give an error and what caused it: the kind of each and where it passed, without its text and local values."""
    told: list[dict[str, Any]] = []
    each: BaseException | None = error
    while each is not None and len(told) < CHAIN:
        kind = type(each)
        passed = [
            f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}"
            for frame in extract_tb(each.__traceback__)
        ]
        told.append({"type": f"{kind.__module__}.{kind.__qualname__}", "passed": passed})
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return told


def log_as_json(stream: TextIO | None = None) -> None:
    """Make every log of this process lines of JSON on stderr: requests, and what any library warns of."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(lambda record: not (record.exc_info and getattr(record.exc_info[1], TOLD, False)))
    logging.captureWarnings(capture=True)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):  # which the server sets up for itself elsewhere
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.getLogger("wangge").setLevel(logging.INFO)
