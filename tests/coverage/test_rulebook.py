"""Rules files one after another: which rules hold on a day, and since when each asks what it asks."""

from __future__ import annotations

from datetime import date

from coverage.rulebook import Rulebook
from geodata.rule_texts import RuleText, as_settings, from_settings, text_on, with_new

GAS = '[[rule]]\nid = "gas"\nevery = "month"\n'
FIRE = '[[rule]]\nid = "fire"\nevery = "quarter"\n'
MAY, JUNE, JULY = (date(2024, month, 1) for month in (5, 6, 7))


def since(day: date, *texts: tuple[date | None, str]) -> dict[str, date | None]:
    """Give the rules in force on a day, each with its first day."""
    rules = Rulebook.read([RuleText(*text) for text in texts]).on(day)
    return {rule.id: rule.since for rule in rules}


def test_a_rule_that_stays_has_no_new_beginning() -> None:
    """A rule that asks the same in the new file holds without a break, also under a better name."""
    files = ((None, GAS), (JUNE, GAS + 'name = "燃气每月检查"\nsource = "通知"\n' + FIRE))
    assert since(date(2024, 6, 30), *files) == {"gas": None, "fire": JUNE}
    assert since(date(2024, 5, 31), *files) == {"gas": None}


def test_a_changed_rule_begins_anew() -> None:
    """A rule that asks something else begins with its file; before, the old one holds."""
    files = ((None, GAS), (JUNE, GAS + "times = 2\n"), (JULY, GAS + "times = 2\n" + FIRE))
    assert since(date(2024, 7, 5), *files) == {"gas": JUNE, "fire": JULY}
    (old,) = Rulebook.read([RuleText(*text) for text in files]).on(date(2024, 5, 31))
    assert (old.times, old.since) == (1, None)


def test_a_rule_that_was_gone_begins_anew() -> None:
    """A rule that is back after a file without it begins when it is back."""
    assert since(date(2024, 7, 5), (None, GAS), (JUNE, FIRE), (JULY, GAS)) == {"gas": JULY}


def test_own_days_and_days_of_the_file() -> None:
    """The later of the two beginnings counts, and a rule is gone from its own last day on."""
    dated = GAS + "from = 2024-06-10\nuntil = 2024-06-20\n"
    files = ((None, FIRE), (JUNE, dated))
    assert since(date(2024, 6, 9), *files) == {}
    assert since(date(2024, 6, 10), *files) == {"gas": date(2024, 6, 10)}
    assert since(date(2024, 6, 20), *files) == {}


def test_files_are_kept_as_settings() -> None:
    """What is written as settings is read back; a store that never had versions has its one file for all days."""
    texts = (RuleText(None, "a"), RuleText(MAY, "b", "五月会议"), RuleText(JULY, "c", ""))
    assert from_settings(as_settings(texts)) == texts
    assert from_settings({"rules": "a"}) == (RuleText(None, "a"),)
    assert [text_on(texts, day) for day in (date(2024, 4, 30), MAY, date(2024, 6, 30), JULY)] == ["a", "b", "b", "c"]


def test_a_new_file_ends_those_that_begin_later() -> None:
    """A file from a day on leaves what held before; without a day it holds for all days alone."""
    texts = (RuleText(None, "a"), RuleText(MAY, "b"), RuleText(JULY, "c"))
    assert with_new(texts, RuleText(JUNE, "d")) == (*texts[:2], RuleText(JUNE, "d"))
    assert with_new(texts, RuleText(MAY, "d")) == (texts[0], RuleText(MAY, "d"))
    assert with_new(texts, RuleText(None, "d")) == (RuleText(None, "d"),)
