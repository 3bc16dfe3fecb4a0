"""督办单 and 一患一档 as papers and Word documents, their list, and the list to publish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from coverage.course.clocks import CLOCK_WORDS
from coverage.course.dossier import Entry, HazardFile
from coverage.course.notices import STATE_OF_TEXT, Notice
from coverage.course.replay import FIVE, SAID_WORDS
from geodata.model import Town
from maps.tables.sheet import Column, Sheet

NOTICES = (
    Column("order", "序号", "count", width=6),
    Column("number", "督办单编号", width=18),
    Column("hazard_id", "隐患编号", width=13),
    Column("place", "场所", width=24),
    Column("area_name", "村/社区", width=12),
    Column("level", "等级", width=6),
    Column("category", "隐患类别", width=14),
    Column("found", "发现日期", "day", width=11),
    Column("deadline", "整改期限", "day", width=11),
    Column("overdue_days", "逾期", "count", width=7, note="工作日，按放假和调休算"),
    Column("nth", "第几次", "count", width=7),
    Column("why", "督办原因", width=26),
    Column("addressee", "主送", width=26),
    Column("department", "监管部门", width=16),
    Column("answer_by", "要求完成", "day", width=11),
    Column("issued_on", "下发日期", "day", width=11),
)
PUBLISHED = (
    Column("rank", "序号", "count", width=6),
    Column("place_name", "场所", width=26),
    Column("area_name", "村/社区", width=14),
    Column("category", "隐患类别", width=16),
    Column("level", "等级", width=6),
    Column("found", "发现日期", "day", width=11),
    Column("deadline", "整改期限", "day", width=11),
    Column("clock", "期限情况", width=10),
    Column("state", "状态", width=10),
    Column("responsible", "责任人", width=10),
    Column("description", "隐患描述", width=24),
    Column("withheld", "未列和遮盖的内容", width=30),
)
HAZARD_WORDS: Mapping[str, str] = {"level": "等级", "category": "隐患类别", "description": "隐患描述"}
PLACE_WORDS: Mapping[str, str] = {
    "name": "场所",
    "id": "场所编号",
    "address": "地址",
    "industry": "行业",
    "risk": "风险等级",
    "headcount": "从业人数",
    "department": "监管部门",
    "leader": "包保领导",
}


def notices_sheet(notices: pd.DataFrame, town: Town, as_of: date, *, issued: bool) -> Sheet:
    """Lay out the 督办单 that were issued, or those that are due.

    Parameters
    ----------
    notices
        As `issued_notices` or `due_notices` gives them.
    """
    word = "已下发督办单" if issued else "应下发督办单"
    return Sheet(
        name=word,
        title=f"{town.name}隐患整改{word}清单",
        columns=NOTICES,
        rows=notices.assign(order=range(1, len(notices) + 1)),
        facts=[f"填报单位：{town.name}安全生产委员会办公室　　　　统计截至：{as_of}　　　　共 {len(notices):,} 份"],
        paper="A3",
    )


def published_sheet(rows: pd.DataFrame, town: Town, as_of: date) -> Sheet:
    """Lay out `coverage.course.publication.published`."""
    return Sheet(
        name="公示名单",
        title=f"{town.name}重大事故隐患公示名单",
        columns=PUBLISHED,
        rows=rows.assign(clock=rows["clock"].map(dict(CLOCK_WORDS))),
        facts=[f"公示单位：{town.name}安全生产委员会办公室　　　　统计截至：{as_of}"],
        notes=["范围：还没有销号的重大隐患和拒不整改的隐患。个人姓名只留姓，号码遮盖，未经审核的描述不列。"],
    )


def notice_word(notice: Notice, town: Town) -> dict[str, Any]:
    """Give the fields of the Word template 督办单."""
    return {
        "town": town.name,
        "number": notice.number or "（未编号，草稿）",
        "addressee": notice.addressee or "有关单位",
        "opening": _opening(notice),
        "facts": _facts(notice),
        "demand": _demand(notice),
        "issued_on": chinese_day(notice.issued_on) if notice.issued_on else "　　　　年　　月　　日",
        "supervisor": notice.supervisor or "",
    }


def notice_paper(notice: Notice, town: Town) -> dict[str, Any]:
    """Give the data of the template `letter` for a 督办单."""
    fields = notice_word(notice, town)
    return {
        "office": f"{town.name}安全生产委员会办公室",
        "title": "隐患整改督办单",
        "number": fields["number"],
        "addressee": fields["addressee"],
        "before": [fields["opening"]],
        "facts": fields["facts"],
        "after": [fields["demand"]],
        "signer": f"{town.name}安全生产委员会办公室（盖章）",
        "date": fields["issued_on"],
        "supervisor": fields["supervisor"],
        "slip": True,
    }


def _opening(notice: Notice) -> str:
    nth = f"（第 {notice.nth} 次督办）" if notice.nth > 1 else ""
    return f"经查，下列隐患至今未整改到位，现予督办{nth}：{notice.why}。".replace("。。", "。")


def _facts(notice: Notice) -> list[tuple[str, str]]:
    place = "，".join(text for text in (notice.place, notice.area_name) if text)
    return [
        ("隐患编号", notice.hazard_id),
        ("场所", place or "未登记"),
        ("等级和类别", f"{notice.level}　{notice.category or '未填类别'}"),
        ("隐患描述", notice.description or "未填"),
        ("发现日期", str(notice.found)),
        ("整改期限", f"{notice.deadline}" if notice.deadline else "未定"),
        ("目前状态", notice.state),
        ("责任人", notice.responsible or "未填"),
        ("监管部门", notice.department or "未填"),
    ]


def _demand(notice: Notice) -> str:
    by = f"于{chinese_day(notice.answer_by)}前" if notice.answer_by else "立即"
    return (
        f"请{by}完成整改，并将整改情况连同照片报我办复查。"
        "逾期仍未整改的，将按规定予以通报、约谈，并移送有关部门依法处理。"
    )


def chinese_day(day: date) -> str:
    """Write a day as official letters do."""
    return f"{day.year}年{day.month}月{day.day}日"


def dossier_word(file: HazardFile, town: Town, captions: Mapping[str, str]) -> dict[str, Any]:
    """Give the fields of the Word template 一患一档.

    Parameters
    ----------
    captions
        What stands below each photo of the file.
    """
    return {
        "town": town.name,
        "hazard_id": file.hazard_id,
        "as_of": str(file.as_of),
        "facts": _hazard_facts(file),
        "five": _five(file),
        "steps": [_step(entry) for entry in file.entries],
        "photos": [captions[photo] for photo in file.photos] or ["没有照片。"],
    }


def dossier_paper(
    file: HazardFile, town: Town, captions: Mapping[str, str], pictures: Mapping[str, str]
) -> dict[str, Any]:
    """Give the data of the template `dossier`.

    Parameters
    ----------
    pictures
        Photo → name of its file, of those that have a thumbnail.
    """
    title = "重大事故隐患档案" if file.facts["level"] == "重大" else "事故隐患档案"
    shown = [{"file": pictures[photo], "says": captions[photo]} for photo in file.photos if photo in pictures]
    return {**dossier_word(file, town, captions), "title": title, "pictures": shown}


def captions_of(file: HazardFile) -> dict[str, str]:
    """Say of each photo with which step it came."""
    told: dict[str, str] = {}
    for entry in file.entries:
        for photo in entry.photos:
            told.setdefault(photo, f"{entry.at:%Y-%m-%d %H:%M} {entry.action}（{entry.actor}）　照片 {photo}")
    return told


def _hazard_facts(file: HazardFile) -> list[tuple[str, str]]:
    place = file.place or {}
    told = [(word, place.get(name)) for name, word in PLACE_WORDS.items()]
    told += [("所在区域", " ".join(name for _, name in file.areas))]
    told += [("发现时间", f"{file.found_at:%Y-%m-%d %H:%M}")]
    told += [(word, file.facts[name]) for name, word in HAZARD_WORDS.items()]
    told += [("督办领导", file.facts["supervisor"])]
    if file.lon is not None and file.lat is not None:
        told.append(("位置", f"东经 {file.lon:.5f}，北纬 {file.lat:.5f}（WGS 84）"))
    if file.clock is not None:
        told.append(("目前状态", _clock(file.clock)))
    numbers = "、".join(notice.number or "" for notice in file.notices)
    told.append(("督办单", numbers or "未下发"))
    return [(word, "未填" if value in (None, "") else f"{value:g}" if isinstance(value, float) else str(value))
            for word, value in told]  # fmt: skip


def _clock(clock: Mapping[str, Any]) -> str:
    told = [STATE_OF_TEXT[clock["state"]]]
    left = clock["days_left"]
    if clock["clock"] != "none" and left is not None:
        told.append(f"还有 {left} 个工作日" if left >= 0 else f"逾期 {-left} 个工作日")
    if clock["stale"]:
        told.append(f"{clock['days_since']} 天没有更新进展")
    return "，".join(told)


def _five(file: HazardFile) -> list[tuple[str, str]]:
    return [(word, str(file.facts[name] or "未落实")) for name, word in FIVE.items()]


def _step(entry: Entry) -> tuple[str, ...]:
    given = [f"{SAID_WORDS.get(name, name)} {value}" for name, value in entry.facts.items()]
    who = f"{entry.actor}（{entry.role}）" if entry.role else entry.actor
    state = STATE_OF_TEXT[entry.state]
    return (
        f"{entry.at:%Y-%m-%d %H:%M}",
        entry.action,
        state,
        who,
        "；".join([entry.reason] * bool(entry.reason) + given),
    )


def file_names(notices: Sequence[Notice]) -> list[str]:
    """Give a name for each 督办单's file: its number, or which hazard a draft is about."""
    return [notice.number or f"草稿 {notice.hazard_id}" for notice in notices]
