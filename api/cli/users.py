"""`wangge users`: accounts at the server, the first one among them."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from api.cli.stores import ACTOR
from api.cli.terminal import put, say, table
from api.cli.usage import UsageProblem
from api.kept import Tables
from api.passwords import kept
from api.scope import check_names
from coverage.course.transitions import ROLE_WORDS, Role
from geodata.accounts.book import Accounts
from geodata.accounts.model import AccountProblem, User
from geodata.store import open_store


def users(arguments: argparse.Namespace) -> None:
    """Do what was asked with the accounts of a store."""
    if arguments.do != "list" and not arguments.login:
        raise UsageProblem(f"wangge users STORE {arguments.do} 要写明登录名。")
    with open_store(arguments.store) as store:
        frames = store.ledger("areas", "officers", "places").frames if arguments.do == "add" else {}
    with _opened(arguments) as accounts:
        match arguments.do:
            case "list":
                _list(accounts, arguments)
            case "add":
                _add(accounts, arguments, Tables.read(frames))
            case "passwd":
                user = _user(accounts, arguments.login)
                accounts.set_password(user.login, _password(arguments), ACTOR)
                say(f"{user.login} 的密码改好了，登录着的地方都要重新登录。")
            case "disable" | "enable":
                user = _user(accounts, arguments.login)
                accounts.change(replace(user, disabled=arguments.do == "disable"), ACTOR)
                say(f"{user.login} 已{'停用' if arguments.do == 'disable' else '恢复'}。")


@contextmanager
def _opened(arguments: argparse.Namespace) -> Iterator[Accounts]:
    accounts = Accounts(arguments.store)
    try:
        yield accounts
    finally:
        accounts.close()


def _add(accounts: Accounts, arguments: argparse.Namespace, tables: Tables) -> None:
    if not arguments.role or not arguments.name:
        raise UsageProblem("建立账号要写明 --role 角色 和 --name 姓名。")
    first = not accounts.exist()
    if first and (arguments.role != "clerk" or arguments.area or arguments.industry or arguments.department):
        raise AccountProblem("第一个账号要是能看全镇的安委办账号（--role clerk），由它来管别的账号。")
    user = User(
        arguments.login,
        arguments.name,
        arguments.role,
        officer=arguments.officer,
        areas=tuple(dict.fromkeys(arguments.area)),
        industries=tuple(dict.fromkeys(arguments.industry)),
        department=arguments.department,
        subject=arguments.subject,
    )
    user.check()
    wrong = check_names(tables, user)
    if wrong:
        raise AccountProblem(f"{'；'.join(wrong[:3])}。没有写入。")
    accounts.add(replace(user, password=_password(arguments)), ACTOR)
    say(f"已建立账号 {user.login}（{user.name}，{ROLE_WORDS[Role(user.role)]}）。")
    if first:
        say("从现在起，没有账号的人进不来；服务可以用 --host 0.0.0.0 对别的电脑开放。")


def _password(arguments: argparse.Namespace) -> str | None:
    """Give the hash of the password that somebody types, twice, or that is piped in."""
    if arguments.no_password:
        return None
    if arguments.password_stdin:
        return kept(sys.stdin.readline().rstrip("\r\n"), arguments.login)
    if not sys.stdin.isatty():
        raise UsageProblem("这里不能提问：请用 --password-stdin 把密码从标准输入送进来。")
    password = getpass.getpass("密码：")
    if getpass.getpass("再输一遍：") != password:
        raise AccountProblem("两遍不一样，没有改动。")
    return kept(password, arguments.login)


def _user(accounts: Accounts, login: str) -> User:
    found = accounts.user(login)
    if found is None:
        raise AccountProblem(f"没有登录名为“{login}”的用户。")
    return found


def _list(accounts: Accounts, arguments: argparse.Namespace) -> None:
    rows = [
        {
            "login": user.login,
            "name": user.name,
            "role": user.role,
            "officer": user.officer,
            "areas": list(user.areas),
            "industries": list(user.industries),
            "department": user.department,
            "disabled": user.disabled,
            "has_password": user.password is not None,
        }
        for user in accounts.users()
    ]
    if arguments.format == "json":
        put(json.dumps({"users": rows}, ensure_ascii=False, indent=2))
        return
    heads = ["登录名", "姓名", "角色", "人员编号", "范围", "状态"]
    lines = [
        [
            user.login,
            user.name,
            ROLE_WORDS[Role(user.role)],
            user.officer or "",
            "、".join((*user.areas, *user.industries, *([user.department] if user.department else []))),
            "停用" if user.disabled else "",
        ]
        for user in accounts.users()
    ]
    put(table(heads, lines, [False] * len(heads)))
