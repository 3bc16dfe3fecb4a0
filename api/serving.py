"""Start the service and keep it running until it is stopped."""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from filelock import FileLock, Timeout

from api.app import create_app
from api.compiling import compile_beside
from api.logs import log_as_json
from api.memory import collect_rarely, share_memory
from api.settings import Settings
from geodata.accounts.book import has_accounts
from geodata.errors import WanggeError
from geodata.store.location import Where
from geodata.store.unfinished import unfinished

SWITCH_S = 0.0005
"""Every call of SQLite gives Python's lock away and waits so long to get it back from a thread that computes."""

LOGGER = logging.getLogger("wangge.serving")
READ_ONLY = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class ServingProblem(WanggeError):
    """The service can't start here."""


def serve(settings: Settings) -> None:
    """Serve a store; say the address as soon as it answers there.

    Raises ServingProblem for a host that is not this machine without `insecure_no_accounts`, for a port in use, and
    where another service has the store.
    """
    accounts = has_accounts(settings.store)
    if settings.open_to_others and not (accounts or settings.insecure_no_accounts):
        raise ServingProblem(
            f"还没有建立账号，服务只能在本机（127.0.0.1）开放，不能绑定 {settings.host}。"
            f"请先运行 wangge users {settings.store} add 登录名 --role clerk --name 姓名；"
            "确实要让别的电脑不经登录就能查看和填报，请加 --insecure-no-accounts。"
        )
    sys.setswitchinterval(SWITCH_S)
    share_memory()
    collect_rarely()
    if settings.log == "json":
        log_as_json()
    with _alone(settings.store), bound(settings) as listener:
        app = create_app(settings)
        broken_off = unfinished(settings.store)
        if settings.log == "json":
            if broken_off:
                LOGGER.warning("the copy of this store was not finished: accounts or photos may be lacking")
            LOGGER.info("reading the store")
        else:
            if broken_off:
                sys.stderr.write(f"注意：{broken_off}\n")
            sys.stderr.write(f"正在读取 {settings.store} ……\n")
        app.state.desk.warm()
        compile_beside()
        port = listener.getsockname()[1]
        shown = f"[{settings.host}]" if ":" in settings.host else settings.host
        reach = "任何能连到这台电脑的人都能查看和填报" if settings.open_to_others else "只有这台电脑能打开"
        who = "凭账号登录" if accounts else f"还没有建立账号，{reach}"
        sys.stdout.write(f"服务已启动：http://{shown}:{port}/ （{who}；按 Ctrl-C 停止）\n")
        sys.stdout.flush()
        own: dict[str, Any] = {"log_config": None} if settings.log == "json" else {}
        # whose word about the public address is taken is a setting: see `api.forwarded`
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=5,
            **own,
        )
        uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def _alone(store: Where) -> Iterator[None]:
    """Hold the store for this service: two of them would each answer from what they have at hand.

    It comes before the store is opened, which may bring it up to a newer version. The system lets go of the lock when
    the process ends, however it ends. Any number may show a store that they can't write to, and of a PostgreSQL store
    any number may write: each asks before every answer what the others wrote.
    """
    if not isinstance(store, Path) or not store.is_file():  # of a file that is not there says who opens it
        yield
        return
    lock = FileLock(f"{store.resolve()}.serving", timeout=0)
    try:
        lock.acquire()
    except Timeout as problem:
        raise ServingProblem(
            f"{store} 已经有一个网格服务在用。请打开那个服务的网址，或先停掉它；要另外看一份，请先复制数据文件。"
        ) from problem
    except OSError as problem:
        if problem.errno not in READ_ONLY:
            raise
        if os.access(store, os.W_OK):
            raise ServingProblem(
                f"{store} 旁边的 {lock.lock_file} 写不了，不知道是不是已经有一个网格服务在用。"
                "请检查文件和所在文件夹的权限，或用平时启动服务的那个用户来启动。"
            ) from problem
        yield
        return
    try:
        yield
    finally:
        lock.release()


def bound(settings: Settings) -> socket.socket:
    """Take the port before anything else, so that a port in use is said in plain words."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # named as TCP, for asyncio sends at once on such alone: else what follows the head of an answer waits up to 40 ms
    # for the other end to acknowledge it
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen()  # who opens the address as soon as it is printed waits, and is not refused
    except OSError as error:
        listener.close()
        raise ServingProblem(
            f"{settings.host} 的端口 {settings.port} 用不了（{error.strerror}）。"
            "请用 --port 换一个端口，如 --port 8001。"
        ) from error
    return listener
