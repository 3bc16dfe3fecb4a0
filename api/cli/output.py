"""How figures leave a command: a table for people, JSON or CSV on stdout, a file where one was asked for."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from api.cli.files import size, write_file
from api.cli.headers import header, spoken, style
from api.cli.rows import Figures, document, values_of, write_csv
from api.cli.terminal import put, say, table, tell


def deliver(figures: Figures, arguments: argparse.Namespace) -> None:
    """Write the file that was asked for, and print what was asked for (a table when nothing was)."""
    out: Path | None = arguments.out
    if out:
        write_file(figures, out)
        say(f"已写入 {out}：{len(figures.frame):,} 行，{size(out)}。")
    match arguments.format or ("" if out else "table"):
        case "json":
            put(document(figures))
        case "csv":
            write_csv(figures, sys.stdout)
        case "table":
            tell(figures.title)
            put(text_table(figures))
            if figures.frame.empty:
                tell("（无）")


def text_table(figures: Figures) -> str:
    """Lay out figures for people: Chinese headers, figures to the right, rates in percent."""
    fields = figures.shown
    rows = (
        [spoken(field, value) for field, value in zip(fields, row, strict=True)] for row in values_of(figures, fields)
    )
    return table([header(field) for field in fields], rows, [style(field) != "text" for field in fields])
