"""Bytes as text: which encoding, said and never guessed past an error."""

from __future__ import annotations

import codecs
from pathlib import Path

from geodata.errors import FileProblem
from geodata.untrusted import check_text

GUESSES = ("utf-8", "gb18030")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMES = {"gb18030": "gbk"}


def decode(path: Path, encoding: str = "auto") -> tuple[str, str]:
    """Read a file as text.

    `auto` takes the byte-order mark at its word, else UTF-8 when every byte fits, else GB 18030 (which holds GBK and
    GB 2312). Gives the text and the name of the encoding; FileProblem names the line that does not fit.
    """
    data = path.read_bytes()
    check_text(path, data)
    if encoding != "auto":
        try:
            codecs.lookup(encoding)
        except LookupError as error:
            raise FileProblem(f"不认识编码 {encoding}。常用的有 utf-8、gbk、gb18030、utf-16。") from error
        return _decode(path, data, encoding), encoding
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decode(path, data, name), name
    problems = []
    for name in GUESSES:
        try:
            return data.decode(name), _NAMES.get(name, name)
        except UnicodeDecodeError as error:
            problems.append(error)
    # the encoding that got farthest is most likely the file's
    raise _undecodable(path, data, max(problems, key=lambda problem: problem.start))


def _decode(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(path, data, error) from error
    except (LookupError, UnicodeError) as error:
        raise FileProblem(
            f"{path.name} 不能按编码 {encoding} 读成文字。常用的有 utf-8、gbk、gb18030、utf-16。"
        ) from error


def _undecodable(path: Path, data: bytes, error: UnicodeDecodeError) -> FileProblem:
    line = data.count(b"\n", 0, error.start) + 1
    return FileProblem(
        f"{path.name} 第 {line} 行有不符合编码 {error.encoding} 的字节。请用 --encoding 指明编码（如 gbk、utf-8），"
        "或在 Excel 里另存为“CSV UTF-8”。"
    )
