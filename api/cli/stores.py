"""`wangge init`, `rules`, `check`: a town's store, its rules, its health."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from api.cli.rows import as_json
from api.cli.terminal import put, say, table, tell
from api.cli.usage import UsageProblem
from coverage.course.policy import parse_policy
from coverage.explain import applies_sentence, asks_sentence
from coverage.rules import Rule, parse_rules
from coverage.workload import parse_habits
from geodata.errors import FileProblem, RulesProblem
from geodata.model import Town
from geodata.store import create_store, open_store

ACTOR = "clerk"
"""Who writes from the command line, as the audit names it, until accounts exist."""

DUTY_WORDS = {
    "routine": "例行检查",
    "department": "部门检查",
    "leader": "领导带队",
    "expert": "专业检查",
    "self-check": "企业自查",
    "persuasion": "路面劝导",
    "campaign": "专项行动",
}
"""What offices call the duties; a town may use others, which stand for themselves."""


def init(arguments: argparse.Namespace) -> None:
    """Make an empty store."""
    town = Town(arguments.name, arguments.code, arguments.timezone)
    with create_store(arguments.store, town, actor=ACTOR):
        say(f"已新建 {arguments.store}：{town.name}（{town.level.chinese} {town.code}），带有一套默认规则。")


def rules(arguments: argparse.Namespace) -> None:
    """Show a town's rules, after replacing them when a file is given."""
    file: Path | None = arguments.load
    with open_store(arguments.store, write=file is not None) as store:
        if file:
            text = _text(file)
            try:
                loaded = parse_rules(text)
                parse_habits(text)
                parse_policy(text)
            except RulesProblem as problem:
                raise RulesProblem(f"{file}：{problem}") from problem
            store.write_rules(text, actor=ACTOR, source=file.name)
            say(f"已换成 {file} 里的 {len(loaded)} 条规则。")
        found = parse_rules(store.rules_text())
    if arguments.format == "json":
        put(as_json({"rules": [_as_dict(rule) for rule in found]}))
    else:
        tell(_rules_table(found))


def check(arguments: argparse.Namespace) -> int:
    """Print every finding about a store; 1 when there are any."""
    if arguments.areas:
        from api.cli.area_check import check_the_areas  # noqa: PLC0415 - slow import

        return check_the_areas(arguments)
    if arguments.out or arguments.format == "csv":
        raise UsageProblem("--out 和 --format csv 只用于检查区域，要和 --areas 一起用。")
    with open_store(arguments.store) as store:
        findings = store.check()
    if arguments.format == "json":
        put(as_json({"store": str(arguments.store), "findings": findings}))
    else:
        tell("\n".join(findings) if findings else f"{arguments.store}：完好，没有发现问题。")
    if findings:
        say(f"{arguments.store}：发现 {len(findings)} 个问题。")
    return 1 if findings else 0


def _text(file: Path) -> str:
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
    window = [day.isoformat() for day in rule.window] if rule.window else None
    given: dict[str, Any] = {**vars(rule), "applies": applies, "window": window}
    return {key: value for key, value in given.items() if value is not None}


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
