"""`wangge map --background`: what lies under a map that is written as a file."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from api.backgrounds import open_backgrounds
from api.cli.terminal import tell
from api.cli.usage import UsageProblem
from api.embedding import embedded
from geodata.store import Store
from maps.backdrop import NEEDED, Backdrop
from maps.backgrounds import Background, TilesProblem
from maps.canvas import Tiles


def asked_for_tiles(arguments: argparse.Namespace) -> bool:
    """Say whether a background is asked for; refuse the words of one without it."""
    if arguments.attribution and not arguments.tiles:
        raise UsageProblem("--attribution 是在线底图的来源说明，要和 --tiles 一起用。")
    return bool(arguments.tiles or arguments.background)


def tiles_of(arguments: argparse.Namespace, store: Store) -> Tiles | None:
    """Open the backgrounds, put the tiles of files into the page, leave out those that would give a key away."""
    if not asked_for_tiles(arguments):
        return None
    backgrounds = open_backgrounds(arguments.background, arguments.tiles, arguments.attribution)
    try:
        found: list[Background] = []
        for at, background in enumerate(backgrounds.tiles):
            if at in backgrounds.files:
                frame = Backdrop.from_ledger(store.ledger("areas", columns={"areas": NEEDED["areas"]})).frame()
                if frame.bounds is None:
                    raise TilesProblem("本镇还没有区域边界，不知道要装哪些瓦片。请先导入区域。")
                background, said = embedded(background, backgrounds.files[at][1], frame.bounds, arguments.background_mb)  # noqa: PLW2901
                tell(said)
            found.append(background)
    finally:
        backgrounds.close()
    return tuple(_without_keys(found, keep=arguments.with_key or arguments.background is None))


def _without_keys(backgrounds: list[Background], *, keep: bool) -> Iterator[Background]:
    for background in backgrounds:
        if keep or not background.secret:
            yield background
        else:
            why = "要密钥（或地址里有可能是密钥的参数）"
            tell(f"底图“{background.name}”{why}，没有写进文件；确实要写进去，请加 --with-key。")
