"""Heads of the audit's chain in a text file kept elsewhere: a line each, appended daily, held against the store later.

A line is `division code, number, moment (UTC), hash`, with blanks between; lines that begin with `#` say nothing. A
backup's manifest carries the head of its store too, and may stand in the place of such a file.
"""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path

from geodata.errors import FileProblem
from geodata.store.backup import read_manifest
from geodata.store.chain import Head

_LINE = re.compile(r"(\d{6,15}) (\d{1,18}) (\d{4}-\d\d-\d\dT[\d:.]{5,15}Z) ([0-9a-f]{64})", re.ASCII)
_LARGEST = 1 << 26


def line_of(head: Head) -> str:
    """Give a head as a line of the file, without its end."""
    return f"{head.code} {head.number} {head.at} {head.hash}"


def read_heads(file: Path, code: str) -> list[Head]:
    """Read the heads of a file that was exported, or of a backup.

    Raises
    ------
    FileProblem
        The file can't be read, is no text, too large, holds no head; a line is none, or of another town than that of
        the division code. StoreProblem for a damaged backup.
    """
    heads = _heads(file, code, backup=zipfile.is_zipfile(file))
    if not heads:
        raise FileProblem(f"{file} 里没有导出的审计链头。请检查文件。")
    return heads


def read_kept(file: Path, code: str) -> list[Head]:
    """Read the heads of a text that grows: none where it is not there yet, is empty or has lines of `#` alone.

    Raises FileProblem as `read_heads` does, and for a backup too: it has an end of its own.
    """
    return _heads(file, code, backup=False) if file.exists() else []


def _heads(file: Path, code: str, *, backup: bool) -> list[Head]:
    try:
        text = _text_of_backup(file) if backup else _text(file)
    except OSError as problem:
        raise FileProblem(f"读不了 {file}：{problem.strerror}。请检查路径和权限。") from problem
    given = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    return [_head(line, code, f"{file} 第 {number} 行") for number, line in given if line and line[0] != "#"]


def _text_of_backup(file: Path) -> str:
    made = read_manifest(file)
    if made.head is None:
        raise FileProblem(f"{file} 是旧版本做的备份，里面没有审计链头。请换一份新的备份或导出的文件。")
    return f"{made.code} {made.audit} {made.head_at} {made.head}"


def _text(file: Path) -> str:
    if file.stat().st_size > _LARGEST:
        raise FileProblem(f"{file} 太大，不像是导出的审计链头。请检查文件。")
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        raise FileProblem(f"{file} 不是文本文件（第 {problem.start + 1} 个字节）。请检查文件。") from problem


def append_head(file: Path, head: Head) -> bool:
    """Append a head to a file, made when it isn't there, and wait for the disk; give whether it wasn't there yet."""
    if read_kept(file, head.code)[-1:] == [head]:
        return False
    with file.open("a+b") as out:
        out.seek(0, os.SEEK_END)
        if out.tell():
            out.seek(-1, os.SEEK_END)
            if out.read(1) != b"\n":  # somebody's editor left the last line open
                out.write(b"\n")
        out.write(f"{line_of(head)}\n".encode())
        out.flush()
        os.fsync(out.fileno())
    return True


def _head(line: str, code: str, where: str) -> Head:
    found = _LINE.fullmatch(line)
    if not found:
        raise FileProblem(f"{where}不是导出的审计链头。请用 wangge check --head 导出的文件，不要改动里面的内容。")
    if found[1] != code:
        raise FileProblem(f"{where}是区划代码 {found[1]} 的审计链头，这个数据库是 {code} 的。请换成本镇街的文件。")
    return Head(found[1], int(found[2]), found[3], found[4])
