"""`wangge checklists`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.api.cli.conftest import Said

OWN = '[[checklist]]\nid = "own"\nname = "本镇"\nitems = ["门口畅通"]\n'


def test_shown_replaced_refused(tmp_path: Path, wangge: Callable[..., Said]) -> None:
    """A new town has lists of its industries; a file replaces them; a wrong one changes nothing."""
    store, file = tmp_path / "t.gpkg", tmp_path / "own.toml"
    assert wangge("init", store, "--name", "测试镇", "--code", "441900121").code == 0
    first = wangge("checklists", store, "--format", "json").document["checklists"]
    assert len(first) > 10
    assert wangge("checklists", store, "--text").out.startswith("# 现场检查表")
    assert "气瓶间通风" in wangge("checklists", store).out
    file.write_text(OWN, encoding="utf-8")
    assert wangge("checklists", store, "--load", file).code == 0
    file.write_text(OWN.replace("items", "item"), encoding="utf-8")
    refused = wangge("checklists", store, "--load", file)
    assert (refused.code, "是不是 items" in refused.err) == (1, True)
    (own,) = wangge("checklists", store, "--format", "json").document["checklists"]
    assert own["items"][0]["text"] == "门口畅通"
    assert wangge("check", store).code == 0
