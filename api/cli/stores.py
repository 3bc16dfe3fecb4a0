"""`wangge rules`, `check`: a town's rules, the health of its store."""

from __future__ import annotations

import argparse
import getpass
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from api.cli.rows import as_json
from api.cli.terminal import put, say, table, tell
from api.cli.usage import UsageProblem
from coverage.appraisal_policy import parse_appraisal
from coverage.course.policy import parse_policy
from coverage.explain import applies_sentence, asks_sentence
from coverage.risk_policy import parse_risk
from coverage.rulebook import Rulebook
from coverage.rules import DUTY_WORDS, Rule, parse_rules
from coverage.workload import parse_habits
from geodata.accounts.book import Accounts
from geodata.errors import FileProblem, RulesProblem
from geodata.photos.checking import check_pictures
from geodata.rule_texts import RuleText
from geodata.store import open_store
from geodata.store.chain import Head
from geodata.store.unfinished import unfinished


def _at_the_terminal() -> str:
    """Name who sits at the terminal: no account of the town's is called like that."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        user = str(os.getuid())
    return f"命令行（{user}）"


ACTOR = os.environ.get("WANGGE_ACTOR") or _at_the_terminal()
"""Who writes from the command line, as the audit names it; a service says who asked it."""


def rules(arguments: argparse.Namespace) -> None:
    """Show a town's rules, after a new file has come when one is given."""
    file: Path | None = arguments.load
    if file is None and (arguments.day or arguments.reason):
        raise UsageProblem("--from、--reason 要和 --load 一起用：从那一天起换成文件里的规则。")
    with open_store(arguments.store, write=file is not None) as store:
        if file:
            text = read_text(file)
            try:
                loaded = parse_rules(text)
                parse_habits(text)
                parse_policy(text)
                parse_risk(text)
                parse_appraisal(text)
            except RulesProblem as problem:
                raise RulesProblem(f"{file}：{problem}") from problem
            day, reason = arguments.day, arguments.reason or ""
            gone = store.write_rules(text, actor=ACTOR, source=file.name, since=day, reason=reason)
            _tell_loaded(file, len(loaded), day, gone)
        texts = store.rule_texts()
    book = Rulebook.read(texts)
    found = book.on(arguments.as_of) if arguments.as_of else book.files[-1][1]
    if len(texts) > 1:
        _tell_files(texts, arguments.as_of)
    if arguments.format == "json":
        versions = [{"from": str(each.since) if each.since else None, "reason": each.reason} for each in texts]
        put(as_json({"rules": [_as_dict(rule) for rule in found], "versions": versions}))
    else:
        tell(_rules_table(found))


def _tell_loaded(file: Path, rules: int, day: date | None, gone: Sequence[RuleText]) -> None:
    since = f"从 {day} 起换成" if day else "已换成"
    say(f"{since} {file} 里的 {rules} 条规则{'，此前各日仍按原来的规则' if day else '，以前各日也按它计算'}。")
    replaced = [f"{each.since} 起的" for each in gone if each.since]
    if replaced:
        say(f"不再使用：{'、'.join(replaced)}规则（操作记录里留有原文）。")


def _tell_files(texts: Sequence[RuleText], as_of: date | None) -> None:
    """Tell from when each rules file holds, and which one is shown."""
    for each in texts:
        start = f"从 {each.since} 起" if each.since else "最初"
        say(f"规则版本：{start}{f'（{each.reason}）' if each.reason else ''}")
    say(f"下面是 {as_of} 执行的规则。" if as_of else "下面是最新的一版；要看某一天执行的，请用 --as-of。")


def check(arguments: argparse.Namespace) -> int:
    """Print every finding about a store; 1 when there are any."""
    if arguments.areas and (arguments.head or arguments.against):
        raise UsageProblem("--head、--against 检查审计链，不能和 --areas 一起用。")
    if arguments.head:
        from api.cli.chain_head import give_head  # noqa: PLC0415 - few need it

        return give_head(arguments)
    if arguments.areas:
        from api.cli.area_check import check_the_areas  # noqa: PLC0415 - slow import

        return check_the_areas(arguments)
    if arguments.out or arguments.format == "csv":
        raise UsageProblem("--out 和 --format csv 只用于检查区域，要和 --areas 一起用。")
    with open_store(arguments.store) as store:
        heads = _heads(arguments.against, store.town.code) if arguments.against else ()
        findings = store.check(heads, drawn=True)
        photos = store.ledger("photos", columns={"photos": ("id", "attached_by")}).frames["photos"]
    findings += check_pictures(arguments.store, list(photos["id"][photos["attached_by"] == "posted"]))
    accounts = Accounts(arguments.store)
    broken_off = unfinished(arguments.store)
    findings = [*findings, *accounts.check(), *([broken_off] if broken_off else [])]
    accounts.close()
    if arguments.format == "json":
        put(as_json({"store": str(arguments.store), "findings": findings}))
    else:
        tell("\n".join(findings) if findings else f"{arguments.store}：完好，没有发现问题。")
    if findings:
        say(f"{arguments.store}：发现 {len(findings)} 个问题。")
    return 1 if findings else 0


def _heads(file: Path, code: str) -> Sequence[Head]:
    from geodata.store.heads import read_heads  # noqa: PLC0415 - few need it

    return read_heads(file, code)


def read_text(file: Path) -> str:
    """Read a text file that somebody wrote; FileProblem when it can't be."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise FileProblem(f"读不了规则文件 {file}：{problem.strerror}。") from problem
    except UnicodeDecodeError as problem:
        raise FileProblem(
            f"规则文件 {file} 不是 UTF-8 编码（第 {problem.start + 1} 个字节），请另存为 UTF-8。"
        ) from problem


def _as_dict(rule: Rule) -> dict[str, Any]:
    """Give a rule with the keys of the rules file; what was left out there is left out here."""
    applies = {key: value for key, value in vars(rule.applies).items() if value not in ((), None)}
    days = {"from": rule.since, "until": rule.until}
    given: dict[str, Any] = {**vars(rule), "applies": applies, **_as_campaign(rule)}
    given |= {key: str(value) for key, value in days.items() if value}
    return {key: value for key, value in given.items() if value not in (None, ()) and key != "since"}


def _as_campaign(rule: Rule) -> dict[str, Any]:
    """Give when a campaign runs, with the keys of the rules file; None for the others."""
    given: dict[str, Any] = dict.fromkeys(("window", "yearly", "holiday", "before", "after"))
    if rule.window:
        given["window"] = [str(day) for day in rule.window]
    if rule.yearly:
        given["yearly"] = [f"{month:02}-{day:02}" for month, day in (rule.yearly.first, rule.yearly.last)]
    if rule.holiday:
        given |= vars(rule.holiday)
    return given


def _rules_table(found: tuple[Rule, ...]) -> str:
    headers = ("编号", "名称", "职责", "要求", "适用", "来源")
    rows = [
        (
            rule.id,
            rule.name,
            DUTY_WORDS.get(rule.duty, rule.duty),
            asks_sentence(rule),
            applies_sentence(rule),
            rule.source,
        )
        for rule in found
    ]
    return table(headers, rows, [False] * len(headers))
