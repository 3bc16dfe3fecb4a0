"""Before and after (前后对比): a measure at two times beside each other, and what changed."""

from __future__ import annotations

from maps.backdrop import Backdrop
from maps.layers import without_border
from maps.over_time import Change
from maps.panels import Panel, Panels


def change_panels(change: Change, backdrop: Backdrop, *, leads: bool = False) -> Panels:
    """Give three panels: before, after, and the difference.

    Parameters
    ----------
    leads
        Whether the two times lead to the map of measures of their days.
    """
    times = [
        Panel(
            each.moment.word,
            each.note,
            each.areas,
            each.figures,
            each.whole,
            each.moment.as_of if leads else None,
        )
        for each in (change.before, change.after)
    ]
    after = change.after
    by = Panel("变化", "", after.areas, change.by, after.whole - change.before.whole, change=True)
    when = f"{change.before.moment.word} → {after.moment.word}"
    subject = f"前后对比（{change.level.chinese}）"
    return Panels(subject, change.town, change.level, when, [*times, by], backdrop, notes_of(change))


def notes_of(change: Change) -> list[str]:
    """Say how it is counted, and what can't be compared."""
    moment = change.after.moment
    notes = [
        "隐患和检查：各自一期里查出的、做的；任务：各自截至日的。"
        if moment.within
        else "隐患和检查：截至各自那天累计的；任务：各自截至日的。"
    ]
    if moment.running:
        notes.append(f"后一期还没有过完，只算到 {moment.as_of}；{_as_far(change)}")
    fresh = int((~change.after.areas["code"].isin(change.before.areas["code"])).sum())
    word = change.level.chinese
    if fresh:
        notes.append(f"{fresh:,} 个{word}是后来划的，前一时间没有，画作无数据。")
    if change.gone:
        notes.append(f"前一时间的 {change.gone:,} 个{word}后来没有了，不在变化图上。")
    return notes + without_border(change.after.areas, change.level)


def _as_far(change: Change) -> str:
    """Say whether the time before is judged as far into its period as the one after."""
    before, after = change.before.moment, change.after.moment
    into = [each.as_of - each.about.first for each in (before, after) if each.about]
    if len(set(into)) == 1:
        return f"前一期也只算到 {before.as_of}，天数对等才好比。"
    return f"前一期算到 {before.as_of}，天数不等，对比只供参考。"
