"""Where in a rules file a problem is: the line that a sentence speaks of."""

from __future__ import annotations

import re

AT_LINE = re.compile(r" \(at line (\d+), column \d+\)| \(at end of document\)")
NTH_RULE = re.compile(r"第 (\d+) 条规则")
SECTION = re.compile(r"\[([a-z_.]+)\]")
WORD = re.compile(r"[A-Za-z_][A-Za-z_-]*")


def line_of(text: str, sentence: str) -> int | None:
    """Give the line (from 1) of a rules file that the sentence of a RulesProblem speaks of; None when it names none.

    The line of the syntax error; else in the rule, or in the section, that is named, the first line of a key that the
    sentence names, or where the rule or section begins.
    """
    lines = text.splitlines()
    if found := AT_LINE.search(sentence):
        return int(found[1]) if found[1] else max(len(lines), 1)
    first = _beginning(lines, sentence)
    if first is None:
        return _with_key(lines, sentence, 0)
    return _with_key(lines, sentence, first) or first + 1


def _beginning(lines: list[str], sentence: str) -> int | None:
    if found := NTH_RULE.search(sentence):
        heads = [at for at, line in enumerate(lines) if line.strip().startswith("[[rule]]")]
        number = int(found[1])
        return heads[number - 1] if number <= len(heads) else None
    if found := SECTION.search(sentence):
        return next((at for at, line in enumerate(lines) if line.strip().startswith(f"[{found[1]}]")), None)
    return None


def _with_key(lines: list[str], sentence: str, first: int) -> int | None:
    """Give the line, from one on and up to the next table, whose key the sentence names."""
    told = sentence.partition("可写")[0]
    named = set(WORD.findall(told))
    for at in range(first, len(lines)):
        line = lines[at].strip()
        if at > first and line.startswith("["):
            return None
        key = line.partition("=")[0].strip().strip('"')
        if "=" in line and (key in named or (not key.isascii() and key in told)):
            return at + 1
    return None
