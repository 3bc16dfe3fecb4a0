"""Jobs of the town of payloads: a file that was looked at, one that was checked, one that failed; all say payloads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from api.jobs.folder import ERR, OUT, Places
from geodata.store.jobs import JobBook
from tests.browser.payloads import PAYLOADS

UPLOAD = "ab" * 32


def make_payload_jobs(store: Path) -> None:
    """Note the jobs, and write what they gave."""
    places = Places(store, store.with_suffix(".backups"))
    places.backups.mkdir()
    (places.backups / "<b class=x-mark>.zip").write_bytes(b"")
    datum = {"system": PAYLOADS[2], "how": "estimated", "evidence": PAYLOADS[3]}
    way = {"system": PAYLOADS[12], "swapped": False, "notation": "decimal", "belief": 0.5}
    spots = [[113.7, 22.8], [113.71, 22.81]]
    ways = [{**way, "title": word, "figures": {word: word}, "positions": spots} for word in PAYLOADS[:2]]
    seen = {
        "file": PAYLOADS[0], "table": "places", "rows": 50, "encoding": PAYLOADS[1], "headers": PAYLOADS,
        "unknown": PAYLOADS, "columns": {"name": PAYLOADS[4]}, "datum": datum, "asks": "", "warnings": PAYLOADS,
        "ways": ways,
    }  # fmt: skip
    faults = [{"row": at, "column": word, "value": word, "problem": word} for at, word in enumerate(PAYLOADS)]
    counts = dict.fromkeys(("rows_read", "inserted", "updated", "unchanged"), 1)
    report = {
        "table": "places", "file": PAYLOADS[5], **counts, "rejected": faults, "warnings": PAYLOADS, "datum": datum,
        "repaired": [{"row": 1, "what": word} for word in PAYLOADS], "encoding": PAYLOADS[6], "dry_run": True,
        "import_id": 1, "unsure": [{"row": 1, "name": word} for word in PAYLOADS],
        "ambiguous": [{"row": 1, "address": word, "entries": [word]} for word in PAYLOADS],
        "added": [{"id": word, "name": word} for word in PAYLOADS], "located": 0,
        "matched": [{"row": 1, "name": word, "place": {"place_id": word, "place_name": word, "confidence": 1}}
                    for word in PAYLOADS],
        "changed": [{"row": word, "field": word, "from": word, "to": None} for word in PAYLOADS],
    }  # fmt: skip
    facts = {"rejected": 50, "unsure": 50, "ambiguous": 50}
    asked = {"kind": "import", "uploads": [UPLOAD], "table": "places", "layer": PAYLOADS[7], "dry_run": True}
    book = JobBook(store)
    note(book, places, "examine", {**asked, "kind": "examine"}, seen, {})
    note(book, places, "import", asked, report, facts)
    note(book, places, "import", {**asked, "dry_run": False}, {**report, "dry_run": False}, facts)
    failed = book.add("backup", PAYLOADS[8], {"kind": "backup"}, writes=False)
    book.end(failed.id, "failed", PAYLOADS[9])
    book.close()


def note(book: JobBook, places: Places, kind: str, asked: dict[str, Any], result: Any, facts: dict[str, int]) -> None:
    """Note one job that is done."""
    job = book.add(kind, PAYLOADS[10], asked, writes=False)
    folder = places.folder(job.id)
    folder.make()
    (folder.path / OUT).write_text(json.dumps(result))
    (folder.path / ERR).write_text("\n".join(PAYLOADS))
    (folder.files_path / "<b class=x-mark>.csv").write_bytes(b"")
    book.end(job.id, "done", PAYLOADS[11], facts)
