"""`wangge backup` and `wangge restore`: a town's store as one file, and back."""

from __future__ import annotations

import argparse
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import gettempdir

from api.cli.files import os_refusals_named, size
from api.cli.progress import Progress
from api.cli.stores import ACTOR
from api.cli.terminal import say
from api.cli.usage import UsageProblem
from geodata.store.backup import Backup, back_up, bring_files, dated, restore, rotate, unpacked
from geodata.store.location import Where


def backup(arguments: argparse.Namespace) -> None:
    """Back a store up into a file, or into a folder under the moment's name."""
    store, out = arguments.store, arguments.file
    if arguments.keep is not None and not out.is_dir():
        if not out.exists() and not out.suffix:  # not made here: the disk that it lies on may not be there
            raise UsageProblem(f"没有“{out}”这个文件夹：请先建好（mkdir {out}），备份按时间取名放在里面。")
        raise UsageProblem("--keep 要写文件夹，备份按时间取名放在里面，例如：wangge backup town.gpkg 备份 --keep 30。")
    file = dated(out, store.stem, datetime.now().astimezone()) if out.is_dir() else out
    with os_refusals_named(file):
        made = back_up(store, file, arguments.photos_to)
        old = rotate(out, store.stem, arguments.keep) if arguments.keep is not None else []
    say(
        f"已备份到 {file}（{size(file)}）：{_said(made)}，检查过，完好。{_photos_said(made, file, arguments.photos_to)}"
    )
    if old:
        say(f"只留最新的 {arguments.keep} 份，删去了 {len(old)} 份旧的。")


def bring_back(arguments: argparse.Namespace) -> None:
    """Make a store of a backup, or look whether one could be made."""
    file: Path = arguments.file
    with os_refusals_named(file if not file.exists() else arguments.store):
        if arguments.dry_run:
            store: Where = arguments.store
            with unpacked(file, store.parent if isinstance(store, Path) else Path(gettempdir())) as (made, _):
                say(f"{file} 完好：{_said(made)}。没有恢复（--dry-run）。")
            return
        made = restore(file, arguments.store, overwrite=arguments.overwrite, actor=ACTOR)
        came, damaged, accounts = bring_files(file, made, arguments.store)
    say(f"已恢复到 {arguments.store}：{_said(made)}。")
    if accounts:
        say("账号也恢复了，登录着的要重新登录。")
    if came < made.photos or damaged:
        wrong = f"，其中 {len(damaged)} 张已损坏（{damaged[0]} 等）" if damaged else ""
        say(
            f"照片恢复了 {came} 张，备份时有 {made.photos} 张{wrong}。"
            f"请把备份旁边的 {made.stem}.photos 文件夹一起拷来，再恢复一次。"
        )
    elif came:
        say(f"照片恢复了 {came} 张。")


def copy(arguments: argparse.Namespace) -> None:
    """Copy a town to another store, with what lies beside it."""
    from geodata.accounts.book import has_accounts  # noqa: PLC0415 - slow imports
    from geodata.accounts.copying import copy_accounts  # noqa: PLC0415
    from geodata.accounts.door import accounts_path  # noqa: PLC0415
    from geodata.store.backup_files import copy_photos  # noqa: PLC0415
    from geodata.store.copying import copy_town  # noqa: PLC0415
    from geodata.store.thumbnails import copy_thumbnails  # noqa: PLC0415
    from geodata.store.unfinished import noted  # noqa: PLC0415

    source, target = arguments.store, arguments.target
    with os_refusals_named(target), noted(source, target) as town_stands:
        with Progress("复制") as progress:
            made = copy_town(source, target, overwrite=arguments.overwrite, tell=partial(progress.tell, "写入"))
        town_stands()
        rows = sum(made.rows.values())
        say(f"已把 {made.town.name}（{made.town.code}）从 {source} 复制到 {target}：{rows:,} 行，逐行核对一致。")
        accounts = copy_accounts(source, target)  # at once: a town without accounts has no door
        photos, _ = copy_photos(source, target), copy_thumbnails(source, target)
    if photos:
        say(f"照片 {photos} 张也在那里了。")
    if accounts:
        beside = f"（在旁边的 {accounts_path(target).name}，不要给别人）" if isinstance(target, Path) else ""
        say(f"账号 {accounts} 个也过去了{beside}，令牌照用；登录着的要在新的那边重新登录。")
    elif has_accounts(source):
        say("账号没有过去：那边已有自己的账号，没有改。")


def _photos_said(made: Backup, file: Path, photos_to: Path | None) -> str:
    folder = photos_to or file.parent
    return f"照片 {made.photos} 张在 {folder / made.stem}.photos。" if made.photos else ""


def _said(made: Backup) -> str:
    moment = datetime.fromisoformat(made.made_at).astimezone()
    return f"{made.town}（{made.code}），{moment:%Y-%m-%d %H:%M} 的数据，最后一次写入的编号 {made.audit}"
