"""Whether the pictures that were sent to a store are still there, byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import file_digest
from pathlib import Path

from geodata.photos.keeping import photos_folder
from geodata.store.backup_files import photos_kept
from geodata.store.location import Where
from geodata.store.wording import some

REMEDY = "请从备份旁边的照片文件夹抄回来。"


def check_pictures(store: Where, sent: Sequence[str]) -> list[str]:
    """Give a Chinese sentence for pictures that are gone, one for those that are not what their names say.

    Parameters
    ----------
    store
        Beside which the pictures lie.
    sent
        Ids (SHA-256) of the photos whose bytes were sent to it.
    """
    files = {file.stem: file for file in sorted(photos_kept(photos_folder(store)))}
    gone = [photo for photo in sent if photo not in files]
    damaged = [photo for photo, file in files.items() if _sha256(file) != photo]
    findings = []
    if gone:
        findings.append(f"{photos_folder(store).name}：{len(gone)} 张照片的原件不在：{some(gone)}。{REMEDY}")
    if damaged:
        findings.append(
            f"{photos_folder(store).name}：{len(damaged)} 张照片的内容和编号不符：{some(damaged)}。{REMEDY}"
        )
    return findings


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()
