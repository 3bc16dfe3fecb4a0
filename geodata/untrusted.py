"""Limits for files from outside: what is larger or deeper than any town's ledger is refused before it is opened."""

from __future__ import annotations

import zipfile
from pathlib import Path

from geodata.errors import FileProblem

MAX_FILE_BYTES = 512 * 2**20
MAX_UNZIPPED_BYTES = 400 * 2**20
MAX_ZIP_ENTRIES = 2_000
MAX_UNZIP_RATIO = 200
MAX_ROWS = 2_000_000
MAX_COLUMNS = 300
MAX_CELL_CHARACTERS = 100_000
MAX_XML_BYTES = 64 * 2**20


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


def check_workbook(path: Path) -> None:
    """Refuse an .xlsx that is no workbook, or one that would unfold beyond all measure, from its directory alone."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FileProblem(
            f"{path.name} 虽然叫 .xlsx，但不是 Excel 工作簿。请用 Excel 或 WPS 打开后“另存为 xlsx”，或另存为 csv。"
        ) from error
    unfolded = sum(entry.file_size for entry in entries)
    packed = max(path.stat().st_size, 1)
    if (
        len(entries) > MAX_ZIP_ENTRIES
        or unfolded > MAX_UNZIPPED_BYTES
        or (unfolded > 2**24 and unfolded / packed > MAX_UNZIP_RATIO)
    ):
        raise FileProblem(
            f"{path.name} 展开后有 {unfolded / 2**20:.0f} MB（{len(entries)} 个部件），超出正常台账，已拒绝。"
            "请另存为 csv 再导入。"
        )
    if not any(entry.filename == "xl/workbook.xml" for entry in entries):
        raise FileProblem(f"{path.name} 是压缩包，但里面没有工作簿。请用 Excel 或 WPS 另存为 xlsx。")
