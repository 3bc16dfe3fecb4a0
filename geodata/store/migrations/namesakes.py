"""Tables of somebody else's under a name that a step needs."""

from __future__ import annotations

import sqlalchemy as sa

from geodata.errors import StoreProblem


def refuse_namesake(connection: sa.Connection, name: str, title: str) -> None:
    """Refuse to bring up a store that has a table of this name: its rows are not ours to take."""
    if sa.inspect(connection).has_table(name):  # drawn by somebody in a GIS program
        raise StoreProblem(
            f"这个文件里已有一张不是网格建的 {name} 表，与新的{title}表重名，什么也没有改动。"
            "请在 QGIS 里把它改名后再打开。"
        )
