"""The rules files of a town, one after another: each holds from its day until the next one's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

NEWEST, EARLIER = "rules", "rules_earlier"
"""Settings: the newest text; JSON list of those before, the oldest first: text, until (its day is no more of it),
reason (why the next one came)."""


@dataclass(frozen=True)
class RuleText:
    """One rules file (TOML), the first day on which it holds (None: as ever), and why it came."""

    since: date | None
    text: str
    reason: str = ""


def from_settings(settings: Mapping[str, str]) -> tuple[RuleText, ...]:
    """Give the rules files of a town, the oldest first; their days are in order."""
    found, since, reason = [], None, ""
    for each in json.loads(settings.get(EARLIER, "[]")):
        found.append(RuleText(since, each["text"], reason))
        since, reason = date.fromisoformat(each["until"]), each["reason"]
    return (*found, RuleText(since, settings[NEWEST], reason))


def as_settings(texts: Sequence[RuleText]) -> dict[str, str]:
    """Give the settings that keep these rules files."""
    earlier = [
        {"text": each.text, "until": str(after.since), "reason": after.reason} for each, after in pairwise(texts)
    ]
    return {NEWEST: texts[-1].text, EARLIER: json.dumps(earlier, ensure_ascii=False)}


def with_new(texts: Sequence[RuleText], new: RuleText) -> tuple[RuleText, ...]:
    """Let a new rules file hold from its day on; those that begin on that day or later are gone."""
    if new.since is None:
        return (new,)
    return (*(each for each in texts if each.since is None or each.since < new.since), new)


def text_on(texts: Sequence[RuleText], day: date) -> str:
    """Give the text that holds on a day."""
    return [each.text for each in texts if each.since is None or each.since <= day][-1]
