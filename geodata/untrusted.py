"""Limits for files from outside: what is larger or deeper than any town's ledger is refused before it is opened."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from geodata.errors import FileProblem
from geodata.workbook import OLD_EXCEL

MAX_FILE_BYTES = 256 * 2**20
MAX_UNZIPPED_BYTES = 400 * 2**20
MAX_ZIP_ENTRIES = 2_000
MAX_UNZIP_RATIO = 200
MAX_SHEET_CELLS = 30_000_000
"""Cells of the rectangle that a sheet spans: the workbook reader holds all of them, the empty ones too."""
MAX_ODS_BYTES = 100 * 2**20
MAX_DOCUMENT_BYTES = 40 * 2**20
MAX_ROWS = 2_000_000
MAX_COLUMNS = 300
MAX_CELL_CHARACTERS = 100_000
MAX_SHAPE_CHARACTERS = 10_000_000
"""A cell may hold a border as WKT."""
MAX_XML_BYTES = 64 * 2**20
MAX_XML_MARKS = 2_000_000
"""Tags, closing ones too: Python holds some 200 bytes for each; a recorder writes 6 a second, 30 with a heart rate."""
MAX_NAMESPACES = 50
MAX_JSON_DEPTH = 64
MAX_JSON_BYTES = 128 * 2**20
MAX_JSON_POSITIONS = 2_000_000
"""Python holds some 300 bytes for each while it is read."""
MAX_FEATURE_VERTICES = 1_000_000
"""Of one line or border; the most detailed border of a province has about a tenth."""

_ODS_CONTENT = "content.xml"
_CELL = re.compile(rb"<(?:[^\s<>/:]+:)?c(?=[\s>/])(?:[^>]*?\sr\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"'])?")
_JSON_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_WIDE_SHEET = "sheetData".encode("utf-16-le")[:-1]
_BLOCK = 2**22
_LOCAL_HEADER = 30  # bytes of a zip entry's own header before its name


def check_file(path: Path) -> None:
    """Refuse what is no readable file of a sane size. FileProblem says why, and what to do."""
    if not path.exists():
        raise FileProblem(f"找不到文件 {path}。请检查路径和文件名。")
    if not path.is_file():
        raise FileProblem(f"{path} 不是文件（可能是文件夹）。请给出具体的文件。")
    size = path.stat().st_size
    if size == 0:
        raise FileProblem(f"{path.name} 是空文件。请重新导出后再导入。")
    if size > MAX_FILE_BYTES:
        raise FileProblem(
            f"{path.name} 有 {size / 2**20:.0f} MB，超过上限 {MAX_FILE_BYTES / 2**20:.0f} MB。"
            "请按月份或网格分成几个文件。"
        )


def check_text(path: Path, data: bytes) -> None:
    """Refuse a workbook or an archive that goes by the name of a text file."""
    if data.startswith((b"PK\x03\x04", OLD_EXCEL)):
        raise FileProblem(
            f"{path.name} 不是文本文件，而是 Excel 工作簿或压缩包。请用 Excel 或 WPS 打开后另存为 xlsx 或 csv。"
        )


def check_xml(path: Path, data: bytes) -> None:
    """Refuse XML of more bytes or tags than memory can bear."""
    if len(data) > MAX_XML_BYTES or data.count(b"<") > MAX_XML_MARKS:
        raise FileProblem(
            f"{path.name} 的内容超过 {MAX_XML_BYTES / 2**20:.0f} MB，或标记超过 {MAX_XML_MARKS} 个。"
            "请按日期分成几个文件，再分别导入。"
        )


def check_json(path: Path, text: str) -> None:
    """Refuse JSON that is nested deeper than any map is, or that holds more positions than memory can bear."""
    if text.count("[") > MAX_JSON_POSITIONS:
        raise FileProblem(
            f"{path.name} 里的坐标点超过 {MAX_JSON_POSITIONS} 个。请按区域分成几个文件，或另存为 GeoPackage（.gpkg）。"
        )
    bare = _JSON_STRING.sub("", text).encode("ascii", "replace")
    depth = 0
    for start in range(0, len(bare), _BLOCK):
        marks = np.frombuffer(bare[start : start + _BLOCK], dtype=np.uint8)
        steps = np.isin(marks, list(b"[{")).astype(np.int8) - np.isin(marks, list(b"]}")).astype(np.int8)
        depths = depth + np.cumsum(steps, dtype=np.int64)
        if depths.max(initial=0) > MAX_JSON_DEPTH:
            raise FileProblem(
                f"{path.name} 的内容嵌套超过 {MAX_JSON_DEPTH} 层，不是正常的 GeoJSON。请从制图软件重新导出。"
            )
        depth = int(depths[-1])


def check_workbook(path: Path) -> bytes:
    """Give the bytes of a workbook that can be opened: .xlsx, .ods or the old .xls, whatever its name says.

    FileProblem for what is none, for one that would unfold beyond all measure by its directory, for one whose directory
    lies, and for a sheet that spans more than `MAX_SHEET_CELLS`: a single stray cell in the last corner is enough to
    make the workbook reader ask for 512 GB and abort the process. (An .xls has no room for more.)
    """
    data = path.read_bytes()
    if data.startswith(OLD_EXCEL):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FileProblem(
            f"{path.name} 不是工作簿，可能是网页或文本改了名字。请用 Excel 或 WPS 打开后“另存为 xlsx”，或另存为 csv。"
        ) from error
    _check_directory(path, entries, len(data))
    for entry in entries:
        content = _unfolded(path, data, entry)
        if entry.filename == _ODS_CONTENT:
            _check_ods_extent(path, content)
        else:
            _check_extent(path, content)
    return data


def check_document(path: Path) -> bytes:
    """Give the bytes of a Word template (.docx). FileProblem for what is none, or unfolds beyond all measure."""
    check_file(path)
    data = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FileProblem(f"{path.name} 不是 Word 文档。请用 Word 或 WPS 打开后“另存为 docx”。") from error
    if sum(entry.file_size for entry in entries) > MAX_DOCUMENT_BYTES or len(entries) > MAX_ZIP_ENTRIES:
        raise FileProblem(f"{path.name} 展开后太大，不像一份模板，已拒绝。请去掉里面的图片再用。")
    if "word/document.xml" not in (entry.filename for entry in entries):
        raise FileProblem(f"{path.name} 是压缩包，但里面没有 Word 文档。请用 Word 或 WPS 另存为 docx。")
    for entry in entries:
        _unfolded(path, data, entry)
    return data


def _check_ods_extent(path: Path, content: bytes) -> None:
    from defusedxml import DefusedXmlException  # noqa: PLC0415 - slow import
    from defusedxml.ElementTree import ParseError, iterparse  # noqa: PLC0415

    if len(content) > MAX_ODS_BYTES:
        raise FileProblem(f"{path.name} 展开后有 {len(content) / 2**20:.0f} MB，太大了。请另存为 csv 再导入。")
    rows = columns = last_row = last_column = 0
    try:
        for event, node in iterparse(io.BytesIO(content), events=("start", "end")):
            name = node.tag.rpartition("}")[2]
            if event == "start" and name == "table":
                rows = last_row = last_column = 0
            elif event == "start" and name == "table-row":
                columns = 0
            elif event == "end" and name in ("table-cell", "covered-table-cell"):
                columns += _repeated(path, node, "number-columns-repeated")
                if len(node) or any(key.endswith("}value-type") for key in node.attrib):
                    last_column, last_row = max(last_column, columns), rows + 1
                node.clear()
            elif event == "end" and name == "table-row":
                times = _repeated(path, node, "number-rows-repeated")
                last_row = rows + times if last_row == rows + 1 else last_row
                rows += times
                node.clear()
                if last_row * last_column > MAX_SHEET_CELLS:
                    raise FileProblem(
                        f"{path.name} 的工作表跨 {last_row} 行 {last_column} 列，超出正常台账。"
                        "请只复制有数据的区域到新工作簿，或另存为 csv。"
                    )
    except (ParseError, DefusedXmlException) as error:
        raise FileProblem(f"{path.name} 的内容不是正常的 ODS，文件已损坏。请重新另存为 xlsx。") from error


def _repeated(path: Path, node: Any, attribute: str) -> int:
    """Give how often a row or a cell says that it stands."""
    value = next((value for key, value in node.attrib.items() if key.endswith("}" + attribute)), "1")
    if not (value.isascii() and value.isdigit() and len(value) < 9):
        raise FileProblem(f"{path.name} 的内容不是正常的 ODS，文件已损坏。请重新另存为 xlsx。")
    return int(value)


def _check_directory(path: Path, entries: list[zipfile.ZipInfo], packed: int) -> None:
    unfolded = sum(entry.file_size for entry in entries)
    if (
        len(entries) > MAX_ZIP_ENTRIES
        or unfolded > MAX_UNZIPPED_BYTES
        or (unfolded > 2**24 and unfolded / packed > MAX_UNZIP_RATIO)
    ):
        raise FileProblem(
            f"{path.name} 展开后有 {unfolded / 2**20:.0f} MB（{len(entries)} 个部件），超出正常台账，已拒绝。"
            "请另存为 csv 再导入。"
        )
    if sum(entry.filename in ("xl/workbook.xml", _ODS_CONTENT) for entry in entries) != 1:
        raise FileProblem(f"{path.name} 是压缩包，但里面没有工作簿。请用 Excel 或 WPS 另存为 xlsx。")


def _unfolded(path: Path, data: bytes, entry: zipfile.ZipInfo) -> bytes:
    """Give what an entry really holds: `zipfile` would believe the size that the directory tells."""
    at = entry.header_offset
    lengths = data[at + 26 : at + _LOCAL_HEADER]
    content = b""
    if len(lengths) == 4 and entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        start = at + _LOCAL_HEADER + sum(struct.unpack("<HH", lengths))
        content = data[start : start + entry.compress_size]
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            try:
                content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, entry.file_size + 1)
            except zlib.error:
                content = b""
    if len(content) != entry.file_size:
        raise FileProblem(f"{path.name} 的内容与它自己的目录不符，文件已损坏。请用 Excel 或 WPS 打开后另存为 xlsx。")
    return content


def _check_extent(path: Path, content: bytes) -> None:
    """Refuse a sheet whose cells lie too far apart, or whose places can't be told."""
    if _WIDE_SHEET in content:
        raise FileProblem(f"{path.name} 的工作表是 UTF-16 编码。请用 Excel 或 WPS 打开后另存为 xlsx。")
    if b"sheetData" not in content:
        return
    last_row = last_column = 0
    letters: dict[bytes, int] = {}
    for column, row in _CELL.findall(content):
        if not column:
            raise FileProblem(f"{path.name} 的单元格没有写明位置。请用 Excel 或 WPS 打开后另存为 xlsx。")
        if column not in letters:
            letters[column] = _column_number(column)
            last_column = max(last_column, letters[column])
        last_row = max(last_row, int(row))
    if last_row * last_column > MAX_SHEET_CELLS:
        raise FileProblem(
            f"{path.name} 的工作表跨 {last_row} 行 {last_column} 列，超出正常台账（可能在很远处有一个误填的格子）。"
            "请只复制有数据的区域到新工作簿，或另存为 csv。"
        )


def _column_number(letters: bytes) -> int:
    """Give 1 for A … 16384 for XFD."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
