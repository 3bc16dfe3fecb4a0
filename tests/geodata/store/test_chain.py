"""The audit's chain: its form is fixed, and every way of writing lengthens it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import pandas as pd

from geodata.model import Town
from geodata.store import Store
from geodata.store.backup import back_up, restore
from geodata.store.chain import FIELDS, beginning, link
from geodata.store.posting import Together, row_of
from geodata.tables import TABLES

TOWN = Town("虎门镇", "441900121")
COLUMNS = ", ".join(f'"{name}"' for name in (*FIELDS, "hash"))


def test_the_form_is_fixed() -> None:
    """The hashes of a made-up chain, as the docstring says and as they must stay in every later version."""
    start = beginning("441900121")
    assert start == hashlib.sha256(b'["wangge_audit","441900121"]').hexdigest()
    fields = [1, "2024-01-01T00:00:00.000Z", "文员", "init", "areas", '"\\\n', 1, 0, 0, "{}"]
    text = f'["{start}",1,"2024-01-01T00:00:00.000Z","文员","init","areas","\\"\\\\\\n",1,0,0,"{{}}"]'
    assert link(start, fields) == hashlib.sha256(text.encode()).hexdigest()
    assert link(start, fields) == "49669d6d741c32c844d145f9752365431c0876abed625ba65b34bf5dc84f7631"


def test_the_chain_by_hand(store: Store) -> None:
    """Each row's hash is what anybody makes of the docstring."""
    frame = pd.DataFrame({"id": ["a"], "name": ["“甲”厂\n\u2028\x7f"]}, dtype="str")
    for _ in range(2):
        store.write("places", frame.assign(name=frame["name"] + "二"), actor="文员", action="import", source="表")
        store.write("places", frame, actor="文员", action="import", source="表")
    previous = hashlib.sha256(json.dumps(["wangge_audit", TOWN.code], separators=(",", ":")).encode()).hexdigest()
    for *fields, digest in store._connection.execute(f"SELECT {COLUMNS} FROM wangge_audit ORDER BY id"):
        text = json.dumps([previous, *fields], ensure_ascii=False, separators=(",", ":"))
        previous = hashlib.sha256(text.encode()).hexdigest()
        assert digest == previous


def test_every_way_of_writing_lengthens_it(store: Store, path: Path, made: SimpleNamespace, tmp_path: Path) -> None:
    """Imports, posts of which one fails, undoing, rules, freezing, a restore: the chain is whole after each."""
    who = {"actor": "文员", "source": "表"}
    imported = store.import_rows({"places": made.places()}, **who)["places"][1]
    rows = [row_of(TABLES["inspections"], {"id": each, "by": "inspector"}) for each in ("I1", "I1", "I2")]
    store.post([Together((row,)) for row in rows], **who, tell=lambda _: None)
    assert imported is not None
    store.undo(imported, actor="文员")
    store.write_rules(store.rules_text() + "\n", **who)
    store.freeze_report("quarterly", "2024Q2", b"{}", "文员")
    assert store.check() == []
    back_up(path, tmp_path / "b.zip")
    store.write("places", made.places(), **who, action="import", keep="nothing")
    store.write("places", made.places(), **who, action="import")
    head = store.head()
    restore(tmp_path / "b.zip", path, overwrite=True)
    assert store.check() == []
    assert head is not None
    lost, why = store.check([head])
    assert f"编号 {head.number}（" in lost
    assert "恢复过备份" in why
