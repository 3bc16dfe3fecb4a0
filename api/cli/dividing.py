"""`wangge divide`: areas in balance, written with their codes; what moves is told."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from api.areas_map import TABLES, plan_map
from api.cli.figures import today
from api.cli.files import replacing, size, write_file
from api.cli.interrupting import interruptible
from api.cli.output import text_table
from api.cli.progress import Progress
from api.cli.rows import Figures, as_json, write_csv
from api.cli.stores import ACTOR
from api.cli.terminal import put, say, tell
from api.cli.usage import UsageProblem
from api.dividing import NEEDED, Ask, Plan, plan
from api.drafting import paper_of_areas
from geodata.model import Level
from geodata.store import Store, open_store

SHOWN = ("code", "name", "load", "off", "compactness", "places", "came_from")
MOVED_SHOWN = 20


def divide(arguments: argparse.Namespace) -> None:
    """Divide, tell, and write unless it is a dry run."""
    asks = _asks(arguments)
    with open_store(arguments.store, write=not arguments.dry_run) as store:
        day = arguments.day or today(store.town)
        if day > today(store.town):
            raise UsageProblem(f"--from {day} 在今天以后：请先用 --draft 存成草稿，到那一天再启用。")
        for ask in asks:
            found = _planned(store, ask, arguments)
            if arguments.map and ask is asks[-1]:
                _draw(store, found, arguments)
            if not arguments.dry_run:
                _write(store, found, arguments)
    _deliver(store, found, arguments)


def _asks(arguments: argparse.Namespace) -> list[Ask]:
    """Give what is asked for, 片区 before the grids inside them."""
    if (arguments.into is None) == (arguments.minutes is None) and not arguments.least_change:
        raise UsageProblem("请写 --into（划成几个）或 --minutes（每个多少分钟），写一个。")
    if arguments.least_change and arguments.minutes is not None:
        raise UsageProblem("--least-change 要和 --into 一起用，或都不写（个数不变）；不能和 --minutes 一起用。")
    twice = [place for place, times in Counter(place for place, _ in arguments.fix).items() if times > 1]
    if twice:
        raise UsageProblem(f"场所 {'、'.join(twice)} 写了不止一个 --fix。一个场所只能固定给一个网格。")
    level = Level(arguments.level)
    if level == Level.DISTRICT and (arguments.within not in (None, "town") or arguments.districts):
        raise UsageProblem("片区由整个的村/社区组成，在全镇范围内划：--within 只能写 town，不写 --districts。")
    if arguments.districts and arguments.draft:
        raise UsageProblem("--districts 和 --draft 不能一起用：草稿一次只存一级。")
    ask = Ask(
        level,
        into=arguments.into,
        minutes=arguments.minutes,
        within=Level(arguments.within) if arguments.within else None,
        seed=arguments.seed,
        least_change=arguments.least_change,
        leaving=tuple(arguments.leaving),
        shares=dict(arguments.share),
        fixed=dict(arguments.fix),
        balance=arguments.balance / 100,
    )
    above = [Ask(Level.DISTRICT, into=arguments.districts, seed=arguments.seed)] if arguments.districts else []
    return [*above, ask]


def _planned(store: Store, ask: Ask, arguments: argparse.Namespace) -> Plan:
    columns = {table: names for table, names in NEEDED.items() if names is not None}
    ledger, day = store.ledger(*NEEDED, columns=columns), arguments.day or today(store.town)
    with interruptible() as stop, Progress(f"划分{ask.level.chinese}", unit="个区域") as progress:
        found = plan(ledger, store.rules_text(day), ask, day, tell=progress.tell, stop=stop)
    if stop():
        say("已提前结束：用的是当时最好的结果。")
    for note in found.notes:
        say(f"注意：{note}")
    return found


def _draw(store: Store, found: Plan, arguments: argparse.Namespace) -> None:
    html = plan_map(store.ledger(*TABLES), found, arguments.day or today(store.town))
    with replacing(arguments.map) as draft:
        draft.write_text(html, encoding="utf-8")
    say(f"已画 {arguments.map}（{size(arguments.map)}）。")


def _write(store: Store, found: Plan, arguments: argparse.Namespace) -> None:
    if arguments.draft:
        content = paper_of_areas(found.ask.level, found.areas).content()
        level = str(found.ask.level)
        number = store.save_draft(
            None, name=arguments.draft, level=level, actor=ACTOR, base=found.base, content=content
        )
        say(f"已存成草稿 {number}“{arguments.draft}”，区域没有改动。在网页的“网格划分”页里看、改、启用。")
        return
    if not found.changed.any() and not found.ended:
        say("和现有的区域一样，没有改动。")
        return
    reason = arguments.reason or f"wangge divide：{len(found.areas)} 个{found.ask.level.chinese}"
    day = arguments.day or today(store.town)
    number = store.adopt(found.adoption(day, reason), actor=ACTOR, base=found.base)
    since = f"从 {day} 起启用" if len(found.before) else "以前没有这一级，全部日期都用"
    say(f"已写入：{len(found.areas)} 个{found.ask.level.chinese}，{since}（启用记录 {number}）。")
    lost = store.ledger("officers").officers
    mine = lost[lost["area"].isin(found.ended)]
    if len(mine):
        say(f"注意：{len(mine)} 名人员负责的网格编码已停用，请重新安排（wangge assign STORE officers）。")


def _deliver(store: Store, found: Plan, arguments: argparse.Namespace) -> None:
    areas = found.areas
    off = (areas["load"] - areas["wanted"]) / areas["wanted"].where(areas["wanted"] > 0)
    frame = pd.DataFrame(areas.drop(columns=["geometry"])).assign(off=off, load=areas["load"].round(1))
    level = found.ask.level.chinese
    title = f"{store.town.name} {level}划分：{len(areas)} 个"
    figures = Figures(title, found.figures, frame, SHOWN, gpd.GeoSeries(areas.geometry))
    if arguments.out:
        write_file(figures, arguments.out)
        say(f"已写入 {arguments.out}：{len(frame):,} 行，{size(arguments.out)}。")
    match arguments.format or ("" if arguments.out else "table"):
        case "json":
            put(as_json(found.figures))
        case "csv":
            write_csv(figures, sys.stdout)
        case "table":
            tell(title)
            put(text_table(figures))
            tell("\n".join(summary(found)))


def summary(found: Plan) -> list[str]:
    """Say in sentences how good the division is, and what moves."""
    figures: dict[str, Any] = found.figures
    lines = []
    if figures["max_deviation"] is not None:
        parts = f"（其中把各区域的工作量凑成整数个{found.ask.level.chinese}就有 {found.rounding:.1%}"
        lump = f"，最大的一个地块一块就多出 {found.lumps:.1%}" if found.lumps else ""
        lines.append(f"工作量最大偏差 {figures['max_deviation']:.1%}{parts}{lump}）。")
    else:
        lines.append("没有要查的场所，工作量都是 0，按地块划分。")
    if any(found.work.travel.values()):
        lines.append(travel_sentence(found.work.travel))
    compact = figures["compactness"]
    lines.append(f"形状规整度（1 是圆）平均 {compact['mean']:.2f}，最低 {compact['min']:.2f}。")
    moved = found.moved
    if len(found.before):
        lines.append(f"{len(moved):,} 个场所换了{found.ask.level.chinese}，停用编码 {len(found.ended)} 个。")
        for old, new, count in moved.groupby(["old", "new"]).size().reset_index().to_numpy()[:MOVED_SHOWN].tolist():
            lines.append(f"  {old} → {new}：{count} 个场所")
        if len(moved.groupby(["old", "new"])) > MOVED_SHOWN:
            lines.append("  ……（全部见 --out 或网页的“网格划分”页）")
    return lines


def travel_sentence(travel: Mapping[str, int]) -> str:
    """Say how the way between two visits was measured."""
    along, straight = travel["on_streets"], travel["straight"]
    if not along:
        return "路上的时间：没有可用的道路，按场所疏密估计（直线距离的 1.3 倍）。"
    rest = f"；{straight:,} 个场所附近没有道路，按疏密估计（直线距离的 1.3 倍）" if straight else ""
    return f"路上的时间：{along:,} 个场所沿道路量{rest}。"
