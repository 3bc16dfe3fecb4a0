"""What the operating system refuses of files, in words."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from types import MappingProxyType

REASONS: Mapping[int, str] = MappingProxyType(
    {
        errno.ENOENT: "文件夹不存在，请先建好",
        errno.ENOTDIR: "路径里有一段不是文件夹",
        errno.EACCES: "没有权限，请换一个文件夹",
        errno.EPERM: "没有权限，请换一个文件夹",
        errno.EROFS: "磁盘是只读的，请换一个文件夹",
        errno.EISDIR: "这是一个文件夹，请写上文件名",
        errno.ENOSPC: "磁盘满了，请先腾出空间",
        errno.EDQUOT: "这个用户的磁盘配额用完了，请先腾出空间",
        errno.EIO: "磁盘读写出错，请检查磁盘或网络盘",
    }
)
"""Number of the refusal → what is wrong and what to do."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
FAULTS = frozenset({*FULL, errno.EIO, errno.EROFS})
"""Refusals that come from the disk, whoever asks for whatever file."""


def refused(problem: OSError) -> str:
    """Give the words of a refusal; those of the system where we have none."""
    return REASONS.get(problem.errno or 0, str(problem))
