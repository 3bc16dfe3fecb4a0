"""`wangge map`: a map as one file that opens without any network, or on paper."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from api.areas_map import areas_map
from api.cli.figures import assess_store, gaps_of, register_of, today
from api.cli.files import replacing, size
from api.cli.hotspots import spots_of_levels
from api.cli.interrupting import interruptible
from api.cli.map_backgrounds import asked_for_tiles, tiles_of
from api.cli.over_time import OVER_TIME, over_time_page, over_time_sheet, refuse_strangers
from api.cli.progress import Progress
from api.cli.terminal import tell
from api.cli.usage import UsageProblem
from api.routing import Ask, plan_day
from coverage.routes.result import DayPlan
from geodata.model import Level
from geodata.store import Store, open_store
from maps.areas import coverage_map
from maps.backdrop import NEEDED, Backdrop
from maps.canvas import Tiles
from maps.gaps import gaps_map
from maps.ground import ground_map
from maps.heat import hazard_map
from maps.hotspots import hotspots_map
from maps.measures import measures_map
from maps.risk import risk_map
from maps.routes import routes_map
from maps.sheets.coverage import coverage_wall
from maps.sheets.gaps import gaps_wall
from maps.sheets.hazards import hazards_wall
from maps.sheets.risk import risk_wall
from maps.sheets.routes import routes_wall
from maps.streets import streets_map
from maps.wall.content import Wall

ON_PAPER = ("coverage", "hazards", "gaps", "risk", "routes", "months", "change")
"""Maps that can be set on paper."""


def draw(arguments: argparse.Namespace) -> None:
    """Draw a map of a day and write it, whole or not at all."""
    out: Path = arguments.out
    tiled = asked_for_tiles(arguments)
    if (arguments.officer or arguments.area) and arguments.kind != "routes":
        raise UsageProblem("--officer、--area 选谁的路线，只和 routes 一起用。")
    refuse_strangers(arguments)
    if out.suffix.lower() != ".html":
        _draw_sheet(arguments, tiled=tiled)
        return
    if arguments.paper or _lies(arguments) is not None or arguments.pages or arguments.scale:
        raise UsageProblem(
            "--paper 是挂图的纸，要和以 .pdf 或 .png 结尾的 --out 一起用；--landscape、--portrait 也是；"
            "--pages、--scale 要和 .pdf 一起用。"
        )
    with open_store(arguments.store) as store:
        html = _html(store, arguments, tiles_of(arguments, store))
    with replacing(out) as draft:
        draft.write_text(html, encoding="utf-8")
    tell(f"已写入 {out}（{size(out)}），用浏览器打开即可，不需要联网。")


def _draw_sheet(arguments: argparse.Namespace, *, tiled: bool) -> None:
    """Draw a map on paper: a PDF to print, a PNG to show."""
    from maps.atlas import atlas_pdf  # noqa: PLC0415 - the typesetter: slow import
    from maps.sheet import sheet_pdf, sheet_png  # noqa: PLC0415

    if arguments.kind not in ON_PAPER:
        raise UsageProblem(f"{arguments.kind} 的文件名要以 .html 结尾；能写成 .pdf、.png 的是 {'、'.join(ON_PAPER)}。")
    if tiled:
        raise UsageProblem("挂图用本镇自己的道路、水面作底图，不能和 --tiles 一起用，也不能和 --background。")
    out: Path = arguments.out
    is_pdf, paper = out.suffix.lower() == ".pdf", arguments.paper or "A3"
    if arguments.scale and not arguments.pages:
        raise UsageProblem("--scale 是图册各幅的比例尺，要和 --pages 一起用；一张挂图的比例尺由纸的大小定。")
    if arguments.pages and not is_pdf:
        raise UsageProblem("--pages 是多页的图册，文件名要以 .pdf 结尾。")
    if arguments.pages and arguments.kind in OVER_TIME:
        raise UsageProblem(f"{arguments.kind} 是一张纸上的几幅小图，没有图册，请去掉 --pages。")
    lies = _lies(arguments)
    with open_store(arguments.store) as store:
        if arguments.kind in OVER_TIME:
            content = over_time_sheet(store, arguments, landscape=lies)
        else:
            wall = _wall(store, arguments)
            made = datetime.now(wall.town.zone)
            if arguments.pages:
                content = atlas_pdf(wall, made, paper, landscape=lies, scale=arguments.scale)
            else:
                content = (sheet_pdf if is_pdf else sheet_png)(wall, made, paper, landscape=lies)
    with replacing(out) as draft:
        draft.write_bytes(content)
    tell(f"已写入 {out}（{size(out)}）。")


def _lies(arguments: argparse.Namespace) -> bool | None:
    """Say whether the paper lies; None: as the town fits better."""
    return True if arguments.landscape else False if arguments.portrait else None


def _wall(store: Store, arguments: argparse.Namespace) -> Wall:
    backdrop = Backdrop.from_ledger(store.ledger(*NEEDED, columns=NEEDED))
    match arguments.kind:
        case "hazards":
            return hazards_wall(register_of(store, arguments.as_of), backdrop)
        case "routes":
            return routes_wall(_routes(store, arguments), store.ledger("areas").areas, backdrop)
    assessment = assess_store(store, arguments.as_of)
    if arguments.kind == "gaps":
        return gaps_wall(assessment, gaps_of(store, assessment), backdrop)
    return (coverage_wall if arguments.kind == "coverage" else risk_wall)(assessment, backdrop)


def _routes(store: Store, arguments: argparse.Namespace) -> DayPlan:
    """Plan the day whose routes are drawn."""
    ask = Ask(arguments.as_of or today(store.town), arguments.officer, arguments.area)
    with interruptible() as stop, Progress(f"{ask.day} 路线", unit="人") as progress:
        return plan_day(store, ask, progress.tell, stop)


def _html(store: Store, arguments: argparse.Namespace, tiles: Tiles | None) -> str:
    if arguments.kind in OVER_TIME:
        return over_time_page(store, arguments)
    if arguments.kind == "areas":
        return areas_map(store, arguments.as_of or today(store.town), Level(arguments.level), tiles)
    backdrop = Backdrop.from_ledger(store.ledger(*NEEDED, columns=NEEDED))
    match arguments.kind:
        case "routes":
            html = routes_map(_routes(store, arguments), backdrop, tiles=tiles)
        case "hazards":
            html = hazard_map(register_of(store, arguments.as_of), backdrop, tiles=tiles)
        case "hotspots":
            html = hotspots_map(spots_of_levels(store, arguments.as_of), backdrop, tiles=tiles)
        case "ground":
            from api.cli.ground import seen_of  # noqa: PLC0415 - compiled loops: slow import

            html = ground_map(seen_of(store, arguments), backdrop, tiles=tiles)
        case "streets":
            from api.cli.streets import walks_of  # noqa: PLC0415 - compiled loops: slow import

            html = streets_map(walks_of(store, arguments.as_of, arguments.every), backdrop, tiles=tiles)
        case _:
            html = _map_of_duties(store, arguments, backdrop, tiles)
    return html


def _map_of_duties(store: Store, arguments: argparse.Namespace, backdrop: Backdrop, tiles: Tiles | None) -> str:
    assessment = assess_store(store, arguments.as_of)
    if arguments.kind == "coverage":
        return coverage_map(assessment, backdrop, tiles=tiles)
    if arguments.kind == "measures":
        return measures_map(assessment, register_of(store, arguments.as_of), backdrop, tiles=tiles)
    if arguments.kind == "risk":
        return risk_map(assessment, backdrop, tiles=tiles)
    return gaps_map(assessment, gaps_of(store, assessment), backdrop, tiles=tiles)
