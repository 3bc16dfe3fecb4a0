"""`wangge init`, `rules`, `check`."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from argparse import Namespace
from pathlib import Path
from unittest.mock import patch

import geopandas as gpd
import pytest
import shapely

from api.cli import main
from api.cli.backing import copy
from geodata.accounts.book import Accounts
from geodata.accounts.door import accounts_path
from geodata.accounts.model import User
from geodata.store import open_store

RULES = """
[[rule]]
id = "gas"
name = "燃气每月检查"
applies = { industry = ["燃气"], min_headcount = 5 }
by = ["department"]
times = 2
every = "month"
verified = true
source = "办公室"

[[rule]]
id = "spring"
window = ["2024-02-10", "2024-03-10"]
"""


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Give an empty town."""
    store = tmp_path / "town.gpkg"
    assert main(["init", str(store), "--name", "虎门镇", "--code", "441900121"]) == 0
    said = capsys.readouterr()
    assert "虎门镇" in said.err
    return store


def test_init(town: Path) -> None:
    """A new store has its name, code, level and time zone."""
    with open_store(town) as store:
        assert (store.town.name, store.town.code, str(store.town.level)) == ("虎门镇", "441900121", "town")
        assert (store.town.timezone, store.town.synthetic) == ("Asia/Shanghai", False)


