"""Small multiples by month (小图组): a little map of a measure a month, all with the same classes."""

from __future__ import annotations

from maps.backdrop import Backdrop
from maps.layers import without_border
from maps.over_time import Measurings
from maps.panels import Panel, Panels

ALL_TOLD = "隐患和检查：截至每月底累计的；任务：每月底各自一期的。"
IN_MONTH = "隐患和检查：只算当月查出的、当月做的，整改到月底为止；任务：每月底各自一期的。"


def months_panels(months: Measurings, backdrop: Backdrop, *, leads: bool = False) -> Panels:
    """Give the panels of months.

    Parameters
    ----------
    leads
        Whether each one leads to the map of measures of its day.
    """
    first, last = months.days[0].moment, months.last.moment
    panels = [
        Panel(
            each.moment.word,
            "" if each.silent else each.note,
            each.areas,
            each.figures,
            each.whole,
            each.moment.as_of if leads and not each.silent else None,
        )
        for each in months.days
    ]
    lacking = without_border(months.last.areas, months.level)
    notes = [IN_MONTH if last.within else ALL_TOLD, *without_ledger(months), *other_areas(months), *lacking]
    when = f"{first.word}至{last.word}" + (f"（截至 {last.as_of}）" if last.running else "")
    return Panels(f"逐月小图（{months.level.chinese}）", months.town, months.level, when, panels, backdrop, notes)


def without_ledger(months: Measurings) -> list[str]:
    """Say which months have no ledger."""
    silent = [each.moment.word for each in months.days if each.silent]
    return [f"没有台账的月份（{'、'.join(silent)}）不是 0：没有人记录，不知道。"] if silent else []


def other_areas(months: Measurings) -> list[str]:
    """Say when months have other areas than the last one."""
    codes = set(months.last.areas["code"])
    changed = [each.moment.word for each in months.days if set(each.areas["code"]) != codes]
    return [f"{'、'.join(changed)}用的是当时的{months.level.chinese}，和最后一月的划分不同。"] if changed else []
