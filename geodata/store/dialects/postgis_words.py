"""What PostgreSQL refuses, put into a clerk's words, with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from geodata.errors import DiskFullProblem, StoreProblem
from geodata.store.location import Address


@contextmanager
def clear_words(where: Address) -> Iterator[None]:
    """Turn the server's refusals into StoreProblem; what is none of them is a fault of ours and passes.

    What the server says is not repeated where values or a password could stand in it.
    """
    try:
        yield
    except psycopg.Error as problem:
        for kind, sentence in _SENTENCES:
            if isinstance(problem, kind):
                refused = DiskFullProblem if kind is errors.DiskFull else StoreProblem
                detail = problem.diag.message_primary or ""
                raise refused(sentence.format(path=where, detail=detail)) from problem
        raise


_BROKEN = "正在写的那一次不一定写进去了，再做一次就是：已经写进去的不会重复。"
"""Whoever loses the connection at the very commit can't know."""

_SENTENCES: tuple[tuple[type[psycopg.Error], str], ...] = (
    (errors.LockNotAvailable, "{path} 正被另一个程序写入，等待超时，什么也没有改动。请等它写完或关掉它之后再试。"),
    (errors.DeadlockDetected, "{path} 正被另一个程序写入，什么也没有改动。请等它写完或关掉它之后再试。"),
    (errors.UniqueViolation, "{path} 同时被另一个程序改动，什么也没有写入。请再试一次。"),
    (errors.ReadOnlySqlTransaction, "{path} 是只读的，不能写入。请检查数据库是不是备用服务器，或换成可写的。"),
    (errors.InsufficientPrivilege, "没有权限使用 {path}。请数据库管理员给这个用户 schema 和表的权限。"),
    (errors.UndefinedTable, "{path} 的表结构不完整（{detail}）。请运行 wangge check 查看，并用备份恢复。"),
    (errors.UndefinedColumn, "{path} 的表结构不完整（{detail}）。请运行 wangge check 查看，并用备份恢复。"),
    (errors.InvalidCatalogName, "{path} 的数据库不存在。请数据库管理员先建好（createdb），或检查地址。"),
    (errors.DiskFull, "数据库服务器的磁盘已满，{path} 没有改动。请腾出空间后再试。"),
    (errors.DataCorrupted, "{path} 已损坏（{detail}）。请用最近的备份恢复。"),
    (errors.IndexCorrupted, "{path} 已损坏（{detail}）。请用最近的备份恢复。"),
    (
        errors.DataError,
        "{path} 存不下一个值（{detail}），什么也没有写入。请检查文字里有没有不能显示的字符、数字是否过大。",
    ),
    (errors.AdminShutdown, "{path} 的数据库服务器停了。请等它启动后再试；" + _BROKEN),
    (
        psycopg.OperationalError,
        "连不上 {path} 的数据库，或者中途断开。请检查服务器是否在运行、地址、库名、用户名和密码（可写在 ~/.pgpass）；"
        + _BROKEN,
    ),
)
"""Kind of error → what is said; the first that fits."""
