"""Which encoding a file is in: said, and never guessed past an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.errors import FileProblem
from geodata.readers.text import decode


@pytest.mark.parametrize(
    ("written", "named"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("gbk", "gbk"), ("gb18030", "gbk")],
)
def test_encodings(tmp_path: Path, written: str, named: str) -> None:
    """Marks are believed, UTF-8 comes before GBK; the text is the same."""
    path = tmp_path / "a.csv"
    path.write_bytes("编号,虎门镇".encode(written))
    assert decode(path) == ("编号,虎门镇", named)


def test_rare_character(tmp_path: Path) -> None:
    """A character that only GB 18030 has is read."""
    path = tmp_path / "a.csv"
    path.write_bytes("㐂记商行".encode("gb18030"))
    assert decode(path)[0] == "㐂记商行"


@pytest.mark.parametrize(("encoding", "line"), [("utf-8", 3), ("gbk", 3)])
def test_broken_byte(tmp_path: Path, encoding: str, line: int) -> None:
    """A byte that does not fit is told with its line and the encoding that got farthest."""
    path = tmp_path / "a.csv"
    path.write_bytes("编号\n虎门镇\n寮步".encode(encoding) + b"\xff\xff\n")
    with pytest.raises(FileProblem, match=rf"第 {line} 行.*--encoding") as problem:
        decode(path)
    assert ("utf-8" in str(problem.value).split("的字节")[0]) == (encoding == "utf-8")


@pytest.mark.parametrize("encoding", ["klingon", "hex", "undefined"])
def test_no_encoding(tmp_path: Path, encoding: str) -> None:
    """A name that is no encoding of text is refused."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"a")
    with pytest.raises(FileProblem, match="编码"):
        decode(path, encoding)


def test_declared_encoding(tmp_path: Path) -> None:
    """A declared encoding is taken at its word, and its errors are told."""
    path = tmp_path / "a.csv"
    path.write_bytes("编号\n虎门".encode("big5", "ignore"))
    assert decode(path, "big5")[1] == "big5"
    with pytest.raises(FileProblem, match="ascii"):
        decode(path, "ascii")
