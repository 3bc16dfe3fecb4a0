"""Heads of the chain in a file: appended once each, read back, refused when they are no heads or another town's."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from geodata.errors import FileProblem, StoreProblem
from geodata.store import Store
from geodata.store.backup import MANIFEST, back_up
from geodata.store.chain import Head
from geodata.store.heads import append_head, line_of, read_heads, read_kept

CODE = "441900121"
HEAD = Head(CODE, 7, "2024-06-30T01:00:00.000Z", "0123456789abcdef" * 4)
NEXT = replace(HEAD, number=9, hash="ab" * 32)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Say where heads are kept."""
    return tmp_path / "链头.txt"


def test_heads_come_back(file: Path) -> None:
    """Each is a line; the same one twice in a row is written once; an open last line is closed first."""
    assert append_head(file, HEAD)
    assert not append_head(file, HEAD)
    file.write_text("# 虎门镇\n\n" + file.read_text(encoding="utf-8").rstrip(), encoding="utf-8")
    assert append_head(file, NEXT)
    assert read_heads(file, CODE) == [HEAD, NEXT]
    assert file.read_text(encoding="utf-8").endswith(f"\n{line_of(NEXT)}\n")


def test_an_editor_of_windows_changes_nothing(file: Path) -> None:
    """A byte order mark and Windows's ends of lines are read."""
    file.write_bytes(f"\ufeff{line_of(HEAD)}\r\n".encode())
    assert read_heads(file, CODE) == [HEAD]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "没有导出的审计链头"),
        (b"# x\n", "没有导出的审计链头"),
        (b"441900121 7 2024 abc\n", "第 1 行不是导出的审计链头"),
        (f"{line_of(HEAD)}\n\n{line_of(HEAD)[:-1]}".encode(), "第 3 行不是"),
        (line_of(replace(HEAD, code="441900122")).encode(), "第 1 行是区划代码 441900122 的"),
        ("\u0664 ".encode("utf-16"), "不是文本文件"),
        (f"{line_of(HEAD)} {line_of(HEAD)}".encode(), "第 1 行不是"),
    ],
)
def test_a_file_that_holds_no_heads_is_refused(content: bytes, said: str, file: Path) -> None:
    """With the line, and what to do; nothing is appended to it."""
    file.write_bytes(content)
    with pytest.raises(FileProblem, match=said):
        read_heads(file, CODE)
    if content and not content.startswith(b"#"):
        with pytest.raises(FileProblem, match=said):
            append_head(file, HEAD)
        assert file.read_bytes() == content


def test_lines_of_words_alone_say_nothing(file: Path) -> None:
    """Heads are appended below them."""
    assert read_kept(file, CODE) == []
    file.write_text("# 虎门镇\n", encoding="utf-8")
    assert read_kept(file, CODE) == []
    assert append_head(file, HEAD)
    assert read_kept(file, CODE) == [HEAD]


def test_nothing_is_appended_to_a_backup(store: Store, path: Path, file: Path) -> None:
    """Though the head in it can be read."""
    back_up(path, file)
    content, head = file.read_bytes(), store.head()
    assert head
    with pytest.raises(FileProblem, match="不是"):
        append_head(file, head)
    assert file.read_bytes() == content


def test_a_file_that_is_not_there_is_told(file: Path) -> None:
    """The file is named."""
    with pytest.raises(FileProblem, match="读不了"):
        read_heads(file, CODE)


def test_a_backup_is_read_by_its_manifest(store: Store, path: Path, tmp_path: Path) -> None:
    """It stands for the head of its store; one of before there was a chain, or with another's words, is refused."""
    file = tmp_path / "b.zip"
    back_up(path, file)
    (head,) = read_heads(file, CODE)
    assert head == store.head()
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read(MANIFEST))
    for change, problem in (
        ({"head": None}, "旧版本做的备份"),
        ({"head_at": [3]}, "不是导出的审计链头"),
        ({"format": 9}, "不是网格的备份"),
    ):
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(MANIFEST, json.dumps(manifest | change))
        with pytest.raises((FileProblem, StoreProblem), match=problem):
            read_heads(file, CODE)
