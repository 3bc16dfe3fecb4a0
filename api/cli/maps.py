"""`wangge map`: a map as one file that opens without any network."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from api.areas_map import areas_map
from api.cli.figures import assess_store, gaps_of, register_of, today
from api.cli.files import replacing, size
from api.cli.hotspots import spots_of_levels
from api.cli.terminal import tell
from api.cli.usage import UsageProblem
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
from maps.streets import streets_map


def draw(arguments: argparse.Namespace) -> None:
    """Draw a map of a day and write it, whole or not at all."""
    out: Path = arguments.out
    tiles = _tiles(arguments)
    if out.suffix.lower() != ".html":
        _draw_sheet(arguments, tiles)
        return
    if arguments.paper:
        raise UsageProblem("--paper 是挂图的纸，要和以 .pdf 或 .png 结尾的 --out 一起用。")
    with open_store(arguments.store) as store:
        html = _html(store, arguments, tiles)
    with replacing(out) as draft:
        draft.write_text(html, encoding="utf-8")
    tell(f"已写入 {out}（{size(out)}），用浏览器打开即可，不需要联网。")


def _draw_sheet(arguments: argparse.Namespace, tiles: Tiles | None) -> None:
    """Draw a map on paper: a PDF to print, a PNG to show."""
    from maps.risk_sheet import risk_picture, risk_sheet  # noqa: PLC0415 - the typesetter: slow import

    if arguments.kind != "risk":
        raise UsageProblem(f"{arguments.kind} 的文件名要以 .html 结尾；挂图（.pdf、.png）现在只有风险四色图（risk）。")
    if tiles is not None:
        raise UsageProblem("挂图用本镇自己的道路、水面作底图，不能和 --tiles 一起用。")
    out: Path = arguments.out
    set_ = risk_sheet if out.suffix.lower() == ".pdf" else risk_picture
    with open_store(arguments.store) as store:
        backdrop = Backdrop.from_ledger(store.ledger(*NEEDED, columns=NEEDED))
        assessment = assess_store(store, arguments.as_of)
    content = set_(assessment, backdrop, datetime.now(assessment.town.zone), arguments.paper or "A3")
    with replacing(out) as draft:
        draft.write_bytes(content)
    tell(f"已写入 {out}（{size(out)}）。")


def _tiles(arguments: argparse.Namespace) -> Tiles | None:
    if arguments.tiles:
        return Tiles(arguments.tiles, arguments.attribution)
    if arguments.attribution:
        raise UsageProblem("--attribution 是在线底图的来源说明，要和 --tiles 一起用。")
    return None


def _html(store: Store, arguments: argparse.Namespace, tiles: Tiles | None) -> str:
    if arguments.kind == "areas":
        return areas_map(store, arguments.as_of or today(store.town), Level(arguments.level), tiles)
    backdrop = Backdrop.from_ledger(store.ledger(*NEEDED, columns=NEEDED))
    match arguments.kind:
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
