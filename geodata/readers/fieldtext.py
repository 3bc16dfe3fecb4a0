"""Texts of a map file: which encoding their bytes are in, decided as for a CSV."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geodata.errors import FileProblem
from geodata.gdal_child import BYTEWISE
from geodata.readers.raw import shown
from geodata.readers.text import GUESSES

_NAMES = {"gb18030": "gbk", "gb2312": "gbk"}
_SAYS_NOTHING = frozenset({"iso8859-1", "cp1252", "latin-1", "ascii"})
"""What programs write into a .cpg by default; every byte fits, so it decides nothing."""


@dataclass
class Decoded:
    """Columns with their texts decoded, the encoding's name, and how many texts ended within a character."""

    columns: dict[str, list[Any]]
    encoding: str
    cut: int = 0
    notes: list[str] = field(default_factory=list)


def decode_columns(
    path: Path, columns: Mapping[str, list[Any]], *, asked: str = "auto", declared: str | None = None
) -> Decoded:
    """Decode headers and values that stand byte for byte as Latin-1.

    As asked; else as the file declares when every byte fits; else UTF-8 when every byte fits; else GB 18030. A field
    that was cut in the middle of its last character (fields of a .dbf have a width) loses what is left of it.

    FileProblem names row, column and value of the first text that does not fit.
    """
    known = _codec(declared)
    if asked != "auto":
        if _codec(asked) is None:
            raise FileProblem(f"不认识编码 {asked}。常用的有 utf-8、gbk、gb18030、utf-16。")
        tried = [asked]
    else:
        tried = [*([known] if known and known not in _SAYS_NOTHING else []), *GUESSES]
    texts = dict.fromkeys(text for text in _texts(columns) if not text.isascii())
    for encoding in tried:
        table, cut, wrong = _decoded(texts, encoding)
        if wrong is None:
            taken = {_word(name, table): [_value(v, table) for v in values] for name, values in columns.items()}
            named = "utf-8" if not texts and asked == "auto" else encoding
            found = Decoded(taken, _NAMES.get(named, named), cut)
            if known in tried and encoding != known:
                found.notes.append(f"文件写明编码是 {known}，但内容不是；按 {found.encoding} 读取。")
            if cut:
                found.notes.append(f"{cut} 处文字在字段宽度处被截断，去掉了末尾的半个字。")
            return found
    raise _unfit(path, columns, wrong or "", tried[-1])


def _codec(name: str | None) -> str | None:
    """Give Python's name of an encoding as a .cpg says it (`UTF-8`, `936`, `ANSI 936`, `GBK`), None when unknown."""
    plain = (name or "").strip().lower().removeprefix("ansi").removeprefix("oem").strip()
    for each in (plain, f"cp{plain}"):
        try:
            return codecs.lookup(each).name if each else None
        except (LookupError, ValueError):
            continue
    return None


def _texts(columns: Mapping[str, list[Any]]) -> Iterator[str]:
    yield from columns
    for values in columns.values():
        for value in values:
            if isinstance(value, str):
                yield value
            elif isinstance(value, list):
                yield from (part for part in value if isinstance(part, str))


def _decoded(texts: Iterable[str], encoding: str) -> tuple[dict[str, str], int, str | None]:
    """Give text → decoded text, how many were cut, and the first that does not fit."""
    table: dict[str, str] = {}
    cut = 0
    for text in texts:
        decoder = codecs.getincrementaldecoder(encoding)()
        raw = text.encode(BYTEWISE, "replace")
        try:
            table[text] = decoder.decode(raw)
        except (UnicodeError, ValueError):
            return {}, 0, text
        state = decoder.getstate()[0]
        cut += bool(state)
    return table, cut, None


def _word(text: str, table: Mapping[str, str]) -> str:
    return table.get(text, text)


def _value(value: Any, table: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return table.get(value, value)
    if isinstance(value, list):
        return [_value(part, table) for part in value]
    return value


def _unfit(path: Path, columns: Mapping[str, list[Any]], text: str, encoding: str) -> FileProblem:
    for header, values in columns.items():
        where = next((at for at, value in enumerate(values, start=1) if value == text), None)
        if where is not None or header == text:
            place = f"第 {where} 行" if where is not None else "表头"
            return FileProblem(
                f"{path.name} {place}，列“{shown(header)}”，值“{shown(text)}”：有不符合编码 {encoding} 的字节。"
                "请用 --encoding 指明编码（如 gbk、utf-8），或从制图软件重新导出为 UTF-8。"
            )
    return FileProblem(f"{path.name} 的文字不符合编码 {encoding}。请用 --encoding 指明编码（如 gbk、utf-8）。")