def test_init_never_overwrites(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A store that is there already is never written over."""
    before = town.read_bytes()
    assert main(["init", str(town), "--name", "别的镇", "--code", "441900122"]) == 1
    assert town.name in capsys.readouterr().err
    assert town.read_bytes() == before


def test_default_rules(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A new town has default rules, each with its source."""
    assert main(["rules", str(town), "--format", "json"]) == 0
    rules = json.loads(capsys.readouterr().out)["rules"]
    assert len(rules) > 3
    assert all(rule["source"] for rule in rules)


def test_rules_are_replaced(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--load replaces the rules; they are shown with the keys of the file."""
    file = tmp_path / "rules.toml"
    file.write_text(RULES, encoding="utf-8-sig")
    assert main(["rules", str(town), "--load", str(file), "--format", "json"]) == 0
    gas, spring = json.loads(capsys.readouterr().out)["rules"]
    assert gas["applies"] == {"industry": ["燃气"], "min_headcount": 5}
    assert (gas["times"], gas["every"], gas["verified"], gas["by"]) == (2, "month", True, ["department"])
    assert spring["window"] == ["2024-02-10", "2024-03-10"]
    assert "every" not in spring
    assert main(["rules", str(town)]) == 0
    shown = capsys.readouterr().out
    assert "燃气每月检查" in shown
    assert "2024-02-10至2024-03-10期间" in shown


def test_wrong_rules_change_nothing(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rules with a mistake are refused by file, rule and key, and the old ones stay."""
    assert main(["rules", str(town), "--format", "json"]) == 0
    before = capsys.readouterr().out
    file = tmp_path / "rules.toml"
    file.write_text(RULES.replace('every = "month"', 'every = "fortnight"'), encoding="utf-8")
    assert main(["rules", str(town), "--load", str(file)]) == 1
    said = capsys.readouterr().err
    for text in ("rules.toml", "gas", "every", "fortnight", "month"):
        assert text in said
    assert main(["rules", str(town), "--format", "json"]) == 0
    assert capsys.readouterr().out == before


@pytest.mark.parametrize(("content", "said"), [(None, "读不了"), ("规则".encode("gbk"), "不是 UTF-8")])
def test_rules_file_that_cannot_be_read(
    content: bytes | None, said: str, town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rules file that is missing or in another encoding is refused in one sentence."""
    file = tmp_path / "rules.toml"
    if content is not None:
        file.write_bytes(content)
    assert main(["rules", str(town), "--load", str(file)]) == 1
    assert said in capsys.readouterr().err


def test_sound_store(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sound store is said to be sound, exit code 0."""
    assert main(["check", str(town)]) == 0
    assert "完好" in capsys.readouterr().out
    assert main(["check", str(town), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []


def test_an_area_drawn_wrongly(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An area that crosses itself, as somebody drew it in QGIS, is a finding; a backup can be made all the same."""
    tie = shapely.Polygon([(113.6, 22.7), (113.7, 22.8), (113.7, 22.7), (113.6, 22.8)])
    frame = gpd.GeoDataFrame({"code": ["A"], "level": ["community"]}, geometry=[tie], crs=4326)
    with open_store(town, write=True) as store:
        store.write("areas", frame, actor="t", action="t", source="t")
    assert main(["check", str(town)]) == 1
    assert "community/A（自相交的多边形" in capsys.readouterr().out
    assert main(["backup", str(town), str(town.with_suffix(".zip"))]) == 0


def test_store_that_was_tampered_with(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings are printed one a line, exit code 1."""
    with sqlite3.connect(town) as connection:
        connection.execute("UPDATE gpkg_contents SET srs_id = 4490 WHERE table_name = 'places'")
    assert main(["check", str(town), "--format", "json"]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert findings
    assert main(["check", str(town)]) == 1
    assert capsys.readouterr().out.splitlines() == findings


def test_accounts_that_were_tampered_with(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was done to accounts is checked with the store: a row that somebody edited is found."""
    accounts = Accounts(town)
    accounts.add(User("wang", "王五", "clerk"), "t")
    accounts.close()
    assert main(["check", str(town)]) == 0
    with sqlite3.connect(accounts_path(town)) as connection:
        connection.execute("UPDATE changes SET actor = 'x'")
    capsys.readouterr()
    assert main(["check", str(town)]) == 1
    assert "账号变动记录第 1 条" in capsys.readouterr().out


def test_heads_of_the_audit(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The head is shown, appended once, held against the store; after an edit nothing is exported any more."""
    kept = tmp_path / "链头.txt"
    assert main(["check", str(town), "--head"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert main(["check", str(town), "--head", "--format", "json"]) == 0
    assert list(json.loads(capsys.readouterr().out).values()) == [
        line.split()[0],
        int(line.split()[1]),
        *line.split()[2:],
    ]
    for said in ("已加在", "末尾已经是它"):
        assert main(["check", str(town), "--head", str(kept)]) == 0
        assert said in capsys.readouterr().err
    assert kept.read_text(encoding="utf-8") == f"{line}\n"
    assert main(["check", str(town), "--against", str(kept)]) == 0
    with sqlite3.connect(town) as connection:
        connection.execute(
            "UPDATE wangge_audit SET hash = ?, actor = '别人' WHERE id = ?", ("ab" * 32, line.split()[1])
        )
    assert main(["check", str(town), "--against", str(kept)]) == 1
    assert f"链头不在现在的审计链上：编号 {line.split()[1]}（" in capsys.readouterr().out
    assert main(["check", str(town), "--head", str(kept)]) == 1
    captured = capsys.readouterr()
    assert "，别人）与审计链对不上" in captured.out
    assert "没有导出" in captured.err
    assert kept.read_text(encoding="utf-8") == f"{line}\n"


@pytest.mark.parametrize(
    "words", ["--head --areas", "--against x --areas", "--head --format csv", "--head --out x.csv"]
)
def test_heads_with_what_does_not_go_with_them(words: str, town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Areas and tables are another question: wrong usage."""
    assert main(["check", str(town), *words.split()]) == 2
    assert "--" in capsys.readouterr().err


def test_a_head_is_not_written_into_a_backup(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It stays as it is; with what to do. A text with nothing but `#` lines is written to."""
    backup, kept = tmp_path / "备份.zip", tmp_path / "链头.txt"
    with zipfile.ZipFile(backup, "w") as archive:
        archive.writestr("manifest.json", "{}")
    content = backup.read_bytes()
    assert main(["check", str(town), "--head", str(backup)]) == 2
    assert "--against" in capsys.readouterr().err
    assert backup.read_bytes() == content
    kept.write_text("# 虎门镇\n", encoding="utf-8")
    assert main(["check", str(town), "--head", str(kept)]) == 0
    assert len(kept.read_text(encoding="utf-8").splitlines()) == 2


def test_rules_from_a_day(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--from keeps the old rules for the days before; --as-of shows those of a day; both are told."""
    file = tmp_path / "rules.toml"
    file.write_text(RULES, encoding="utf-8")
    load = ["rules", str(town), "--load", str(file), "--from", "2024-06-01", "--reason", "六月会议"]
    assert main([*load, "--format", "json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["versions"] == [
        {"from": None, "reason": ""},
        {"from": "2024-06-01", "reason": "六月会议"},
    ]
    assert "从 2024-06-01 起换成" in captured.err
    assert main(["rules", str(town), "--as-of", "2024-05-31", "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["rules"]) == 9
    assert main(["rules", str(town), "--as-of", "2024-06-01", "--format", "json"]) == 0
    captured = capsys.readouterr()
    assert {rule["id"]: rule["from"] for rule in json.loads(captured.out)["rules"]}["gas"] == "2024-06-01"
    assert "从 2024-06-01 起（六月会议）" in captured.err
    assert main(["rules", str(town), "--load", str(file)]) == 0
    assert "不再使用：2024-06-01 起的规则" in capsys.readouterr().err
    with open_store(town) as store:
        assert [each.since for each in store.rule_texts()] == [None]


def test_from_without_a_file(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A day or a reason without a file is wrong usage."""
    assert main(["rules", str(town), "--from", "2024-06-01"]) == 2
    assert "--load" in capsys.readouterr().err


def test_backup_and_restore(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Into a folder by the moment's name, the newest kept; back into a new store, over an old one only when asked."""
    folder = tmp_path / "备份"
    assert main(["backup", str(town), str(folder), "--keep", "1"]) == 2
    assert f"mkdir {folder}" in capsys.readouterr().err
    folder.mkdir()
    (folder / "town-20200101-000000.zip").write_bytes(b"old")
    assert main(["backup", str(town), str(folder), "--keep", "1"]) == 0
    (file,) = folder.iterdir()
    assert "虎门镇（441900121）" in (said := capsys.readouterr().err)
    assert "删去了 1 份旧的" in said
    new = tmp_path / "new.gpkg"
    assert main(["restore", str(file), str(new), "--dry-run"]) == 0
    assert not new.exists()
    assert main(["restore", str(file), str(new)]) == 0
    assert main(["check", str(new)]) == 0
    assert main(["restore", str(file), str(new)]) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert main(["restore", str(file), str(new), "--overwrite"]) == 0
    assert len(list(tmp_path.glob("new-恢复前-*.zip"))) == 1


def test_a_copy_that_breaks_off(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Once the town stands and its photos don't, `check` says so until it is copied anew; before it nothing stays."""
    there, note = tmp_path / "there.gpkg", tmp_path / "there.copying"
    with patch("geodata.store.copying.copy_town", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        copy(Namespace(store=town, target=there, overwrite=False))
    assert not note.exists()
    killed = patch("geodata.store.backup_files.copy_photos", side_effect=KeyboardInterrupt)
    with killed, pytest.raises(KeyboardInterrupt):
        copy(Namespace(store=town, target=there, overwrite=False))
    assert note.read_text(encoding="utf-8") == str(town)
    assert main(["check", str(there)]) == 1
    assert "复制没有做完" in capsys.readouterr().out
    assert main(["copy", str(town), str(there)]) == 1
    assert note.exists()
    assert main(["copy", str(town), str(there), "--overwrite"]) == 0
    assert not note.exists()
    assert main(["check", str(there)]) == 0


def test_backups_that_cannot_be(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that is not there, --keep with a file, a backup that is none: each is said, and what to do."""
    assert main(["backup", str(town), str(tmp_path / "no" / "b.zip")]) == 1
    assert "文件夹不存在" in capsys.readouterr().err
    assert main(["backup", str(town), str(tmp_path / "b.zip"), "--keep", "3"]) == 2
    assert "要写文件夹" in capsys.readouterr().err
    assert main(["restore", str(tmp_path / "b.zip"), str(tmp_path / "new.gpkg")]) == 1
    (tmp_path / "b.zip").write_bytes(b"PK")
    assert main(["restore", str(tmp_path / "b.zip"), str(tmp_path / "new.gpkg")]) == 1
    assert "不是完好的备份" in capsys.readouterr().err
